"""What an answer does: what it returns for every input of an exercise, and whether it leaves its arguments alone."""

import copy
import io
import reprlib
import types
from typing import NamedTuple

import numpy as np

from ..autograd import Tensor
from .deadline import TimeUp


class Outcome(NamedTuple):
    """What a function did with one input: it gave results, or has a problem, or raised an error."""

    results: list = None            # arrays of floats, in the order of exercise.returns
    problem: str = None             # why the value it returned can't be read as results
    error: BaseException = None     # what it raised
    changed: tuple = ()             # names of the arguments that it changed
    printed: str = ""


class Unreadable(Exception):
    """A value that isn't what the exercise asks for; the text says what it is instead."""


def behaviour(e, function, out=None):
    """One outcome for each input of exercise `e`; an error is the last. What is printed meanwhile goes to `out`."""
    out = out or io.StringIO()
    outcomes = []
    for case in e.cases:
        start = out.tell()
        with np.errstate(all="ignore"):     # an answer may well overflow; what comes of it is told in the message
            outcome = outcome_of(e, function, case)
        out.seek(start)
        outcomes.append(outcome._replace(printed=out.read()))
        if outcome.error is not None:
            break
    return outcomes


def alike(e, outcomes, others, tolerances=1):
    """Whether two behaviours are the same on every input, to so many tolerances."""
    return len(outcomes) == len(others) and all(same(e, a, b, tolerances) for a, b in zip(outcomes, others))


def same(e, a, b, tolerances=1):
    """Whether two outcomes are the same; errors are if they are of one kind."""
    if a.error is not None or b.error is not None:
        return type(a.error) is type(b.error)
    if a.problem != b.problem or a.changed != b.changed:
        return False
    return bool(a.problem) or all(close(e, x, y, tolerances) for x, y in zip(a.results, b.results))


def close(e, x, y, tolerances=1):
    """Whether two results are the same; a number may come as an array of one."""
    if not fits(x, y):
        return False
    return np.allclose(x.ravel(), y.ravel(), rtol=tolerances * e.rtol, atol=tolerances * e.atol, equal_nan=True)


def fits(x, y):
    """Whether two results have the same shape, but for a number in an array of one."""
    return x.shape == y.shape or x.size == y.size == 1


def described(value):
    """A value in a sentence, however long or strange it is."""
    return f"`{reprlib.repr(value)}`, of type `{type(value).__name__}`"


def outcome_of(e, function, case):
    """What a function does with one input."""
    arguments = copy.deepcopy(case)
    try:
        value = function(*arguments)
    except TimeUp:
        raise
    except BaseException as error:      # even a sys.exit() in the reader's code must not end anything here
        return Outcome(error=error)
    changed = tuple(name for name, before, after in zip(e.names, case, arguments) if not _equal(before, after))
    try:
        return Outcome(_results(e.returns, value), changed=changed)
    except Unreadable as problem:
        return Outcome(problem=str(problem), changed=changed)


def _equal(a, b):
    """Whether two arguments are the same through and through."""
    if type(a) is not type(b):
        return False
    if callable(a):                     # a function can be called, not changed
        return True
    if isinstance(a, Tensor):
        return _equal(a.data, b.data)
    if isinstance(a, np.ndarray):
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(_equal, a, b))
    return a is b or a == b


def _results(names, value):
    """What a function returned as a list of arrays of floats, in whatever form the numbers came."""
    if value is None:
        raise Unreadable("Your function returns nothing (`None`). End it with `return` and what it should hand back.")
    if isinstance(value, types.GeneratorType):
        raise Unreadable("Your function hands out values with `yield`. End it with one `return` instead.")
    if len(names) == 1:
        return [_numbers(names[0], value)]
    wanted = f"Your function should return {len(names)} results, `{', '.join(names)}`, but it returned"
    values = value.data if isinstance(value, Tensor) else value
    if not isinstance(values, (tuple, list, np.ndarray)) or getattr(values, "ndim", 1) == 0:
        raise Unreadable(f"{wanted} {described(value)}.")
    if len(values) != len(names):
        raise Unreadable(f"{wanted} {len(values)}.")
    return [_numbers(name, part) for name, part in zip(names, values)]


def _numbers(name, value):
    """A copy of a number or an array of numbers, as floats."""
    if value is ...:
        raise Unreadable(f"`{name}` is still open: put your answer in place of its dots.")
    try:
        array = np.asarray(value.data if isinstance(value, Tensor) else value)
        if array.dtype.kind in "biuf":
            return array.astype(float)
    except Exception:                   # whatever a strange object raises, it is no number
        pass
    raise Unreadable(f"`{name}` should be a number or an array of numbers, but yours is {described(value)}.")
