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
    yield "frame", live.frame(table, tensor(2.0)) * row
    yield "frame, beyond the last", live.frame(table, tensor(9.0)) * row
    yield "choose", live.choose(tensor(1.0), row, row * row) * row
    yield "grad inside", row - live.grad((row * row * row).sum(), row) * row
    yield "grad through a part", live.grad((autograd.tanh(row * row)).sum(), row) * 2.0
    yield "count_right, one logit", live.count_right(table.reshape(-1, 1), np.arange(12) % 2) * row.sum()
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
