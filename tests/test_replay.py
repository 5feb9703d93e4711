"""Replay: what it gives is what recording gives, step for step, and what it cannot repeat it refuses."""
import numpy as np
import pytest

from nnlib import functional as F
from nnlib import nn, optim, tensor
from nnlib.replay import replay

pytestmark = pytest.mark.filterwarnings("error")


def network(seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(3, 5, generator=rng, dtype=dtype), nn.Tanh(), nn.Linear(5, 4, generator=rng, dtype=dtype),
                         nn.ReLU(), nn.Linear(4, 2, generator=rng, dtype=dtype))


def batches(count, sizes=(7,), dtype=np.float64):
    rng = np.random.default_rng(1)
    for k in range(count):
        n = sizes[k % len(sizes)]
        yield rng.standard_normal((n, 3)).astype(dtype), rng.integers(0, 2, n)


def train_recording(model, data, optimizer):
    for x, y in data:
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item()


def train_replaying(model, data, optimizer):
    step = replay(lambda x, y: F.cross_entropy(model(x), y))
    for x, y in data:
        loss = step(x, y)
        optimizer.step()
        yield loss.item()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sizes", [(7,), (7, 1, 4)])
@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_a_hundred_steps_are_the_same_to_the_bit(kind, sizes, dtype):
    runs = []
    for train in (train_recording, train_replaying):
        model = network(dtype=dtype)
        losses = list(train(model, batches(100, sizes, dtype), kind(model.parameters(), lr=0.05)))
        runs.append([losses, *model.state_dict().values()])
    assert np.isfinite(runs[0][0]).all() and runs[0][0][0] != runs[0][0][-1]
    for recorded, replayed in zip(*runs, strict=True):
        np.testing.assert_array_equal(recorded, replayed)


def test_shared_values_broadcasting_and_tensors_as_arguments():
    w, b = tensor([[0.5, -1.0]], requires_grad=True), tensor([0.3], requires_grad=True)

    def loss(x):
        h = (x * w + b) * (x + w)
        return (h * h + w).mean()

    step = replay(loss)
    for scale in (1.0, -2.0):
        x = tensor(scale * np.arange(6.0).reshape(3, 2))
        value = step(x)
        replayed = w.grad, b.grad
        w.grad = b.grad = None
        expected = loss(x)
        expected.backward()
        np.testing.assert_array_equal(value, expected.data)
        for ours, theirs in zip(replayed, (w.grad, b.grad)):
            np.testing.assert_array_equal(ours, theirs)


def test_the_parameters_may_change_in_every_way():
    model = network()
    step = replay(lambda x, y: F.cross_entropy(model(x), y))
    (x, y), = batches(1)
    step(x, y)
    model[0].weight.data = 2 * model[0].weight.data
    assert step(x, y) == F.cross_entropy(model(x), y).item()
    model.load_state_dict(network(seed=3).state_dict())
    assert step(x, y) == F.cross_entropy(model(x), y).item()


def test_constants_inside_stay_as_they_were():
    w = tensor([1.0, -2.0, 0.5], requires_grad=True)
    step = replay(lambda x: (w * 3.0) @ x)
    for x in ([1.0, 2.0, 4.0], [0.0, 1.0, -1.0]):
        assert step(np.array(x)) == 3 * (w.data @ np.array(x))
        np.testing.assert_array_equal(w.grad, 3 * np.array(x))


@pytest.mark.parametrize("loss, slope", [
    (lambda a, b: (a + b).sum(), 1),                    # the gradient of a sum is one number, shown many times
    (lambda a, b: a.sum() + b.sum(), 1),
    (lambda a, b: (3.0 * (a + b)).sum(), 3),            # a and b are handed one and the same array
])
def test_gradients_are_the_readers_own(loss, slope):
    a, b = tensor([1.0, 2.0], requires_grad=True), tensor([3.0, 4.0], requires_grad=True)
    replay(lambda: loss(a, b))()
    a.grad *= 10
    np.testing.assert_array_equal(a.grad, [10 * slope] * 2)
    np.testing.assert_array_equal(b.grad, [slope] * 2)


def test_old_gradients_are_replaced():
    w = tensor(3.0, requires_grad=True)
    step = replay(lambda x: w * x)
    step(2.0)
    step(5.0)
    assert w.grad == 5


def test_chance_is_refused():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 50, generator=rng), nn.Dropout(0.5, generator=rng), nn.Linear(50, 2, generator=rng))
    step = replay(lambda x, y: F.cross_entropy(model(x), y))
    (x, y), = batches(1, dtype=np.float32)
    with pytest.raises(ValueError, match="leave dropout out"):
        step(x, y)
    model.eval()
    assert np.isfinite(step(x, y))


def test_a_loss_is_one_number_that_depends_on_something():
    w = tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match="one number"):
        replay(lambda x: w * x)(3.0)
    with pytest.raises(ValueError, match="one number"):
        replay(lambda x: x)(tensor(3.0))
