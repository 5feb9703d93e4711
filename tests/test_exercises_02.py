"""Chapter 2's exercises: the references are right, right answers pass in any style, and every order is foreseen."""
import math
from functools import reduce
from itertools import permutations

import numpy as np
import pytest

from nnlib import functional as F
from nnlib import tensor
from nnlib.autograd import grad
from nnlib.exercises import find
from nnlib.exercises.bank import source


def slope(f, x, h=1e-5):
    """A central difference."""
    return (f(x + h) - f(x - h)) / (2 * h)


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


# ---- the references are right ----


def test_two_linked_number_lines():
    slope_u, slope_L, both = find("2.1").answer()
    assert slope_u == pytest.approx(slope(lambda x: x**2 + 1, 3))
    assert slope_L == pytest.approx(slope(lambda u: u**2, 10))
    assert both == pytest.approx(slope(lambda x: (x**2 + 1) ** 2, 3))
    assert f"{(3.001**2 + 1) ** 2:.3f}" == "100.120", "as the exercise's last words say"


@pytest.mark.parametrize("case", find("2.2").cases)
def test_any_two_functions(case):
    f, df, g, dg, x = case
    assert dg(x) == pytest.approx(slope(g, x)) and df(g(x)) == pytest.approx(slope(f, g(x))), "the pairs belong together"
    assert find("2.2").answer(*case) == pytest.approx(slope(lambda x: f(g(x)), x))


@pytest.mark.parametrize("x, beta", find("2.3").cases)
def test_a_product_with_a_chain_inside(x, beta):
    assert find("2.3").answer(x, beta) == pytest.approx(slope(lambda x: x * sigmoid(beta * x), x))


@pytest.mark.parametrize("x", [x for [x] in find("2.4").cases])
def test_the_way_back(x):
    u = x**2
    v, s = 3 * u, math.sin(u)
    assert find("2.4").answer(x) == pytest.approx((
        slope(lambda x: 3 * x**2 * math.sin(x**2), x), slope(lambda u: 3 * u * math.sin(u), u), s, v))


@pytest.mark.parametrize("n, arrows", find("2.5").cases)
def test_where_paths_meet(n, arrows):
    assert arrows == sorted(arrows, key=lambda arrow: arrow[1]) and all(start < end for start, end, _ in arrows)

    def moved(box):
        """How far the last box moves when `box` moves by 1; all is straight, so no nudge has to be small."""
        moves = [float(k == box) for k in range(n)]
        for end in range(box + 1, n):
            moves[end] += sum(moves[start] * local for start, to, local in arrows if to == end)
        return moves[-1]

    np.testing.assert_allclose(find("2.5").answer(n, arrows), [moved(box) for box in range(n)])


def top(x, weights):
    return reduce(lambda a, w: sigmoid(w * a), weights, x)


@pytest.mark.parametrize("x, weights", find("2.6").cases)
def test_a_stack_of_sigmoids(x, weights):
    assert find("2.6").answer(x, weights) == pytest.approx(slope(lambda x: top(x, weights), x), rel=1e-4, abs=1e-13)


def test_ten_layers_leave_less_than_a_millionth_and_larger_weights_leave_less():
    through = find("2.6").answer
    for x in np.linspace(-2, 2, 9):
        assert abs(through(x, [4.0] * 10)) < through(x, [1.0] * 10) < 0.25**10 < 1e-6


@pytest.mark.parametrize("dy_hat, W2, slopes, W1", find("2.7").cases)
def test_a_row_through_two_layers(dy_hat, W2, slopes, W1):
    x = tensor(np.zeros(W1.shape[1]), requires_grad=True)
    loss = ((W2 @ ((W1 @ x) * slopes)) * dy_hat).sum()
    np.testing.assert_allclose(find("2.7").answer(dy_hat, W2, slopes, W1), *grad(loss, [x]))


@pytest.mark.parametrize("p, dp", find("2.8").cases)
def test_back_through_softmax(p, dp):
    assert p.sum() == pytest.approx(1) and (p > 0).all()
    z = tensor(np.log(p) + 0.7, requires_grad=True)
    np.testing.assert_allclose(find("2.8").answer(p, dp), *grad((F.softmax(z) * dp).sum(), [z]), atol=1e-12)


# ---- right answers in other styles ----


def through_tensors(x, weights):
    x = tensor(x, requires_grad=True)
    return grad(reduce(lambda a, w: F.sigmoid(w * a), weights, x), [x])[0]


def with_dictionary(n, arrows):
    back = {n - 1: 1}
    for box in range(n - 2, -1, -1):
        back[box] = sum(local * back[end] for start, end, local in arrows if start == box)
    return [back[box] for box in range(n)]


def with_one_equation(n, arrows):
    local = np.zeros((n, n))
    for start, end, value in arrows:
        local[start, end] += value
    return np.linalg.solve(np.eye(n) - local, np.eye(n)[-1])


def box_by_box(p, dp):
    n = range(len(p))
    return [sum(dp[i] * (p[i] * (1 - p[i]) if i == j else -p[i] * p[j]) for i in n) for j in n]


def in_loops(dy_hat, W2, slopes, W1):
    (n_out, n_hidden), n_in = W2.shape, W1.shape[1]
    return [sum(dy_hat[i] * W2[i, j] * slopes[j] * W1[j, k] for i in range(n_out) for j in range(n_hidden))
            for k in range(n_in)]


def in_single_precision(dy_hat, W2, slopes, W1):
    dy_hat, W2, slopes, W1 = (a.astype(np.float32) for a in (dy_hat, W2, slopes, W1))
    return dy_hat @ W2 * slopes @ W1


@pytest.mark.parametrize("id, function", [
    ("2.1", lambda: [6, 20, 120]),
    ("2.1", lambda: np.float32([6, 20, 120])),
    ("2.2", lambda f, df, g, dg, x: dg(x) * df(g(x))),
    ("2.2", lambda f, df, g, dg, x: slope(lambda x: f(g(x)), x)),
    ("2.2", lambda f, df, g, dg, x: np.float32(df(g(x))) * np.float32(dg(x))),
    ("2.3", lambda x, beta: slope(lambda x: x / (1 + math.exp(-beta * x)), x)),
    ("2.3", lambda x, beta: sigmoid(beta * x) * (1 + beta * x * sigmoid(-beta * x))),
    ("2.4", lambda x: (6 * x * math.sin(x**2) + 6 * x**3 * math.cos(x**2),
                       3 * math.sin(x**2) + 3 * x**2 * math.cos(x**2), math.sin(x**2), 3 * x**2)),
    ("2.5", with_dictionary),
    ("2.5", with_one_equation),
    ("2.6", lambda x, weights: math.prod(w * a * (1 - a) for w, a in zip(
        weights, [top(x, weights[:k + 1]) for k in range(len(weights))]))),
    ("2.6", through_tensors),
    ("2.6", lambda x, weights: np.float32(find("2.6").answer(np.float32(x), np.float32(weights)))),
    ("2.7", in_loops),
    ("2.7", in_single_precision),
    ("2.7", lambda dy_hat, W2, slopes, W1: W1.T @ (slopes * (W2.T @ dy_hat))),
    ("2.7", lambda dy_hat, W2, slopes, W1: dy_hat @ (W2 @ np.diag(slopes) @ W1)),
    ("2.7", lambda dy_hat, W2, slopes, W1: np.einsum("i,ij,j,jk->k", dy_hat, W2, slopes, W1)),
    ("2.8", box_by_box),
    ("2.8", lambda p, dp: (np.diag(p) - np.outer(p, p)) @ dp),
    ("2.8", lambda p, dp: dp @ (np.diag(p) - p[:, None] * p)),
    ("2.8", lambda p, dp: p.astype(np.float32) * (dp - np.sum(dp * p))),
])
def test_a_right_answer_passes_in_any_style(id, function, answer):
    message = answer(id, function)
    assert message.state == "passed", message


# ---- lines in any order ----


def orders(id, fixed, moving):
    """The functions that the answer's source becomes when its `moving` lines, after the first `fixed`, change places."""
    lines = source(find(id).answer).splitlines()
    for order in permutations(lines[fixed:fixed + moving]):
        namespace = {"np": np}
        exec("\n".join([*lines[:fixed], *order, *lines[fixed + moving:]]), namespace)
        yield namespace[find(id).answer.__name__]


def test_every_order_of_the_way_back_passes_or_has_its_explanation(answer):
    messages = [answer("2.4", function) for function in orders("2.4", 8, 5)]
    states = [message.state for message in messages]
    assert len(states) == 120 and states.count("open") == 1
    assert states.count("passed") == 6, "dv before its sum, ds before its sum, dx last"
    assert not any("no slip that the exercise knows" in repr(message) for message in messages)
