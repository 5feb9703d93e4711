"""Every page of the built book, in a real browser, can be read by anyone: on any screen, in any light, by ear."""
import re
from html import unescape

import pytest

from book_pages import LESSONS, PAGES, resize, shown  # noqa: F401 (a fixture)
from browser import AXE, ROOT, page
from nnlib.look import TERM

WIDTHS = (320, 390, 1280)
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}     # themes differ in colour alone


def test_axe_finds_nothing_to_object_to(shown):
    assert AXE.exists(), "axe-core is missing: npm ci"
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for theme, rules in RULES.items():
        shown.emulate_media(color_scheme=theme)
        for width in WIDTHS:
            resize(shown, width)
            for rule in shown.evaluate("rules => axe.run(rules).then(run => run.violations)", rules):
                found += [(theme, width, rule["id"], node["html"], node["failureSummary"]) for node in rule["nodes"]]
    assert found == []


@pytest.mark.parametrize("width", (*WIDTHS, 768, 1000, 1920))
def test_it_is_no_wider_than_the_window(shown, width):
    resize(shown, width)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", (1000, 1280))
def test_notes_in_the_margin_stand_clear_of_each_other_and_of_figures(shown, width):
    resize(shown, width)
    boxes = [notes.bounding_box() for notes in shown.locator(".notes, .tag_wide, .tag_hero").all()]
    overlaps = [(one, other) for one in boxes for other in boxes if one is not other
                and one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
                and one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]]
    assert overlaps == []


def test_every_picture_says_what_it_shows(shown):
    for picture in shown.locator("article img").all():
        words = picture.get_attribute("alt") or ""
        assert len(words.split()) >= 3 and not words.lower().endswith((".png", ".svg", ".jpg")), words


@pytest.mark.parametrize("name", PAGES)
def test_its_text_and_pictures_are_there_without_javascript(browser, address, name):
    with page(browser, java_script_enabled=False) as opened:
        opened.goto(f"{address}/{name}")
        assert opened.locator("h1").is_visible() and opened.locator("nav.side a, nav.side summary").first.is_visible()
        unseen = opened.evaluate("""[...document.querySelectorAll('article :is(p, li, pre, math, img)')]
            .filter(element => element.matches('img') || element.textContent.trim())
            .filter(element => !element.closest('details:not([open])'))
            .filter(element => !(element.checkVisibility() && element.getBoundingClientRect().height))
            .map(element => element.outerHTML.slice(0, 120))""")
        assert (unseen, opened.errors, opened.failed) == ([], [], [])


@pytest.mark.parametrize("name", LESSONS)
def test_the_font_has_every_character_of_its_equations(site, name):
    ranges = (ROOT / "book" / "static" / "fonts" / "stix-two-math.txt").read_text().replace("U+", "").split()
    ends = [(int(low, 16), int(high or low, 16)) for low, _, high in (part.partition("-") for part in ranges)]
    equations = re.findall(r"<math.*?</math>", (site / name).read_text(encoding="utf-8"), re.DOTALL)
    letters = set(unescape("".join(re.sub(r"<[^>]*>", "", equation) for equation in equations)))
    assert {letter for letter in letters if not any(low <= ord(letter) <= high for low, high in ends)} == set()


def test_equations_are_mathml_in_the_font_of_the_book(browser, address):
    with page(browser) as opened:
        opened.goto(f"{address}/book/notation.html")
        opened.wait_for_load_state("networkidle")
        assert opened.locator("math").count() > 20
        assert opened.evaluate("document.fonts.check('20px \"STIX Two Math\"', '∂')")
        colour = "term => getComputedStyle(document.querySelector(`math .t-${term}`)).color"
        assert len({opened.evaluate(colour, term) for term in TERM}) == len(TERM)


def test_what_scrolls_sideways_can_be_scrolled_by_keyboard(shown):
    resize(shown, 320)
    stuck = shown.evaluate("""[...document.querySelectorAll('article *')]
        .filter(element => element.scrollWidth > element.clientWidth + 1 && element.tabIndex < 0
            && ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && element.checkVisibility())
        .map(element => element.outerHTML.slice(0, 120))""")
    assert stuck == []
