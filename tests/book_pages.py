"""The pages of the built book: which there are, and each in turn, opened once for the tests that look at it."""
import pytest
import yaml

from browser import ROOT, page


def listed():
    """The pages that the table of contents lists."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


LESSONS = [f"{name}.html" for name in listed()]
PAGES = [*LESSONS, "search.html", "404.html"]


@pytest.fixture(scope="module", params=PAGES)
def shown(request, browser, address):
    """Each page in turn, at rest."""
    with page(browser) as opened:
        opened.goto(f"{address}/{request.param}")
        opened.wait_for_load_state("networkidle")
        opened.name = request.param
        yield opened


def resize(shown, width):
    shown.set_viewport_size({"width": width, "height": 900})
    shown.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
