"""Optimisers: first steps by hand, parameters that others move too, schedules, clipping, errors that teach."""
import math

import numpy as np
import pytest

from errors import says
from nnlib import functional as F, nn, optim, tensor

ALL = [lambda p: optim.SGD(p, 0.1), lambda p: optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.1, nesterov=True),
       lambda p: optim.RMSprop(p, 0.1, momentum=0.5, weight_decay=0.1), lambda p: optim.Adam(p, 0.1, weight_decay=0.1),
       lambda p: optim.AdamW(p, 0.1)]


def leaves(dtype=np.float64):
    rng = np.random.default_rng(0)
    shapes = [(3, 2), (), (1,), (2, 0), (4,)]
    return [tensor(rng.standard_normal(shape), dtype=dtype, requires_grad=True) for shape in shapes]


def with_gradients(params, seed=1):
    rng = np.random.default_rng(seed)
    for p in params:
        p.grad = rng.standard_normal(p.shape).astype(p.dtype)
    return params


# -- first steps by hand ---------------------------------------------------------------------------

@pytest.mark.parametrize("make, expected", [
    (lambda p: optim.SGD(p, 0.1), 2 - 0.1 * 3),
    (lambda p: optim.SGD(p, 0.1, momentum=0.9), 2 - 0.1 * 3),
    (lambda p: optim.SGD(p, 0.1, momentum=0.9, nesterov=True), 2 - 0.1 * (3 + 0.9 * 3)),
    (lambda p: optim.SGD(p, 0.1, weight_decay=0.5), 2 - 0.1 * (3 + 0.5 * 2)),
    (lambda p: optim.RMSprop(p, 0.1, alpha=0.75, eps=0.5), 2 - 0.1 * 3 / (0.5 * 3 + 0.5)),
    (lambda p: optim.Adam(p, 0.1, eps=0.0), 2 - 0.1),
    (lambda p: optim.Adam(p, 0.1, eps=1.0), 2 - 0.1 * 3 / (3 + 1)),
    (lambda p: optim.AdamW(p, 0.1, eps=0.0, weight_decay=0.5), (1 - 0.1 * 0.5) * 2 - 0.1)])
def test_the_first_step(make, expected):
    w = tensor(2.0, requires_grad=True)
    moved = make([w])
    w.grad = np.array(3.0)
    moved.step()
    assert w.item() == pytest.approx(expected, rel=1e-14)
    assert w.grad == 3.0                                # a step leaves gradients alone, weight decay or not


def test_momentum_keeps_most_of_its_speed():
    w = tensor(0.0, requires_grad=True)
    moved = optim.SGD([w], 1.0, momentum=0.5)
    for gradient, expected in [(1.0, -1.0), (0.0, -1.5), (0.0, -1.75)]:
        w.grad = np.array(gradient)
        moved.step()
        assert w.item() == expected


def test_settings_are_readable_and_the_learning_rate_can_change():
    w = tensor(1.0, requires_grad=True)
    adam = optim.AdamW([w], 0.01, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.2)
    assert (adam.lr, adam.betas, adam.eps, adam.weight_decay, adam.params) == (0.01, (0.8, 0.9), 1e-6, 0.2, [w])
    rms = optim.RMSprop([w], momentum=0.5)
    assert (rms.lr, rms.alpha, rms.eps, rms.weight_decay, rms.momentum) == (0.01, 0.99, 1e-8, 0.0, 0.5)
    sgd = optim.SGD([w], momentum=0.9, nesterov=True)
    assert (sgd.lr, sgd.momentum, sgd.weight_decay, sgd.nesterov) == (1e-3, 0.9, 0.0, True)
    w.grad = np.array(1.0)
    sgd.lr = 0.0
    sgd.step()
    assert w.item() == 1.0


# -- parameters in one vector ----------------------------------------------------------------------

@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_keep_shape_dtype_and_values(make, dtype):
    params = with_gradients(leaves(dtype))
    before, shapes = [p.data.copy() for p in params], [p.shape for p in params]
    moved = make(params)
    assert all(np.array_equal(p.data, b) for p, b in zip(params, before))
    moved.step()
    assert [p.shape for p in params] == shapes and {p.dtype for p in params} == {np.dtype(dtype)}
    assert all((p.data != b).all() and np.isfinite(p.data).all() for p, b in zip(params, before))


@pytest.mark.parametrize("make", ALL)
def test_together_they_move_as_each_would_alone(make):
    together, alone = leaves(), leaves()
    joint, single = make(together), [make([p]) for p in alone]
    for seed in range(3):
        with_gradients(together, seed), with_gradients(alone, seed)
        joint.step()
        for moved in single:
            moved.step()
    for p, q in zip(together, alone):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-14)


@pytest.mark.parametrize("make", ALL)
def test_a_parameter_may_be_given_new_numbers_between_steps(make):
    """In place, as a new array, or as another parameter's: the next step moves what is there."""
    params, expected = leaves(), leaves()
    moved, reference = make(params), make(expected)
    for step in range(4):
        with_gradients(params, step), with_gradients(expected, step)
        if step == 1:
            params[0].data = params[0].data * 2
            expected[0].data *= 2
        if step == 2:
            params[0].data[0] = 7.0
            expected[0].data[0] = 7.0
        if step == 3:
            params[1].data, params[2].data = params[2].data.reshape(()), params[1].data.reshape(1)
            swapped = expected[2].data.item(), expected[1].data.item()
            expected[1].data[...], expected[2].data[...] = swapped
        moved.step()
        reference.step()
    for p, q in zip(params, expected):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-14)


@pytest.mark.parametrize("make", ALL)
def test_two_optimisers_may_share_a_parameter(make):
    shared, own = tensor([1.0, 2.0], requires_grad=True), tensor([3.0], requires_grad=True)
    twin, other = tensor([1.0, 2.0], requires_grad=True), tensor([3.0], requires_grad=True)
    first, second = make([shared, own]), optim.SGD([shared], 0.5)
    reference = make([twin, other])
    for seed in range(3):
        with_gradients([shared, own], seed), with_gradients([twin, other], seed)
        first.step()
        second.step()
        reference.step()
        twin.data -= 0.5 * twin.grad
        np.testing.assert_allclose(shared.data, twin.data, rtol=1e-14)
    np.testing.assert_allclose(own.data, other.data, rtol=1e-14)


def test_load_state_dict_reaches_an_optimiser_that_is_there_already():
    model = nn.Sequential(nn.Linear(2, 1, generator=np.random.default_rng(0)))
    moved = optim.SGD(model.parameters(), 0.5)
    model.load_state_dict({"0.weight": np.array([[1.0, 2.0]]), "0.bias": np.array([3.0])})
    for p in moved.params:
        p.grad = np.ones(p.shape, np.float32)
    moved.step()
    assert model[0].weight.data.tolist() == [[0.5, 1.5]] and model[0].bias.data.tolist() == [2.5]


def test_zero_grad_forgets():
    params = with_gradients(leaves())
    optim.SGD(params).zero_grad()
    assert all(p.grad is None for p in params)


def test_parameters_may_come_from_a_generator():
    model = nn.Linear(2, 1, generator=np.random.default_rng(0))
    assert len(optim.SGD(model.parameters()).params) == 2


# -- schedules -------------------------------------------------------------------------------------

def rates(make, epochs):
    moved = optim.SGD(leaves(), 0.8)
    schedule = make(moved)
    listed = [moved.lr]
    for _ in range(epochs):
        schedule.step()
        assert schedule.get_last_lr() == [moved.lr]
        listed.append(moved.lr)
    return listed


def test_schedules_by_hand():
    assert rates(lambda o: optim.LambdaLR(o, lambda epoch: 0.5 ** epoch), 3) == [0.8, 0.4, 0.2, 0.1]
    warming_up = rates(lambda o: optim.LambdaLR(o, lambda epoch: (epoch + 1) / 4), 3)
    assert warming_up == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert rates(lambda o: optim.StepLR(o, 2, gamma=0.5), 5) == [0.8, 0.8, 0.4, 0.4, 0.2, 0.2]
    assert rates(lambda o: optim.CosineAnnealingLR(o, 4), 4) == pytest.approx(
        [0.4 * (1 + math.cos(math.pi * k / 4)) for k in range(5)], abs=1e-15)
    assert rates(lambda o: optim.CosineAnnealingLR(o, 2, eta_min=0.2), 2) == pytest.approx([0.8, 0.5, 0.2])


def test_a_cosine_needs_a_height_to_fall_from():
    with says(ValueError, "CosineAnnealingLR falls from the optimiser's learning rate, but that is 0 already"):
        rates(lambda o: optim.CosineAnnealingLR(optim.SGD(o.params, lr=0.0), 4, eta_min=0.1), 1)


# -- clipping --------------------------------------------------------------------------------------

def test_clipping_shortens_all_gradients_by_one_factor():
    a, b, without = (tensor(start, requires_grad=True) for start in ([0.0, 0.0], 0.0, 0.0))
    a.grad, b.grad = np.array([3.0, 0.0]), np.array(4.0)
    assert optim.clip_grad_norm_([a, b, without], 10.0) == 5.0
    assert (a.grad.tolist(), b.grad.item()) == ([3.0, 0.0], 4.0)
    assert optim.clip_grad_norm_(iter([a, b, without]), 1.0) == 5.0
    np.testing.assert_allclose([*a.grad, b.grad], [0.6, 0.0, 0.8], rtol=1e-6)
    assert type(b.grad) is np.ndarray and without.grad is None
    assert optim.clip_grad_norm_([without], 1.0) == 0.0


def test_one_gradient_that_is_nan_makes_all_nan_as_in_pytorch():
    a, b, *_ = leaves()
    a.grad, b.grad = np.full_like(a.data, math.nan), np.ones_like(b.data)
    assert math.isnan(optim.clip_grad_norm_([a, b], 1.0))
    assert np.isnan(b.grad).all()


def test_clipping_keeps_float32():
    [a] = with_gradients([tensor([1.0, 2.0], dtype=np.float32, requires_grad=True)])
    optim.clip_grad_norm_([a], 1e-3)
    assert a.grad.dtype == np.float32 and np.linalg.norm(a.grad) == pytest.approx(1e-3, rel=1e-2)


# -- errors that teach -----------------------------------------------------------------------------

@pytest.mark.parametrize("rate", [-0.1, math.nan, math.inf])
def test_a_learning_rate_is_a_number_from_0_up(rate):
    text = f"the learning rate lr must be a number from 0 up, but is {rate}"
    with says(ValueError, text):
        optim.Adam(leaves(), rate)
    moved = optim.SGD(leaves())
    with says(ValueError, text):
        moved.lr = rate


@pytest.mark.parametrize("params, error, text", [
    ([], ValueError, "an optimiser needs parameters, but got an empty list: pass model.parameters()"),
    ([tensor(1.0)], ValueError, "parameter 0 is not a tensor made with requires_grad=True, so no step can move it"),
    ([leaves()[0], leaves()[0] * 2], ValueError, "parameter 1 is not a tensor made with requires_grad=True"),
    ([np.ones(2)], ValueError, "parameter 0 is not a tensor made with requires_grad=True"),
    (leaves()[0], TypeError,
     "parameters come as a list, such as [w] or model.parameters(), but this is a single tensor"),
    ([leaves()[0]] * 2, ValueError, "moves each parameter once a step, but one of these is in the list twice"),
    ([leaves()[0], leaves(np.float32)[0]], TypeError,
     "parameters of one optimiser share one dtype, but there are float64 and float32")])
def test_what_an_optimiser_can_move(params, error, text):
    with says(error, text):
        optim.SGD(params)


def test_a_single_tensor_is_no_list_for_clipping_either():
    with says(TypeError, "parameters come as a list"):
        optim.clip_grad_norm_(leaves()[0], 1.0)


def test_a_parameter_without_gradient_is_named_and_nothing_moves():
    params = leaves()
    moved = optim.SGD(params)
    with says(ValueError, "parameter 0, of shape (3, 2), has no gradient: call loss.backward() before step(), "
                          "with no zero_grad() in between, and check that the loss uses this parameter"):
        moved.step()
    with_gradients(params)[2].grad = None
    before = [p.data.copy() for p in params]
    with says(ValueError, "parameter 2, of shape (1,), has no gradient"):
        moved.step()
    assert all(np.array_equal(p.data, b) for p, b in zip(params, before)) and moved.steps == 0


def test_nesterov_needs_momentum():
    with says(ValueError, "nesterov looks ahead along the momentum, so it needs momentum > 0"):
        optim.SGD(leaves(), nesterov=True)


def test_training_brings_the_loss_down_in_float32():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 2)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    for make in ALL:
        model = nn.Sequential(nn.Linear(2, 16, generator=np.random.default_rng(1)), nn.Tanh(),
                              nn.Linear(16, 2, generator=np.random.default_rng(2)))
        moved = make(model.parameters())
        losses = []
        for _ in range(100):
            loss = F.cross_entropy(model(x), y)
            moved.zero_grad()
            loss.backward()
            moved.step()
            losses.append(loss.item())
        assert np.isfinite(losses).all() and losses[-1] < losses[0]
