"""Where a page's notebook can be run: links to Binder, Colab and a class's JupyterHub, and a word for one downloaded alone.

The links are off until `_config.yml` says where the book is kept: `book_repository` (its address on GitHub) turns on
Binder and Colab, and with `book_hub` (the address of a JupyterHub with nbgitpuller) a class's own link comes too.
"""
import json
import re
from pathlib import Path
from urllib.parse import quote, urlencode

BRANCH = "main"
GITHUB = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?")
ALONE = """\
import importlib.util

if importlib.util.find_spec("nnlib") is None:
    raise ModuleNotFoundError("nnlib is the book's own library: {how}")"""


def links(repository, hub, notebook):
    """(name, address) of each place that can run a notebook, a path in the repository. ValueError for a wrong address."""
    if not repository:
        return []
    if not (found := GITHUB.fullmatch(repository)):
        raise ValueError(f"book_repository in _config.yml is an address such as https://github.com/OWNER/NAME, "
                         f"not {repository!r}")
    owner, name = found.groups()
    path = quote(notebook)
    places = [("Binder", f"https://mybinder.org/v2/gh/{owner}/{name}/{BRANCH}?urlpath=lab/tree/{path}"),
              ("Colab", f"https://colab.research.google.com/github/{owner}/{name}/blob/{BRANCH}/{path}")]
    if hub:
        places.append(("Your class", pull(hub, f"https://github.com/{owner}/{name}", notebook)))
    return places


def pull(hub, repository, notebook):
    """The link that brings the newest book into a student's own folder on a JupyterHub and opens a notebook of it."""
    name = repository.rsplit("/", 1)[-1]
    asked = urlencode({"repo": repository, "branch": BRANCH, "urlpath": f"lab/tree/{name}/{notebook}"})
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{asked}"


def install(repository):
    """The command that installs nnlib from where the book is kept."""
    return f"pip install git+{repository.removesuffix('.git')}"


def alone(notebook, repository):
    """A notebook's text with a code cell before all others that says how to get nnlib where it is missing."""
    how = (install(repository) if repository else
           "open this notebook in the folder of the book, or there run: pip install .")
    found = json.loads(notebook)
    cell = {"cell_type": "code", "execution_count": None, "id": "needs-nnlib", "metadata": {"tags": ["hide-input"]},
            "outputs": [], "source": ALONE.format(how=how).splitlines(keepends=True)}
    first = next(place for place, other in enumerate(found["cells"]) if other["cell_type"] == "code")
    found["cells"].insert(first, cell)
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def show(app, page, template, context, doctree):
    """Give a page's template the links of its notebook."""
    source = Path(app.env.doc2path(page, base=False)).as_posix() if page in app.env.titles else ""
    if source.endswith(".ipynb"):
        context["launch"] = links(app.config.book_repository, app.config.book_hub, source)
        context["install"] = install(app.config.book_repository)        # Colab opens the notebook and not its folder


def supply(app, error):
    """Make the notebooks that pages offer for download able to speak for themselves."""
    if app.builder.format != "html" or error:
        return
    for source in Path(app.outdir, "_sources").rglob("*.ipynb"):
        original = Path(app.srcdir, source.relative_to(Path(app.outdir, "_sources")))
        source.write_text(alone(original.read_text(encoding="utf-8"), app.config.book_repository), encoding="utf-8")


def setup(app):
    app.add_config_value("book_repository", "", "html")
    app.add_config_value("book_hub", "", "html")
    app.connect("html-page-context", show)
    app.connect("build-finished", supply)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
