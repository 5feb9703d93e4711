"""nnlib gives PyTorch's numbers, to 1e-12: those kept in a file, and live ones where torch is installed."""
from functools import cache
from importlib.util import find_spec

import numpy as np
import pytest

import cases
from nnlib import autograd, graph

KEPT = np.load(__file__.replace("test_torch.py", "torch_reference.npz"))
SOURCES = ["kept"] + ["live"] * (find_spec("torch") is not None)


@cache
def found(name):
    return cases.results(cases.ours, name)


def expected(source, name):
    if source == "live":
        import torch_reference
        return cases.results(torch_reference.theirs, name)
    count = sum(key.startswith(f"{name} · ") for key in KEPT.files)
    return [KEPT[f"{name} · {i}"] for i in range(count)]


def compare(ours_all, theirs_all):
    for ours, theirs in zip(ours_all, theirs_all, strict=True):
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype == np.float64
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", cases.CASES | cases.TRAINING)
def test_equals_pytorch(name, source):
    assert all(np.isfinite(array).all() for array in found(name))
    compare(found(name), expected(source, name))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", cases.EMPTY)
def test_the_mean_of_nothing_is_nan_as_in_pytorch(name, source):
    with np.errstate(all="ignore"):
        compare(found(name), expected(source, name))
    assert np.isnan(found(name)[0])


def test_the_kept_file_holds_these_cases_and_no_others():
    kept = {key.rsplit(" · ", 1)[0] for key in KEPT.files if " · " in key}
    assert kept == set(cases.EVERY)


def test_every_operation_is_compared(monkeypatch):
    met, backward = set(), autograd.Tensor.backward

    def watched(self, gradient=None):
        met.update(t.op for t in graph.nodes(self))
        backward(self, gradient)

    monkeypatch.setattr(autograd.Tensor, "backward", watched)
    for name in cases.CASES:
        cases.results(cases.ours, name)
    assert met >= {name for name, function in autograd.operations.items() if not function.__module__.startswith("nnlib.live")}


if "live" in SOURCES:
    def test_the_kept_signatures_and_bounds_are_those_of_this_pytorch():
        import torch_reference
        assert bytes(torch_reference.signatures_as_bytes()) == bytes(KEPT["signatures"])
        for name, bounds in torch_reference.bounds().items():
            assert bounds.tolist() == KEPT[f"init {name}"].tolist()
