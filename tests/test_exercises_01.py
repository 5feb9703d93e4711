"""Chapter 1's exercises: what they say is so, the references are right, and right answers pass in any style."""
import math
from itertools import permutations

import numpy as np
import pytest

from nnlib import functional as F
from nnlib import tensor
from nnlib.autograd import grad
from nnlib.exercises import find
from nnlib.gradcheck import numerical_derivative
from nnlib.gradcheck import numerical_gradient as judge

# ---- what they say is so ----


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_the_slopes_at_a_glance_are_those_that_a_nudge_measures():
    functions = [(np.square, 3), (lambda x: 7.0, 2), (lambda x: 5 - 2 * x, 4),
                 (lambda x: np.maximum(0, x), 2), (sigmoid, 0)]
    assert find("1.1").answer() == pytest.approx([numerical_derivative(f, float(x)) for f, x in functions], abs=1e-9)


def error(recipe, h):
    return abs(recipe(np.sin, 1.0, h) - math.cos(1))


def test_the_errors_shrink_as_predicted():
    forward = lambda f, x, h: (f(x + h) - f(x)) / h
    central = find("1.2").answer
    predicted = find("1.3").answer()
    assert error(forward, 0.1) / error(forward, 0.01) == pytest.approx(predicted[0], rel=0.05)
    assert error(central, 0.1) / error(central, 0.01) == pytest.approx(predicted[1], rel=0.05)
    errors = [error(central, h) for h in (1e-2, 1e-5, 1e-10, 1e-15)]
    assert np.argmin(errors) + 1 == predicted[2] and errors[-1] > 0.01


def test_the_slopes_of_the_activation_functions_are_those_of_nnlib():
    for z, in find("1.4").cases:
        x = tensor(z, requires_grad=True)
        slopes = [grad(f(x), [x])[0] for f in (F.sigmoid, F.tanh, F.relu)]
        np.testing.assert_allclose(find("1.4").answer(z), slopes, rtol=1e-9)


def test_the_slope_of_a_product_is_what_a_nudge_measures():
    for f, df, g, dg, x in find("1.5").cases:
        assert find("1.5").answer(f, df, g, dg, x) == pytest.approx(numerical_derivative(lambda x: f(x) * g(x), x))
        assert df(x) == pytest.approx(numerical_derivative(f, x)) and dg(x) == pytest.approx(numerical_derivative(g, x))


def test_standing_on_a_slope_is_as_predicted():
    steepest, across, both, level, lowest, towards = find("1.6").answer()
    loss = lambda p: 3 * p[0] - 4 * p[1] + p[0] ** 2                 # its gradient at the origin is (3, -4)
    slope = lambda direction: numerical_derivative(lambda t: loss(t * np.array(direction)), 0.0)
    around = [slope((math.cos(a), math.sin(a))) for a in np.radians(range(360))]
    assert (max(around), slope((0.8, 0.6)), slope((1, 1))) == pytest.approx((steepest, across, both), abs=1e-3)
    functions = [lambda x: x ** 2, lambda x: -x ** 2, lambda x: x ** 3, lambda x: 7 * x]
    assert level == sum(abs(numerical_derivative(f, 0.0)) < 1e-9 for f in functions)
    assert lowest == sum(all(f(x) >= f(0) for x in np.linspace(-1, 1, 21)) for f in functions)
    assert towards is False


def lesson_loss(p):
    """Lesson 1.3's loss of a line at its two examples."""
    w, b = p
    return ((b - 1) ** 2 + (2 * w + b - 2) ** 2) / 4


def test_walking_down_goes_against_the_gradient_and_lowers_the_loss():
    for w, b, lr, steps in find("1.7").cases:
        place = np.array([w, b])
        for _ in range(steps):
            place = place - lr * judge(lesson_loss, place)
        assert find("1.7").answer(w, b, lr, steps) == pytest.approx(place)
        assert lesson_loss(place) < lesson_loss((w, b))


def test_the_numerical_gradient_is_that_of_nnlib():
    for f, p, h in find("1.8").cases:
        np.testing.assert_allclose(find("1.8").answer(f, p, h), judge(f, p, h=h), rtol=1e-9)


# ---- right answers in other styles ----


def in_steps(f, x, h):
    right, left = x + h, x - h
    return (f(right) - f(left)) / (right - left)


def mean_of_both_sides(f, x, h):
    return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2


def in_single_precision(f, x, h):
    x, h = np.float32(x), np.float32(h)
    return np.float32((f(x + h) - f(x - h)) / (2 * h))


def with_an_array(f, x, h):
    left, right = map(f, np.array([x - h, x + h]))
    return np.array([(right - left) / (2 * h)])


@pytest.mark.parametrize("function", [in_steps, mean_of_both_sides, in_single_precision, with_an_array,
                                      lambda f, x, h=1e-5: find("1.2").answer(f, x, h)])
def test_a_central_difference_passes_in_any_style(function, answer):
    assert answer("1.2", function).state == "passed"


@pytest.mark.parametrize("function", [
    lambda: (6.0, 0.0, -2.0, 1.0, 1 / 4), lambda: [6, 0, -2, True, 0.25], lambda: np.array([6, 0, -2, 1, 0.25]),
    lambda: np.float32([6, 0, -2, 1, 0.25]),
])
def test_predicted_slopes_pass_as_numbers_of_any_kind(function, answer):
    assert answer("1.1", function).state == "passed"


def test_measured_ratios_pass_for_predicted_ones(answer):
    assert answer("1.3", lambda: (10.2, 99.9, 2)).state == "passed"


@pytest.mark.parametrize("function", [
    lambda z: (np.exp(-z) / (1 + np.exp(-z)) ** 2, 1 / np.cosh(z) ** 2, z > 0),
    lambda z: (F.sigmoid(z) * (1 - F.sigmoid(z)), 1 - np.tanh(z) ** 2, 1 if z > 0 else 0),
    lambda z: np.array([sigmoid(z) * sigmoid(-z), 1 - np.tanh(z) ** 2, np.sign(max(z, 0))], np.float32),
    lambda z: [numerical_derivative(sigmoid, z), numerical_derivative(np.tanh, z), np.heaviside(z, 0)],
])
def test_activation_slopes_pass_in_any_style(function, answer):
    assert answer("1.4", function).state == "passed"


@pytest.mark.parametrize("function", [
    lambda f, df, g, dg, x: f(x) * dg(x) + g(x) * df(x),
    lambda f, df, g, dg, x: np.dot([df(x), f(x)], [g(x), dg(x)]),
    lambda f, df, g, dg, x: numerical_derivative(lambda x: f(x) * g(x), x),
])
def test_a_mended_product_passes_in_any_style(function, answer):
    assert answer("1.5", function).state == "passed"


def other_order(w, b, lr, steps):
    for _ in range(steps):
        db = w + b - 1.5
        dw = 2 * w + b - 2
        b = b - lr * db
        w = w - lr * dw
    return w, b


def with_matrices(w, b, lr, steps):
    X, y = np.array([[0, 1], [2, 1]]), np.array([1, 2])
    p = np.array([w, b])
    for _ in range(steps):
        p = p - lr * X.T @ (X @ p - y) / 2
    return p


LINES = ["dw = 2 * w + b - 2", "db = w + b - 1.5", "w = w - lr * dw", "b = b - lr * db"]


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=lambda order: "".join(map(str, order)))
def test_every_order_of_a_walk_down_that_runs_passes_or_is_told_which_slope_came_late(order, answer):
    body = "".join(f"        {LINES[i]}\n" for i in order)
    names = {}
    exec(f"def walk_down(w, b, lr, steps):\n    for _ in range(steps):\n{body}    return w, b\n", names)
    message = answer("1.7", names["walk_down"])
    at = [order.index(i) for i in range(4)]
    if at[2] < at[0] or at[3] < at[1]:
        assert message.state in ("wrong", "open")       # a move before its slope: an error, or the stub itself
    elif max(at[:2]) < min(at[2:]):
        assert message.state == "passed"
    else:
        assert "two different places" in " ".join(repr(message).split())


@pytest.mark.parametrize("function", [other_order, with_matrices])
def test_a_walk_down_passes_in_any_order_that_is_right(function, answer):
    assert answer("1.7", function).state == "passed"


def as_a_list(f, p, h):
    gradient = []
    for i in range(p.size):
        nudge = np.zeros_like(p)
        nudge[i] = h
        gradient.append((f(p + nudge) - f(p - nudge)) / (2 * h))
    return gradient


def with_central_difference(f, p, h):
    def moved(i, value):
        q = p.copy()
        q[i] = value
        return f(q)
    return np.array([in_steps(lambda value: moved(i, value), p[i], h) for i in range(len(p))])


def with_rows(f, p, h):
    steps = h * np.eye(len(p))
    return np.array([f(right) - f(left) for right, left in zip(p + steps, p - steps)]) / (2 * h)


def put_back(f, p, h):
    gradient = np.zeros(len(p))
    for i in range(len(p)):
        before = p[i]
        p[i] = before + h
        right = f(p)
        p[i] = before - h
        gradient[i] = (right - f(p)) / (2 * h)
        p[i] = before
    return gradient


def gradient_in_single_precision(f, p, h):
    return with_rows(f, p.astype(np.float32), np.float32(h)).astype(np.float32)


@pytest.mark.parametrize("function", [
    as_a_list, with_central_difference, with_rows, put_back, gradient_in_single_precision,
    lambda f, p, h: tensor(with_rows(f, p, h)), lambda f, p, h: judge(f, p, h=h),
])
def test_a_numerical_gradient_passes_in_any_style(function, answer):
    message = answer("1.8", function)
    assert message.state == "passed", message
