"""Chapter 3's exercises: the references are right, right answers pass in any style, and orders are foreseen."""
import math
from itertools import permutations

import numpy as np
import pytest

from nnlib import functional as F
from nnlib import nn, tensor
from nnlib.exercises import find
from nnlib.exercises.bank import source

# ---- the references are right ----


def test_three_questions_about_a_network():
    parameters, hinge, sure = find("3.1").answer()
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(64, 32, generator=rng), nn.ReLU(), nn.Linear(32, 10, generator=rng))
    assert parameters == sum(p.data.size for p in model.parameters()) == 2410
    assert 2 * hinge - 3 == 0
    assert sure == F.sigmoid(tensor(0.0)).item()
    assert f"{F.sigmoid(tensor(0.9)).item():.2f}" == "0.71", "as an explanation says"
    assert (784 * 128 + 128 * 10, 784 * 128 + 128 + 128 * 10 + 10) == (101_632, 101_770), "as another says"


@pytest.mark.parametrize("x, W, b", find("3.2").cases)
def test_a_layer(x, W, b):
    alone = [F.linear(tensor(sample[None]), tensor(W), tensor(b)).data[0] for sample in np.atleast_2d(x)]
    np.testing.assert_allclose(find("3.2").answer(x, W, b), np.array(alone).reshape(*x.shape[:-1], len(b)))


@pytest.mark.parametrize("W1, b1, W2, b2", find("3.3").cases)
def test_two_layers_that_are_one(W1, b1, W2, b2):
    W, b = find("3.3").answer(W1, b1, W2, b2)
    for x in np.random.default_rng(0).normal(size=(10, W1.shape[1])):
        np.testing.assert_allclose(W @ x + b, W2 @ (W1 @ x + b1) + b2)


@pytest.mark.parametrize("X, W1, b1, W2, b2", find("3.4").cases)
def test_a_forward_pass(X, W1, b1, W2, b2):
    X, W1, b1, W2, b2 = map(tensor, (X, W1, b1, W2, b2))
    through = F.sigmoid(F.linear(F.relu(F.linear(X, W1, b1)), W2, b2))
    np.testing.assert_allclose(find("3.4").answer(*(t.data for t in (X, W1, b1, W2, b2))), through.data)


@pytest.mark.parametrize("x, left, middle, right", find("3.5").cases)
def test_a_tent(x, left, middle, right):
    expected = np.interp(x, [left, middle, right], [0, 1, 0])
    np.testing.assert_allclose(find("3.5").answer(x, left, middle, right), expected, atol=1e-12)
    assert middle - left != pytest.approx(right - middle), "equal sides would hide a mistake"


@pytest.mark.parametrize("y_hat, y", find("3.6").cases)
def test_a_mean_of_squared_errors(y_hat, y):
    expected = sum((y_hat[k, 0] - y[k]) ** 2 for k in range(len(y))) / len(y)
    assert find("3.6").answer(y_hat, y) == pytest.approx(expected)


def test_the_bug_gives_what_the_statement_quotes():
    e = find("3.6")
    assert f"{e.start(*e.cases[0]):.6f}" in e.statement and e.answer(*e.cases[0]) == 0


@pytest.mark.parametrize("Z", [Z for [Z] in find("3.7").cases])
def test_a_softmax(Z):
    p = find("3.7").answer(Z)
    assert np.isfinite(p).all()
    np.testing.assert_allclose(p, F.softmax(tensor(Z)).data)
    np.testing.assert_allclose(p.sum(axis=1), 1)


@pytest.mark.parametrize("Z, y", find("3.8").cases)
def test_a_cross_entropy(Z, y):
    loss = find("3.8").answer(Z, y)
    assert math.isfinite(loss)
    assert loss == pytest.approx(F.cross_entropy(tensor(Z), y).item())


def test_sure_and_right_costs_little_and_sure_and_wrong_costs_much():
    loss, logits = find("3.8").answer, np.log([[0.99, 0.01]])
    assert f"{loss(logits, np.array([0])):.2f}, {loss(logits, np.array([1])):.1f}" == "0.01, 4.6", "as the end says"
    assert loss(np.array([[1000.0, 0.0]]), np.array([1])) == 1000, "as the statement says"
    assert f"{-math.log(1e-12):.1f}" == "27.6", "as an explanation says"


def test_inputs_that_tell_shapes_apart():
    layers = [(len(x), *reversed(W.shape)) for x, W, b in find("3.2").cases if x.ndim == 2]
    assert any(len({*shape}) == 3 for shape in layers), "a batch, inputs and units, all of them different"
    assert all(b.any() for *_, b in find("3.2").cases)
    assert any(Z.shape[0] != Z.shape[1] for [Z] in find("3.7").cases)
    assert any(len({*W1.shape, *W2.shape}) == 3 for W1, b1, W2, b2 in find("3.3").cases)


# ---- right answers in other styles ----


def unit_by_unit(x, W, b):
    if x.ndim == 1:
        return [sum(w * value for w, value in zip(row, x)) + bias for row, bias in zip(W, b)]
    return [unit_by_unit(sample, W, b) for sample in x]


def one_step_at_a_time(X, W1, b1, W2, b2):
    answers = []
    for x in X:
        hidden = [max(0.0, float(row @ x) + bias) for row, bias in zip(W1, b1)]
        answers.append([1 / (1 + math.exp(-(row @ hidden + bias))) for row, bias in zip(W2, b2)])
    return answers


def in_single_precision(*arrays, id):
    return find(id).answer(*(a.astype(np.float32) if a.dtype.kind == "f" else a for a in arrays))


def probed(W1, b1, W2, b2):
    through = lambda x: W2 @ (W1 @ x + b1) + b2
    b = through(np.zeros(W1.shape[1]))
    return np.stack([through(x) - b for x in np.eye(W1.shape[1])], axis=1), b


def row_by_row(Z):
    rows = []
    for row in Z:
        e = [math.exp(z - max(row)) for z in row]
        rows.append([value / sum(e) for value in e])
    return rows


def by_pairwise_sums(Z, y):
    return np.mean([np.logaddexp.reduce(row) - row[k] for row, k in zip(Z, y)])


def with_one_hot(Z, y):
    shifted = Z - Z.max(1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    return -(np.eye(Z.shape[1])[y] * logs).sum() / len(y)


@pytest.mark.parametrize("id, function", [
    ("3.1", lambda: (2410, 1.5, 0.5)),
    ("3.1", lambda: np.array([2410, 1.5, 0.5], dtype=np.float32)),
    ("3.2", unit_by_unit),
    ("3.2", lambda x, W, b: (W @ x.T).T + b),
    ("3.2", lambda x, W, b: np.einsum("...i,oi->...o", x, W) + b),
    ("3.2", lambda x, W, b: tensor(np.tensordot(x, W, axes=(-1, -1)) + b)),
    ("3.2", lambda x, W, b: in_single_precision(x, W, b, id="3.2")),
    ("3.3", probed),
    ("3.3", lambda W1, b1, W2, b2: (np.einsum("oh,hi->oi", W2, W1), (W2 * b1).sum(1) + b2)),
    ("3.3", lambda *arrays: in_single_precision(*arrays, id="3.3")),
    ("3.4", one_step_at_a_time),
    ("3.4", lambda *arrays: in_single_precision(*arrays, id="3.4")),
    ("3.5", lambda x, left, middle, right: np.interp(x, [left, middle, right], [0, 1, 0])),
    ("3.5", lambda x, left, middle, right: [max(0.0, min((v - left) / (middle - left), (right - v) / (right - middle)))
                                            for v in x]),
    ("3.6", lambda y_hat, y: ((y_hat.T - y) ** 2).mean()),
    ("3.6", lambda y_hat, y: ((y_hat - y[:, None]) ** 2).mean()),
    ("3.6", lambda y_hat, y: F.mse_loss(tensor(y_hat.ravel()), tensor(y))),
    ("3.6", lambda y_hat, y: sum((a - b) ** 2 for [a], b in zip(y_hat.tolist(), y.tolist())) / len(y)),
    ("3.6", lambda y_hat, y: in_single_precision(y_hat, y, id="3.6")),
    ("3.7", row_by_row),
    ("3.7", lambda Z: np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])),
    ("3.7", lambda Z: F.softmax(tensor(Z))),
    ("3.7", lambda Z: in_single_precision(Z, id="3.7")),
    ("3.8", by_pairwise_sums),
    ("3.8", with_one_hot),
    ("3.8", lambda Z, y: F.cross_entropy(tensor(Z), y)),
    ("3.8", lambda Z, y: in_single_precision(Z, y, id="3.8")),
])
def test_a_right_answer_passes_in_any_style(id, function, answer):
    message = answer(id, function)
    assert message.state == "passed", message


# ---- lines in any order ----


def forward_in(order):
    """The forward pass with its four lines in another order, counted as in the answer."""
    lines = source(find("3.4").answer).splitlines()
    namespace = {"np": np}
    exec("\n".join([*lines[:3], *(lines[3 + k] for k in order), lines[7]]), namespace)
    return namespace["forward"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_an_order_of_the_forward_pass_is_right_or_explained_as_long_as_shapes_allow(order, answer):
    message = answer("3.4", forward_in(order))
    explained = any(" ".join(wrong.explanation.split()) in message.paragraphs for wrong in find("3.4").bank)
    first_layer, relu, second_layer, sigmoid = 0, 1, 2, 3
    if order == (first_layer, relu, second_layer, sigmoid):
        assert message.state == "passed"
    elif order == (sigmoid, second_layer, relu, first_layer):
        assert message.state == "open", "this is how the lines come"
    elif order.index(first_layer) < order.index(second_layer) or order == (second_layer, relu, first_layer, sigmoid):
        assert message.state == "wrong" and explained
    else:
        assert message.state == "wrong" and "ValueError" in repr(message)
