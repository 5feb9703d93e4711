"""gradcheck: it agrees with right derivatives, and catches every kind of wrong one."""
import math

import numpy as np
import pytest

from errors import says
from nnlib import Tensor, functional as F, nn, tensor
from nnlib.autograd import op, operations
from nnlib.gradcheck import gradcheck, numerical_derivative, numerical_gradient


def leaf(*shape):
    return tensor(np.random.default_rng(0).uniform(0.5, 1.5, shape), requires_grad=True)


def test_numerical_derivative_is_the_central_difference():
    assert numerical_derivative(lambda x: x * x, 3.0, h=0.5) == 6.0     # exact for a parabola, whatever h
    assert numerical_derivative(lambda x: x ** 3, 1.0, h=0.5) == 3.25   # off by h² for a cube
    assert numerical_derivative(math.sin, 1.0) == pytest.approx(math.cos(1.0), abs=1e-10)


def test_numerical_gradient_nudges_every_entry_and_leaves_the_array_alone():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = numerical_gradient(lambda a: (a * a).sum(), x)
    np.testing.assert_allclose(found, 2 * x, rtol=1e-9)
    assert x.tolist() == [[1.0, 2.0], [3.0, 4.0]] and found.shape == (2, 2)
    assert numerical_gradient(lambda a: a ** 2, 3).item() == pytest.approx(6)
    np.testing.assert_allclose(numerical_gradient(lambda a: (a ** 3).sum(), x), 3 * x ** 2, rtol=1e-9)  # needs a small h
    np.testing.assert_allclose(numerical_gradient(lambda a: Tensor(a).sum(), [1.0, 2.0]), [1, 1], rtol=1e-9)


def test_right_derivatives_pass():
    x, w, b, labels = leaf(4, 3), leaf(2, 3), leaf(2), Tensor(np.array([0, 1, 1, 0]))
    assert gradcheck(lambda x, w, b: F.tanh(F.linear(x, w, b)), (x, w, b)) is True
    assert gradcheck(lambda x, w, t: F.cross_entropy(F.linear(x, w), t), [x, w, labels])
    assert gradcheck(lambda x: (x * x).sum(), x)
    assert all(t.grad is None for t in (x, w, b))
    model = nn.Sequential(nn.Linear(3, 4, generator=np.random.default_rng(0), dtype=np.float64), nn.Sigmoid())
    assert gradcheck(model, x)


@op
def wrong(x, *, derivative): return x * x, lambda g: derivative(x, g)


del operations["wrong"]


@pytest.mark.parametrize("derivative", [
    lambda x, g: g * x, lambda x, g: -g * 2 * x, lambda x, g: 2 * x, lambda x, g: g * 2 * x + 1e-3, lambda x, g: g * 0,
    lambda x, g: g * 2 * x[::-1], lambda x, g: np.where(x > 1, np.nan, g * 2 * x), lambda x, g: g * np.inf])
def test_wrong_derivatives_are_caught(derivative):
    with says(ValueError, "gradcheck: for input 0 at (", ",), backward gives ", ", but nudging gives "):
        gradcheck(lambda x: wrong(x, derivative=derivative), leaf(4))


def test_the_entry_furthest_off_is_named():
    def third_far_off(x, g): return g * 2 * x + np.array([0, 1e-4, 5, 1])
    weights = np.random.default_rng(0).uniform(0.5, 1.5, 4)
    right = 2 * weights[2] * 3
    y, x = leaf(4), tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    with says(ValueError, f"for input 1 at (2,), backward gives {right + 5:.6g}, but nudging gives {right:.6g}"):
        gradcheck(lambda y, x: y * 2 + wrong(x, derivative=third_far_off), (y, x))


def test_tolerances_and_nudge_can_be_chosen():
    def slightly(x): return wrong(x, derivative=lambda x, g: g * 2 * x * 1.01)
    with pytest.raises(ValueError):
        gradcheck(slightly, leaf(3))
    assert gradcheck(slightly, leaf(3), rtol=0.02) and gradcheck(slightly, leaf(3), atol=0.1)
    assert gradcheck(lambda x: x * 0, leaf(3), rtol=0, atol=0)          # nothing off is within any tolerance
    with pytest.raises(ValueError):
        gradcheck(lambda x: x ** 3, leaf(3), eps=0.5)


def test_float32_is_refused():
    with says(TypeError, "gradcheck needs float64, but input 0 is float32: a nudge of 1e-06 drowns in rounding"):
        gradcheck(F.tanh, tensor([1.0], dtype=np.float32, requires_grad=True))
