"""The parts of a larger program: the reader's own answers where they serve, and the book's where they don't yet."""

import functools
import html
import inspect
import time

import numpy as np

from ..autograd import Tensor
from . import answers
from .bank import find
from .behaviour import outcome_of, same
from .deadline import StillRunning, within
from .message import Message, show

YOURS, OPEN, FALLEN = "yours", "the book's, until yours has passed", "the book's, because yours did not serve here"
SLOW = 0.02         # seconds for one call; a program makes thousands of them
PATIENCE = 5        # seconds for the trial


class Parts:
    """`layer = parts.take("3.2", X, W, b)` gives a function; shown, the parts say whose each of them is."""

    def __init__(self):
        self.whose = {}

    def take(self, id, *trial):
        """The reader's answer to an exercise; the book's before it has passed, or where the reader's does not serve.

        trial: arguments like those that the program will pass. An answer is right on the small inputs of its exercise;
        here it also has to agree with the book's on these, and in good time. If it stops with an error later on, the
        book's takes its place there and then.
        """
        e = find(id)
        try:
            own = answers.load(id)
            problem = own and _problem(e, own, trial)
        except Exception as error:      # whatever stands in the reader's file
            own, problem = None, _stopped(error)
        self.whose[id] = YOURS if own else OPEN
        if problem:
            self._fall_back(e, problem)
        return self._guarded(e, own) if self.whose[id] == YOURS else e.answer

    def _guarded(self, e, own):
        wanted = inspect.signature(e.answer)

        @functools.wraps(own)
        def part(*arguments, **named):
            arguments = wanted.bind(*arguments, **named).args       # the reader's names may be others
            if self.whose[e.id] == YOURS:
                try:
                    return _as_arrays(e, own(*arguments))
                except Exception as error:
                    self._fall_back(e, _stopped(error))
            return e.answer(*arguments)
        return part

    def _fall_back(self, e, problem):
        self.whose[e.id] = FALLEN
        show(Message("wrong", f"Exercise {e.id} · the book's answer goes on here",
                     f"Your `{e.answer.__name__}` has passed, but {problem}. So from here on this program uses the "
                     "book's. Mend yours in the exercise, run it there, and start this notebook anew."))

    def _rows(self):
        return [(f"{find(id).answer.__name__}", f"{id} · {find(id).title}", whose) for id, whose in self.whose.items()]

    def _heading(self):
        return f"{[*self.whose.values()].count(YOURS)} of {len(self.whose)} parts are yours"

    def __repr__(self):
        rows = [("part", "exercise", "whose"), *self._rows()]
        wide = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, wide)).rstrip() for row in rows]
        return "\n".join([self._heading(), "", *lines])

    def _repr_html_(self):
        rows = ["<tr>" + f"<td><code>{name}</code></td>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in rest) + "</tr>"
                for name, *rest in self._rows()]
        head = "<tr><th>Part</th><th>Exercise</th><th>Whose</th></tr>"
        return "\n".join(['<div class="nn-check">', f"<p><strong>{self._heading()}</strong></p>",
                          f"<table>\n<thead>{head}</thead>\n<tbody>", *rows, "</tbody>\n</table>", "</div>"])


def _problem(e, own, trial):
    """Why a reader's answer does not serve for such arguments, to follow "Your `layer` has passed, but"; or None."""
    def tried():
        start = time.perf_counter()
        return outcome_of(e, own, trial), time.perf_counter() - start

    try:
        runs = within(PATIENCE, lambda: [tried() for _ in range(3)])
    except StillRunning:
        return f"here it was still running after {PATIENCE} seconds"
    outcome, seconds = runs[0][0], min(seconds for _, seconds in runs)
    if outcome.error is not None:
        return _stopped(outcome.error)
    if not same(e, outcome, outcome_of(e, e.answer, trial)):
        return "on the numbers of this program it gives something else than the book's"
    if seconds > SLOW:
        return f"here one call takes it {seconds:.2g} seconds, and thousands are needed"
    return None


def _stopped(error):
    said = " ".join(str(error).split())
    return f"here it stopped with an error, `{type(error).__name__}: {said}`"


def _as_arrays(e, value):
    """What a part returned, in arrays, whatever its numbers came in."""
    def plain(part): return part.numpy() if isinstance(part, Tensor) else np.asarray(part)
    return plain(value) if len(e.returns) == 1 else tuple(map(plain, value))
