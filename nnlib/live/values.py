"""What figures are made of beyond nnlib's operations: frames, choices, gradients, counts, data fit to be shipped."""
import numpy as np

from ..autograd import Tensor, op, stack
from ..graph import nodes
from .trace import compute


@op
def frame(frames, index):
    """frames[index]: one of many arrays computed beforehand, along the first axis, picked by a slider.

    Piecewise constant in the index, which therefore has no derivative.
    """
    i = min(max(round(float(index)), 0), len(frames) - 1)

    def derivative(g):
        d = np.zeros_like(frames)
        d[i] = g
        return d

    return frames[i], derivative


@op
def count_right(logits, target):
    """How many rows of `logits` guess their target: one logit a row by its sign (0 or 1), several by the largest."""
    rows = logits.reshape(len(target.ravel()), -1)
    guess = rows[:, 0] > 0 if rows.shape[1] == 1 else rows.argmax(axis=1)
    return (np.sum(guess == target.ravel(), dtype=float),)


@op
def largest(values):
    """The place of the largest of some numbers, counted from 0: what a classifier answers.  It has no derivative."""
    return (np.argmax(values).astype(float),)


def choose(which, *options):
    """The one of some tensors, all of one shape, that a choice or switch points to."""
    return frame(stack([as_tensor(option) for option in options]), which)


def grad(y, x):
    """d(sum of y)/dx as a tensor to show or to compute with; a constant to what comes after (no second derivatives)."""
    slope = Tensor(np.zeros_like(x.data), requires_grad=True)
    slope.op, slope.inputs = "grad", (y, x)
    slope.data = value(slope)
    return slope


def value(tensor):
    """The value of a tensor now, after its sliders have moved."""
    return compute(nodes(tensor))[tensor][0]


def data(values, digits=6):
    """Data rounded to so many significant digits.

    What exp, BLAS or a fit computed differs in its last bits from one machine to another, and a figure's text must not.
    """
    values = np.asarray(values, dtype=float)
    return np.array([float(f"{v:.{digits}g}") for v in values.ravel()]).reshape(values.shape)


def grid(x, y):
    """All points of a grid, row by row, as an array of shape (len(y) · len(x), 2)."""
    return np.stack([np.tile(x, len(y)), np.repeat(y, len(x))], axis=1)


def as_tensor(values):
    return values if isinstance(values, Tensor) else Tensor(np.asarray(values, dtype=float))
