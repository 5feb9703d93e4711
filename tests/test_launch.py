"""Where a notebook can be run: no links before the book has an address, the right ones after, and a word for one alone."""
import json
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
import yaml

from browser import ROOT

sys.path.append(str(ROOT / "book" / "extensions"))
from launch import alone, links  # noqa: E402

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
