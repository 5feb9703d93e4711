"""Tensor: an array that remembers how it was computed, so that derivatives can be found by walking back.

Every operation is written once: its value and, beside it, one local derivative per input.  `backward`
is then nothing but the chain rule, applied from the newest tensor to the oldest: each derivative takes
g, the gradient of the loss with respect to the operation's value, and returns the gradient with
respect to one input.
"""
from contextlib import contextmanager
from functools import wraps
from itertools import count
from operator import attrgetter

import numpy as np

_next_birth = count().__next__          # tensors are numbered in the order in which they are made
_by_birth = attrgetter("born")
_recording = True

operations = {}                         # name -> function on plain arrays: (value, derivative, derivative, ...)


class Tensor:
    """A NumPy array (`data`), its gradient (`grad`), and the operation and inputs that made it.

    `grad` is None or an array like `data`; `name` is what tables and figures call the tensor.  `op` is the name of the
    operation, None for a leaf, `inputs` are its tensors, `options` its settings, `derivatives` its functions of g.
    `shape`, `dtype`, `ndim` and `T` are as in NumPy; `born` counts tensors in the order in which they are made.
    `item()` is a single entry as a number of Python, `numpy()` the array itself, not a copy, and `detach()` a tensor
    of the same array without its history.
    """

    __slots__ = ("data", "grad", "requires_grad", "name", "op", "inputs", "derivatives", "options", "born")

    def __init__(self, data, requires_grad=False, name=None):
        self.data = data if type(data) is np.ndarray else np.asarray(data)
        if requires_grad and self.data.dtype.kind != "f":
            raise TypeError(f"only floating-point numbers can have a gradient, but these are {self.data.dtype}: "
                            "write 3.0 for 3")
        self.grad = None
        self.requires_grad = requires_grad
        self.name = name
        self.op = None
        self.inputs = self.derivatives = ()
        self.options = {}
        self.born = _next_birth()

    # -- the chain rule ----------------------------------------------------------------------------

    def backward(self, gradient=None):
        """Put the derivative of this tensor into the `.grad` of every tensor it came from that requires a gradient.

        `gradient` (same shape as this tensor) is what flows in from above; a single number needs none.
        Leaves add to the `.grad` they have, as in PyTorch.
        Raises ValueError if this is not a single number and no `gradient` is given, if `gradient` has another shape,
        if nothing here requires a gradient, or if this computation, or a part of it, has been walked back before.
        """
        start, order = self._start(gradient)
        self.grad = start if self.grad is None else self.grad + start
        for t in order:
            g = t.grad
            if g is None:
                continue                                # used only where it has no derivative, such as for class labels
            for x, derivative in zip(t.inputs, t.derivatives):
                if x.requires_grad:
                    d = derivative(g)
                    if d.shape != x.data.shape:
                        d = unbroadcast(d, x.data.shape)
                    if x.grad is not None:
                        d = x.grad + d                  # used more than once: the uses add up
                    elif not x.op and (d.base is not None or d is g):
                        d = d.copy()                    # a leaf's gradient is the reader's own to write into
                    x.grad = d if d.shape else np.asarray(d)
            if t.op:
                t.derivatives = None                    # frees the arrays that the derivatives hold

    def history(self):
        """This tensor and all it was computed from that requires a gradient, newest first.

        An operation can only use tensors that exist already, so in order of birth every tensor
        comes after its inputs, however often they are shared: no search for an order is needed.
        """
        found = {self}
        todo = [self]
        for t in todo:                                  # the list grows as we walk along it
            for x in t.inputs:
                if x.requires_grad and x not in found:
                    found.add(x)
                    todo.append(x)
        todo.sort(key=_by_birth, reverse=True)
        return todo

    def _start(self, gradient):
        """What a walk back starts from, the gradient of this tensor as an array, and its way, newest first."""
        if not self.requires_grad:
            raise ValueError("backward() found nothing to differentiate: no tensor in this computation "
                             "has requires_grad=True (or it was computed inside no_grad())")
        order = self.history()
        if None in [t.derivatives for t in order]:
            raise ValueError("backward() has walked back through this computation already, or a part of it, and what "
                             "it needed is freed: compute it again, or add up the losses and call backward() once")
        if gradient is None:
            if self.data.size != 1:
                raise ValueError(f"backward() starts from a single number, but this tensor has shape {self.shape}: "
                                 "reduce it first, for example with .mean(), or pass gradient=")
            return np.ones_like(self.data), order
        gradient = np.array(gradient, self.data.dtype)
        if gradient.shape != self.data.shape:
            raise ValueError(f"gradient= must have the shape of the tensor, {self.shape}, but has {gradient.shape}")
        return gradient, order

    # -- as an array -------------------------------------------------------------------------------

    shape = property(lambda self: self.data.shape)
    dtype = property(lambda self: self.data.dtype)
    ndim = property(lambda self: self.data.ndim)
    T = property(lambda self: transpose(self))

    def item(self): return self.data.item()
    def numpy(self): return self.data
    def detach(self): return Tensor(self.data)
    def argmax(self, dim=None): return Tensor(np.argmax(self.data, axis=dim))
    def __len__(self): return len(self.data)
    def __float__(self): return float(self.data.item())
    def __bool__(self): return bool(self.data)
    def __format__(self, spec): return format(self.data.item(), spec) if spec else repr(self)
    def __array__(self, dtype=None, copy=None): return np.array(self.data, dtype, copy=copy)

    def __repr__(self):
        values = np.array2string(self.data, precision=4, separator=", ", prefix="tensor(", threshold=100)
        made = f", op={self.op}" if self.op else ", requires_grad=True" if self.requires_grad else ""
        return f"tensor({values}{made})"

    # -- arithmetic --------------------------------------------------------------------------------

    def __add__(self, y): return add(self, y)
    def __sub__(self, y): return sub(self, y)
    def __mul__(self, y): return mul(self, y)
    def __truediv__(self, y): return div(self, y)
    def __matmul__(self, y): return matmul(self, y)
    def __radd__(self, y): return add(y, self)
    def __rsub__(self, y): return sub(y, self)
    def __rmul__(self, y): return mul(y, self)
    def __rtruediv__(self, y): return div(y, self)
    def __rmatmul__(self, y): return matmul(y, self)
    def __neg__(self): return neg(self)
    def __pow__(self, exponent): return pow(self, exponent=exponent)
    def __getitem__(self, index): return getitem(self, index=index)

    def __eq__(self, y): return Tensor(self.data == np.asarray(y))
    def __ne__(self, y): return Tensor(self.data != np.asarray(y))
    def __lt__(self, y): return Tensor(self.data < np.asarray(y))
    def __le__(self, y): return Tensor(self.data <= np.asarray(y))
    def __gt__(self, y): return Tensor(self.data > np.asarray(y))
    def __ge__(self, y): return Tensor(self.data >= np.asarray(y))
    __hash__ = object.__hash__

    def sum(self, dim=None, keepdim=False): return sum(self, dim=dim, keepdim=keepdim)
    def mean(self, dim=None, keepdim=False): return mean(self, dim=dim, keepdim=keepdim)
    def exp(self): return exp(self)
    def log(self): return log(self)
    def sqrt(self): return sqrt(self)
    def abs(self): return abs(self)
    def reshape(self, *shape): return reshape(self, shape=shape[0] if len(shape) == 1 else shape)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        """NumPy's own functions record as well: np.exp(t) is exp(t), array * t is mul(array, t)."""
        if method == "__call__" and not options and ufunc.__name__ in _ufuncs:
            return _ufuncs[ufunc.__name__](*inputs)
        raise TypeError(f"np.{ufunc.__name__} cannot record a derivative: use an operation of nnlib, "
                        "or .numpy() for the plain array")


def tensor(data, *, dtype=None, requires_grad=False, name=None):
    """A tensor holding a copy of `data` (numbers, nested lists, an array).

    dtype: as NumPy infers it unless given (Python floats are float64).  With requires_grad=True,
    backward() will find its gradient.
    Raises TypeError for what is no rectangle of numbers, and if a gradient is wanted of whole numbers.
    """
    array = np.array(data, dtype)
    if array.dtype.kind not in "fiub":
        raise TypeError("a tensor holds numbers in a rectangular shape, "
                        f"but got a {type(data).__name__} of {array.dtype}")
    return Tensor(array, requires_grad, name)


@contextmanager
def no_grad():
    """Inside this block nothing is recorded: faster, and right wherever no gradient is wanted."""
    global _recording
    before, _recording = _recording, False
    try:
        yield
    finally:
        _recording = before


def grad(outputs, inputs, grad_outputs=None):
    """d(outputs)/d(input) as an array for each of `inputs`; no tensor's `.grad` is touched (torch.autograd.grad).

    outputs: a single number, or a tensor of any shape with grad_outputs, of its shape, as what flows in from above.
    inputs: a tensor or several, each with requires_grad=True; one that `outputs` does not depend on gets zeros.
    Raises ValueError for an input that was not recorded, and where backward() would.
    """
    inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    for i, x in enumerate(inputs):
        if not x.requires_grad:
            raise ValueError(f"grad: input {i} was not recorded: make it with requires_grad=True before it is used")
    start, order = outputs._start(grad_outputs)
    found = {outputs: start}
    for t in order:
        if t in found:
            for x, derivative in zip(t.inputs, t.derivatives):
                if x.requires_grad:
                    d = unbroadcast(derivative(found[t]), x.data.shape)
                    found[x] = found[x] + d if x in found else d
    return tuple(np.array(found.get(x, np.zeros_like(x.data))) for x in inputs)


def op(function):
    """Turn a function of arrays that returns (value, *derivatives) into an operation on tensors.

    Positional arguments are inputs: tensors, or arrays and numbers to be taken as constants.  Keyword
    arguments are options.  Inputs for which no derivative is returned, such as class labels, have none.
    The operation raises ValueError for shapes that do not fit, and TypeError if float32 meets float64.
    """
    name = function.__name__.strip("_")

    @wraps(function)
    def apply(*inputs, **options):
        for x in inputs:
            if not isinstance(x, Tensor):
                inputs = _as_tensors(inputs)
                break
        try:
            value, *derivatives = function(*[x.data for x in inputs], **options)
        except (ValueError, TypeError) as error:
            raise _explained(name, inputs, error) from None
        out = Tensor(value)
        dtype = out.data.dtype
        for x in inputs:
            if x.data.dtype is not dtype and x.data.dtype != dtype and x.data.dtype.kind == "f":
                raise TypeError(_mixed(name, inputs))
            if x.requires_grad and _recording:
                out.requires_grad = True
        if out.requires_grad:
            out.op, out.inputs, out.derivatives, out.options = name, inputs, derivatives, options
        return out

    apply.arrays = operations[name] = function
    return apply


def unbroadcast(g, shape):
    """Sum g down to `shape`: a value that broadcasting used many times collects the gradients of all its uses."""
    if g.shape == shape:
        return g
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1)).reshape(shape)


def _as_tensors(inputs):
    """Arrays and numbers among the inputs as constant tensors; a bare number takes the others' dtype."""
    dtype = next((x.dtype for x in inputs if isinstance(x, (Tensor, np.ndarray)) and x.dtype.kind == "f"), None)
    return tuple([x if isinstance(x, Tensor) else
                  Tensor(np.asarray(x, dtype if isinstance(x, (int, float, np.number)) else None)) for x in inputs])


def _explained(name, inputs, error):
    """NumPy's complaint about shapes, with those; any other error speaks for itself."""
    if "broadcast" in str(error) or "mismatch" in str(error):
        shapes = " and ".join(str(x.shape) for x in inputs)
        return ValueError(f"{name}: these shapes do not fit together: {shapes}")
    return (TypeError if isinstance(error, TypeError) else ValueError)(f"{name}: {error}")


def _mixed(name, inputs):
    kinds = " and ".join(str(x.dtype) for x in inputs)
    return (f"{name}: {kinds} do not mix. Convert the data, for example with X.astype(np.float32), "
            "or make the layers with dtype=np.float64")


# -- the operations: value, then d/dx, then d/dy ---------------------------------------------------

@op
def add(x, y): return x + y, lambda g: g, lambda g: g

@op
def sub(x, y): return x - y, lambda g: g, lambda g: -g

@op
def mul(x, y): return x * y, lambda g: g * y, lambda g: g * x

@op
def div(x, y):
    q = x / y
    return q, lambda g: g / y, lambda g: -g * q / y

@op
def neg(x): return -x, lambda g: -g

@op
def pow(x, *, exponent):
    if isinstance(exponent, Tensor):
        raise ValueError("the exponent must be a number; for a tensor n write exp(n * log(x))")
    n = np.asarray(exponent).item()                                     # a Python number leaves x its dtype
    return x ** n, lambda g: g * (n * x ** (n - 1) if n else np.zeros_like(x))  # n = 0: a constant, even at x = 0

@op
def exp(x):
    y = np.exp(x)
    return y, lambda g: g * y

@op
def log(x): return np.log(x), lambda g: g / x

@op
def sqrt(x):
    y = np.sqrt(x)
    return y, lambda g: g / (2 * y)

@op
def abs(x): return np.abs(x), lambda g: g * np.sign(x)                  # at 0 we take 0, as PyTorch does

@op
def sin(x): return np.sin(x), lambda g: g * np.cos(x)

@op
def cos(x): return np.cos(x), lambda g: -g * np.sin(x)

@op
def tanh(x):
    y = np.tanh(x)
    return y, lambda g: g * (1 - y * y)

@op
def sigmoid(x):
    e = np.exp(-np.abs(x))                                              # at most 1, so nothing overflows
    y = np.where(x >= 0, 1, e) / (1 + e)
    return y, lambda g: g * y * (1 - y)

@op
def relu(x):
    y = np.maximum(x, 0)
    return y, lambda g: g * (y > 0)                                     # at 0 we take 0, as PyTorch does

@op
def matmul(x, y):
    """Matrix times matrix, or a vector for either: one row on the left, one column on the right."""
    if not (1 <= x.ndim <= 2 and 1 <= y.ndim <= 2):
        raise ValueError(f"@ takes matrices and vectors, but got shapes {x.shape} and {y.shape}")
    rows, columns = np.atleast_2d(x), np.atleast_2d(y.T).T
    def table(g): return g.reshape(len(rows), columns.shape[1])
    return x @ y, lambda g: (table(g) @ columns.T).reshape(x.shape), lambda g: (rows.T @ table(g)).reshape(y.shape)

@op
def transpose(x): return x.T, lambda g: g.T

@op
def sum(x, *, dim=None, keepdim=False):
    return np.sum(x, dim, keepdims=keepdim), lambda g: np.broadcast_to(_restored(g, dim, keepdim), x.shape)

@op
def mean(x, *, dim=None, keepdim=False):
    total = np.sum(x, dim, keepdims=keepdim)
    n = x.size / max(total.size, 1)
    return total / n, lambda g: np.broadcast_to(_restored(g / n, dim, keepdim), x.shape)

@op
def reshape(x, *, shape): return x.reshape(shape), lambda g: g.reshape(x.shape)

@op
def getitem(x, *, index):
    def derivative(g):
        d = np.zeros_like(x)
        np.add.at(d, index, g)                                          # an entry picked twice collects twice
        return d
    return x[index], derivative

@op
def _stack(*tensors, dim):
    return np.stack(tensors, dim), *[lambda g, i=i: np.take(g, i, dim) for i in range(len(tensors))]


def stack(tensors, dim=0):
    """Tensors of one shape as the slices of a new axis."""
    return _stack(*tensors, dim=dim)


def _restored(g, dim, keepdim):
    """g with the axes back, as length 1, that a sum over `dim` has removed."""
    return g if dim is None or keepdim else np.expand_dims(g, dim)


_ufuncs = {"add": add, "subtract": sub, "multiply": mul, "divide": div, "negative": neg, "matmul": matmul,
           "exp": exp, "log": log, "sqrt": sqrt, "absolute": abs, "sin": sin, "cos": cos, "tanh": tanh}
