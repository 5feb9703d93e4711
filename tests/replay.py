"""Runs a lesson's cells again with a figure's controls elsewhere: the page must compute what the cells compute."""
import copy
import os
import re
from contextlib import chdir, redirect_stdout
from functools import cache
from unittest import mock

import numpy as np

from browser import ROOT
from nnlib import live
from nnlib.live.picture import Picture
from nnlib.live.trace import compute, slopes
from tools.notebooks import notebooks, read

FIGURE = re.compile(r"^live\.figure\(", re.MULTILINE)
NOT_DRAWN = Picture(b"", 1, 1)  # drawing takes most of a figure's time, and here only its numbers count
CONTROL = re.compile(r"\blive\.(slider|switch|choice|entry)\(")


class Lesson:
    """A notebook with live figures: its page and its code; a figure begins at the cell of its first control."""

    def __init__(self, path):
        self.path = path
        self.page = path.relative_to(ROOT).with_suffix(".html").as_posix()
        self.cells = [cell.source for cell in read(path).cells if cell.cell_type == "code"]
        self.figures = [place for place, source in enumerate(self.cells) if FIGURE.search(source)]

    def start(self, k):
        """The first cell with a control of the k-th figure: after the figure before it, unless both share theirs."""
        after = self.figures[k - 1] + 1 if k else 0
        own = [place for place in range(after, self.figures[k] + 1) if CONTROL.search(self.cells[place])]
        return own[0] if own else self.start(k - 1)

    @cache
    def before(self, k):
        """What the lesson has defined when it comes to the k-th figure's controls."""
        if k and self.start(k) == self.start(k - 1):
            return self.before(k - 1)
        if not k:
            return self.run({}, self.cells[: self.start(0)])
        return self.run(self.at(k - 1), self.cells[self.figures[k - 1] : self.start(k)])

    def at(self, k):
        """What the lesson has defined before the cell of the k-th figure."""
        return self.run(fresh(self.before(k)), self.cells[self.start(k) : self.figures[k]])

    def figure(self, k, settings=None):
        """The k-th figure and all that the lesson has defined by then, with its controls at these settings."""
        names, made, make = fresh(self.before(k)), [], live.figure

        def figure(*content, **options):
            made.append(make(*content, **options))
            return made[-1]

        with (
            live.at_settings(settings or {}),
            mock.patch.object(live, "figure", figure),
            mock.patch("nnlib.live.widget.picture", return_value=NOT_DRAWN),
        ):
            self.run(names, self.cells[self.start(k) : self.figures[k] + 1])
        return made[-1], names

    def run(self, names, cells):
        with chdir(self.path.parent), open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
            for source in cells:
                exec(compile(source, str(self.path), "exec"), names)
        return names


def fresh(names):
    """Names for another run: random generators start where they stood."""
    return {
        name: copy.deepcopy(value) if isinstance(value, np.random.Generator) else value for name, value in names.items()
    }


@cache
def lessons():
    """Every notebook of the book that has a live figure; one list, so that each cell runs once for all tests."""
    return [lesson for lesson in map(Lesson, notebooks()) if lesson.figures]


def random_settings(figure, rng):
    """A place for each control, as a reader could put it."""

    def place(options):
        if "options" in options:
            return int(rng.integers(len(options["options"])))
        if "min" not in options:
            return int(rng.integers(2))
        low, high = options["min"], options["max"]
        if "log" in options:
            return float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.2g}")
        steps = round((high - low) / options["step"])
        return round(low + options["step"] * int(rng.integers(steps + 1)), 10)

    return {c.name: place(c.options) for c in figure.controls}


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
