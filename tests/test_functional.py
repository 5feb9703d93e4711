"""Activations and losses: what they are at points anyone can check, far out, and what they say to wrong inputs."""
import math

import numpy as np
import pytest

from errors import says
from nnlib import functional as F, tensor


def leaf(values, dtype=None):
    return tensor(values, dtype=dtype, requires_grad=True)


def test_known_values():
    assert F.sigmoid(tensor(0.0)).item() == 0.5
    assert F.tanh(tensor(0.5)).item() == pytest.approx((math.e - 1) / (math.e + 1), rel=1e-15)
    assert F.relu(tensor([-1.0, 0.0, 2.0])).data.tolist() == [0.0, 0.0, 2.0]
    np.testing.assert_allclose(F.softmax(tensor(np.log([1, 2, 5]))).data, [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)
    assert F.cross_entropy(tensor(np.zeros((3, 4))), [0, 1, 3]).item() == pytest.approx(math.log(4), rel=1e-15)
    assert F.mse_loss(tensor([1.0, 2.0]), [2.0, 4.0]).item() == 2.5
    assert F.binary_cross_entropy_with_logits(tensor([0.0]), [0.3]).item() == pytest.approx(math.log(2), rel=1e-15)


def test_softmax_is_a_distribution_that_a_shift_does_not_change():
    z = np.random.default_rng(0).standard_normal((5, 7))
    p = F.softmax(tensor(z)).data
    assert (p > 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(F.softmax(tensor(z + 1000)).data, p, rtol=1e-9)
    np.testing.assert_allclose(np.exp(F.log_softmax(tensor(z)).data), p, rtol=1e-14)


def test_softmax_goes_along_the_last_dimension_unless_told_otherwise():
    for function in F.softmax, F.log_softmax:
        for z in np.arange(3.0), np.arange(24.0).reshape(2, 3, 4) ** 2:
            np.testing.assert_array_equal(function(tensor(z)).data, function(tensor(z), dim=z.ndim - 1).data)


def test_a_star_brings_the_functions_and_nothing_else():
    inside = {"Tensor", "mul", "op"}
    assert set(F.__all__) == {name for name, value in vars(F).items() if name[0] != "_" and callable(value)} - inside


def test_the_gradients_of_the_losses_are_prediction_minus_truth():
    z, labels = leaf(np.random.default_rng(0).standard_normal((4, 3))), np.array([0, 2, 1, 1])
    F.cross_entropy(z, labels).backward()
    np.testing.assert_allclose(z.grad, (F.softmax(z).data - np.eye(3)[labels]) / 4, rtol=1e-14)

    z, t = leaf([1.5, -0.5, 0.0]), np.array([1.0, 0.0, 0.25])
    F.binary_cross_entropy_with_logits(z, t).backward()
    np.testing.assert_allclose(z.grad, (F.sigmoid(z).data - t) / 3, rtol=1e-14)

    z, t = leaf([1.5, -0.5]), np.array([1.0, 0.0])
    F.mse_loss(z, t).backward()
    assert z.grad.tolist() == [0.5, -0.5]


def test_far_out_nothing_overflows():
    z = leaf([[1000.0, -1000.0], [-50.0, 50.0]])
    for loss, expected in [(F.cross_entropy(z, [1, 0]), (2000 + 100) / 2), (F.cross_entropy(z, [0, 1]), 0.0),
                           (F.binary_cross_entropy_with_logits(z, 1 - (z.data > 0)), (2000 + 100) / 4)]:
        assert loss.item() == pytest.approx(expected, abs=1e-12)
        z.grad = None
        loss.backward()
        assert np.isfinite(z.grad).all()
    assert F.sigmoid(leaf([1000.0, -1000.0])).data.tolist() == [1.0, 0.0]
    assert F.softmax(z).data.tolist() == [[1.0, 0.0], [pytest.approx(np.exp(-100)), 1.0]]


def test_a_logit_of_minus_infinity_rules_a_class_out():
    z = leaf([[0.0, -np.inf, 0.0]])
    loss = F.cross_entropy(z, [0])
    loss.backward()
    assert loss.item() == pytest.approx(math.log(2)) and z.grad.tolist() == [[-0.5, 0.0, 0.5]]


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.int64, np.uint64])
def test_class_numbers_of_any_whole_kind(dtype):
    z, labels = leaf(np.eye(3)), np.array([0, 1, 2], dtype)
    for target in labels, tensor(labels), labels.tolist():
        loss = F.cross_entropy(z, target)
        loss.backward()
        assert loss.item() == pytest.approx(math.log(1 + 2 / math.e), rel=1e-15)


@pytest.mark.parametrize("loss", [F.mse_loss, F.binary_cross_entropy_with_logits])
def test_whole_numbers_as_targets_go_with_float64_and_are_refused_beside_float32(loss):
    assert loss(leaf([1.0, -1.0]), [1, 0]).item() == loss(leaf([1.0, -1.0]), [1.0, 0.0]).item()
    with says(TypeError, f"{loss.__name__}: float32 and int64 do not mix"):
        loss(leaf([1.0, -1.0], np.float32), [1, 0])


def test_losses_leave_logits_and_targets_as_they_were():
    z, t = np.random.default_rng(0).standard_normal((4, 3)), np.random.default_rng(1).uniform(size=(4, 3))
    kept, truth = z.copy(), t.copy()
    for loss, target in (F.cross_entropy, [0, 1, 2, 0]), (F.mse_loss, t), (F.binary_cross_entropy_with_logits, t):
        loss(leaf(z), target).backward()
    F.softmax(tensor(z)), F.log_softmax(tensor(z))
    assert np.array_equal(z, kept) and np.array_equal(t, truth)


# -- dropout ---------------------------------------------------------------------------------------

def test_dropout_drops_a_share_and_keeps_the_mean():
    x = leaf(np.ones((100, 100)), np.float32)
    y = F.dropout(x, 0.3, generator=np.random.default_rng(0))
    assert y.dtype == np.float32
    assert set(np.unique(y.data)) == {np.float32(0), np.float32(1 / 0.7)}
    assert (y.data == 0).mean() == pytest.approx(0.3, abs=0.015)
    y.sum().backward()
    assert np.array_equal(x.grad, y.data)               # what was dropped gets no gradient, the rest its factor


def test_dropout_drops_a_draw_below_p_and_keeps_one_of_p():
    class Draws:
        def random(self, shape): return np.array([0.0, 0.25, 0.5])

    np.testing.assert_array_equal(F.dropout(tensor([1.0, 1.0, 1.0]), 0.25, generator=Draws()).data, [0, 1 / 0.75, 1 / 0.75])


def test_dropout_repeats_with_its_generator_and_moves_on_with_it():
    x, generator = np.ones(100), np.random.default_rng(1)
    first, second = F.dropout(x, generator=generator).data, F.dropout(x, generator=generator).data
    again = F.dropout(x, generator=np.random.default_rng(1)).data
    assert np.array_equal(first, again) and not np.array_equal(first, second)


def test_dropout_does_nothing_out_of_training_or_at_0():
    x = leaf([1.0, 2.0])
    assert F.dropout(x, 0.5, training=False) is x and F.dropout(x, 0.0) is x


@pytest.mark.parametrize("p", [-0.1, 1.0, 1.5, math.nan])
def test_dropout_wants_a_share(p):
    with says(ValueError, "dropout's p is a share from 0 up to, but not, 1; got "):
        F.dropout(tensor([1.0]), p)


def test_dropout_wants_a_generator():
    with says(ValueError, "dropout draws at random: pass generator=np.random.default_rng(0)"):
        F.dropout(tensor([1.0]))


# -- errors that teach -----------------------------------------------------------------------------

SHAPES = "cross_entropy wants logits of shape (n, classes) and targets of shape (n,), but got "
KINDS = "cross_entropy wants class numbers as target, whole and of shape (n,), but got "
RANGE = "cross_entropy: with 2 logits a row, classes are 0 to 1, but the targets run from "


@pytest.mark.parametrize("logits, target, error, text", [
    ([[0.0, 1.0]], [2], ValueError, RANGE + "2 to 2"), ([[0.0, 1.0]] * 2, [-1, 0], ValueError, RANGE + "-1 to 0"),
    ([[0.0, 1.0]], [1.0], TypeError, KINDS + "float64"), ([[0.0, 1.0]], [True], TypeError, KINDS + "bool"),
    ([[0.0, 1.0]], [[0, 1]], ValueError, SHAPES + "(1, 2) and (1, 2)"),
    ([[0.0, 1.0]], [0, 1], ValueError, SHAPES + "(1, 2) and (2,)"),
    ([0.0, 1.0], 0, ValueError, SHAPES + "(2,) and ()")])
def test_cross_entropy_wants_logits_and_class_numbers(logits, target, error, text):
    with says(error, text):
        F.cross_entropy(leaf(logits), target)


def test_losses_from_logits_refuse_probabilities():
    z = leaf([[0.0, 1.0]])
    with says(ValueError, "cross_entropy wants logits, the numbers before softmax, but got probabilities: "
                          "leave the softmax out, the loss has it inside"):
        F.cross_entropy(F.softmax(z), [0])
    with says(ValueError, "binary_cross_entropy_with_logits wants logits, the numbers before sigmoid, but got "
                          "probabilities: leave the sigmoid out, the loss has it inside"):
        F.binary_cross_entropy_with_logits(F.sigmoid(z), [[0.0, 1.0]])


@pytest.mark.parametrize("loss", [F.mse_loss, F.binary_cross_entropy_with_logits])
def test_losses_want_input_and_target_of_one_shape(loss):
    with says(ValueError, f"{loss.__name__} wants input and target of one shape, but got (3, 1) and (3,)"):
        loss(leaf([[1.0], [2.0], [3.0]]), [0.0, 1.0, 1.0])


@pytest.mark.parametrize("target", [[0.0, 1.5], [-0.1, 1.0]])
def test_two_class_targets_lie_between_0_and_1(target):
    low, high = target
    with says(ValueError, f"wants targets from 0 to 1, but they run from {low} to {high}"):
        F.binary_cross_entropy_with_logits(leaf([0.0, 0.0]), target)


def test_linear_wants_rows():
    w = np.ones((2, 3))
    for shape in (3,), (2, 4, 3):
        with says(ValueError, f"linear: input must have shape (n, in), one row an example, but has {shape}"):
            F.linear(np.ones(shape), w)
    with says(ValueError, "linear: these shapes do not fit together: (5, 4) and (2, 3)"):
        F.linear(np.ones((5, 4)), w)
    with says(ValueError, "linear: these shapes do not fit together: (5, 3) and (2, 3) and (4,)"):
        F.linear(np.ones((5, 3)), w, np.ones(4))


def test_dim_is_given_by_name():
    with says(TypeError, "softmax: ", "takes 1 positional argument but 2 were given"):
        F.softmax(tensor([1.0]), 0)
