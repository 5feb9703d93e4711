"""What an exercise is: data for the page (statement, stub, hints, answer) and for the check (inputs, wrong answers)."""

import difflib
import inspect
from typing import NamedTuple

import numpy as np

from .message import paragraphs

exercises = {}


class WrongAnswer(NamedTuple):
    """A runnable wrong answer, what it computes, and the thought that mends it."""

    function: object
    explanation: str


class Exercise:
    """One exercise of the book. Made once in a chapter's file, it is found by its id ever after.

    id: chapter and number, as "4.1".
    returns: the names of the results in their order, "dw1 db1"; a single name stands for the value itself. A result
        is a number or an array.
    statement: Markdown. hints and why: plain words with `code`, so that they read well in a message, too.
    rtol, atol: how far a result may be from the reference, as in np.allclose; wide enough for float32.
    seconds: how long the reader's function may take for all inputs together.

    The functions follow as decorators: `stub`, `reference`, `inputs` and `wrong("explanation")`.
    """

    def __init__(self, id, title, *, stars, minutes, returns, statement, hints, why, rtol=1e-4, atol=1e-6, seconds=2):
        self.id, self.title, self.stars, self.minutes = id, title, stars, minutes
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

    def call(self, case):
        """A call as the reader would write it: 'square(x=3.0)'."""
        names = inspect.signature(self.answer).parameters
        return f"{self.answer.__name__}({', '.join(f'{name}={value!r}' for name, value in zip(names, case))})"


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


def page(id):
    """The exercise as the book shows it, in Markdown: statement, example, folded hints and folded answer."""
    e = find(id)
    stars = "★" * e.stars + "☆" * (3 - e.stars)
    return "\n\n".join([
        f"## Exercise {e.id} · {e.title} {stars} {e.minutes} min",
        e.statement,
        _example(e),
        *(_folded(f"Hint {i}", *paragraphs(hint)) for i, hint in enumerate(e.hints, start=1)),
        _folded("Answer", f"```python\n{source(e.answer)}\n```", *paragraphs(e.why)),
    ])


def _example(e):
    result = e.answer(*e.cases[0])
    numbers = [f"{value:.6f}" for value in np.ravel(result)]
    shown = numbers[0] if len(e.returns) == 1 else f"({', '.join(numbers)})"
    return f"For example, to six decimals:\n\n```python\n{e.call(e.cases[0])}\n# {shown}\n```"


def _folded(summary, *parts):
    return "\n\n".join([f"<details><summary>{summary}</summary>", *parts, "</details>"])
