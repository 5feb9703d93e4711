"""The look: colours that every eye can read and tell apart, equations coloured by symbol, boxes made of Markdown."""
import itertools
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from html import unescape
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from docutils import nodes

from nnlib import live, look
from nnlib.look import palette
from tools.notebooks import notebooks, read

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "book" / "extensions"))

import boxes  # noqa: E402
import mathml  # noqa: E402

THEMES = ("light", "dark")
TEXT_GROUNDS = ("paper", "card", "wash", "predict-wash", "wrong-wash")


def srgb(colour):
    return np.array([int(colour[i:i + 2], 16) for i in (1, 3, 5)]) / 255


def linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """WCAG 2's contrast ratio, 1 to 21."""
    low, high = sorted(float(linear(rgb) @ [0.2126, 0.7152, 0.0722]) for rgb in (one, other))
    return (high + 0.05) / (low + 0.05)


def dark_map(colour):
    matrix = np.array(palette.DARK_MAP)
    return np.clip(matrix[:, :3] @ srgb(colour) + matrix[:, 3], 0, 1)


# What an eye without one kind of cone sees, on linear RGB: severity 1 of Machado, Oliveira and Fernandes, "A
# Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009.
SIGHT = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_CONES = [[0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005]]
TO_OKLAB = [[0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660]]


def oklab(rgb, sight="normal"):
    """The colour as that eye sees it, in Ottosson's OKLab, where equal distances look about equally large."""
    seen = np.clip(np.array(SIGHT[sight]) @ linear(rgb), 0, 1)
    return np.array(TO_OKLAB) @ np.cbrt(np.array(TO_CONES) @ seen)


def distance(one, other, sight="normal"):
    return float(np.linalg.norm(oklab(one, sight) - oklab(other, sight)))


def theme(name):
    return {key: srgb(value) for key, value in palette.variables(name).items() if value.startswith("#")}


# --- The palette -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read_wherever_it_stands(name):
    colours = theme(name)
    stands = {"ink": (*TEXT_GROUNDS, "select"), "ink-2": TEXT_GROUNDS, "accent": ("paper",),
              "predict": ("predict-wash",), "wrong": ("wrong-wash", "paper")}
    stands |= {key: ("wash", "paper") for key in colours if key.startswith("code-")}
    stands |= {f"t-{term}": TEXT_GROUNDS for term in palette.LIGHT}
    pairs = [(ink, ground) for ink, grounds in stands.items() for ground in grounds]
    ratios = {(ink, ground): contrast(colours[ink], colours[ground]) for ink, ground in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if not ratio >= 4.5} == {}


@pytest.mark.parametrize("name", THEMES)
def test_lines_and_points_can_be_seen(name):
    colours = theme(name)
    drawn = ["rule-2", "focus", "predict", "wrong", "class-0", "class-1", *(f"t-{term}" for term in palette.LIGHT)]
    ratios = {(key, ground): contrast(colours[key], colours[ground]) for ground in ("paper", "card") for key in drawn}
    assert {pair: ratio for pair, ratio in ratios.items() if not ratio >= 3} == {}


# How far apart two colours must be: 0.02 in OKLab is what can just be noticed (CSS Color 4). Thin strokes need more:
# five times that, and for eyes without a kind of cone, to which form speaks too, more than two and a half times.
LEAST = {sight: 0.10 if sight == "normal" else 0.055 for sight in SIGHT}


@cache
def alike(one, other):
    """The themes and eyes in which two colours are not far enough apart."""
    return [(name, sight) for name, sight in itertools.product(THEMES, SIGHT)
            if not distance(theme(name)[one], theme(name)[other], sight) > LEAST[sight]]


@pytest.mark.parametrize("one, other", [*itertools.combinations(palette.LIGHT, 2)])
def test_no_two_terms_look_alike_to_any_eye(one, other):
    assert alike(f"t-{one}", f"t-{other}") == []


@pytest.mark.parametrize("term", palette.LIGHT)
def test_no_term_looks_like_ink(term):
    assert alike(f"t-{term}", "ink") == []


def test_muted_points_are_rings_where_a_term_may_look_as_grey_as_they():
    assert any(alike(f"t-{term}", "ink-2") for term in palette.LIGHT)
    drawn = plt.figure().add_subplot()
    for term in ("muted", *palette.LIGHT):
        live.points([0, 1], [0, 1], term=term).draw(drawn)
    ring, *discs = ((line.get_mfc(), line.get_mec(), line.get_mew()) for line in drawn.lines)
    plt.close()
    assert ring[0] == "white" != ring[1] and ring[2] > 0 and all(face == edge for face, edge, _ in discs)


def test_positive_and_negative_weights_look_different():
    assert alike("t-weight", "wrong") == []


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", THEMES)
def test_the_two_classes_are_far_apart_to_every_eye(name, sight):
    assert distance(*(srgb(colour) for colour in palette.CLASSES[name]), sight) > 0.2


@pytest.mark.parametrize("term", palette.LIGHT)
def test_a_dark_term_is_the_dark_figure_of_the_light_one(term):
    assert np.abs(dark_map(palette.LIGHT[term]) - srgb(palette.DARK[term])).max() * 255 < 1


def test_in_the_dark_a_figures_white_is_the_paper_and_its_black_can_be_read():
    paper = theme("dark")["paper"]
    assert np.abs(dark_map("#ffffff") - paper).max() * 255 < 1
    ratios = {ink: contrast(dark_map(palette.PAGE[ink][0]), paper) for ink in ("ink", "ink-2", "rule-2")}
    assert ratios["ink"] >= 4.5 and ratios["ink-2"] >= 4.5 and ratios["rule-2"] >= 3, ratios


@pytest.mark.parametrize("number", (0, 1))
def test_in_the_dark_the_points_of_a_figure_keep_the_colour_of_their_class(number):
    drawn, page = dark_map(palette.CLASSES["light"][number]), srgb(palette.CLASSES["dark"][number])
    other = srgb(palette.CLASSES["dark"][1 - number])
    assert distance(drawn, page) < distance(drawn, other) / 2 and contrast(drawn, theme("dark")["paper"]) >= 3


def test_the_style_sheet_names_every_colour_in_both_themes():
    sheet = palette.css()
    for name, (light, dark) in palette.PAGE.items():
        assert f"--{name}: {light};" in sheet and f"--{name}: {dark};" in sheet
    for term in palette.LIGHT:
        assert f".t-{term} {{ color: var(--t-{term}); }}" in sheet


def test_the_filter_of_the_page_is_the_dark_map():
    values = palette.svg_filter().split('values="')[1].split('"')[0].split()
    matrix = np.array(values, float).reshape(4, 5)
    assert np.allclose(matrix[:3, [0, 1, 2, 4]], palette.DARK_MAP) and np.allclose(matrix[3], [0, 0, 0, 1, 0])


# --- Figures ---------------------------------------------------------------------------------------------------------

def test_the_look_is_light_to_import_and_works_in_a_plain_script():
    script = """
import sys
from nnlib.look import CLASSES, TERM, use_style
assert "matplotlib" not in sys.modules
import matplotlib
matplotlib.use("agg")
use_style()
import io
import matplotlib.pyplot as plt
from matplotlib.font_manager import findfont, fontManager
assert findfont(plt.rcParams["font.family"][0]).endswith("SourceSans3-Regular.ttf")
known = len(fontManager.ttflist)
use_style()
assert len(fontManager.ttflist) == known
figure = plt.figure()
figure.text(0.1, 0.5, "loss, \\u0177, \\u03b7 and \\u2202", weight="bold")
figure.savefig(io.BytesIO())
"""
    run = subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


KNOWN = {value for name in THEMES for value in palette.variables(name).values()}
HEX = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)
SHEETS = [ROOT / "book" / "static" / "book.css", *sorted((ROOT / "nnlib" / "live" / "js").rglob("*.css"))]
SCRIPTS = [ROOT / "book" / "static" / "book.js", *sorted((ROOT / "nnlib" / "live" / "js").rglob("*.js"))]
PICTURES = sorted((ROOT / "book" / "static").rglob("*.svg"))
TEMPLATES = sorted((ROOT / "book" / "templates").glob("*.html"))


def relative(path):
    return str(path.relative_to(ROOT))


def test_figures_take_their_colours_from_the_palette():
    assert look.TERM == palette.LIGHT and look.CLASSES == palette.CLASSES["light"]
    style = (ROOT / "nnlib" / "look" / "lessons.mplstyle").read_text()
    inks = {palette.PAGE[ink][0] for ink in ("ink", "ink-2", "rule", "rule-2")}
    assert {f"#{hexes}" for hexes in re.findall(r"\b[0-9a-f]{6}\b", style)} == {*inks, *look.CLASSES}


@pytest.mark.parametrize("path", [*SHEETS, *SCRIPTS, *PICTURES, *TEMPLATES], ids=relative)
def test_no_page_figure_or_icon_has_a_colour_of_its_own(path):
    own = {colour for colour in HEX.findall(path.read_text(encoding="utf-8")) if colour not in KNOWN}
    assert own <= {"#fff"}                  # paper that one prints on


def test_every_variable_that_a_style_uses_is_set():
    """By the palette, by a style, or by a figure for itself."""
    def found(pattern, paths):
        return {name for path in paths for name in re.findall(pattern, path.read_text(encoding="utf-8"))}

    figures = [*SCRIPTS, ROOT / "book" / "gallery.ipynb"]
    used = found(r"var\(--([\w-]+)\)", [*SHEETS, *SCRIPTS])
    assert used - found(r"--([\w-]+):", SHEETS) - found(r"--([\w-]+)", figures) <= set(palette.variables("light"))


def colours_of(mark):
    """The names of the colours that a mark of a live figure is drawn in."""
    if "group" in mark:
        return ["class-0", "class-1"]
    return [{"ink": "ink", "muted": "ink-2"}.get(term, f"t-{term}") for term in [mark.get("term", "ink")]]


def panels(path):
    """The marks of every panel of every live figure of a notebook; a heat map and words are no marks."""
    outputs = [output for cell in read(path).cells for output in cell.get("outputs", [])]
    for html in (output.get("data", {}).get("text/html", "") for output in outputs):
        for spec in re.findall("data-live='([^']*)'", html):
            for panel in json.loads(unescape(spec)).get("panels", []):
                yield [mark for mark in panel.get("marks", []) if mark["kind"] not in ("heatmap", "text")]


@pytest.mark.parametrize("path", notebooks(), ids=relative)
def test_where_colours_of_a_figure_look_alike_to_some_eye_form_tells_its_marks_apart(path):
    """By kind, dash, size or a label."""
    for one, other in (pair for marks in panels(path) for pair in itertools.combinations(marks, 2)):
        if all(one.get(form) == other.get(form) for form in ("kind", "dash", "size", "label")):
            for pair in itertools.product(colours_of(one), colours_of(other)):
                assert pair[0] == pair[1] or alike(*pair) == []


# --- Equations -------------------------------------------------------------------------------------------------------

def coloured(tex):
    """The coloured parts of a formula, as (what it shows, term), in order."""
    root = mathml.ET.fromstring(mathml.mathml(tex, False))
    return [(mathml.text(element), element.get("class").split("t-")[-1])
            for element in root.iter() if "t-" in element.get("class", "") and "tml-" not in element.get("class")]


@pytest.mark.parametrize("tex, expected", [
    ("x", [("x", "input")]),
    ("x_1", [("x1", "input")]),
    (r"\mathbf{x}", [("x", "input")]),
    (r"\boldsymbol{w}", [("w", "weight")]),
    ("X W^{\\top} + b", [("X", "input"), ("W", "weight"), ("b", "bias")]),
    ("W^{(1)}", [("W(1)", "weight")]),
    ("b^{(1)}_j", [("bj(1)", "bias")]),
    ("w_1^2", [("w", "weight"), ("1", "weight")]),
    (r"\hat y", [("yˆ", "activation")]),
    (r"\hat{y}_i", [("yˆi", "activation")]),
    (r"\widehat{y}", [("yˆ", "activation")]),
    ("a_1", [("a1", "activation")]),
    ("L(w)", [("L", "loss"), ("w", "weight")]),
    (r"\frac{\partial L}{\partial w_1}", [("∂L∂w1", "gradient")]),
    (r"\dfrac{\partial L}{\partial W^{(1)}}", [("∂L∂W(1)", "gradient")]),
    (r"\frac{\partial L_i}{\partial \hat y}", [("∂Li∂yˆ", "gradient")]),
    (r"\frac{\mathrm{d}L}{\mathrm{d}w}", [("dLdw", "gradient")]),
])
def test_a_symbol_has_the_colour_of_what_it_stands_for(tex, expected):
    assert coloured(tex) == expected


@pytest.mark.parametrize("tex", [r"\partial L/\partial w_1", r"{\partial L}/{\partial w_1}",
                                 r"\nabla L", r"\nabla_w L"])
def test_a_gradient_on_one_line_is_coloured_whole(tex):
    parts = coloured(tex)
    assert {term for _, term in parts} == {"gradient"}
    assert "".join(shown for shown, _ in parts) == mathml.text(mathml.ET.fromstring(mathml.mathml(tex, False)))


def test_what_stands_beside_a_gradient_keeps_its_own_colour():
    parts = coloured(r"w \leftarrow w - \eta\,\partial L/\partial w + x")
    assert [term for _, term in parts] == ["weight", "weight", *5 * ["gradient"], "input"]


@pytest.mark.parametrize("tex", ["z_1", "y", "p", r"\alpha", r"\eta", r"\sigma'(z)", r"\max", r"\text{bias}"])
def test_other_symbols_stay_ink(tex):
    assert coloured(tex) == []


def test_a_prime_is_not_shrunk_as_a_superscript():
    assert "<msup" not in mathml.mathml(r"\sigma'(z)", False) and "<msup" in mathml.mathml("z^2", False)
    assert coloured("w'") == [("w′", "weight")]


def test_the_bar_of_a_root_keeps_its_distance_from_what_is_low():
    (root,) = ET.fromstring(mathml.mathml(r"\sqrt{n}", False)).iter("msqrt")
    assert root[0].tag == "mspace" and root[0].get("height") == "0.72em" and "".join(root.itertext()) == "n"


@pytest.mark.parametrize("tex", [
    r"\begin{aligned} z &= w x \\ &= 2 \end{aligned}", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\underbrace{w}_{x}", r"\tfrac12", r"\dfrac{a}{b}", r"\operatorname{softmax}(z)_k", r"\log p_{y_i}"])
def test_the_tex_of_the_lessons_is_understood(tex):
    assert mathml.mathml(tex, True).startswith("<math")


def test_a_formula_that_is_not_tex_says_what_is_wrong():
    with pytest.raises(ValueError, match="expected '}' at end of input"):
        mathml.mathml(r"\frac{1}{", False)


def test_a_formula_that_is_not_tex_stops_the_build_and_names_page_and_formula():
    class Builder:
        current_docname = "lessons/04_backprop/01_by_hand"

    class Translator:
        builder, body = Builder, []

    with pytest.raises(mathml.MathError, match=r"page lessons/04_backprop/01_by_hand, formula '\\\\wrong x'"):
        mathml.visit_math(Translator(), nodes.math(r"\wrong x", r"\wrong x"))


# --- Boxes -----------------------------------------------------------------------------------------------------------

def furnished(markdown):
    """The document that a piece of Markdown becomes."""
    from myst_parser.parsers.docutils_ import Parser
    from docutils.core import publish_doctree
    settings = {"myst_enable_extensions": ["dollarmath"], "doctitle_xform": False}
    document = publish_doctree(markdown, parser=Parser(), settings_overrides=settings)
    boxes.furnish(None, document)
    return document


@pytest.mark.parametrize("words", boxes.BOXES)
def test_a_quotation_that_opens_with_known_bold_words_becomes_a_box(words):
    box, = furnished(f"# Title\n\n> **{words}.** And more.").findall(boxes.Box)
    assert (box["kind"], box["label"]) == (boxes.BOXES[words], words)
    assert box.astext() == f"{words}. And more."


@pytest.mark.parametrize("markdown", ["> Plain words.", "> **Bold** but unknown.", "> Words, then **Predict.**"])
def test_any_other_quotation_stays_one(markdown):
    document = furnished(f"# Title\n\n{markdown}")
    assert not list(document.findall(boxes.Box)) and len(list(document.findall(nodes.block_quote))) == 1


@pytest.mark.parametrize("before", ["A paragraph.", "$$x$$"])
def test_asides_stand_beside_the_paragraph_or_equation_before_them(before):
    beside, = furnished(f"# Title\n\n{before}\n\n> **Aside.** One.\n\nText.\n").findall(boxes.Beside)
    text, notes = beside
    assert isinstance(text, (nodes.paragraph, nodes.math_block))
    assert [note.astext() for note in notes] == ["Aside. One."]


def test_two_asides_in_a_row_share_one_place():
    beside, = furnished("# Title\n\nText.\n\n> **Aside.** One.\n\n> **Aside.** Two.").findall(boxes.Beside)
    assert [note.astext() for note in beside[1]] == ["Aside. One.", "Aside. Two."]


def test_an_aside_after_a_heading_is_a_box_of_its_own():
    document = furnished("# Title\n\n> **Aside.** Alone.")
    assert not list(document.findall(boxes.Beside)) and len(list(document.findall(boxes.Box))) == 1


def test_what_comes_next_stands_below_the_frame_of_the_last_exercise():
    document = furnished("# Title\n\n## Exercise 4.1 · One\n\nDo it.\n\n> **Next.** The summary.")
    box, = document.findall(boxes.Box)
    frame, = (section for section in document.findall(nodes.section) if "exercise" in section["classes"])
    assert box.parent is frame.parent and box.parent.index(box) == frame.parent.index(frame) + 1


def test_an_exercise_gets_its_frame_and_its_stars_can_be_heard():
    document = furnished("# Book\n\n## Exercise 4.1 · One step ★☆☆ 5 min\n\nText.\n\n## Exercise 4.2 · Two\n\nText.")
    first, second = (section for section in document.findall(nodes.section) if "exercise" in section["classes"])
    stars = '<span role="img" aria-label="1 of 3 stars">★☆☆</span>'
    assert first[0].astext() == f'Exercise 4.1 · One step <span class="meta">{stars} 5 min</span>'
    assert second[0].astext() == "Exercise 4.2 · Two"


def test_the_map_has_a_picture_for_every_chapter():
    items = "\n".join(f"- **{number} · Chapter**" for number in range(8))
    document = furnished(f"# Book\n\n## The map\n\n{items}")
    assert len([raw for raw in document.findall(nodes.raw) if raw.astext().startswith("<svg")]) == 8


def test_a_table_can_scroll_on_a_phone():
    frame, = furnished("# Title\n\n| a | b |\n|:--|--:|\n| 1 | 2 |").findall(nodes.container)
    assert frame["classes"] == ["scroll"] and isinstance(frame[0], nodes.table)
