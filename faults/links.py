"""Links that lead nowhere, in the built pages and in what they are built from, and works cited that no list has."""
import random
import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import test_page_ways as ways
import test_references as references
from book_pages import PAGES, listed
from tools.notebooks import read, text

from . import ROOT, Fault

SITE = ROOT / "_build" / "html"
SOURCES = ("_config.yml", "_toc.yml", "book", "lessons", "nnlib")
WRITTEN = {                             # what nobody should write in Markdown
    "a link to a page that is not there": "[no page](no-page-{}.md)",
    "a link to a place that is not there": "[no place](#no-place-{})",
    "a picture that is not there": "![A picture of nothing.](no-picture-{}.png)",
}


def planted(most=None):
    return [*in_pages(most), *in_sources(most), *in_citations(most)]


# ---- in the built pages: the test of their links judges ----


def in_pages(most):
    """In each page one link of each kind is changed."""
    rng = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        site = shutil.copytree(SITE, Path(folder) / "html")
        for kind, changed in CHANGED.items():
            for name in PAGES[:most]:
                page, number = (site / name).read_text(encoding="utf-8"), count()
                links = {link: changed(link) for link in ways.read(site / name).links if ours(link, page)}
                if links := sorted((link, other) for link, other in links.items() if other):
                    link, other = rng.choice(links)
                    copy = (site / name).with_suffix(f".{kind.replace(' ', '-')}.html")
                    copy.write_text(page.replace(written(link), written(other), 1), encoding="utf-8")
                    found = ways.broken(site, copy.relative_to(site).as_posix())
                    yield Fault(f"{kind}, in a built page", f"{name}: {other}", found == [other])


def ours(link, page):
    """Whether a link leads to a page or place of the book, and stands in the page as it would be written."""
    return not urlsplit(link).netloc and "#play=" not in link and written(link) in page


def written(link):
    return f'"{escape(link)}"'


def another_path(link):
    return urlsplit(link)._replace(path=f"gone/{urlsplit(link).path}").geturl()


CHANGED = {
    "a link to no page": lambda link: ".html" in link and another_path(link),
    "a link to no place": lambda link: "#" in link and f"{link}-gone",
    "a file that is not there": lambda link: ".html" not in link and "#" not in link and another_path(link),
}


# ---- in the sources: the build, where a warning is an error, judges ----


def in_sources(most):
    """In each lesson and page one of each kind is written, and the book is built once."""
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, Path(folder) / name)
        pages = listed()[:most]
        for number, page in enumerate(pages):
            append(Path(folder) / page, "\n\n".join(wrong.format(number) for wrong in WRITTEN.values()))
        build = [Path(sys.executable).with_name("jupyter-book"), "build", "--quiet", "-W", "--keep-going", folder]
        told = subprocess.run(build, cwd=folder, capture_output=True, text=True)
    for kind, wrong in WRITTEN.items():
        for number, page in enumerate(pages):
            target = re.search(r"no-\w+-\{\}", wrong)[0].format(number)
            named = re.search(rf"{re.escape(page)}\..*WARNING.*{target}\b", told.stderr)
            yield Fault(f"{kind}, in a lesson or a page's Markdown", f"{page}: {target}", bool(named and told.returncode))


def append(page, markdown):
    """Write a paragraph at the end of a page."""
    if (path := page.with_suffix(".md")).exists():
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{markdown}\n", encoding="utf-8")
    else:
        path = page.with_suffix(".ipynb")
        notebook = read(path)
        last = [cell for cell in notebook.cells if cell.cell_type == "markdown"][-1]
        last.source += f"\n\n{markdown}"
        path.write_text(text(notebook), encoding="utf-8")


# ---- in what is cited: the test of the references judges ----


def in_citations(most):
    """Each citation in nnlib and in the notebooks is given another year."""
    for source in references.texts():
        for found in list(references.CITED.finditer(source))[:most]:
            author, year = found.groups()
            other = str(int(year) + 30)
            changed = source[:found.start(2)] + other + source[found.end(2):]
            yield Fault("a citation with another year", f"{author} {other}", (author, other) in references.missing([changed]))
