"""Chapter 6's exercises: the references are right, right answers pass in any style, and orders are foreseen."""
import math
from itertools import permutations, product

import numpy as np
import pytest

from nnlib import functional as F
from nnlib import data, nn, optim, tensor
from nnlib.exercises import find
from nnlib.exercises.bank import source
from nnlib.training import fit

# ---- the references are right ----


def test_four_decisions():
    e = find("6.1")
    network, epoch, decayed, best = e.answer()
    rows = [line.split("|")[1:-1] for line in e.statement.splitlines() if line.count("|") == 5][2:]
    sizes, training, validation = zip(*[[float(cell.replace(",", "")) for cell in row[1:]] for row in rows])
    gaps = np.subtract(validation, training)
    assert network == 1 + np.argmin(validation)
    assert {1 + np.argmin(sizes), 1 + np.argmax(sizes), 1 + np.argmin(training), 1 + np.argmin(gaps)} == {1, 5, 4, 2}
    losses = [0.90, 0.60, 0.65, 0.40, 0.45, 0.50]
    assert all(f"{loss:.2f}" in e.statement for loss in losses)
    assert epoch == np.argmin(losses)
    assert best == np.mean([max(coins) for coins in product([0, 1], repeat=3)])
    assert decayed == 2


@pytest.mark.parametrize("X, n", find("6.2").cases)
def test_preparing_without_a_leak(X, n):
    train, val = find("6.2").answer(X, n)
    assert len(train) == 2 * n and len(val) == len(X) - n
    assert train[:n].mean() == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(train[:n] - train[0], X[:n] - X[0])
    np.testing.assert_allclose(train[n:], train[:n, ::-1])
    np.testing.assert_allclose(val - train[0], X[n:] - X[0])
    changed = np.concatenate([X[:n], X[n:] + 7])
    np.testing.assert_array_equal(find("6.2").answer(changed, n)[0], train), "validation examples have no say"


@pytest.mark.parametrize("images, down, right", find("6.3").cases)
def test_shifted_images(images, down, right):
    n, rows, columns = images.shape
    wide = np.pad(images, [(0, 0), (4, 4), (4, 4)])
    expected = wide[:, 4 - down:4 - down + rows, 4 - right:4 - right + columns]
    np.testing.assert_array_equal(find("6.3").answer(images, down, right), expected)


def test_shifting_the_digits_as_the_statement_says():
    e = find("6.3")
    assert "`shifted(X.reshape(-1, 8, 8), 1, 0).reshape(-1, 64)`" in e.statement.replace("\n", " ")
    X, _ = data.digits()
    moved = e.answer(X.reshape(-1, 8, 8), 1, 0).reshape(-1, 64)
    np.testing.assert_array_equal(moved[:, 8:], X[:, :-8])
    assert not moved[:, :8].any()


@pytest.mark.parametrize("X, Y, W, b, lr, weight_decay", find("6.4").cases)
def test_a_step_with_weight_decay(X, Y, W, b, lr, weight_decay):
    loss, new_W, new_b = find("6.4").answer(X, Y, W, b, lr, weight_decay)
    t_W, t_b = nn.Parameter(W), nn.Parameter(b)
    through = F.mse_loss(F.linear(tensor(X), t_W, t_b), tensor(Y)) + weight_decay / 2 * (t_W ** 2).sum()
    through.backward()
    optim.SGD([t_W, t_b], lr=lr).step()
    assert loss == pytest.approx(through.item())
    np.testing.assert_allclose(new_W, t_W.data)
    np.testing.assert_allclose(new_b, t_b.data)


def test_the_bug_does_what_the_statement_says():
    X, Y, W, b, lr, _ = find("6.4").cases[1]
    (loss, W_0, b_0), (more, W_9, b_9) = (find("6.4").start(X, Y, W, b, lr, decay) for decay in (0, 9))
    assert more > loss
    np.testing.assert_array_equal(W_0, W_9)
    np.testing.assert_array_equal(b_0, b_9)


@pytest.mark.parametrize("A, p, u, training", find("6.5").cases)
def test_dropout(A, p, u, training):
    class Drawn:
        """A generator whose numbers are known."""
        def random(self, shape):
            assert shape == u.shape
            return u
    expected = F.dropout(tensor(A), p, training, generator=Drawn())
    np.testing.assert_allclose(find("6.5").answer(A, p, u, training), np.asarray(expected))


def test_dropout_keeps_the_mean_and_is_its_own_way_back():
    dropout, rng = find("6.5").answer, np.random.default_rng(0)
    A, dA, u = np.full((1000, 100), 3.0), rng.normal(size=(1000, 100)), rng.random((1000, 100))
    assert dropout(A, 0.2, u, True).mean() == pytest.approx(3, abs=0.02)
    t_A = tensor(A, requires_grad=True)
    (t_A * tensor(dropout(np.ones_like(A), 0.2, u, True)) * tensor(dA)).sum().backward()
    np.testing.assert_allclose(dropout(dA, 0.2, u, True), t_A.grad)


@pytest.mark.parametrize("losses, patience", find("6.6").cases)
def test_early_stopping_is_that_of_fit(losses, patience, monkeypatch):
    """Where fit is told these validation losses, it stops at the same epoch and gives the same weights back."""
    told = iter(losses)
    monkeypatch.setattr("nnlib.training.evaluate", lambda *_: next(told))
    model = nn.Linear(1, 1, generator=np.random.default_rng(0))
    states = []

    def loss_fn(output, target):
        states.append(model.state_dict())
        return F.mse_loss(output, target)

    loader = data.DataLoader(data.TensorDataset(np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32)))
    history = fit(model, loader, loss_fn, optim.SGD(model.parameters(), lr=0.1), epochs=len(losses),
                  val_loader=loader, patience=patience, progress=False)
    best, last = find("6.6").answer(losses, patience)
    assert last == len(history["val_loss"]) - 1
    if best + 1 < len(states):                              # the weights after epoch `best` are those before the next
        np.testing.assert_array_equal(model.state_dict()["weight"], states[best + 1]["weight"])


def test_early_stopping_looks_at_nothing_that_was_not_trained():
    for losses, patience in find("6.6").cases:
        best, last = find("6.6").answer(losses, patience)
        assert find("6.6").answer(losses[:last + 1] + [0.0], patience)[0] == best or last == len(losses) - 1


@pytest.mark.parametrize("y, y_hat, n_classes", find("6.7").cases)
def test_a_confusion_matrix(y, y_hat, n_classes):
    counts = find("6.7").answer(y, y_hat, n_classes)
    assert counts.shape == (n_classes, n_classes)
    for i, j in product(range(n_classes), repeat=2):
        assert counts[i, j] == ((y == i) & (y_hat == j)).sum()
    assert np.trace(counts) / counts.sum() == (y == y_hat).mean(), "as the end says"


@pytest.mark.parametrize("a, b", find("6.8").cases)
def test_a_difference_and_its_standard_error(a, b):
    difference, error = find("6.8").answer(a, b)
    d = [y - x for x, y in zip(a, b)]
    mean = sum(d) / len(d)
    assert difference == pytest.approx(mean)
    assert error == pytest.approx(math.sqrt(sum((x - mean) ** 2 for x in d) / (len(d) - 1) / len(d)))


def test_the_standard_error_is_the_spread_of_the_mean():
    rng = np.random.default_rng(0)
    found = np.array([find("6.8").answer(np.zeros(5), rng.normal(size=5)) for _ in range(4000)])
    assert found[:, 0].std() == pytest.approx(np.sqrt((found[:, 1] ** 2).mean()), rel=0.05)


def test_inputs_that_tell_mistakes_apart():
    assert any(len({*images.shape}) == 3 and down < 0 for images, down, _ in find("6.3").cases)
    assert all(b.all() for *_, b, _, _ in find("6.4").cases), "biases that are not 0"
    assert any(len({len(X), *W.shape}) == 3 and len(W) > 1 for X, _, W, *_ in find("6.4").cases)
    assert any(y.max() < n - 1 for y, _, n in find("6.7").cases), "a class that never occurs"


# ---- right answers in other styles ----


def with_boxes(images, down, right):
    moved = np.zeros_like(images)
    n, rows, columns = images.shape
    to = np.s_[:, max(0, down):rows + min(0, down), max(0, right):columns + min(0, right)]
    source = np.s_[:, max(0, -down):rows + min(0, -down), max(0, -right):columns + min(0, -right)]
    moved[to] = images[source]
    return moved


def rolled_and_wiped(images, down, right):
    moved = np.roll(images, (down, right), axis=(1, 2))
    if down:
        moved[:, slice(0, down) if down > 0 else slice(down, None)] = 0
    if right:
        moved[:, :, slice(0, right) if right > 0 else slice(right, None)] = 0
    return moved


def prepared_at_once(X, n):
    X = X - X[:n].mean()
    return np.vstack([X[:n], np.fliplr(X[:n])]), X[n:]


def with_autograd(X, Y, W, b, lr, weight_decay):
    W, b = tensor(W, requires_grad=True), tensor(b, requires_grad=True)
    loss = F.mse_loss(F.linear(tensor(X), W, b), tensor(Y)) + (W * W).sum() * (weight_decay / 2)
    loss.backward()
    return loss, W.data - lr * W.grad, b.data - lr * b.grad


def shrunk_first(X, Y, W, b, lr, weight_decay):
    error = X @ W.T + b - Y
    loss = np.mean(error ** 2) + weight_decay * np.sum(W ** 2) / 2
    return loss, (1 - lr * weight_decay) * W - 2 * lr / error.size * error.T @ X, b - 2 * lr / error.size * error.sum(0)


def entry_by_entry(A, p, u, training):
    return [[a if not training else 0.0 if chance < p else a / (1 - p) for a, chance in zip(*rows)]
            for rows in zip(A, u)]


def with_a_counter(losses, patience):
    best, lowest, waited = 0, math.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited >= patience:
                return best, epoch
    return best, len(losses) - 1


def lists_of_lists(y, y_hat, n_classes):
    return [[sum(1 for pair in zip(y, y_hat) if pair == (i, j)) for j in range(n_classes)] for i in range(n_classes)]


def added_at_once(y, y_hat, n_classes):
    counts = np.zeros((n_classes, n_classes))
    np.add.at(counts, (y, y_hat), 1)
    return counts


def in_single_precision(*arguments, id):
    single = lambda x: x.astype(np.float32) if getattr(x, "dtype", None) == np.float64 else x
    return find(id).answer(*map(single, arguments))


@pytest.mark.parametrize("id, function", [
    ("6.1", lambda: (3, 3, 2, 7 / 8)),
    ("6.1", lambda: np.array([3, 3, 2, 0.875], dtype=np.float32)),
    ("6.2", prepared_at_once),
    ("6.2", lambda X, n: in_single_precision(X, n, id="6.2")),
    ("6.3", with_boxes),
    ("6.3", rolled_and_wiped),
    ("6.3", lambda images, down, right: in_single_precision(images, down, right, id="6.3")),
    ("6.4", with_autograd),
    ("6.4", shrunk_first),
    ("6.4", lambda *arguments: in_single_precision(*arguments, id="6.4")),
    ("6.5", entry_by_entry),
    ("6.5", lambda A, p, u, training: np.where(u < p, 0, A / (1 - p)) if training else A.copy()),
    ("6.5", lambda *arguments: in_single_precision(*arguments, id="6.5")),
    ("6.6", with_a_counter),
    ("6.7", lists_of_lists),
    ("6.7", added_at_once),
    ("6.7", lambda y, y_hat, n: np.eye(n)[y].T @ np.eye(n)[y_hat]),
    ("6.7", lambda y, y_hat, n: np.bincount(n * y + y_hat, minlength=n * n).reshape(n, n)),
    ("6.8", lambda a, b: (b.mean() - a.mean(), np.sqrt((b - a).var(ddof=1) / len(a)))),
    ("6.8", lambda a, b: (sum(b - a) / len(a), np.std(a - b, ddof=1) / len(a) ** 0.5)),
    ("6.8", lambda a, b: in_single_precision(a, b, id="6.8")),
])
def test_a_right_answer_passes_in_any_style(id, function, answer):
    message = answer(id, function)
    assert message.state == "passed", message


# ---- lines in any order ----


def prepare_in(order):
    """The preparation with its four lines in another order, counted as in the answer."""
    lines = source(find("6.2").answer).splitlines()
    namespace = {"np": np}
    exec("\n".join([*lines[:3], *(lines[3 + k] for k in order), lines[7]]), namespace)
    return namespace["prepare"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_every_order_of_the_preparation_is_right_or_explained(order, answer):
    split, measure, subtract, copy = (order.index(k) for k in range(4))
    message = answer("6.2", prepare_in(order))
    if split == 0 and measure < subtract:
        assert message.state == "passed", "where the copies join does not matter"
    elif (measure, subtract, copy, split) == (0, 1, 2, 3):
        assert message.state == "open", "this is how the lines come"
    else:
        assert message.state == "wrong"
        assert any(" ".join(wrong.explanation.split()) in message.paragraphs for wrong in find("6.2").bank)
