"""Every page of the built book, in a real browser, loads whole and alone."""
import gzip
from urllib.parse import unquote, urlsplit

import pytest

from book_pages import LESSONS, PAGES, shown  # noqa: F401 (a fixture)
from browser import page

BUDGET = 350_000                        # bytes that a page may fetch, compressed


def test_the_site_has_the_pages_of_the_contents_and_no_others(site):
    built = {str(path.relative_to(site).as_posix()) for path in site.rglob("*.html")} - {"index.html"}
    assert built == set(PAGES)


def test_the_front_door_leads_to_the_cover(browser, address):
    with page(browser) as opened:
        opened.goto(f"{address}/")
        opened.wait_for_url(f"{address}/{LESSONS[0]}")
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
    for url in {url.split("#")[0] for url in shown.requests if url.startswith(f"{address}/") and "/_images/" not in url}:
        path = site / unquote(url[len(address) + 1:])
        weight += len(path.read_bytes() if path.suffix == ".woff2" else gzip.compress(path.read_bytes()))
    assert 0 < weight < BUDGET


@pytest.mark.parametrize("name", PAGES)
def test_it_works_from_a_folder_without_a_server(browser, site, name):
    with page(browser) as opened:
        opened.goto((site / name).as_uri())
        opened.wait_for_load_state("networkidle")
        fonts = opened.evaluate("document.fonts.ready.then(fonts => [...fonts].map(font => font.status))")
        assert (opened.errors, opened.failed, opened.foreign) == ([], [], []) and "loaded" in fonts
