"""What an exercise is: data for the page (statement, stub, hints, answer) and for the check (inputs, wrong answers)."""

import difflib
import inspect
import textwrap
from typing import NamedTuple

import numpy as np

from .message import paragraphs

exercises = {}

KINDS = {                           # what an untouched stub asks for
    "write": "Put your code in place of the dots and run the cell.",
    "complete": "Put your code in place of the dots and run the cell; the rest stays as it is.",
    "order": "All lines are there, in the wrong order: put them in the right one and run the cell.",
    "repair": "This is the code as it came, with its bug: find it, mend it and run the cell.",
    "predict": "Put your answers in place of the dots, before you compute anything, and run the cell.",
}


class WrongAnswer(NamedTuple):
    """A runnable wrong answer, what it computes, and the thought that mends it."""

    function: object
    explanation: str


class Exercise:
    """One exercise of the book. Made once in a chapter's file, it is found by its id ever after.

    id: chapter and number, as "4.1".
    kind: one of KINDS, by what the stub holds: nothing but dots, an answer with gaps, its lines shuffled, or an answer
        with a bug. In a prediction the reader commits to numbers, so none of the right ones is ever shown.
    returns: the names of the results in their order, "dw1 db1"; a single name stands for the value itself. A result
        is a number or an array.
    statement: Markdown. hints and why: plain words with `code`, so that they read well in a message, too.
    rtol, atol: how far a result may be from the reference, as in np.allclose; wide enough for float32.
    seconds: how long the reader's function may take for all inputs together.

    The functions follow as decorators: `stub`, `reference`, `inputs` and `wrong("explanation")`.
    """

    def __init__(self, id, title, *, stars, minutes, returns, statement, hints, why, kind="write", rtol=1e-4, atol=1e-6,
                 seconds=2):
        if kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}, not {kind!r}")
        self.id, self.title, self.stars, self.minutes, self.kind = id, title, stars, minutes, kind
        self.returns = tuple(returns.split())
        self.statement, self.hints, self.why = inspect.cleandoc(statement), hints, why
        self.rtol, self.atol, self.seconds = rtol, atol, seconds
        self.bank = []
        exercises[id] = self

    def stub(self, function):
        """What the reader starts from."""
        self.start = function
        return function

    def reference(self, function):
        """The answer that is shown on request, and that decides what is right."""
        self.answer = function
        return function

    def inputs(self, draw):
        """`draw(rng)` yields tuples of arguments, from simple to hard; the first is the example that is shown."""
        self.cases = list(draw(np.random.default_rng(0)))
        return draw

    def wrong(self, explanation):
        """A wrong answer: what it computes, and the thought that mends it."""
        def keep(function):
            self.bank.append(WrongAnswer(function, explanation))
            return function
        return keep

    @property
    def names(self):
        """The names of the arguments."""
        return list(inspect.signature(self.answer).parameters)

    def call(self, case):
        """A call as the reader would write it: 'square(x=3.0)'; an argument a line where one line is too short."""
        parts = [f"{name}={written(value)}" for name, value in zip(self.names, case)]
        line = f"{self.answer.__name__}({', '.join(parts)})"
        return line if len(line) <= 72 else f"{self.answer.__name__}(\n    " + ",\n    ".join(parts) + ")"


def function(text):
    """A function for a reader to be called with, shown as its text: `function("lambda x: x**2")`."""
    made = eval(text, {"np": np})
    made.__name__ = text
    return made


def written(value):
    """A value as Python would read it."""
    if isinstance(value, np.ufunc):
        return f"np.{value.__name__}"
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return getattr(value, "__name__", None) or repr(value)


def find(id):
    """The exercise of that id; LookupError with the nearest ids if there is none."""
    if not isinstance(id, str):
        raise TypeError(f'the number of an exercise goes in quotes, as in exercise("4.1"), but got {id!r}')
    if id not in exercises:
        nearest = difflib.get_close_matches(id, exercises, n=3, cutoff=0)
        raise LookupError(f'there is no exercise "{id}"; the nearest are {", ".join(nearest)}')
    return exercises[id]


def source(function):
    """A function's source without its decorators."""
    text = inspect.getsource(function)
    return text[text.index("def "):].rstrip()


def stub(id):
    """The source of the code cell in which a reader answers the exercise."""
    return f'@exercise("{id}")\n{source(find(id).start)}'


def stars(e):
    """How hard it is, of three stars."""
    return "★" * e.stars + "☆" * (3 - e.stars)


def page(id):
    """The exercise as the book shows it, in Markdown: statement, example, folded hints and folded answer."""
    e = find(id)
    return f"{question(id)}\n\n" + _folded("Answer", f"```python\n{source(e.answer)}\n```", *paragraphs(e.why))


def question(id):
    """The exercise in Markdown without its answer: statement, example and folded hints."""
    e = find(id)
    return "\n\n".join([
        f"## Exercise {e.id} · {e.title} {stars(e)} {e.minutes} min",
        e.statement,
        *([] if e.kind == "predict" else [_example(e)]),
        *(_folded(f"Hint {i}", *paragraphs(hint)) for i, hint in enumerate(e.hints, start=1)),
    ])


def _example(e):
    result = e.answer(*e.cases[0])
    parts = [_six_decimals(part) for part in (result if len(e.returns) > 1 else [result])]
    if len(parts) == 1:
        shown = parts[0]
    elif any("\n" in part for part in parts):
        shown = "\n".join(textwrap.indent(f"{name} = {part}", " " * (len(name) + 3)).lstrip()
                          for name, part in zip(e.returns, parts))
    else:
        shown = f"({', '.join(parts)})"
    lines = "\n".join(f"# {line}" for line in shown.splitlines())
    rounded = ", to six decimals" if "." in shown else ""
    return f"For example{rounded}:\n\n```python\n{e.call(e.cases[0])}\n{lines}\n```"


def _six_decimals(result):
    if np.ndim(result) == 0:
        return str(result) if isinstance(result, (int, np.integer)) else f"{result:.6f}"
    return np.array2string(np.asarray(result), separator=", ", formatter={"float": "{:.6f}".format}, max_line_width=70)


def _folded(summary, *parts):
    return "\n\n".join([f"<details><summary>{summary}</summary>", *parts, "</details>"])
