"""Every page of the built book, in a real browser: it loads whole and alone, and anyone can read it on any screen."""
import gzip
from urllib.parse import unquote, urlsplit

import pytest

from book_pages import LESSONS, PAGES, shown  # noqa: F401 (a fixture)
from browser import COLOURS, objections, page, resize

BUDGET = 350_000                        # bytes that a page may fetch, compressed
ASLEEP = "figure[data-live]:not(:has(.nn-figure)), figure[data-live] > img, figure[data-playground] > img"


# --- Loading ---------------------------------------------------------------------------------------------------------

def test_the_site_has_the_pages_of_the_contents_and_no_others(site):
    built = {str(path.relative_to(site).as_posix()) for path in site.rglob("*.html")} - {"index.html"}
    assert built == set(PAGES)


def test_it_loads_without_an_error_and_asks_nothing_of_any_other_host(shown):
    assert (shown.errors, shown.failed, shown.foreign) == ([], [], [])


def test_it_loads_only_the_scripts_it_needs(shown):
    scripts = {url.rsplit("/", 1)[-1] for url in shown.requests if urlsplit(url).path.endswith(".js")}
    if shown.name == "search.html":
        assert {"book.js", "searchtools.js", "searchindex.js"} < scripts
    else:
        own = {"live.js": ".nn-live[data-live]", "playground.js": ".nn-playground[data-playground]"}
        assert scripts == {"book.js", *(name for name, user in own.items() if shown.locator(user).count())}


def test_all_its_figures_wake(shown):
    assert shown.locator(ASLEEP).count() == 0


def test_its_weight_is_within_the_budget(shown, site, address):
    """Figures aside: they are each lesson's own."""
    weight = 0
    for url in {url.split("#")[0] for url in shown.requests if url.startswith(f"{address}/") and "/_images/" not in url}:
        path = site / unquote(url[len(address) + 1:])
        weight += len(path.read_bytes() if path.suffix == ".woff2" else gzip.compress(path.read_bytes()))
    assert 0 < weight < BUDGET


# --- Reading ---------------------------------------------------------------------------------------------------------

def test_axe_finds_nothing_to_object_to(shown):
    assert objections(shown) == []


def test_axe_finds_nothing_in_the_contents_that_a_phone_unfolds(browser, address):
    with page(browser, viewport={"width": 320, "height": 900}) as opened:
        opened.goto(f"{address}/{LESSONS[-1]}")
        opened.locator(".menu summary").click()
        assert objections(opened, looks=[("light", 320, {}), ("dark", 320, {"runOnly": COLOURS})]) == []


@pytest.mark.parametrize("width", (320, 390, 768, 1000, 1280, 1920))
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


def test_what_scrolls_sideways_can_be_scrolled_by_keyboard(shown):
    resize(shown, 320)
    stuck = shown.evaluate("""[...document.querySelectorAll('article *')]
        .filter(element => element.scrollWidth > element.clientWidth + 1 && element.tabIndex < 0
            && ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && element.checkVisibility())
        .map(element => element.outerHTML.slice(0, 120))""")
    assert stuck == []
