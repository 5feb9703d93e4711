"""Tensor and backward: derivatives by hand and by nudging, what is added up and what is kept, and errors that teach."""
import copy
import gc
import math
import pickle
import weakref

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra import numpy as hnp

import nnlib
from errors import says
from nnlib import autograd, functional as F, no_grad, stack, tensor
from nnlib.autograd import Tensor, grad, op, operations, unbroadcast

quick = settings(derandomize=True, deadline=None, max_examples=25, database=None,
                 suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def leaf(*values, shape=None):
    return tensor(np.array(values, float).reshape(shape or (len(values),)), requires_grad=True)


# -- by hand ---------------------------------------------------------------------------------------

def test_the_tiny_network_by_hand():
    """Every number of one forward and one backward pass, against the formulas of the chain rule written out."""
    x, y, rate = 1.0, 1.0, 0.1
    w1, b1, w2, b2 = (tensor(v, requires_grad=True) for v in (0.5, 0.1, 0.8, 0.2))

    def forward():
        z1 = w1 * x + b1
        a1 = F.sigmoid(z1)
        prediction = w2 * a1 + b2
        return z1, a1, prediction, (prediction - y) ** 2 / 2

    z1, a1, prediction, loss = forward()
    loss.backward()

    a = 1 / (1 + math.exp(-0.6))
    p = 0.8 * a + 0.2
    by_hand = {"z1": (z1, 0.6, (p - 1) * 0.8 * a * (1 - a)), "a1": (a1, a, (p - 1) * 0.8),
               "prediction": (prediction, p, p - 1), "loss": (loss, (p - 1) ** 2 / 2, 1.0),
               "w1": (w1, 0.5, (p - 1) * 0.8 * a * (1 - a)), "b1": (b1, 0.1, (p - 1) * 0.8 * a * (1 - a)),
               "w2": (w2, 0.8, (p - 1) * a), "b2": (b2, 0.2, p - 1)}
    for name, (t, value, gradient) in by_hand.items():
        assert t.item() == pytest.approx(value, rel=1e-12, abs=0), name
        assert t.grad.item() == pytest.approx(gradient, rel=1e-12, abs=0), name
    assert [round(t.item(), 6) for t in (a1, prediction, loss)] == [0.645656, 0.716525, 0.040179]
    assert [round(t.grad.item(), 6) for t in (prediction, w2, a1, w1)] == [-0.283475, -0.183027, -0.22678, -0.051884]

    for t in (w1, b1, w2, b2):
        t.data -= rate * t.grad
    assert [round(t.item(), 6) for t in (w2, b2, w1, b1)] == [0.818303, 0.228347, 0.505188, 0.105188]
    assert [round(t.item(), 6) for t in forward()[2:]] == [0.75863, 0.02913]


def test_a_tensor_wraps_an_array_as_it_is_and_makes_one_of_anything_else():
    array = np.array([1.0, 2.0])
    assert Tensor(array).data is array
    for other in [1.0, 2.0], (3.0,), 4.0, np.float64(5.0):
        assert type(Tensor(other).data) is np.ndarray
        np.testing.assert_array_equal(Tensor(other).data, other)
    assert type((tensor(array, requires_grad=True) * 2.0).sum().data) is np.ndarray


def test_a_misspelt_attribute_is_refused():
    with pytest.raises(AttributeError):
        tensor(1.0).gard = 0.0


def test_a_leaf_has_no_history_and_no_options():
    t = tensor([1.0])
    assert (t.op, t.inputs, t.derivatives, t.options) == (None, (), (), {})


# -- by nudging ------------------------------------------------------------------------------------

def nudged(f, x, h=1e-5):
    """The slope of the number f(x) along every entry of the array x."""
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        slopes[i] = (f(up) - f(down)) / (2 * h)
    return slopes


def assert_close(found, expected, tolerance=1e-7):
    assert found.shape == expected.shape
    assert np.isfinite(found).all() and np.isfinite(expected).all()
    assert (np.abs(found - expected) <= tolerance * (1 + np.abs(expected))).all()


numbers = st.floats(-3, 3, width=32)
positive = st.floats(0.5, 3, width=32)
off_zero = numbers.filter(lambda v: abs(v) > 0.01)                      # away from the kink of abs and relu
unit = st.floats(0, 1, width=32)
shapes = hnp.array_shapes(min_dims=0, max_dims=3, max_side=4)
side = st.integers(1, 4)


def arrays(shape, elements=numbers):
    return hnp.arrays(float, shape, elements=elements)


@st.composite
def one(draw, elements=numbers):
    return [draw(arrays(draw(shapes), elements))], {}


@st.composite
def two(draw, second=numbers):
    shape_of_x, shape_of_y = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3)).input_shapes
    return [draw(arrays(shape_of_x)), draw(arrays(shape_of_y, second))], {}


@st.composite
def powers(draw):
    exponent = draw(st.sampled_from([-2, -1, -0.5, 0, 0.5, 1, 2, 3, 2.5]))
    whole_and_up = exponent == int(exponent) and exponent >= 0
    return [draw(arrays(draw(shapes), numbers if whole_and_up else positive))], {"exponent": exponent}


@st.composite
def products(draw):
    n, inner, m = draw(side), draw(side), draw(side)
    left, right = draw(st.sampled_from([(n, inner), (inner,)])), draw(st.sampled_from([(inner, m), (inner,)]))
    return [draw(arrays(left)), draw(arrays(right))], {}


@st.composite
def reductions(draw):
    shape = draw(hnp.array_shapes(max_dims=3, max_side=3))
    axes = st.integers(-len(shape), len(shape) - 1)
    several = st.sets(st.integers(0, len(shape) - 1), min_size=1).map(tuple)
    return [draw(arrays(shape))], {"dim": draw(st.none() | axes | several), "keepdim": draw(st.booleans())}


@st.composite
def reshapes(draw):
    shape = draw(hnp.array_shapes(max_dims=3, max_side=4))
    return [draw(arrays(shape))], {"shape": draw(st.sampled_from([shape[::-1], (-1,), (1, -1), (*shape, 1)]))}


@st.composite
def picks(draw):
    shape = draw(hnp.array_shapes(max_dims=3, max_side=4))
    slices, picked, mask = hnp.basic_indices(shape, allow_newaxis=True), hnp.integer_array_indices(shape), arrays(shape)
    return [draw(arrays(shape))], {"index": draw(slices | picked | mask.map(lambda a: a > 0))}


@st.composite
def stacks(draw):
    shape, count = draw(shapes), draw(side)
    return [draw(arrays(shape)) for _ in range(count)], {"dim": draw(st.integers(-1 - len(shape), len(shape)))}


@st.composite
def layers(draw):
    n, inputs, outputs = draw(side), draw(side), draw(side)
    bias = draw(st.booleans())
    return [draw(arrays((n, inputs))), draw(arrays((outputs, inputs)))] + [draw(arrays(outputs))] * bias, {}


@st.composite
def along_an_axis(draw):
    shape = draw(hnp.array_shapes(max_dims=3, max_side=4))
    return [draw(arrays(shape))], {"dim": draw(st.integers(-len(shape), len(shape) - 1))}


@st.composite
def labelled(draw):
    n, classes = draw(side), draw(st.integers(1, 5))
    return [draw(arrays((n, classes))), draw(hnp.arrays(int, n, elements=st.integers(0, classes - 1)))], {}


@st.composite
def alike(draw, second=numbers):
    shape = draw(shapes)
    return [draw(arrays(shape)), draw(arrays(shape, second))], {}


SPECIMENS = {
    "add": two(), "sub": two(), "mul": two(), "div": two(positive), "neg": one(), "pow": powers(), "exp": one(),
    "log": one(positive), "sqrt": one(positive), "abs": one(off_zero), "sin": one(), "cos": one(), "tanh": one(),
    "sigmoid": one(), "relu": one(off_zero), "matmul": products(), "transpose": one(), "sum": reductions(),
    "mean": reductions(), "reshape": reshapes(), "getitem": picks(), "stack": stacks(), "linear": layers(),
    "softmax": along_an_axis(), "log_softmax": along_an_axis(), "cross_entropy": labelled(), "mse_loss": alike(),
    "binary_cross_entropy_with_logits": alike(unit),
}


def test_every_operation_has_a_specimen():
    core = {name for name, function in operations.items() if not function.__module__.startswith("nnlib.live")}
    assert core == set(SPECIMENS)


@pytest.mark.parametrize("name", SPECIMENS)
def test_derivatives_agree_with_nudging(name):
    @quick
    @given(SPECIMENS[name])
    def check(specimen):
        inputs, options = specimen
        before = copy.deepcopy(inputs)
        value, *derivatives = operations[name](*inputs, **options)
        g = np.random.default_rng(0).uniform(0.5, 1.5, np.shape(value))
        for k, derivative in enumerate(derivatives):
            def along(x):
                return np.vdot(g, operations[name](*inputs[:k], x, *inputs[k + 1:], **options)[0])
            expected = nudged(along, inputs[k])
            for _ in "ab":                                              # a derivative may be asked more than once
                assert_close(np.asarray(unbroadcast(derivative(g), inputs[k].shape)), expected)
        assert all(np.array_equal(x, y) for x, y in zip(inputs, before)), "the operation changed its inputs"
        assert np.array_equal(g, np.random.default_rng(0).uniform(0.5, 1.5, np.shape(value))), "it changed g"
    check()


@pytest.mark.parametrize("name", SPECIMENS)
def test_float32_stays_float32_there_and_back(name):
    @quick
    @given(SPECIMENS[name])
    def check(specimen):
        inputs, options = specimen
        inputs = [x.astype(np.float32) if x.dtype == float else x for x in inputs]
        value, *derivatives = operations[name](*inputs, **options)
        assert value.dtype == np.float32
        g = np.ones(np.shape(value), np.float32)
        assert all(derivative(g).dtype == np.float32 for derivative in derivatives)
    check()


@st.composite
def computations(draw):
    """A random computation: a list of steps, each an operation and which of the tensors made so far it takes."""
    steps = []
    for made in range(3, 3 + draw(st.integers(1, 8))):
        earlier = st.integers(0, made - 1)
        steps.append((draw(st.sampled_from(STEPS)), draw(earlier), draw(earlier)))
    return steps


STEPS = [lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * F.tanh(y), lambda x, y: x.mean(0, keepdim=True) - y,
         lambda x, y: F.tanh(x), lambda x, y: autograd.sin(x), lambda x, y: F.sigmoid(x)]


def run(steps, *starts):
    tensors = list(starts)
    for step, i, j in steps:
        tensors.append(step(tensors[i], tensors[j]))
    return sum(((k + 1) * t.mean() for k, t in enumerate(tensors[3:])), start=0.0)


@quick
@given(computations(), st.tuples(*[arrays(shape, st.floats(-1, 1)) for shape in [(3, 1), (1, 4), (3, 4)]]))
def test_any_computation_agrees_with_nudging(steps, values):
    """Shared tensors, broadcasting and unused inputs, in any combination."""
    leaves = [tensor(v, requires_grad=True) for v in values]
    loss = run(steps, *leaves)
    by_grad = grad(loss, leaves)
    loss.backward()
    for k, x in enumerate(leaves):
        def along(v):
            return run(steps, *[Tensor(v if i == k else y) for i, y in enumerate(values)]).item()
        found = np.zeros(x.shape) if x.grad is None else x.grad
        assert_close(found, nudged(along, values[k]), 1e-6)
        assert np.array_equal(found, by_grad[k])


# -- what is added up, what is kept -----------------------------------------------------------------

def test_a_tensor_used_twice_collects_both_gradients():
    x = leaf(2.0, 3.0)
    (x * x + x).sum().backward()
    assert x.grad.tolist() == [5.0, 7.0]


def test_x_minus_x_is_flat():
    x = leaf(2.0)
    (x - x).sum().backward()
    assert x.grad.tolist() == [0.0]


def test_leaves_add_up_over_calls_and_tensors_in_between_do_not():
    x = leaf(1.0, 2.0)
    h = x * 3
    (h * h).sum().backward()
    assert (x.grad.tolist(), h.grad.tolist()) == ([18.0, 36.0], [6.0, 12.0])
    (x * 3).sum().backward()
    assert x.grad.tolist() == [21.0, 39.0]
    assert h.grad.tolist() == [6.0, 12.0]


def test_a_leaf_can_be_the_loss():
    x = tensor(3.0, requires_grad=True)
    x.backward()
    x.backward(gradient=5.0)
    assert x.grad == 6.0


def test_constants_get_no_gradient_and_unused_leaves_none():
    x, c, unused = leaf(1.0), tensor([2.0]), leaf(1.0)
    (x * c).sum().backward()
    assert c.grad is None and unused.grad is None and not c.requires_grad


def test_no_derivative_is_computed_for_data():
    def refuse(g): raise AssertionError("nobody needs this")

    @op
    def second_only(x, y): return x + y, refuse, lambda g: g
    del operations["second_only"]
    x, y = tensor([1.0]), leaf(1.0)
    second_only(x, y).sum().backward()
    assert y.grad.tolist() == [1.0]


def test_an_input_without_derivative_counts_as_constant():
    @op
    def scored(x, target): return (x - np.round(target)) ** 2, lambda g: g * 2 * (x - np.round(target))
    del operations["scored"]
    x, w = leaf(3.0), leaf(1.0)
    scored(x, w * 2).sum().backward()
    assert x.grad.tolist() == [2.0] and w.grad is None
    assert [g.tolist() for g in grad(scored(x, w * 2).sum(), [x, w])] == [[2.0], [0.0]]


@pytest.mark.parametrize("compute", [
    lambda x, y: x + y, lambda x, y: x - y, lambda x, y: (x + y).T, lambda x, y: (x + y).reshape(4),
    lambda x, y: stack([x, y]), lambda x, y: x.sum() + y.mean(), lambda x, y: (x + y)[:, ::-1]])
def test_a_leafs_gradient_is_its_own(compute):
    """Writing into one leaf's gradient changes no other, nor what was passed in, and it can be written into."""
    x, y = leaf(1, 2, 3, 4, shape=(2, 2)), leaf(5, 6, 7, 8, shape=(2, 2))
    out = compute(x, y)
    g = np.ones(out.shape)
    out.backward(gradient=g)
    expected = y.grad.copy()
    x.grad += 100
    assert np.array_equal(y.grad, expected)
    assert g.tolist() == np.ones(out.shape).tolist()
    y.grad *= 2
    assert np.array_equal(y.grad, 2 * expected)


def test_every_gradient_is_an_array_of_its_tensors_shape_and_dtype():
    for dtype in np.float32, np.float64:
        w = tensor(0.5, dtype=dtype, requires_grad=True)
        x = tensor([[1.0, 2.0]], dtype=dtype, requires_grad=True)
        loss = F.sigmoid(x * w + 1).mean() * 2
        loss.backward()
        for t in loss.history():
            assert type(t.grad) is np.ndarray and t.grad.shape == t.shape and t.grad.dtype == dtype


def test_a_finished_computation_is_freed_without_the_garbage_collector():
    gc.disable()
    try:
        class Watched(np.ndarray):
            pass
        x = leaf(*range(1000))
        h = x * 2
        h.data = h.data.view(Watched)
        big = weakref.ref(h.data)
        loss = (h * h).sum()
        loss.backward()
        del h, loss
        assert big() is None
    finally:
        gc.enable()


def test_gradient_gives_the_weights_of_a_sum():
    x = leaf(1.0, 2.0)
    (x * x).backward(gradient=[10.0, 1.0])
    assert x.grad.tolist() == [20.0, 4.0]


def test_grad_returns_and_stores_nothing():
    x, w, unused = leaf(1.0, 2.0), tensor(3.0, requires_grad=True), leaf(1.0)
    loss = (w * x).sum()
    gx, gw, gu = grad(loss, (x, w, unused))
    assert (gx.tolist(), gw.tolist(), gu.tolist()) == ([3.0, 3.0], 3.0, [0.0])
    assert x.grad is w.grad is loss.grad is None
    [alone] = grad(loss, x)
    alone += 1
    assert grad(loss, x)[0].tolist() == [3.0, 3.0]
    middle = x * x
    assert grad((middle * 2).sum(), middle)[0].tolist() == [2.0, 2.0]
    assert grad(x * x, x, grad_outputs=[1.0, 0.0])[0].tolist() == [2.0, 0.0]


def test_history_is_newest_first_and_holds_every_tensor_once():
    x = leaf(1.0)
    a = x * 2
    b = a + x
    c = a * b
    assert all(s is t for s, t in zip(c.history(), [c, b, a, x], strict=True))


def test_a_chain_of_ten_thousand_operations_needs_no_recursion():
    x = tensor(1.0, requires_grad=True)
    y = x
    for _ in range(10_000):
        y = y + 0.0
    y.backward()
    assert x.grad == 1.0


# -- not recording ---------------------------------------------------------------------------------

def test_no_grad_nests_and_ends_even_through_an_exception():
    x = leaf(1.0)
    with no_grad():
        with no_grad():
            assert not (x * 2).requires_grad
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (x * 2).requires_grad

    @no_grad()
    def quietly(): return x * 2
    assert not quietly().requires_grad and (x * 2).requires_grad


def test_detach_shares_the_numbers_and_not_the_history():
    x = leaf(1.0)
    y = (x * 2).detach()
    assert y.requires_grad is False and y.op is None and y.data.tolist() == [2.0]


# -- as an array -----------------------------------------------------------------------------------

@pytest.mark.parametrize("number", [2, 2.0, True, np.float64(2), np.float32(2), np.int64(2), np.uint8(2)])
def test_a_bare_number_takes_the_tensors_dtype_on_either_side(number):
    for dtype in np.float32, np.float64:
        x = tensor([1.0, 2.0], dtype=dtype, requires_grad=True)
        for y in (x + number, number + x, x - number, number - x, x * number, number * x, x / number, number / x,
                  x ** number):
            assert isinstance(y, Tensor) and y.dtype == dtype and y.requires_grad
            y.sum().backward()
            assert x.grad.dtype == dtype


def test_arrays_and_numpys_functions_record_too():
    x, a = leaf(0.5, 1.0), np.array([2.0, 3.0])
    for found, expected in [(a * x, [1.0, 3.0]), (a - x, [1.5, 2.0]), (a / x, [4.0, 3.0]), (a @ x, 4.0),
                            (np.exp(x), np.exp([0.5, 1])), (np.negative(x), [-0.5, -1.0]), (np.abs(x), [0.5, 1.0])]:
        assert isinstance(found, Tensor) and found.requires_grad
        np.testing.assert_allclose(found.data, expected, rtol=1e-15)
    with says(TypeError, "np.maximum cannot record a derivative: use an operation of nnlib"):
        np.maximum(x, 0)
    with says(TypeError, "np.add cannot record"):
        a += x


def test_comparisons_give_tensors_of_truth_values():
    x = leaf(1.0, 2.0, 3.0)
    for found, expected in [(x < 2, [1, 0, 0]), (x <= 2, [1, 1, 0]), (x > 2, [0, 0, 1]), (x >= 2, [0, 1, 1]),
                            (x == 2, [0, 1, 0]), (x != tensor([1.0, 0.0, 3.0]), [0, 1, 0])]:
        assert found.dtype == bool and found.data.tolist() == expected and not found.requires_grad
    assert (tensor([1, 2]) == np.array([1, 3])).mean().item() == 0.5


def test_a_tensor_reads_like_an_array():
    x = leaf(1, 2, 3, 4, 5, 6, shape=(2, 3))
    assert (x.shape, x.ndim, x.dtype, len(x)) == ((2, 3), 2, np.float64, 2)
    assert x.argmax().item() == 5 and x.argmax(dim=1).data.tolist() == [2, 2] and x.argmax(0).data.tolist() == [1, 1, 1]
    assert x.reshape(3, 2).shape == x.reshape((3, 2)).shape == x.reshape([3, 2]).shape == (3, 2)
    assert x.reshape(-1).shape == (6,)
    assert [row.data.tolist() for row in x] == [[1, 2, 3], [4, 5, 6]]
    assert np.asarray(x) is x.data and np.array(x) is not x.data and np.asarray(x, np.float32).dtype == np.float32
    assert float(x[0, 1]) == 2.0 and f"{x[0, 1]:.2f}" == "2.00" and bool(x[0, 0] == 1) is True
    assert f"{x[0, 1]}" == repr(x[0, 1]) == "tensor(2., op=getitem)"
    assert repr(tensor([1.0, 2.0], requires_grad=True)) == "tensor([1., 2.], requires_grad=True)"
    assert repr(tensor([1, 2])) == "tensor([1, 2])"
    assert repr(tensor([1.23456, -0.5])) == "tensor([ 1.2346, -0.5   ])"
    assert "..." not in repr(tensor(np.zeros(100))) and "..." in repr(tensor(np.zeros(101)))
    assert x[tensor([0]), tensor([1])].data.tolist() == [2.0]
    assert x[x > 4].data.tolist() == [5.0, 6.0]
    assert x.T.shape == (3, 2)
    for method, value in (("exp", math.e), ("log", 0.0), ("sqrt", 1.0), ("abs", 1.0)):
        assert getattr(tensor(1.0), method)().item() == pytest.approx(value)


def test_a_tensor_copies_the_data_it_is_made_from():
    a = np.ones(2)
    x, y = tensor(a), Tensor(a)
    a[0] = 5
    assert x.data.tolist() == [1.0, 1.0] and y.data is a
    assert tensor(x).data is not x.data
    assert tensor([1, 2], dtype=np.float32).dtype == np.float32 and tensor(2.0, name="w").name == "w"


def test_tensors_survive_pickle_and_deepcopy():
    """An unpickled array has a dtype that equals NumPy's own without being it."""
    x = pickle.loads(pickle.dumps(leaf(1.0, 2.0)))
    (x * tensor([3.0, 4.0])).sum().backward()
    assert x.grad.tolist() == [3.0, 4.0]
    y = copy.deepcopy(x)
    y.data += 1
    assert x.data.tolist() == [1.0, 2.0] and y.grad is not x.grad


# -- operations of one's own -----------------------------------------------------------------------

def test_an_operation_is_a_function_and_its_derivatives():
    @op
    def cube(x): return x ** 3, lambda g: g * 3 * x ** 2
    assert operations.pop("cube") is cube.arrays
    value, slope = cube.arrays(np.array([2.0]))
    assert value.tolist() == [8.0] and slope(np.ones(1)).tolist() == [12.0]
    x = leaf(2.0)
    y = cube(x)
    y.sum().backward()
    assert x.grad.tolist() == [12.0]
    assert (y.op, y.inputs, y.options) == ("cube", (x,), {}) and cube.__name__ == "cube"
    assert (x.sum(dim=0)).options == {"dim": 0, "keepdim": False}


def test_sum_and_mean_drop_the_axis_unless_told_to_keep_it():
    x = np.ones((2, 3))
    assert autograd.sum(x, dim=1).shape == autograd.mean(x, dim=1).shape == (2,)
    assert autograd.sum(x, dim=1, keepdim=True).shape == autograd.mean(x, dim=1, keepdim=True).shape == (2, 1)


def test_unbroadcast_sums_what_broadcasting_spread():
    g = np.arange(24.0).reshape(2, 3, 4)
    assert unbroadcast(g, (2, 3, 4)) is g
    for shape in (), (4,), (1,), (3, 1), (1, 4), (2, 1, 1), (1, 1, 1), (2, 3, 1):
        spread = np.broadcast_to(np.zeros(shape), g.shape)
        assert unbroadcast(g, shape).shape == shape and spread.shape == g.shape
        assert unbroadcast(g, shape).sum() == g.sum()
    assert unbroadcast(g, (3, 1)).tolist() == [[60.0], [92.0], [124.0]]


# -- errors that teach -----------------------------------------------------------------------------

def test_shapes_that_do_not_fit_name_the_operation_and_both_shapes():
    x, y = tensor(np.ones((2, 3))), tensor(np.ones((2, 4)))
    with says(ValueError, "add: these shapes do not fit together: (2, 3) and (2, 4)"):
        x + y
    with says(ValueError, "matmul: these shapes do not fit together: (2, 3) and (2, 4)"):
        x @ y
    with says(ValueError, "matmul: @ takes matrices and vectors, but got shapes (1, 2, 3) and (3, 1)"):
        x.reshape(1, 2, 3) @ np.ones((3, 1))
    with says(ValueError, "matmul: @ takes matrices and vectors, but got shapes (2, 3) and (1, 3, 2)"):
        x @ np.ones((1, 3, 2))
    with says(ValueError, "matmul: @ takes matrices and vectors, but got shapes (2, 3) and ()"):
        x @ 2.0
    with says(ValueError, "reshape: cannot reshape array of size 6 into shape (4,)"):
        x.reshape(4)
    with says(ValueError, "stack: all input arrays must have the same shape"):
        stack([x, y])


@pytest.mark.parametrize("compute", [
    lambda x, y: x + y, lambda x, y: y * x, lambda x, y: x * y.data, lambda x, y: x @ y.T, lambda x, y: stack([x, y]),
    lambda x, y: F.mse_loss(x, y), lambda x, y: F.linear(x, y), lambda x, y: F.linear(y, x),
    lambda x, y: F.linear(x, x, y[0]), lambda x, y: F.linear(y, y, x[0])])
def test_float32_and_float64_do_not_mix(compute):
    x, y = tensor(np.ones((2, 2)), dtype=np.float32), tensor(np.ones((2, 2)))
    with says(TypeError, "float32", "float64", " do not mix. Convert the data, for example with X.astype(np.float32), "
                                               "or make the layers with dtype=np.float64"):
        compute(x, y)


def test_backward_starts_from_one_number():
    x = leaf(1.0, 2.0)
    with says(ValueError, "backward() starts from a single number, but this tensor has shape (2,): "
                          "reduce it first, for example with .mean()"):
        (x * 2).backward()
    with says(ValueError, "gradient= must have the shape of the tensor, (2,), but has (3,)"):
        (x * 2).backward(gradient=np.ones(3))
    assert x.grad is None


def test_backward_without_anything_to_differentiate():
    with says(ValueError, "found nothing to differentiate: no tensor in this computation has requires_grad=True "
                          "(or it was computed inside no_grad())"):
        (tensor(1.0) * 2).backward()
    x = leaf(1.0)
    with no_grad():
        y = x.sum()
    with says(ValueError, "nothing to differentiate"):
        y.backward()
    with says(ValueError, "grad: input 1 was not recorded: make it with requires_grad=True before it is used"):
        grad(x.sum(), [x, tensor(1.0)])


def test_backward_twice():
    x = leaf(1.0, 2.0)
    shared = x * x
    first, second = shared.sum(), (shared * 3).sum()
    first.backward()
    again = ("has walked back through this computation already, or a part of it, and what it needed is freed: "
             "compute it again, or add up the losses and call backward() once")
    for loss in first, second:
        with says(ValueError, again):
            loss.backward()
        with says(ValueError, again):
            grad(loss, x)
    assert x.grad.tolist() == [2.0, 4.0]


def test_gradients_want_floating_point_numbers():
    for make in tensor, Tensor, nnlib.nn.Parameter:
        with says(TypeError, "only floating-point numbers can have a gradient, but these are int64: write 3.0 for 3"):
            make(np.array([1, 2]), requires_grad=True)
    for data in "text", [None, 1.0], 1j:
        with says(TypeError, f"a tensor holds numbers in a rectangular shape, but got a {type(data).__name__} of "):
            tensor(data)


def test_an_exponent_is_a_number():
    x = leaf(1.0, 2.0)
    with says(ValueError, "the exponent must be a number; for a tensor n write exp(n * log(x))"):
        x ** x
    with says(ValueError, "pow: "):
        x ** np.array([1.0, 2.0])
