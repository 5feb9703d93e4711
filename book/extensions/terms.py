"""The index: every term of the glossary with the places where it is taught, and the names of the library.

A lesson marks such a place by linking the term to the glossary, `[gradient](../../book/glossary.md#gradient)`.
"""
import re
from itertools import groupby

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

GLOSSARY, API, INDEX = "book/glossary", "book/api", "book/index"
NUMBER = re.compile(r"\d+(\.\d+)?")     # of a chapter or lesson, at the start of its title


def mark(app, doctree):
    """Give the first link of a lesson to each term an anchor, and keep the terms."""
    page = app.env.docname
    if not page.startswith("lessons/"):
        return
    first = {}
    for mention in doctree.findall(addnodes.pending_xref):
        if mention["reftarget"] == GLOSSARY and mention.get("reftargetid"):
            first.setdefault(mention["reftargetid"], mention)
    for term, mention in first.items():
        mention.parent.insert(mention.parent.index(mention), nodes.target(ids=[f"term-{term}"]))
    app.env.metadata[page]["terms"] = list(first)


class Index(nodes.General, nodes.Element):
    """Where the index is to stand."""


class IndexDirective(SphinxDirective):
    def run(self):
        return [Index()]


def link(app, name, anchor, label):
    return make_refnode(app.builder, INDEX, name, anchor, nodes.Text(label))


def number(app, name):
    """What a page is called in the index: its number, or its title if it has none."""
    title = app.env.titles[name].astext()
    found = NUMBER.match(title)
    return found[0] if found else title


def terms(app):
    """Each term of the glossary, as (what it is sorted by, how it is written, its links), lessons first."""
    found = {}
    for page, known in sorted(app.env.metadata.items()):
        for term in known.get("terms", ()):
            found.setdefault(term, []).append(link(app, page, f"term-{term}", number(app, page)))
    headings = app.env.metadata[GLOSSARY]["myst_slugs"]
    for term, places in found.items():
        _, anchor, name = headings[term]
        yield name, nodes.Text(name), [*places, link(app, GLOSSARY, anchor, "glossary")]


def names(app):
    """The functions and classes of the library, likewise."""
    for name, thing in app.env.get_domain("py").objects.items():
        if thing.docname == API and thing.objtype in ("class", "function"):
            module, _, own = name.rpartition(".")
            yield own, nodes.literal(own, own), [link(app, API, thing.node_id, module)]


def fill(app, doctree, page):
    """Write the index, letter by letter."""
    for empty in list(doctree.findall(Index)):
        entries = sorted([*terms(app), *names(app)], key=lambda entry: (entry[0].casefold(), entry[0]))
        letters = []
        for letter, group in groupby(entries, lambda entry: entry[0][0].upper()):
            rows = nodes.bullet_list("", *(row(written, links) for _, written, links in group))
            anchor = f"letter-{letter.lower()}"
            letters.append(nodes.section("", nodes.title(letter, letter), rows, ids=[anchor], classes=["letter"]))
        empty.replace_self(letters)


def row(written, links):
    places = [part for place in links for part in (nodes.Text(" "), place)]
    return nodes.list_item("", nodes.paragraph("", "", written, *places))


def always(app, env):
    """The index is written whichever page has changed."""
    return [INDEX]


def setup(app):
    app.add_node(Index)
    app.add_directive("index-of-terms", IndexDirective)
    app.connect("doctree-read", mark)
    app.connect("doctree-resolved", fill)
    app.connect("env-updated", always)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
