"""Chapter 5's exercises: the references are right, right answers pass in any style, and loops in any order are told."""
import math
from itertools import permutations

import numpy as np
import pytest

from messages import assert_says
from nnlib import data, nn, optim, tensor
from nnlib.exercises import find
from nnlib.exercises.bank import source
from nnlib.exercises.chapter_05 import descend, momentum, rmsprop

# ---- the references are right ----


def furthest(lr, curvatures, steps):
    """How far from 0 the worst of the weights is that all started at 1."""
    return np.abs((1 - lr * np.array(curvatures)) ** steps).max()


def test_five_numbers_on_paper():
    limit, best, steps, noise, place = find("5.1").answer()
    assert furthest(0.99 * limit, [1, 9], 1000) < 1 < furthest(1.01 * limit, [1, 9], 1000)
    assert min(np.linspace(0.01, limit, 500), key=lambda lr: furthest(lr, [1, 9], 50)) == pytest.approx(best, abs=1e-3)
    images = data.TensorDataset(np.zeros(1797))
    assert steps == 5 * len(data.DataLoader(images, 32)) == 285
    assert 5 * len(data.DataLoader(images, 32, drop_last=True)) == 280, "as an explanation has it"
    assert noise == 0.9 * math.sqrt(20 / 180)
    w = np.zeros(2)
    for _ in range(1000):
        w = w - 0.1 * (w[0] * w[1] - 1) * w[::-1]
    assert place == w[0]


def test_factors_that_the_first_explanations_quote():
    assert [round(1 - 9 * lr, 3) for lr in (2, 0.4, 0.2, 1)] == [-17, -2.6, -0.8, -8]


def walk_of(optimizer, gradient, w, steps, **options):
    """The places of one of nnlib's optimisers."""
    p = nn.Parameter(w.copy())
    optimizer = optimizer([p], **options)
    places = [w]
    for _ in range(steps):
        p.grad = gradient(p.data)
        optimizer.step()
        places.append(p.data.copy())
    return np.array(places)


@pytest.mark.parametrize("gradient, w, lr, steps", find("5.2").cases)
def test_gradient_descent_is_nnlibs(gradient, w, lr, steps):
    places = find("5.2").answer(gradient, w, lr, steps)
    np.testing.assert_allclose(places, walk_of(optim.SGD, gradient, w, steps, lr=lr), rtol=1e-12)
    assert places.shape == (steps + 1, len(w))


def test_the_factors_that_the_end_of_descent_quotes():
    gradient, w, lr, steps = find("5.2").cases[0]
    places = descend(gradient, w, lr, steps)
    np.testing.assert_allclose(places[1:] / places[:-1], np.broadcast_to([0.91, -0.8], (steps, 2)))


@pytest.mark.parametrize("w, X, y, lr, size, order", find("5.3").cases)
def test_an_epoch_is_nnlibs(w, X, y, lr, size, order):
    p = nn.Parameter(w.copy())
    optimizer = optim.SGD([p], lr=lr)
    for inputs, targets in data.DataLoader(data.TensorDataset(X[order], y[order]), size):
        error = inputs @ p - targets
        loss = (error * error / 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    np.testing.assert_allclose(find("5.3").answer(w, X, y, lr, size, order), p.data)


def test_epochs_of_every_kind_are_tried():
    cases = find("5.3").cases
    assert all(sorted(order) == list(range(len(X))) for w, X, y, lr, size, order in cases)
    assert {len(X) % size == 0 for w, X, y, lr, size, order in cases} == {True, False}
    assert any(size > len(X) for w, X, y, lr, size, order in cases)
    assert all((np.diff(order) < 0).any() for w, X, y, lr, size, order in cases if size < len(X)), "dealt in order"


@pytest.mark.parametrize("gradient, w, lr, mu, steps", find("5.4").cases)
def test_momentum_is_nnlibs(gradient, w, lr, mu, steps):
    expected = walk_of(optim.SGD, gradient, w, steps, lr=lr, momentum=mu)
    np.testing.assert_allclose(find("5.4").answer(gradient, w, lr, mu, steps), expected, rtol=1e-12)


def test_a_steady_gradient_moves_as_far_as_the_end_of_momentum_says():
    places = momentum(lambda w: np.ones(1), np.zeros(1), 0.1, 0.9, 200)
    assert places[-2] - places[-1] == pytest.approx(0.1 / (1 - 0.9))


@pytest.mark.parametrize("gradient, w, lr, alpha, steps", find("5.5").cases)
def test_rmsprop_is_nnlibs(gradient, w, lr, alpha, steps):
    expected = walk_of(optim.RMSprop, gradient, w, steps, lr=lr, alpha=alpha)
    np.testing.assert_allclose(find("5.5").answer(gradient, w, lr, alpha, steps), expected, rtol=1e-12)


def test_the_bug_of_rmsprop_moves_as_the_statement_quotes():
    e = find("5.5")
    gradient, w, lr, alpha, steps = e.cases[0]
    thrown, right = e.start(*e.cases[0])[1] - w, rmsprop(*e.cases[0])[1] - w
    assert [f"{step:.6f}" for step in right] == ["-0.316228", "-0.316228"] and "−0.316228" in e.statement
    assert f"{thrown[0]:.3f} {thrown[1]:.4f}" == "-0.001 -9.9999" and "−0.001 and the second by −9.9999" in e.statement
    assert gradient(w)[0] == 10_000 * gradient(w)[1]


def adams_way(gradient, steps, lr, w=0.0):
    return walk_of(optim.Adam, gradient, np.array([w]), steps, lr=lr)[:, 0]


def test_four_questions_about_adam():
    first, louder, raw, place = find("5.6").answer()
    assert adams_way(lambda w: np.array([-0.002]), 1, 0.01)[1] == pytest.approx(first, rel=1e-4)
    steps = [adams_way(lambda w: scale * (w - 1), 1, 0.01)[1] for scale in (1, 1000)]
    assert steps[1] / steps[0] == pytest.approx(louder)
    assert raw == pytest.approx((1 - 0.9) / math.sqrt(1 - 0.999)) and f"{raw:.2f}" == "3.16"
    assert adams_way(lambda w: 7 * np.sign(w - 5), 100, optim.Adam([nn.Parameter([0.0])]).lr)[-1] == pytest.approx(place)
    assert f"{math.sqrt(0.001):.3f}" == "0.032", "as explanations say"


def test_three_digits_are_enough_for_a_prediction(answer):
    assert answer("5.1", lambda: (0.222, 0.2, 285, 0.3, 0)).state == "passed"
    assert answer("5.6", lambda: (0.01, 1, 3.16, 0.1)).state == "passed"


@pytest.mark.parametrize("w, g, m, s, t, lr, decay", find("5.7").cases)
def test_a_step_of_adamw_is_nnlibs(w, g, m, s, t, lr, decay):
    p = nn.Parameter(w.copy())
    optimizer = optim.AdamW([p], lr=lr, weight_decay=decay)
    optimizer.m[:], optimizer.v[:], optimizer.steps, p.grad = m.ravel(), s.ravel(), t - 1, g
    optimizer.step()
    for mine, theirs in zip(find("5.7").answer(w, g, m, s, t, lr, decay), (p.data, optimizer.m, optimizer.v)):
        np.testing.assert_allclose(mine.ravel(), theirs.ravel(), rtol=1e-10)


def test_adamw_is_tried_on_several_shapes_over_several_steps_and_without_decay():
    cases = find("5.7").cases
    assert {w.ndim for w, *_ in cases} == {1, 2}
    assert {t for *_, t, lr, decay in cases} == {1, 2, 3, 500}
    assert 0 in {decay for *_, decay in cases}


def test_the_epsilon_that_explanations_speak_of():
    assert math.sqrt(1e-8) == pytest.approx(0.0001)


# ---- right answers in other styles ----


def with_an_array(gradient, w, lr, steps):
    places = np.empty((steps + 1, len(w)))
    places[0] = w
    for k in range(steps):
        places[k + 1] = places[k] - lr * gradient(places[k])
    return places


def by_copies(gradient, w, lr, steps):
    w, places = w.copy(), []
    for _ in range(steps):
        places.append(w.copy())
        w -= lr * gradient(w)
    return places + [w]


def in_single_precision(*inputs, id):
    lower = [a.astype(np.float32) if getattr(a, "dtype", None) == np.float64 else a for a in inputs]
    return find(id).answer(*lower)


def number_by_number(w, X, y, lr, size, order):
    w, rows = list(w), list(order)
    while rows:
        batch, rows = rows[:size], rows[size:]
        errors = [sum(a * b for a, b in zip(X[k], w)) - y[k] for k in batch]
        g = [sum(e * X[k][j] for e, k in zip(errors, batch)) / len(batch) for j in range(len(w))]
        w = [a - lr * b for a, b in zip(w, g)]
    return w


def with_array_split(w, X, y, lr, size, order):
    for rows in np.split(order, range(size, len(order), size)):
        w = w + lr * ((y[rows] - X[rows] @ w)[:, None] * X[rows]).mean(axis=0)
    return w


def rate_in_the_velocity(gradient, w, lr, mu, steps):
    places, v = [w], 0
    for _ in range(steps):
        v = mu * v - lr * gradient(w)
        places.append(w := w + v)
    return places


def all_gradients_kept(gradient, w, lr, mu, steps):
    places, seen = [w], []
    for _ in range(steps):
        seen.append(gradient(w))
        w = w - lr * sum(mu ** age * g for age, g in enumerate(reversed(seen)))
        places.append(w)
    return places


def with_hypot(gradient, w, lr, alpha, steps):
    size, places = 0 * w, [w]
    for _ in range(steps):
        g = gradient(w)
        size = np.hypot(math.sqrt(alpha) * size, math.sqrt(1 - alpha) * g)
        places.append(w := w - lr * g / (size + 1e-8))
    return places


def with_moving_differences(w, g, m, s, t, lr, decay, betas=(0.9, 0.999)):
    m, s = m + (1 - betas[0]) * (g - m), s + (1 - betas[1]) * (g * g - s)
    rate = lr / (1 - betas[0] ** t)
    size = np.sqrt(s) / math.sqrt(1 - betas[1] ** t)
    return w - lr * decay * w - rate * m / (size + 1e-8), m, s


def with_nnlib(w, g, m, s, t, lr, decay):
    p = tensor(w, requires_grad=True)
    optimizer = optim.AdamW([p], lr=lr, weight_decay=decay)
    optimizer.m[:], optimizer.v[:], optimizer.steps, p.grad = m.ravel(), s.ravel(), t - 1, g
    optimizer.step()
    return p, optimizer.m.reshape(w.shape), optimizer.v.reshape(w.shape)


@pytest.mark.parametrize("id, function", [
    ("5.2", with_an_array),
    ("5.2", by_copies),
    ("5.2", lambda gradient, w, lr, steps: walk_of(optim.SGD, gradient, w, steps, lr=lr)),
    ("5.2", lambda *inputs: in_single_precision(*inputs, id="5.2")),
    ("5.3", number_by_number),
    ("5.3", with_array_split),
    ("5.3", lambda *inputs: in_single_precision(*inputs, id="5.3")),
    ("5.4", rate_in_the_velocity),
    ("5.4", all_gradients_kept),
    ("5.4", lambda *inputs: in_single_precision(*inputs, id="5.4")),
    ("5.5", with_hypot),
    ("5.5", lambda *inputs: in_single_precision(*inputs, id="5.5")),
    ("5.7", with_moving_differences),
    ("5.7", with_nnlib),
    ("5.7", lambda *inputs: in_single_precision(*inputs, id="5.7")),
])
def test_a_right_answer_passes_in_any_style(id, function, answer):
    message = answer(id, function)
    assert message.state == "passed", message


# ---- lines in any order ----

LINES = source(find("5.8").answer).splitlines()
HEAD, (LEARN, LOOP, *INNER, JUDGE), TAIL = LINES[:11], LINES[11:20], LINES[20:]
FORWARD, LOSS, CLEAR, BACKWARD, CLIP, STEP = INNER


def loop(*lines):
    """The training loop with these lines between its head and what is measured."""
    namespace = {"np": np}
    exec("\n".join([*HEAD, *lines, *TAIL]), namespace)
    return namespace["train"]


def explained(message):
    """The name of the wrong answer whose explanation a message holds, or None."""
    told = [wrong.function.__name__ for wrong in find("5.8").bank
            if " ".join(wrong.explanation.split()) in message.paragraphs]
    return told[0] if told else None


def test_the_loop_is_taken_apart_where_it_should_be(answer):
    assert "train()" in LEARN and "eval()" in JUDGE and "zero_grad" in CLEAR and "step()" in STEP
    assert answer("5.8", loop(LEARN, LOOP, *INNER, JUDGE)).state == "passed"


RUNNING = [order for order in permutations(INNER)
           if [line for line in order if line not in (CLEAR, CLIP)] == [FORWARD, LOSS, BACKWARD, STEP]]


@pytest.mark.parametrize("order", RUNNING, ids=lambda order: "-".join(str(INNER.index(line)) for line in order))
def test_an_order_of_a_step_is_right_or_told_its_mistake(order, answer):
    message = answer("5.8", loop(LEARN, LOOP, *order, JUDGE))
    backward, clip, step, clear = map(order.index, (BACKWARD, CLIP, STEP, CLEAR))
    if backward < clear < step:
        assert_says(message, ["has no gradient: call loss.backward() before step()"])
    elif backward < clip < step:
        assert message.state == "passed"
    else:
        assert explained(message) == "clipped_for_nothing"


@pytest.mark.parametrize("order", [
    [STEP, FORWARD, LOSS, CLEAR, BACKWARD, CLIP],
    [LOSS, FORWARD, CLEAR, BACKWARD, CLIP, STEP],
    [FORWARD, BACKWARD, LOSS, CLEAR, CLIP, STEP],
])
def test_an_order_that_cannot_run_is_told_why(order, answer):
    message = repr(answer("5.8", loop(LEARN, LOOP, *order, JUDGE)))
    assert "has no gradient" in message or "A name needs a value before it is used" in message


@pytest.mark.parametrize("lines, mistake", [
    ([JUDGE, LOOP, *INNER, LEARN], "modes_swapped"),
    ([LOOP, *INNER, JUDGE, LEARN], "judged_in_train_mode"),
    ([JUDGE, LEARN, LOOP, *INNER], "judged_in_train_mode"),
    ([LEARN, JUDGE, LOOP, *INNER], "learned_in_eval_mode"),
    ([LOOP, *INNER, LEARN, JUDGE], "never_back_to_train_mode"),
])
def test_a_mode_in_the_wrong_place_is_told_what_it_does(lines, mistake, answer):
    assert explained(answer("5.8", loop(*lines))) == mistake
