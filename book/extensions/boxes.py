"""The furniture of a lesson: plain Markdown, as JupyterLab shows it, becomes boxes, side notes and exercises.

A quotation whose first words are bold and known, `> **Predict.** ...`, is a box of that kind; an aside stands beside
the paragraph or equation before it. `## Exercise 4.1 · Title ★☆☆ 5 min` opens a framed exercise, `## Take-aways` a
ruled block, and the list under `## The map` gets a picture for each item. Every table may scroll sideways on a phone.
"""
import re
from pathlib import Path

from docutils import nodes

BOXES = {"Question": "question", "You need": "need", "Predict": "predict", "Quick question": "quick",
         "What people get wrong": "wrong", "Aside": "aside", "Next": "next"}
EXERCISE = re.compile(r"(?P<title>Exercise .*?)(\s+(?P<stars>[★☆]+)\s+(?P<time>\d+ min))?")
PICTURES = Path(__file__).parents[1] / "static" / "map"


class Box(nodes.General, nodes.Element):
    """A quotation with a role; `kind` is its class, `label` the words in bold."""


class Beside(nodes.General, nodes.Element):
    """A paragraph or equation, and the notes that belong beside it."""


def visit_box(translator, node):
    translator.body.append(f'<div class="box box-{node["kind"]}" role="note" aria-label="{node["label"]}">')


def visit_beside(translator, node):
    translator.body.append('<div class="noted">')


def close(translator, node):
    translator.body.append("</div>\n")


def opening(quote):
    """The bold words that a quotation starts with, or None."""
    paragraph = quote[0] if len(quote) and isinstance(quote[0], nodes.paragraph) else []
    words = [child for child in paragraph if child.astext().strip()]
    return words[0] if words and isinstance(words[0], nodes.strong) else None


def make_box(quote):
    label = opening(quote)
    name = label.astext().rstrip(". :") if label else None
    if name not in BOXES:
        return
    box = Box("", *quote.children, kind=BOXES[name], label=name)
    quote.parent.replace(quote, box)
    label["classes"].append("label")
    if name == "Aside":
        put_beside(box)


def put_beside(aside):
    """Move an aside beside the paragraph or equation before it, below the asides that are there already."""
    place = aside.parent.index(aside)
    before = aside.parent[place - 1] if place else None
    if isinstance(before, (nodes.paragraph, nodes.math_block)):
        beside = Beside()
        before.parent.replace(before, beside)
        beside += [before, nodes.container(classes=["notes"])]
        before = beside
    if isinstance(before, Beside):
        aside.parent.remove(aside)
        before[1] += aside


def mark_exercise(section):
    """Give an exercise its frame; its stars are read as "1 of 3 stars"."""
    heading = section[0]
    found = EXERCISE.fullmatch(heading.astext().strip())
    if not found:
        return
    section["classes"].append("exercise")
    for box in [child for child in section if isinstance(child, Box) and child["kind"] == "next"]:
        section.remove(box)             # what comes next stands below the last exercise, not in its frame
        section.parent.insert(section.parent.index(section) + 1, box)
    if found["stars"]:
        stars, label = found["stars"], f'{found["stars"].count("★")} of {len(found["stars"])} stars'
        meta = f'<span class="meta"><span role="img" aria-label="{label}">{stars}</span> {found["time"]}</span>'
        heading.clear()
        heading += [nodes.Text(found["title"] + " "), nodes.raw("", meta, format="html")]


def draw_map(section):
    """Put the chapter's picture before each item of the first list under "The map"."""
    chapters = next(section.findall(nodes.bullet_list), [])
    for number, chapter in enumerate(chapters):
        picture = (PICTURES / f"{number}.svg").read_text(encoding="utf-8")
        chapter.insert(0, nodes.raw("", picture, format="html"))
    section["classes"].append("map")


def furnish(app, doctree):
    for quote in list(doctree.findall(nodes.block_quote)):
        make_box(quote)
    for section in doctree.findall(nodes.section):
        mark_exercise(section)
        if section[0].astext() == "Take-aways":
            section["classes"].append("takeaways")
        if section[0].astext() == "The map":
            draw_map(section)
    for table in list(doctree.findall(nodes.table)):
        frame = nodes.container(classes=["scroll"])
        table.parent.replace(table, frame)
        frame += table


def setup(app):
    app.add_node(Box, html=(visit_box, close))
    app.add_node(Beside, html=(visit_beside, close))
    app.connect("doctree-read", furnish, priority=900)      # after Sphinx has collected the titles
    return {"parallel_read_safe": True, "parallel_write_safe": True}
