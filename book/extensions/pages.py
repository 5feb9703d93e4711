"""What a page of the book needs around its text: navigation, the palette, and a script only where a figure lives."""
import re
import shutil
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes

from nnlib.look import palette

BOOK = Path(__file__).parents[1]
LIVE = BOOK.parent / "nnlib" / "live" / "static"
ICON = "data:image/svg+xml," + quote((BOOK / "static" / "icon.svg").read_text(encoding="utf-8"))
STARS = re.compile(r"\s+[★☆]+.*")


def parts(app, page):
    """The parts of the book and their pages, as the table of contents lists them; `here` is the page shown."""
    for tree in app.env.get_doctree(app.config.root_doc).findall(addnodes.toctree):
        pages = [{"title": title or app.env.titles[name].astext(), "name": name, "here": name == page}
                 for title, name in tree["entries"] if name in app.env.titles]
        yield {"caption": tree.get("caption") or "", "pages": pages, "open": any(entry["here"] for entry in pages)}


def sections(app, page):
    """The sections of a page: title and anchor."""
    for outline in app.env.tocs.get(page, nodes.bullet_list()).children[:1]:
        for item in (item for inner in outline[1:] for item in inner if isinstance(item, nodes.list_item)):
            link = next(item.findall(nodes.reference))
            yield {"title": STARS.sub("", link.astext()), "anchor": link["anchorname"]}


def surround(app, page, template, context, doctree):
    body = context.get("body") or ""
    context["parts"] = list(parts(app, page))
    context["sections"] = list(sections(app, page))
    context["part"] = next((part["caption"] for part in context["parts"] if part["open"]), "")
    context["mark"] = ICON                              # within the page: one file less to ask for
    context["dark_figure"] = palette.svg_filter()
    context["live"] = "nn-live" in body
    context["figures"], context["playground"] = " data-live='" in body, " data-playground='" in body
    context["notebook"] = page in app.env.titles and app.env.doc2path(page).endswith(".ipynb")
    context["body"] = body.replace(' aria-label="Toggle hidden content"', "")   # it would hide the words it stands on


def supply(app, error):
    """Give the site its static files: the book's own, the palette, and the script and style of the live figures.

    Sphinx would copy `html_static_path` too, but not in a build that changes no page.
    """
    if app.builder.format != "html" or error:
        return
    static = Path(app.outdir) / "_static"
    for folder in (BOOK / "static", LIVE):
        shutil.copytree(folder, static, dirs_exist_ok=True)
    style = static / "book.css"                         # with the palette, so that a page asks for one file
    style.write_text(palette.css() + style.read_text(encoding="utf-8"), encoding="utf-8")
    (Path(app.outdir) / ".nojekyll").touch()            # or GitHub Pages leaves out folders that begin with _


def setup(app):
    for unused in ("comments_config", "use_jupyterbook_latex"):     # set by Jupyter Book for extensions left out here
        app.add_config_value(unused, None, "")
    app.connect("html-page-context", surround, priority=900)
    app.connect("build-finished", supply)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
