"""The page about the library: what autodoc finds in the source, its docstrings taken as the plain text that they are."""
import re

MARKS = re.compile(r"([*|_\\])")        # what reStructuredText would take for markup, in formulas and names
LISTING = re.compile(r":\n\n(?= )")     # a colon, and then an indented block: code


def plain(app, what, name, thing, options, lines):
    """Escape a docstring; only `code` between backticks and indented code mean something."""
    text, *listing = LISTING.split("\n".join(lines), maxsplit=1)
    parts = text.split("`")
    parts[::2] = [MARKS.sub(r"\\\1", part) for part in parts[::2]]
    lines[:] = "::\n\n".join(["``".join(parts), *listing]).split("\n")


def without_words(app, what, name, thing, skip, options):
    """Leave out plain attributes: what they are stands in the docstring of their class."""
    return skip or what == "class" and not callable(thing)


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-skip-member", without_words)
    app.connect("autodoc-process-docstring", plain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
