"""How weights start: bounds and spreads are PyTorch's, and so is what comes out of the generator."""
import numpy as np
import pytest

from errors import says
from nnlib import init, nn, tensor

KEPT = np.load(__file__.replace("test_init.py", "torch_reference.npz"))


class Watched:
    """A generator that tells what it was asked for."""

    def uniform(self, low, high, shape): return self.answer(low, high, shape)
    def normal(self, mean, std, shape): return self.answer(mean, std, shape)

    def answer(self, first, second, shape):
        self.asked = first, second
        return np.zeros(shape)


@pytest.mark.parametrize("name, options", [
    ("xavier_uniform_", {}), ("xavier_uniform_, gain 2", {"gain": 2.0}), ("xavier_normal_", {}),
    ("xavier_normal_, gain 2", {"gain": 2.0}), ("kaiming_uniform_", {}), ("kaiming_normal_", {})])
def test_bounds_and_deviations_are_pytorchs(name, options):
    generator = Watched()
    getattr(init, name.split(",")[0])(tensor(np.zeros((3, 5))), generator=generator, **options)
    np.testing.assert_allclose(generator.asked, KEPT[f"init {name}"], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name, variance", [
    ("xavier_uniform_", 2 / 500), ("xavier_normal_", 2 / 500),
    ("kaiming_uniform_", 2 / 200), ("kaiming_normal_", 2 / 200)])
def test_variances_are_those_of_the_papers(name, variance):
    weight = nn.Parameter(np.empty((300, 200), np.float32))
    filled = getattr(init, name)(weight, generator=np.random.default_rng(0))
    assert filled is weight and weight.dtype == np.float32
    assert np.var(weight.data) == pytest.approx(variance, rel=0.02)
    assert np.mean(weight.data) == pytest.approx(0, abs=0.002)


def test_plain_ones():
    x = tensor(np.empty(10_000))
    init.uniform_(x, generator=np.random.default_rng(0))
    assert 0 <= x.data.min() < 0.01 and 0.99 < x.data.max() <= 1
    init.uniform_(x, -3.0, -1.0, generator=np.random.default_rng(0))
    assert -3 <= x.data.min() < -2.99 and -1.01 < x.data.max() <= -1
    init.normal_(x, generator=np.random.default_rng(0))
    assert x.data.mean() == pytest.approx(0, abs=0.03) and x.data.std() == pytest.approx(1, abs=0.03)
    init.normal_(x, 5.0, 0.5, generator=np.random.default_rng(0))
    assert x.data.mean() == pytest.approx(5, abs=0.03) and x.data.std() == pytest.approx(0.5, abs=0.03)
    assert init.zeros_(x) is x and not x.data.any()


def test_the_array_stays_the_same_one():
    x = tensor(np.ones((2, 2)))
    before = x.data
    init.xavier_normal_(x, generator=np.random.default_rng(0))
    assert x.data is before


@pytest.mark.parametrize("fill", [
    init.xavier_uniform_, init.xavier_normal_, init.kaiming_uniform_, init.kaiming_normal_])
def test_fans_belong_to_matrices(fill):
    with says(ValueError, "fan-in and fan-out belong to a weight of shape (out, in), but this has shape (3,)"):
        fill(tensor(np.zeros(3)), generator=np.random.default_rng(0))
