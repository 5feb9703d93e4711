"""What a notebook from somebody else does before its reader runs it: it shows its pictures, and nothing more."""
import re
from html.parser import HTMLParser

import nbformat
import pytest

from browser import ROOT, page
from test_live_lab import FIGURE, LESSON, SHOW, python, run_all, served  # noqa: F401 (a fixture)
from tools.notebooks import MEDIA, notebooks, read

pytestmark = pytest.mark.reach

# Whoever shows this without care runs the one or the other.
PLANTED = """<script>window.ran = "script"</script><img src="data:," alt="" onerror="window.ran = 'picture'">"""


class Active(HTMLParser):
    """Collects what of a piece of HTML could run, or ask for something."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag in {"script", "style", "link", "iframe", "object", "embed", "form", "base", "meta", "svg"}:
            self.found.append(tag)
        for name, value in attributes:
            fetched = name in {"src", "srcset", "href"} and not re.match(r"#|data:image/png;", value or "")
            if name.startswith("on") or fetched:
                self.found.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("html", [PLANTED, "<svg></svg>", "<a href='javascript:1'>", "<img src='//example.org/a.png'>"])
def test_what_could_run_is_seen(html):
    assert Active(html).found


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_stored_output_could_run_or_ask_for_anything(path):
    for cell in read(path).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert data.keys() <= set(MEDIA)
            assert Active("".join(data.get("text/html", ""))).found == []


@pytest.fixture(scope="module")
def opened(browser, served, tmp_path_factory):  # noqa: F811
    """Lesson 4.1 with something planted below its figure, opened by somebody who never saw it before."""
    notebook = nbformat.read(LESSON, as_version=4)
    output = next(cell.outputs[-1] for cell in notebook.cells if FIGURE in cell.source)
    output.data["text/html"] += PLANTED
    file = tmp_path_factory.mktemp("untrusted") / "from-somebody.ipynb"
    nbformat.write(notebook, file)
    with page(browser, viewport={"width": 1400, "height": 1000}) as tab:
        served(tab, file)
        tab.evaluate(SHOW, FIGURE)
        tab.wait_for_selector(".jp-OutputArea img[alt*='computation graph']")
        yield tab


def test_it_opens_untrusted_and_nothing_runs(opened):
    assert opened.evaluate("jupyterapp.shell.currentWidget.content.activeCell.model.trusted") is False
    assert opened.evaluate("window.ran") is None and opened.locator(".nn-figure").count() == 0
    assert opened.foreign == []


def test_no_cell_has_run(opened):
    opened.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
    assert python(opened, "print(In[1:-1], 'live' in globals())") == "[] False"


def test_its_pictures_can_be_seen(opened):
    picture = opened.locator(".jp-OutputArea img[alt*='computation graph']")
    assert picture.evaluate("(e) => e.complete && e.naturalWidth > 300 && e.getBoundingClientRect().width > 300")


def test_trusted_and_run_it_lives(opened):
    opened.evaluate("void jupyterapp.commands.execute('notebook:trust')")
    opened.locator(".jp-Dialog").get_by_role("button", name="Trust").click()
    opened.wait_for_function("window.ran")              # what was planted: before, it was held back and not harmless
    run_all(opened, FIGURE)
    assert opened.locator(".nn-figure").get_by_role("slider").count() > 0 and opened.foreign == []
