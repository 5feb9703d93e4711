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


@pytest.fixture(scope="module", params=PAGES)
def shown(request, window, address):
    """Each page in turn, at rest."""
    visit(window, f"{address}/{request.param}", until="networkidle")
    window.name = request.param
    return window
