"""The pages of the built book: which there are, and each in turn, opened once for the tests that look at it."""
import pytest
import yaml

from browser import ROOT, visit


def listed():
    """The pages that the table of contents lists."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


LESSONS = [f"{name}.html" for name in listed()]
PAGES = [*LESSONS, "search.html", "404.html"]
ASLEEP = "figure[data-live]:not(:has(.nn-figure)), figure[data-live] > img, figure[data-playground] > img"


@pytest.fixture(scope="module", params=PAGES)
def shown(request, window, address):
    """Each page in turn, at rest: the search when its index is there, others when their fonts are and figures wake."""
    visit(window, f"{address}/{request.param}", until="networkidle" if request.param == "search.html" else "load")
    window.wait_for_function("(asleep) => document.fonts.status === 'loaded' && !document.querySelector(asleep)", arg=ASLEEP)
    window.name = request.param
    return window
