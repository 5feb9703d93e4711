"""The live figures of the book: as their notebooks store them, and their cells run again with controls elsewhere."""
import copy
import html
import json
import os
import re
from contextlib import chdir, redirect_stdout
from functools import cache
from unittest import mock

import numpy as np

from browser import ROOT
from needed import needed
from nnlib import live
from nnlib.live.picture import Picture
from nnlib.live.trace import compute, slopes
from tools.notebooks import read, runnable

FIGURE = re.compile(r"^live\.figure\(", re.MULTILINE)
STORED = re.compile(r"<figure class=\"nn-live\" data-live='([^']*)'")
NOT_DRAWN = Picture(b"", 1, 1)  # drawing takes most of a figure's time, and here only its numbers count
CONTROL = re.compile(r"\blive\.(slider|switch|choice|entry|counter|drawing)\(")


class Lesson:
    """A notebook with live figures: its page and its code; a figure begins at the cell of its first control."""

    def __init__(self, path):
        self.path = path
        self.page = path.relative_to(ROOT).with_suffix(".html").as_posix()
        code = [cell for cell in read(path).cells if cell.cell_type == "code"]
        self.cells = [cell.source for cell in code]
        self.places = [place for place, source in enumerate(self.cells) if FIGURE.search(source)]
        own = {cell for k, place in enumerate(self.places) for cell in range(self.start(k), place + 1)}
        self.code = needed(self.cells, own)
        self.figures = [Figure(self, k, stored(code[place])) for k, place in enumerate(self.places)]

    def __str__(self):
        return self.path.stem

    def start(self, k):
        """The first cell with a control of the k-th figure: after the figure before it, unless both share theirs."""
        after = self.places[k - 1] + 1 if k else 0
        own = [place for place in range(after, self.places[k] + 1) if CONTROL.search(self.cells[place])]
        return own[0] if own else self.start(k - 1)

    @cache
    def before(self, k):
        """What the lesson has defined when it comes to the k-th figure's controls."""
        if k and self.start(k) == self.start(k - 1):
            return self.before(k - 1)
        if not k:
            return self.run({}, self.code[: self.start(0)])
        return self.run(self.at(k - 1), self.code[self.places[k - 1] : self.start(k)])

    def at(self, k):
        """What the lesson has defined before the cell of the k-th figure."""
        return self.run(fresh(self.before(k)), self.code[self.start(k) : self.places[k]])

    def figure(self, k, settings=None):
        """The k-th figure as the cells make it now, with its controls at these settings."""
        names, made, make = fresh(self.before(k)), [], live.figure

        def figure(*content, **options):
            made.append(make(*content, **options))
            return made[-1]

        with live.at_settings(settings or {}), mock.patch.object(live, "figure", figure):
            self.run(names, self.code[self.start(k) : self.places[k] + 1])
        return made[-1]

    def run(self, names, cells):
        with (
            chdir(self.path.parent),
            open(os.devnull, "w") as nowhere,
            redirect_stdout(nowhere),
            mock.patch("nnlib.live.widget.picture", return_value=NOT_DRAWN),
        ):
            for source in cells:
                exec(compile(source, str(self.path), "exec"), names)
        return names


class Figure:
    """A live figure as its notebook stores it; `again` runs the cells that make it."""

    def __init__(self, lesson, k, spec):
        self.lesson, self.k, self.spec, self.page = lesson, k, spec, lesson.page
        self.controls, self.panels, self.train = spec["controls"], spec["panels"], spec.get("train")
        self.marks = [mark for panel in self.panels for mark in panel.get("marks", ())]

    def __str__(self):
        return f"{self.lesson}, figure {self.k + 1}"

    def again(self, settings=None):
        """What the lesson makes, with its controls at these settings."""
        return self.lesson.figure(self.k, settings)

    def random_settings(self, rng):
        """A place for each control, as a reader could put it."""
        return {control["name"]: place(control, rng) for control in self.controls}


def stored(cell):
    """The specification in the output of a cell."""
    for output in cell.outputs:
        if found := STORED.search(output.get("data", {}).get("text/html", "")):
            return json.loads(html.unescape(found[1]))
    raise ValueError(f"this cell has no figure among its outputs: `make notebooks` stores it\n\n{cell.source}")


def place(control, rng):
    """A place of a control, chosen at random."""
    if "shape" in control:
        return (rng.integers(17, size=control["shape"]).ravel() / 16).tolist()
    if "options" in control:
        return int(rng.integers(len(control["options"])))
    if control["kind"] == "counter":
        return int(rng.integers(60))
    if control["kind"] == "switch":
        return int(rng.integers(2))
    low, high = control["min"], control["max"]
    if "log" in control:
        return float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.2g}")
    steps = round((high - low) / control["step"])
    return round(low + control["step"] * int(rng.integers(steps + 1)), 10)


def fresh(names):
    """Names for another run: random generators start where they stood."""
    return {
        name: copy.deepcopy(value) if isinstance(value, np.random.Generator) else value for name, value in names.items()
    }


LESSONS = [lesson for lesson in map(Lesson, runnable()) if lesson.figures]  # one list: each cell runs once for all tests
FIGURES = [figure for lesson in LESSONS for figure in lesson.figures]


def expected(figure):
    """Every node's value, and d(node)/d(every node) for each node whose gradient the figure shows, trains or uses."""
    nodes = figure.trace.tensors
    results = compute(figure.trace.everything)
    asked = [p.output for p in figure.panels if hasattr(p, "output")] + [t.inputs[0] for t in nodes if t.op == "grad"]
    if figure.train:
        asked.append(figure.train.loss)
    newest = next(t for t in reversed(nodes) if t.requires_grad and t.op != "grad")
    gradients = {}
    for top in dict.fromkeys([*asked, newest]):
        found = slopes(top, results)
        gradients[figure.trace.ids[top]] = [found[t].ravel() if t in found else None for t in nodes]
    return [np.ravel(results[t][0]) for t in nodes], gradients
