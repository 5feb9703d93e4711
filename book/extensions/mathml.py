"""Equations: TeX becomes MathML while the book is built, each symbol in the colour of what it stands for.

Temml (temml.min.js, MIT licence beside it) does the conversion, run by the mini-racer package; so a page needs no
script to show an equation, and screen readers get the real thing. Symbols get the classes `t-weight`, `t-input` ... of
nnlib/look/palette.py.
"""
import atexit
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from functools import lru_cache
from pathlib import Path

from docutils import nodes
from sphinx.errors import SphinxError

TERMS = {"x": "input", "X": "input", "w": "weight", "W": "weight", "b": "bias",
         "a": "activation", "ŷ": "activation", "L": "loss"}
OPERATORS = ("∂", "d", "∇")             # before L they make a gradient
INDEX = re.compile(r"\(.*\)|′+")        # a superscript that belongs to the name: W^{(1)}, w'

CONVERT = """(tex, display) => {
    try { return JSON.stringify({html: temml.renderToString(tex, {displayMode: display, throwOnError: true})}); }
    catch (error) { return JSON.stringify({error: error.message}); }
}"""


class MathError(SphinxError):
    category = "TeX"


@lru_cache(maxsize=1)
def engine():
    from py_mini_racer import MiniRacer
    racer = MiniRacer()
    atexit.register(racer.close)        # left to Python 3.13's own end, it would wait for its thread for ever
    racer.eval((Path(__file__).parent / "temml.min.js").read_text(encoding="utf-8"))
    return racer


def text(element) -> str:
    """What an element says, its letters plain whatever their style: a bold 𝐰 is a w."""
    return unicodedata.normalize("NFKC", "".join(element.itertext())).replace("\u2061", "").strip()


def symbol(element) -> str:
    """The symbol that an element shows, without indices, exponents and accents; ŷ keeps its hat."""
    if element.tag in ("msub", "msup", "msubsup"):
        return symbol(element[0])
    if element.tag == "mover":
        hat = "ˆ" in "".join(element[1].itertext())
        return "ŷ" if hat and symbol(element[0]) == "y" else symbol(element[0])
    if element.tag == "mrow":
        inside = [child for child in element if child.tag != "mspace"]
        return symbol(inside[0]) if len(inside) == 1 else ""
    return text(element) if element.tag in ("mi", "mo") else ""


def mark(element, term):
    element.set("class", f"{element.get('class', '')} t-{term}".strip())


def mark_name(element, term):
    """Colour a symbol with its indices, but not an exponent."""
    if element.tag in ("msup", "msubsup") and not INDEX.fullmatch(text(element[-1])):
        for part in element[:-1]:
            mark(part, term)
        colour(element[-1])
    else:
        mark(element, term)


def is_change_of_loss(row) -> bool:
    return len(row) > 1 and symbol(row[0]) in OPERATORS and symbol(row[1]) == "L"


def gradient_length(row) -> int:
    """How many elements at the start of `row` write a gradient on one line: ∂L/∂w, ∇L, {∂L}/{∂w}; 0 if none do."""
    if row[0].tag == "mrow" and len(row[0]) == 2 and is_change_of_loss(row[0]):
        return 3 if len(row) > 2 and symbol(row[1]) == "/" else 1
    if is_change_of_loss(row):
        return 5 if len(row) > 4 and symbol(row[2]) == "/" else 2
    return 0


def colour(element):
    """Give the symbols in `element` the class of their kind; a derivative of the loss is one thing, coloured whole."""
    children = list(element)
    if element.tag == "mfrac" and is_change_of_loss(children[0]):
        mark(element, "gradient")
    elif symbol(element) in TERMS:
        mark_name(element, TERMS[symbol(element)])
    else:
        while children:
            length = gradient_length(children)
            for child in children[:length]:
                mark(child, "gradient")
            if not length:
                colour(children[0])
            children = children[length or 1:]


def set_primes(root):
    """Put a prime after its letter: fonts draw it small and high already, and browsers shrink superscripts further."""
    for element in root.iter("msup"):
        if text(element[1]).strip("′") == "":
            element.tag = "mrow"


def set_roots(root):
    """Hold up the bar of every root as a tall letter would: Chromium lets it touch what is low, such as an n."""
    for element in root.iter("msqrt"):
        element.insert(0, ET.Element("mspace", height="0.72em", depth="0.12em"))


@lru_cache(maxsize=None)
def mathml(tex: str, display: bool) -> str:
    """The MathML of a formula, coloured; ValueError with Temml's reason if it is not TeX that Temml knows."""
    result = json.loads(engine().eval(f"({CONVERT})({json.dumps(tex)}, {json.dumps(display)})"))
    if "error" in result:
        raise ValueError(result["error"].strip())
    root = ET.fromstring(result["html"])
    colour(root)
    set_primes(root)
    set_roots(root)
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def rendered(translator, node, display):
    try:
        return mathml(node.astext(), display)
    except ValueError as error:
        page = translator.builder.current_docname
        raise MathError(f"page {page}, formula {node.astext().strip()!r}: {error}") from None


def visit_math(translator, node):
    translator.body.append(f'<span class="math">{rendered(translator, node, False)}</span>')
    raise nodes.SkipNode


def visit_math_block(translator, node):
    anchor = f' id="{node["ids"][0]}"' if node["ids"] else ""
    number = f'<span class="eqno">({node["number"]})</span>' if node.get("number") else ""
    translator.body.append(f'<div class="math"{anchor}>{rendered(translator, node, True)}{number}</div>\n')
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
