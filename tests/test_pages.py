"""Every page of the built book, in a real browser: it loads whole and alone, and anyone can read it and move on."""
import gzip
import re
from functools import cache
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml

from browser import ROOT, page, served
from nnlib.look import TERM

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (320, 390, 1280)
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}     # themes differ in colour alone
BUDGET = 350_000                        # bytes that a page may fetch, compressed


def listed():
    """The pages that the table of contents lists."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


LESSONS = [f"{name}.html" for name in listed()]
PAGES = [*LESSONS, "search.html", "404.html"]


@pytest.fixture(scope="module")
def address(site):
    """The book as a server shows it, below a folder of the address as on GitHub Pages."""
    with served(site.parent) as root:
        yield f"{root}/{site.name}/"


@pytest.fixture(scope="module", params=PAGES)
def shown(request, browser, address):
    """Each page in turn, opened once for the tests below that look at it."""
    with page(browser) as opened:
        opened.goto(address + request.param, wait_until="load")
        opened.wait_for_load_state("networkidle")
        opened.name = request.param
        yield opened


def resized(shown, width):
    shown.set_viewport_size({"width": width, "height": 900})
    shown.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


# --- Loading ---------------------------------------------------------------------------------------------------------

def test_the_site_has_the_pages_of_the_contents_and_no_others(site):
    built = {str(path.relative_to(site).as_posix()) for path in site.rglob("*.html")} - {"index.html"}
    assert built == set(PAGES)


def test_the_front_door_leads_to_the_cover(browser, address):
    with page(browser) as opened:
        opened.goto(address)
        opened.wait_for_url(f"{address}{LESSONS[0]}")
        assert opened.errors == opened.failed == []


def test_it_loads_without_an_error_and_asks_nothing_of_any_other_host(shown):
    assert (shown.errors, shown.failed, shown.foreign) == ([], [], [])


def test_it_loads_only_the_scripts_it_needs(shown):
    scripts = {url.rsplit("/", 1)[-1] for url in shown.requests if urlsplit(url).path.endswith(".js")}
    if shown.name == "search.html":
        assert {"book.js", "searchtools.js", "searchindex.js"} < scripts
    else:
        own = {"live.js": ".nn-live[data-live]", "playground.js": ".nn-playground[data-playground]"}
        assert scripts == {"book.js", *(name for name, user in own.items() if shown.locator(user).count())}


def test_its_weight_is_within_the_budget(shown, site, address):
    """Figures aside: they are each lesson's own."""
    weight = 0
    for url in {url.split("#")[0] for url in shown.requests if url.startswith(address) and "/_images/" not in url}:
        path = site / unquote(url[len(address):])
        weight += len(path.read_bytes() if path.suffix == ".woff2" else gzip.compress(path.read_bytes()))
    assert 0 < weight < BUDGET


@pytest.mark.parametrize("name", PAGES)
def test_it_works_from_a_folder_without_a_server(browser, site, name):
    with page(browser) as opened:
        opened.goto((site / name).as_uri())
        opened.wait_for_load_state("networkidle")
        fonts = opened.evaluate("document.fonts.ready.then(fonts => [...fonts].map(font => font.status))")
        assert (opened.errors, opened.failed, opened.foreign) == ([], [], []) and "loaded" in fonts


# --- Reading ---------------------------------------------------------------------------------------------------------

def test_axe_finds_nothing_to_object_to(shown):
    assert AXE.exists(), "axe-core is missing: npm ci"
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for theme, rules in RULES.items():
        shown.emulate_media(color_scheme=theme)
        for width in WIDTHS:
            resized(shown, width)
            for rule in shown.evaluate("rules => axe.run(rules).then(run => run.violations)", rules):
                found += [(theme, width, rule["id"], node["html"], node["failureSummary"]) for node in rule["nodes"]]
    assert found == []


@pytest.mark.parametrize("width", (*WIDTHS, 768, 1000, 1920))
def test_it_is_no_wider_than_the_window(shown, width):
    resized(shown, width)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", (1000, 1280))
def test_notes_in_the_margin_stand_clear_of_each_other_and_of_figures(shown, width):
    resized(shown, width)
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
        opened.goto(address + name)
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
        opened.goto(address + "book/notation.html")
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
        if not path.is_file() or target.fragment and unquote(target.fragment) not in anchors:
            broken.append(link)
    assert broken == []


def test_a_search_finds_the_page(browser, address):
    with page(browser) as opened:
        opened.goto(address + LESSONS[0])
        opened.locator(".bar input[type=search]").fill("learning rate")
        opened.keyboard.press("Enter")
        opened.locator("#search-results a[href*='notation']").first.wait_for()
        assert opened.locator("main .find input").input_value() == "learning rate"
        assert (opened.errors, opened.failed, opened.foreign) == ([], [], [])


def test_the_button_changes_the_theme_and_the_choice_is_kept(browser, address):
    with page(browser, color_scheme="light") as opened:
        def paper():
            return opened.evaluate("getComputedStyle(document.body).backgroundColor")
        opened.goto(address + LESSONS[0])
        button = opened.get_by_role("button", name="Colours: auto")
        light = paper()
        button.click()
        opened.get_by_role("button", name="Colours: light").click()
        dark = paper()
        assert dark != light
        opened.goto(address + "book/notation.html")
        assert paper() == dark
        opened.get_by_role("button", name="Colours: dark").click()
        assert paper() == light


def test_a_phone_opens_and_closes_the_contents_by_keyboard(browser, address):
    with page(browser, viewport={"width": 390, "height": 800}) as opened:
        opened.goto(address + LESSONS[-1])
        side, summary = opened.locator("nav.side"), opened.locator(".menu summary")
        assert not side.is_visible()
        summary.focus()
        opened.keyboard.press("Enter")
        assert side.is_visible()
        opened.keyboard.press("Escape")
        assert not side.is_visible() and summary.evaluate("element => element === document.activeElement")


def test_the_first_tab_leads_past_the_bar_to_the_text(browser, address):
    with page(browser) as opened:
        opened.goto(address + LESSONS[-1])
        opened.keyboard.press("Tab")
        opened.keyboard.press("Enter")
        assert opened.evaluate("document.activeElement.id") == "main-content"


def test_what_scrolls_sideways_can_be_scrolled_by_keyboard(shown):
    resized(shown, 320)
    stuck = shown.evaluate("""[...document.querySelectorAll('article *')]
        .filter(element => element.scrollWidth > element.clientWidth + 1 && element.tabIndex < 0
            && ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && element.checkVisibility())
        .map(element => element.outerHTML.slice(0, 120))""")
    assert stuck == []
