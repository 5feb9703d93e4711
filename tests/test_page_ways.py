"""The built book wherever it is opened: from a folder, without a script, and from any page to any other."""
import re
from functools import cache
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from book_pages import LESSONS, PAGES
from browser import ROOT, page, visit
from nnlib.live.playground_settings import read as settings
from nnlib.look import TERM


# --- From a folder, without a script ---------------------------------------------------------------------------------

@pytest.mark.parametrize("name", PAGES)
def test_it_works_from_a_folder_without_a_server(window, site, name):
    visit(window, (site / name).as_uri())
    fonts = window.evaluate("document.fonts.ready.then(fonts => [...fonts].map(font => font.status))")
    assert (window.errors, window.failed, window.foreign) == ([], [], []) and "loaded" in fonts


UNSEEN = """[...document.querySelectorAll('article :is(p, li, pre, math, img)')]
    .filter(element => element.matches('img') || element.textContent.trim())
    .filter(element => !element.closest('details:not([open])'))
    .filter(element => !(element.checkVisibility() && element.getBoundingClientRect().height))
    .map(element => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", PAGES)
def test_its_text_and_pictures_are_there_without_javascript(still, address, name):
    visit(still, f"{address}/{name}")
    assert still.locator("h1").is_visible() and still.locator("nav.side a, nav.side summary").first.is_visible()
    assert (still.evaluate(UNSEEN), still.errors, still.failed) == ([], [], [])


# --- Equations -------------------------------------------------------------------------------------------------------

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


# --- Moving about ----------------------------------------------------------------------------------------------------

class Links(HTMLParser):
    """The links and anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.add(attributes.get("id"))
        link = attributes.get("href") or attributes.get("src") or attributes.get("action")
        if link and not link.startswith("data:"):
            self.links.append(link)


@cache
def read(path):
    """The links and anchors of a page; most pages are led to by many others."""
    return Links(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_its_links_lead_somewhere(site, name):
    broken = []
    for link in read(site / name).links:
        target = urlsplit(urljoin(f"http://book/{name}", link))
        if target.netloc != "book":
            continue                            # another site: nothing here depends on it
        path = site / unquote(target.path).lstrip("/")
        anchors = read(path).anchors if path.suffix == ".html" and path.is_file() else ()
        if target.fragment.startswith("play="):
            settings(f"#{target.fragment}")     # of the playground: raises if it does not know them
        elif not path.is_file() or target.fragment and unquote(target.fragment) not in anchors:
            broken.append(link)
    assert broken == []


def test_the_front_door_leads_to_the_cover(browser, address):
    with page(browser) as opened:
        opened.goto(f"{address}/")
        opened.wait_for_url(f"{address}/{LESSONS[0]}")
        assert opened.errors == opened.failed == []


def test_a_search_finds_the_page(browser, address):
    with page(browser) as opened:
        opened.goto(f"{address}/{LESSONS[0]}")
        opened.locator(".bar input[type=search]").fill("learning rate")
        opened.keyboard.press("Enter")
        opened.locator("#search-results a[href*='notation']").first.wait_for()
        assert opened.locator("main .find input").input_value() == "learning rate"
        assert (opened.errors, opened.failed, opened.foreign) == ([], [], [])


def test_the_button_changes_the_theme_and_the_choice_is_kept(browser, address):
    with page(browser, color_scheme="light") as opened:
        def paper():
            return opened.evaluate("getComputedStyle(document.body).backgroundColor")
        opened.goto(f"{address}/{LESSONS[0]}")
        button = opened.get_by_role("button", name="Colours: auto")
        light = paper()
        button.click()
        opened.get_by_role("button", name="Colours: light").click()
        dark = paper()
        assert dark != light
        opened.goto(f"{address}/book/notation.html")
        assert paper() == dark
        opened.get_by_role("button", name="Colours: dark").click()
        assert paper() == light


def test_a_phone_opens_and_closes_the_contents_by_keyboard(browser, address):
    with page(browser, viewport={"width": 390, "height": 800}) as opened:
        opened.goto(f"{address}/{LESSONS[-1]}")
        side, summary = opened.locator("nav.side"), opened.locator(".menu summary")
        assert not side.is_visible()
        summary.focus()
        opened.keyboard.press("Enter")
        assert side.is_visible()
        opened.keyboard.press("Escape")
        assert not side.is_visible() and summary.evaluate("element => element === document.activeElement")


def test_the_first_tab_leads_past_the_bar_to_the_text(browser, address):
    with page(browser) as opened:
        opened.goto(f"{address}/{LESSONS[-1]}")
        opened.keyboard.press("Tab")
        opened.keyboard.press("Enter")
        assert opened.evaluate("document.activeElement.id") == "main-content"
