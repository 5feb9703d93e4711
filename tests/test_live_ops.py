"""The page's operations and optimisers are nnlib's: same names, same values, same derivatives, same steps."""
import json
import subprocess
import zlib
from types import SimpleNamespace

import numpy as np
import pytest

from browser import ROOT
from cases import CASES, EMPTY, ours
from nnlib import Tensor, autograd, graph, live, nn, optim, tensor
from nnlib import functional as F
from nnlib.live.trace import Trace

CLOSE = {"rtol": 1e-12, "atol": 1e-12}


def in_node(jobs):
    """What the page's own modules make of some traces, computed by Node."""
    answer = subprocess.run(
        ["node", ROOT / "tests" / "evaluate.mjs"], input=json.dumps(jobs), text=True, capture_output=True, check=True
    )
    return [
        {
            **found,
            "values": numbers(found["values"]),
            "slopes": numbers(found["slopes"]),
            "params": numbers(found["params"]),
        }
        for found in json.loads(answer.stdout)
    ]


def numbers(arrays):
    return [None if a is None else np.array([float(v) for v in a]) for a in arrays]


# --- Operations ----------------------------------------------------------------------------------------------------


def recorded(run, name):
    """(output, the gradient it was walked back from, the results) of a case that nnlib is itself checked with."""
    seen = SimpleNamespace(output=None, constants=[])

    def constant(array):
        seen.constants.append(np.asarray(array))
        return ours.constant(array)

    def array(of):
        seen.output = of if seen.output is None else seen.output
        return ours.array(of)

    lib = SimpleNamespace(**{**vars(ours), "constant": constant, "array": array})
    results = run(lib, np.random.default_rng(zlib.crc32(name.encode())))
    return seen.output, seen.constants[-1] if run.__qualname__.startswith("passes") else np.ones(()), results


def of_figures():
    """What only figures compute with, and options left at their defaults."""
    rng = np.random.default_rng(0)
    table, row = (tensor(rng.standard_normal(shape), requires_grad=True) for shape in ((4, 3), 3))
    yield "softmax, as it comes", F.softmax(table) * row
    yield "log_softmax, as it comes", F.log_softmax(table) * row
    yield "reshape to one axis", table.reshape(-1) * 2.0
    yield "stack, an axis counted from the end", autograd.stack([table, table * table], dim=-2) * row
    yield "frame", live.frame(table, tensor(2.0)) * row
    yield "frame, beyond the last", live.frame(table, tensor(9.0)) * row
    yield "choose", live.choose(tensor(1.0), row, row * row) * row
    yield "grad inside", row - live.grad((row * row * row).sum(), row) * row
    yield "grad through a part", live.grad((autograd.tanh(row * row)).sum(), row) * 2.0
    yield "count_right, one logit", live.count_right(table.reshape(-1, 1), np.arange(12) % 2) * row.sum()
    yield "count_right, undecided", live.count_right(table.reshape(-1, 1) * 0.0, np.arange(12) % 2) + row.sum()
    yield "largest", live.largest(table) * row.sum()
    yield "count_right, many", live.count_right(table, np.array([0, 2, 1, 1])) * row.sum()


def compared():
    for name, run in (CASES | EMPTY).items():
        if run.__qualname__.startswith(("passes", "layers")):
            output, gradient, _ = recorded(run, name)
            yield name, output, gradient
    for name, output in of_figures():
        yield name, output, np.random.default_rng(1).uniform(0.5, 1.5, output.shape)


@pytest.fixture(scope="module")
def page():
    """Every case as (the trace, its tensors' gradients by nnlib, what Node made of it)."""
    cases, jobs = {}, []
    with np.errstate(all="ignore"):
        for name, output, gradient in compared():
            top = (output * Tensor(gradient)).sum()
            trace = Trace([top])
            cases[name] = trace, live.trace.slopes(top, live.trace.compute(graph.nodes(top)))
            jobs.append({"nodes": trace.spec(), "top": trace.ids[top]})
    return {name: (*case, found) for (name, case), found in zip(cases.items(), in_node(jobs))}


NAMES = [name for name, run in (CASES | EMPTY).items() if run.__qualname__.startswith(("passes", "layers"))] + [
    n for n, _ in of_figures()
]


@pytest.mark.parametrize("name", NAMES)
def test_values_and_gradients_are_nnlibs(page, name):
    trace, slopes, found = page[name]
    for t, shape, value, slope in zip(trace.tensors, found["shapes"], found["values"], found["slopes"]):
        assert tuple(shape) == t.shape
        np.testing.assert_allclose(value.reshape(t.shape), t.data, **CLOSE)
        if t.requires_grad:
            expected = slopes.get(t, np.zeros(t.shape))
            np.testing.assert_allclose(
                np.zeros(t.shape) if slope is None else slope.reshape(t.shape), expected, **CLOSE
            )


def test_gradients_are_backwards_too():
    """The tests above compare with live.trace.slopes; here that is held against the library's own backward()."""
    compared = 0
    for name, run in CASES.items():
        if run.__qualname__.startswith("passes"):
            output, gradient, (_, *grads) = recorded(run, name)
            top = (output * Tensor(gradient)).sum()
            tensors = graph.nodes(top)
            slopes = live.trace.slopes(top, live.trace.compute(tensors))
            leaves = [t for t in tensors if t.requires_grad and not t.op]
            for leaf, grad in zip(leaves, grads):
                np.testing.assert_allclose(slopes[leaf], grad, **CLOSE)
                compared += 1
    assert compared > 90


def test_the_page_knows_exactly_nnlibs_operations():
    ops = (ROOT / "nnlib" / "live" / "js" / "ops.js").as_uri()
    script = f"import('{ops}').then((m) => console.log(JSON.stringify(Object.keys(m.ops))))"
    page = json.loads(subprocess.run(["node", "-e", script], text=True, capture_output=True, check=True).stdout)
    of_nnlib = {name for name, f in autograd.operations.items() if f.__module__.startswith("nnlib.")}
    assert set(page) == of_nnlib == live.trace.known() - {"grad"}


def test_every_operation_is_compared(page):
    assert {t.op for trace, _, _ in page.values() for t in trace.tensors if t.op} == live.trace.known()


# --- Nodes ---------------------------------------------------------------------------------------------------------


def test_evenly_spaced_numbers_are_numpys_to_the_bit():
    line, (x, y) = [0.1, 0.7, 11], ([-1.0, 1.0, 3], [0.3, 0.9, 4])
    nodes = [{"value": {"linspace": line}}, {"value": {"grid": [x, y]}}, {"value": 0.25}]
    [found] = in_node([{"nodes": nodes, "top": 2}])
    grid = np.stack(np.meshgrid(np.linspace(*x), np.linspace(*y)), axis=-1).reshape(-1, 2)
    for value, shape, expected in zip(found["values"], found["shapes"], [np.linspace(*line), grid, np.array(0.25)]):
        assert tuple(shape) == expected.shape and value.tolist() == expected.ravel().tolist()


ONE, LOSS = {"leaf": "x", "value": 1.0}, {"op": "neg", "of": [0]}
REFUSED = {
    "node 1 has 2 values for shape (3)": [ONE, {"value": {"shape": [3], "values": [1, 2]}}],
    "node 1 uses a node that does not come before it": [ONE, {"op": "neg", "of": [1]}],
    "this script knows no operation “toString”": [ONE, {"op": "toString", "of": [0]}],
    "no page can hold an array of shape (500001)": [{"value": {"linspace": [0, 1, 500_001]}}],
    "no page can hold an array of shape (-1,2)": [{"value": {"shape": [-1, 2], "values": []}}],
    "no page can hold an array of shape (1.5)": [{"value": {"linspace": [0, 1, 1.5]}}],
}
REFUSED_TRAINING = {
    "this script knows no optimiser “Sgd”": {"loss": 1, "params": [0], "rule": "Sgd", "lr": 1},
    "node 1, which SGD changes, is not a leaf": {"loss": 1, "params": [1], "rule": "SGD", "lr": 1},
}


@pytest.mark.parametrize("told", [*REFUSED, *REFUSED_TRAINING])
def test_what_cannot_be_computed_is_refused_by_name(told):
    job = {"nodes": REFUSED.get(told, [ONE, LOSS]), "top": 0, "train": REFUSED_TRAINING.get(told)}
    with pytest.raises(subprocess.CalledProcessError) as refused:
        in_node([job])
    assert f"Error: {told}\n" in refused.value.stderr


def test_a_change_reaches_what_depends_on_it_and_nothing_else():
    """[version, value …] of x, y, x² and 2y: at first, after a change of x, of one entry of y, and of all of y."""
    x, y = {"leaf": "x", "value": 2}, {"leaf": "y", "value": {"shape": [2], "values": [0, 1]}}
    nodes = [x, y, {"op": "mul", "of": [0, 0]}, {"op": "add", "of": [1, 1]}]
    module = (ROOT / "nnlib" / "live" / "js" / "evaluate.js").as_uri()
    script = f"""import {{ Graph }} from "{module}";
        const graph = new Graph({json.dumps(nodes)});
        const told = () => graph.nodes.map((_, id) => [graph.value(id).version, ...graph.value(id).data]);
        const changes = [[], [0, 3], [1, 7, 1], [1, [4, 5]]];
        console.log(JSON.stringify(changes.map((change) => (change.length && graph.set(...change), told()))));"""
    run = subprocess.run(["node", "--input-type=module", "-e", script], text=True, capture_output=True, check=True)
    assert json.loads(run.stdout) == [
        [[0, 2], [0, 0, 1], [0, 4], [0, 0, 2]],
        [[1, 3], [0, 0, 1], [1, 9], [0, 0, 2]],
        [[1, 3], [2, 0, 7], [1, 9], [2, 0, 14]],
        [[1, 3], [3, 4, 5], [1, 9], [3, 8, 10]],
    ]


# --- Optimisers ----------------------------------------------------------------------------------------------------

OPTIMISERS = {
    "SGD": lambda p: optim.SGD(p, lr=0.5),
    "SGD with momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
    "SGD with everything": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.1, nesterov=True),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.02),
    "RMSprop with everything": lambda p: optim.RMSprop(
        p, lr=0.005, alpha=0.9, eps=1e-4, weight_decay=0.1, momentum=0.5
    ),
    "Adam": lambda p: optim.Adam(p, lr=0.02),
    "Adam with everything": lambda p: optim.Adam(p, lr=0.02, betas=(0.7, 0.95), eps=1e-2, weight_decay=0.3),
    "AdamW": lambda p: optim.AdamW(p, lr=0.02),
    "AdamW with everything": lambda p: optim.AdamW(p, lr=0.02, betas=(0.7, 0.95), eps=1e-3, weight_decay=0.3),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_hundred_steps_end_where_nnlibs_do(name):
    rng = np.random.default_rng(3)
    model = nn.Sequential(
        nn.Linear(2, 5, generator=rng, dtype=np.float64), nn.Tanh(), nn.Linear(5, 3, generator=rng, dtype=np.float64)
    )
    x, labels = rng.standard_normal((20, 2)), rng.integers(0, 3, 20)
    loss = F.cross_entropy(model(x), labels)
    optimizer = OPTIMISERS[name](model.parameters())
    train = live.train(loss, optimizer)
    trace = Trace(train.tensors())
    [found] = in_node([{"nodes": trace.spec(), "top": trace.ids[loss], "train": train.spec(trace.ids), "steps": 100}])
    losses = []
    for _ in range(100):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    np.testing.assert_allclose(found["losses"], losses, rtol=0, atol=1e-9)
    for page, parameter in zip(found["params"], model.parameters()):
        np.testing.assert_allclose(page, parameter.data.ravel(), rtol=0, atol=1e-9)


def in_three_steps(*optimizers, **options):
    """The losses before each step and the weights after them, where the loss is the sum of the squares of all weights."""
    squares = [(p * p).sum() for optimizer in optimizers for p in optimizer.params]
    train = live.train(sum(squares), *optimizers, **options)
    trace = Trace(train.tensors())
    job = {"nodes": trace.spec(), "top": trace.ids[train.loss], "train": train.spec(trace.ids), "steps": 3}
    [found] = in_node([job])
    return found["losses"], [param.tolist() for param in found["params"]]


def test_a_slider_gives_the_rate_in_the_optimisers_place():
    w = tensor([4.0, -8.0], requires_grad=True)
    losses, weights = in_three_steps(optim.SGD([w], lr=9.0), lr=live.slider("η", 0, 1, 0.25))
    assert losses == [80, 20, 5] and weights == [[0.5, -1]]


def test_rivals_step_alongside_at_their_own_rates():
    w, v = (tensor([4.0], requires_grad=True) for _ in range(2))
    losses, weights = in_three_steps(optim.SGD([w], lr=0.25), optim.SGD([v], lr=0.5))
    assert losses == [32, 4, 1] and weights == [[0.5]]
