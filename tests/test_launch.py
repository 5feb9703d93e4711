"""Where a notebook can be run: no links before the book has an address, the right ones after, and a word for one alone."""
import json
import re
import subprocess
import sys
from types import ModuleType, SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import nbformat
import numpy as np
import pytest
import yaml
from jinja2 import Environment, FileSystemLoader

from browser import ROOT
from nnlib import live
from tools.notebooks import WIDGET
from tools.wheels import PYTHONS

sys.path.append(str(ROOT / "book" / "extensions"))
from launch import alone, links, show  # noqa: E402

LESSON = "lessons/04_backprop/01_by_hand.ipynb"
ADDRESS = "https://github.com/someone/how-networks-learn"


def test_without_an_address_there_are_no_links(site):
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    assert settings["book_repository"] == settings["book_hub"] == "" and links("", "", LESSON) == []
    assert "Run it in" not in (site / LESSON).with_suffix(".html").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "/", ADDRESS + ".git"])
def test_with_an_address_binder_and_colab_open_the_notebook(address):
    binder, colab = links(address, "", LESSON)
    assert binder == ("Binder", f"https://mybinder.org/v2/gh/someone/how-networks-learn/main?urlpath=lab/tree/{LESSON}")
    assert colab[1] == f"https://colab.research.google.com/github/someone/how-networks-learn/blob/main/{LESSON}"


def test_a_class_pulls_the_book_into_its_hub():
    name, link = links(ADDRESS, "https://hub.example.org/", LESSON)[-1]
    parts = urlsplit(link)
    assert name == "Your class" and parts.netloc == "hub.example.org"
    assert parts.path == "/hub/user-redirect/git-pull"
    assert parse_qs(parts.query) == {"repo": [ADDRESS], "branch": ["main"],
                                     "urlpath": [f"lab/tree/how-networks-learn/{LESSON}"]}


def test_the_page_says_what_colab_needs_first():
    """Colab opens a notebook from its repository, and neither nnlib nor the word for one downloaded comes with it."""
    app = SimpleNamespace(env=SimpleNamespace(titles={"page"}, doc2path=lambda page, base: LESSON),
                          config=SimpleNamespace(book_repository=ADDRESS, book_hub=""))
    context = {"pathto": lambda *_: ""}
    show(app, "page", "page.html", context, None)
    layout = Environment(loader=FileSystemLoader(ROOT / "book" / "templates")).get_template("layout.html")
    foot = re.sub(r"<.*?>", "", layout.render(context).partition('<footer class="foot">')[2])
    assert f"Run it in Binder, Colab. In Colab, run %pip install git+{ADDRESS} first." in " ".join(foot.split())


def test_in_colab_a_live_figure_brings_what_widgets_need_there(monkeypatch):
    colab = ModuleType("google.colab.output")
    colab._widgets, asked = SimpleNamespace(_installed_url="https://example.org/manager.js"), []
    colab.enable_custom_widget_manager = lambda: asked.append("once")
    monkeypatch.setitem(sys.modules, "google.colab.output", colab)
    w = live.slider("w", -1, 1, 0.5)
    figure = live.figure(live.line([0, 1], w * np.arange(2.0)), alt="A line from 0 to w.")
    data, metadata = figure._repr_mimebundle_()
    assert asked == ["once"] and data["text/html"].startswith("<figure")
    assert metadata[WIDGET] == {"colab": {"custom_widget_manager": {"url": "https://example.org/manager.js"}}}


def test_a_wrong_address_is_named():
    with pytest.raises(ValueError, match=r"https://github.com/OWNER/NAME, not 'example.org/book'"):
        links("example.org/book", "", LESSON)


def test_every_notebook_for_download_says_how_to_get_nnlib(site):
    offered = sorted((site / "_sources").rglob("*.ipynb"))
    assert len(offered) > 20
    for path in offered:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        original = nbformat.read(ROOT / path.relative_to(site / "_sources"), as_version=4)
        first = next(cell for cell in notebook.cells if cell.cell_type == "code")
        notebook.cells.remove(first)
        assert first.id == "needs-nnlib" and notebook.cells == original.cells


@pytest.mark.parametrize("address, how", [
    ("", "open this notebook in the folder of the book, or there run: pip install ."),
    (ADDRESS, f"pip install git+{ADDRESS}"),
])
def test_the_last_line_of_its_error_is_the_way_out(address, how, tmp_path):
    text = (ROOT / LESSON).read_text(encoding="utf-8")
    cells = json.loads(alone(text, address))["cells"]
    first = "".join(next(cell["source"] for cell in cells if cell["id"] == "needs-nnlib"))
    run = subprocess.run([sys.executable, "-S", "-I", "-c", first], cwd=tmp_path, capture_output=True, text=True)
    assert run.stderr.splitlines()[-1] == f"ModuleNotFoundError: nnlib is the book's own library: {how}"
    here = subprocess.run([sys.executable, "-c", first], cwd=ROOT, capture_output=True, text=True)
    assert (here.returncode, here.stderr) == (0, "")


def test_binder_installs_what_a_reader_has():
    wanted = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8").split()
    assert wanted == ["-r", "../requirements.txt"]
    assert (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-") in PYTHONS


def test_the_dev_container_is_made_by_make_and_has_the_extensions_that_vs_code_recommends():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    recommended = json.loads((ROOT / ".vscode" / "extensions.json").read_text(encoding="utf-8"))["recommendations"]
    assert container["image"].rpartition(":")[2] in PYTHONS
    command = [*container["postCreateCommand"].split(), "--dry-run"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0
    assert container["customizations"]["vscode"]["extensions"] == recommended
