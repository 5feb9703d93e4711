"""Chapter 4's exercises: the references are right, right answers pass in any style, and orders are foreseen."""
import math
from itertools import permutations

import numpy as np
import pytest

from nnlib import functional as F
from nnlib import init, nn, tensor
from nnlib.autograd import grad
from nnlib.exercises import find
from nnlib.exercises.bank import source
from nnlib.gradcheck import numerical_gradient


def loss(params, x, y):
    w1, b1, w2, b2 = params
    return (w2 / (1 + math.exp(-(w1 * x + b1))) + b2 - y) ** 2 / 2


def slopes(params, x, y, h=1e-5):
    """Central differences of the loss along each parameter."""
    moved = lambda k, by: [p + by * (j == k) for j, p in enumerate(params)]
    return [(loss(moved(k, h), x, y) - loss(moved(k, -h), x, y)) / (2 * h) for k in range(4)]


def test_the_four_gradients_are_the_slopes_of_the_loss():
    e = find("4.1")
    for x, y, *params in e.cases:
        np.testing.assert_allclose(e.answer(x, y, *params), slopes(params, x, y), rtol=1e-8, atol=1e-9)


def test_one_step_goes_against_the_slopes_of_the_loss_and_lowers_it():
    e = find("4.2")
    for params, x, y, lr in e.cases:
        stepped = e.answer(params, x, y, lr)
        np.testing.assert_allclose(stepped, np.array(params) - lr * np.array(slopes(params, x, y)), rtol=1e-8)
    params, x, y, lr = e.cases[0]
    assert loss(e.answer(params, x, y, lr), x, y) == pytest.approx(0.029130, abs=5e-7)
    assert loss(params, x, y) == pytest.approx(0.040179, abs=5e-7)


BENDS = {"ReLU": F.relu, "sigmoid": F.sigmoid, "none": lambda z: z}


@pytest.mark.parametrize("dA, Z, X, W, bend", find("4.3").cases)
def test_one_layer_backward(dA, Z, X, W, bend):
    X, W, b = (tensor(a, requires_grad=True) for a in (X, W, np.zeros(len(W))))
    shift = Z - X.data @ W.data.T       # the sums may be rounded, or simple numbers: what counts is where the bend is
    passed_on = BENDS[bend](F.linear(X, W, b) + shift)
    for found, right in zip(find("4.3").answer(dA, Z, X.data, W.data, bend), grad((passed_on * dA).sum(), [W, b, X])):
        np.testing.assert_allclose(found, right)


@pytest.mark.parametrize("Z, y", find("4.4").cases)
def test_the_gradient_of_cross_entropy(Z, y):
    scores = tensor(Z, requires_grad=True)
    dZ = find("4.4").answer(Z, y)
    np.testing.assert_allclose(dZ, *grad(F.cross_entropy(scores, y), [scores]), atol=1e-12)
    np.testing.assert_allclose(dZ.sum(axis=1), 0, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_bug_in_that_gradient_lets_a_network_learn_but_not_as_well(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
    X[np.arange(60), y] += 1.5

    def loss_after_training(backward):
        W, b = np.zeros((3, 4)), np.zeros(3)
        for _ in range(100):
            dZ = backward(X @ W.T + b, y)
            W, b = W - 0.5 * dZ.T @ X, b - 0.5 * dZ.sum(axis=0)
        return F.cross_entropy(tensor(X @ W.T + b), y).item()

    assert loss_after_training(find("4.4").answer) < loss_after_training(find("4.4").start) < math.log(3)


@pytest.mark.parametrize("w, x, y, lr, steps", find("4.5").cases)
def test_a_training_loop(w, x, y, lr, steps):
    trained, before = find("4.5").answer(w, x, y, lr, steps), w
    for _ in range(steps):
        weight = tensor(w, requires_grad=True)
        w = w - lr * grad(((weight * x - y) ** 2).mean() / 2, [weight])[0]
    assert trained == pytest.approx(w)
    assert ((trained * x - y) ** 2).sum() < ((before * x - y) ** 2).sum()


def seven_examples():
    return np.random.default_rng(0).normal(size=(7, 5)), np.array([0, 1, 2, 2, 2, 1, 1])


def trained_classifier(start, steps, lr=0.5):
    """The network 5–4–3 of exercise 4.6, all its weights at one number, after some steps."""
    model = nn.Sequential(nn.Linear(5, 4, generator=np.random.default_rng(0), dtype=np.float64), nn.Tanh(),
                          nn.Linear(4, 3, generator=np.random.default_rng(0), dtype=np.float64))
    X, labels = seven_examples()
    for p in model.parameters():
        p.data[...] = start if p.ndim == 2 else 0
    for _ in range(steps):
        for p, g in zip(model.parameters(), grad(F.cross_entropy(model(X), labels), list(model.parameters()))):
            p.data -= lr * g
    return model


def test_before_the_first_step():
    moving, kinds, spread, passes = find("4.6").answer()
    model = trained_classifier(0, steps=0)
    X, labels = seven_examples()
    gradients = grad(F.cross_entropy(model(X), labels), list(model.parameters()))
    assert sum(g.size for g in gradients) == 39
    assert moving == sum((abs(g) > 1e-12).sum() for g in gradients)
    assert kinds == len(np.unique(trained_classifier(0.5, steps=1000)[0].weight.data.round(9), axis=0))
    drawn = init.kaiming_normal_(nn.Linear(50, 30, generator=np.random.default_rng(0), dtype=np.float64).weight,
                                 generator=np.random.default_rng(0))
    assert spread == pytest.approx(drawn.data.std(), rel=0.05)
    calls = []
    numerical_gradient(lambda p: calls.append(p) or 0.0, np.zeros(39))
    assert passes == len(calls)


def batch_loss(X, Y, W1, b1, W2, b2):
    hidden = 1 / (1 + np.exp(-(X @ W1.T + b1)))
    return sum(sum((row - target) ** 2) / 2 for row, target in zip(hidden @ W2.T + b2, Y)) / len(X)


@pytest.mark.parametrize("X, Y, W1, b1, W2, b2, lr", find("4.7").cases)
def test_a_step_with_a_whole_batch(X, Y, W1, b1, W2, b2, lr):
    params = [W1, b1, W2, b2]
    for place, (p, stepped) in enumerate(zip(params, find("4.7").answer(X, Y, *params, lr))):
        slopes = numerical_gradient(lambda q: batch_loss(X, Y, *params[:place], q, *params[place + 1:]), p)
        np.testing.assert_allclose(stepped, p - lr * slopes, atol=1e-7)


@pytest.mark.parametrize("steps, values", find("4.8").cases)
def test_autograd_on_a_list(steps, values):
    def end(nudged, by):
        """The last value, with one step's value moved."""
        moved = []
        for k, (name, *inputs) in enumerate(steps):
            x = [moved[i] for i in inputs]
            moved.append({"number": lambda: values[k], "add": lambda: x[0] + x[1], "mul": lambda: x[0] * x[1],
                          "exp": lambda: math.exp(x[0])}[name]() + by * (k == nudged))
        return moved[-1]
    assert end(0, 0) == pytest.approx(values[-1])
    slopes = [(end(k, 1e-6) - end(k, -1e-6)) / 2e-6 for k in range(len(steps))]
    np.testing.assert_allclose(find("4.8").answer(steps, values), slopes, rtol=1e-6, atol=1e-6)


def test_gradients_are_checked_where_slips_show():
    """Several examples, unequal widths, two outputs or more, biases that are not 0, and shared steps."""
    X, Y, W1, b1, W2, b2, lr = max(find("4.7").cases, key=lambda case: len(case[0]))
    assert len({len(X), *W1.shape, *W2.shape}) == 4 and len(W2) >= 2 and b1.all() and b2.all()
    assert any(len({*dA.shape, *X.shape}) == 3 for dA, Z, X, W, bend in find("4.3").cases)
    assert all(Z.all() for dA, Z, X, W, bend in find("4.3").cases), "no sum is at the kink of ReLU"
    assert any(len(Z) not in (1, Z.shape[1]) for Z, y in find("4.4").cases)
    uses = [[i for name, *inputs in steps for i in inputs] for steps, values in find("4.8").cases]
    assert sum(len(used) > len({*used}) for used in uses) >= 3, "steps that are used twice"


# ---- right answers in other styles ----


def with_math(x, y, w1, b1, w2, b2):
    a1 = 1 / (1 + math.exp(-w1 * x - b1))
    error = w2 * a1 + b2 - y
    back = error * w2 * a1 * (1 - a1)
    return [back * x, back, error * a1, error]


def in_single_precision(x, y, w1, b1, w2, b2):
    x, y, w1, b1, w2, b2 = np.float32([x, y, w1, b1, w2, b2])
    return tuple(map(np.float32, with_numpy(x, y, w1, b1, w2, b2)))


def with_numpy(x, y, w1, b1, w2, b2):
    a1 = 1 / (1 + np.exp(-(w1 * x + b1)))
    local = np.array([w2 * a1 * (1 - a1) * x, w2 * a1 * (1 - a1), a1, 1], dtype=a1.dtype)
    return local * (w2 * a1 + b2 - y)


def with_matrices(x, y, w1, b1, w2, b2):
    X, W1, W2 = np.array([[x]]), np.array([[w1]]), np.array([[w2]])
    A1 = 1 / (1 + np.exp(-(X @ W1.T + b1)))
    dY = A1 @ W2.T + b2 - y
    dZ1 = dY @ W2 * A1 * (1 - A1)
    return dZ1.T @ X, dZ1.sum(0), dY.T @ A1, dY.sum(0)


def with_autograd(x, y, w1, b1, w2, b2):
    w1, b1, w2, b2 = params = [tensor(p, requires_grad=True) for p in (w1, b1, w2, b2)]
    error = w2 * F.sigmoid(w1 * x + b1) + b2 - y
    return grad(error * error / 2, params)


def as_tensors(x, y, w1, b1, w2, b2):
    return [tensor(g) for g in with_math(x, y, w1, b1, w2, b2)]


def with_differences(x, y, w1, b1, w2, b2):
    return slopes([w1, b1, w2, b2], x, y)


buffer = np.zeros(4)


def in_one_buffer(x, y, w1, b1, w2, b2):
    buffer[:] = with_math(x, y, w1, b1, w2, b2)
    return buffer


def with_other_names(inp, target, a, b, c, d, verbose=False):
    if verbose:
        print("going back")
    return with_math(inp, target, a, b, c, d)


@pytest.mark.parametrize("function", [
    with_math, in_single_precision, with_numpy, with_matrices, with_autograd, as_tensors, with_differences,
    in_one_buffer, with_other_names, lambda *inputs: with_math(*inputs),
])
def test_a_right_answer_passes_in_any_style(function, answer):
    message = answer("4.1", function)
    assert message.state == "passed", message


def test_a_step_made_with_the_readers_own_functions_passes(answer):
    def train_step(params, x, y, lr):
        return np.array(params) - lr * with_numpy(x, y, *params)
    assert answer("4.2", train_step).state == "passed"


def test_a_function_may_call_itself_although_its_cell_has_not_named_it_yet(answer):
    names = {"with_math": with_math}
    exec("def again(*inputs, last=False): return with_math(*inputs) if last else again(*inputs, last=True)", names)
    again = names.pop("again")
    assert answer("4.1", again).state == "passed"
    assert "again" not in names


def example_by_example(X, Y, W1, b1, W2, b2, lr):
    dW1, db1, dW2, db2 = (np.zeros_like(p) for p in (W1, b1, W2, b2))
    for x, y in zip(X, Y):
        a1 = 1 / (1 + np.exp(-(W1 @ x + b1)))
        dz2 = (W2 @ a1 + b2 - y) / len(X)
        dz1 = W2.T @ dz2 * a1 * (1 - a1)
        dW1 += np.outer(dz1, x)
        db1 += dz1
        dW2 += np.outer(dz2, a1)
        db2 += dz2
    return [W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2]


def step_with_autograd(X, Y, W1, b1, W2, b2, lr):
    params = [tensor(p, requires_grad=True) for p in (W1, b1, W2, b2)]
    errors = F.linear(F.sigmoid(F.linear(tensor(X), *params[:2])), *params[2:]) - Y
    return [p.data - lr * g for p, g in zip(params, grad((errors ** 2).sum() / 2 / len(X), params))]


def with_two_layers_of_the_reader(X, Y, W1, b1, W2, b2, lr):
    layer_backward = find("4.3").answer
    Z1 = X @ W1.T + b1
    A1 = 1 / (1 + np.exp(-Z1))
    Z2 = A1 @ W2.T + b2
    dW2, db2, dA1 = layer_backward((Z2 - Y) / len(X), Z2, A1, W2, "none")
    dW1, db1, _ = layer_backward(dA1, Z1, X, W1, "sigmoid")
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


def one_entry_at_a_time(dA, Z, X, W, bend):
    slope = {"ReLU": lambda z: float(z > 0), "none": lambda z: 1.0,
             "sigmoid": lambda z: 1 / (1 + math.exp(-z)) * (1 - 1 / (1 + math.exp(-z)))}[bend]
    (n, n_out), n_in = dA.shape, X.shape[1]
    dZ = [[dA[k, i] * slope(Z[k, i]) for i in range(n_out)] for k in range(n)]
    return ([[sum(dZ[k][i] * X[k, j] for k in range(n)) for j in range(n_in)] for i in range(n_out)],
            [sum(dZ[k][i] for k in range(n)) for i in range(n_out)],
            [[sum(dZ[k][i] * W[i, j] for i in range(n_out)) for j in range(n_in)] for k in range(n)])


def through_the_whole_jacobian(Z, y):
    rows = []
    for scores, right in zip(Z, y):
        p = np.exp(scores - scores.max())
        p /= p.sum()
        dp = np.zeros_like(p)
        dp[right] = -1 / p[right] / len(Z)
        rows.append(dp @ (np.diag(p) - np.outer(p, p)))
    return np.array(rows)


def with_one_subtracted(Z, y):
    p = np.exp(Z - Z.max(1)[:, None])
    p /= p.sum(1)[:, None]
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


def sending_along_each_use(steps, values):
    """Asks each step who uses it, and waits for their answers."""
    def back(k):
        if k == len(steps) - 1:
            return 1.0
        total = 0.0
        for user, (name, *inputs) in enumerate(steps):
            for place, i in enumerate(inputs):
                if i == k:
                    other = values[inputs[1 - place]] if name == "mul" else None
                    total += back(user) * {"add": 1.0, "mul": other, "exp": values[user]}[name]
        return total
    return np.array([back(k) for k in range(len(steps))])


def with_tensors(steps, values):
    made = []
    for name, *inputs in steps:
        x = [made[i] for i in inputs]
        made.append(tensor(values[len(made)], requires_grad=True) if name == "number" else
                    {"add": lambda: x[0] + x[1], "mul": lambda: x[0] * x[1], "exp": lambda: x[0].exp()}[name]())
    made[-1].backward()
    return [0.0 if t.grad is None else t.grad for t in made]


def with_recursion(w, x, y, lr, steps):
    return w if steps == 0 else with_recursion(w - lr * (x @ (w * x - y)) / len(x), x, y, lr, steps - 1)


def in_float32(*inputs, id):
    return find(id).answer(*(a.astype(np.float32) if getattr(a, "dtype", None) == float else a for a in inputs))


@pytest.mark.parametrize("id, function", [
    ("4.3", one_entry_at_a_time),
    ("4.3", lambda *inputs: in_float32(*inputs, id="4.3")),
    ("4.4", through_the_whole_jacobian),
    ("4.4", with_one_subtracted),
    ("4.4", lambda Z, y: grad(F.cross_entropy(scores := tensor(Z, requires_grad=True), y), [scores])[0]),
    ("4.4", lambda *inputs: in_float32(*inputs, id="4.4")),
    ("4.5", with_recursion),
    ("4.6", lambda: (3, 1, 0.2, 78)),
    ("4.7", example_by_example),
    ("4.7", step_with_autograd),
    ("4.7", with_two_layers_of_the_reader),
    ("4.7", lambda *inputs: in_float32(*inputs, id="4.7")),
    ("4.8", sending_along_each_use),
    ("4.8", with_tensors),
])
def test_a_right_answer_passes_in_another_style(id, function, answer):
    message = answer(id, function)
    assert message.state == "passed", message


# ---- lines in any order ----


def loop_in(order):
    """The training loop with its four lines in another order, counted as in the answer."""
    lines = source(find("4.5").answer).splitlines()
    namespace = {}
    exec("\n".join([*lines[:4], *(lines[4 + k] for k in order), lines[8]]), namespace)
    return namespace["trained"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_an_order_of_the_training_loop_is_right_or_explained(order, answer):
    message = answer("4.5", loop_in(order))
    forward, clear, backward, step = 0, 1, 2, 3
    if order in [(forward, clear, backward, step), (clear, forward, backward, step), (forward, backward, step, clear)]:
        assert message.state == "passed"
    elif message.state == "open":
        assert order == (backward, clear, step, forward), "this is how the lines come"
    else:
        assert any(" ".join(wrong.explanation.split()) in message.paragraphs for wrong in find("4.5").bank)
