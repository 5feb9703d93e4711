"""Derivatives by nudging: slow, simple, and the judge of every other derivative in this book."""
import numpy as np

from .autograd import Tensor, grad


def numerical_derivative(f, x, h=1e-5):
    """(f(x + h) − f(x − h)) / 2h, the central difference, for a function of one number: off by about f‴ h² / 6."""
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    """The central difference in every entry of the array x, one at a time; the result has x's shape.

    f takes an array like x and returns a number.  x itself is left as it was.
    """
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        def along(value):
            nudged = x.copy()
            nudged[i] = value
            return float(f(nudged))
        gradient[i] = numerical_derivative(along, x[i], h)
    return gradient


def gradcheck(func, inputs, *, eps=1e-6, atol=1e-5, rtol=1e-3):
    """True if backward agrees with nudging, |backward − numerical| ≤ atol + rtol · |numerical|, for every input.

    func takes tensors and returns a tensor; where that is not a single number, a fixed weighted sum of its entries
    is checked.  Raises ValueError naming the first input that disagrees and its entry that is furthest off, and
    TypeError for inputs that are not float64.  As torch.autograd.gradcheck.
    """
    inputs = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    for i, x in enumerate(inputs):
        if x.requires_grad and x.dtype != np.float64:
            raise TypeError(f"gradcheck needs float64, but input {i} is {x.dtype}: "
                            f"a nudge of {eps:g} drowns in rounding")
    output = func(*inputs)
    weights = np.random.default_rng(0).uniform(0.5, 1.5, output.shape)  # uneven, so that errors cannot cancel
    checked = [i for i, x in enumerate(inputs) if x.requires_grad]
    for i, found in zip(checked, grad(output, [inputs[i] for i in checked], weights)):
        def along(values):
            others = [Tensor(values) if k == i else y.detach() for k, y in enumerate(inputs)]
            return (func(*others).data * weights).sum()
        _compare(i, found, numerical_gradient(along, inputs[i].data, eps), atol, rtol)
    return True


def _compare(i, found, expected, atol, rtol):
    excess = np.abs(found - expected) - (atol + rtol * np.abs(expected))
    if not (excess <= 0).all():                         # also true if anything is NaN
        at = np.unravel_index(np.argmax(np.where(np.isnan(excess), np.inf, excess)), excess.shape)
        raise ValueError(f"gradcheck: for input {i} at {tuple(map(int, at))}, backward gives {found[at]:.6g}, "
                         f"but nudging gives {expected[at]:.6g}")
