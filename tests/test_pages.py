"""Every page of the built book, in a real browser: it loads whole and alone, and costs no more than it may."""
import gzip
from urllib.parse import unquote, urljoin, urlsplit

from book_pages import ASLEEP, PAGES, shown  # noqa: F401 (a fixture)

REQUESTS, BYTES = 15, 350_000           # what a page may fetch, compressed
SEARCHING = 6                           # more are the scripts of the search
PICTURES = "[...document.querySelectorAll('img[src]:not([src^=\"data:\"])')].map(image => image.getAttribute('src'))"


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


def test_its_requests_and_bytes_are_within_the_budget(shown, site, address):
    files = {url.split("#")[0].removeprefix(f"{address}/") for url in shown.requests if url.startswith(f"{address}/")}
    files |= {urljoin(shown.name, source) for source in shown.evaluate(PICTURES)}       # those below, too
    weight = 0
    for path in (site / unquote(name) for name in files):
        weight += len(path.read_bytes() if path.suffix in (".woff2", ".webp") else gzip.compress(path.read_bytes()))
    requests = REQUESTS + SEARCHING if shown.name == "search.html" else REQUESTS
    assert 0 < len(files) <= requests and 0 < weight <= BYTES
