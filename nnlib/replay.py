"""Replay: a computation recorded once and repeated with new numbers, for loops that take the same step many times.

Nothing in the book needs it.  It saves what recording costs, on small networks about a third of a step (`make bench`):

    step = replay(lambda x, y: F.cross_entropy(model(x), y))
    for x, y in loader:
        loss = step(x, y)       # forward and backward, into .grad
        optimizer.step()
"""
import numpy as np

from .autograd import Tensor, operations, unbroadcast
from .graph import nodes


def replay(function):
    """A function of the same arguments that gives the loss as an array and puts new gradients into `.grad`.

    The arguments are tensors or arrays; `function` gets them as tensors and returns a tensor that holds one number.
    It is called, twice, when arguments of new shapes or dtypes come in; from then on only the numbers in its arguments
    and in the parameters may change.  Raises ValueError if it returns anything else, or if it draws at random, as
    dropout does: the same draw would come back every time.
    """
    programs = {}

    def step(*arguments):
        arrays = [x.data if isinstance(x, Tensor) else np.asarray(x) for x in arguments]
        kind = tuple([(array.shape, array.dtype) for array in arrays])
        if kind not in programs:
            programs[kind] = _program(function, arrays)
        return programs[kind](arrays)
    return step


def _program(function, arrays):
    """Record `function` and write down, once, what to call on which values: forward, then backward."""
    inputs, recorded = _recorded(function, arrays)
    _refuse_chance(recorded, _recorded(function, arrays)[1])
    place = {t: i for i, t in enumerate(recorded)}
    constants = [None if t.op else t.data for t in recorded]
    arriving = [place.get(t) for t in inputs]
    parameters = [(place[t], t) for t in recorded if t.requires_grad and not t.op]
    forward = [(place[t], operations[t.op], [place[x] for x in t.inputs], t.options) for t in recorded if t.op]
    backward = list(_backward(recorded, place))
    end, start = len(recorded) - 1, np.ones_like(recorded[-1].data)

    def run(arrays):
        values, results, gradients = constants.copy(), [None] * len(constants), [None] * len(constants)
        for i, array in zip(arriving, arrays):
            if i is not None:                                   # an argument that the function does not use
                values[i] = array
        for i, parameter in parameters:
            values[i] = parameter.data
        for i, operation, of, options in forward:
            results[i] = operation(*[values[k] for k in of], **options)
            values[i] = results[i][0]
        gradients[end] = start
        for i, which, into, shape, first, leaf in backward:
            g = gradients[i]
            d = results[i][which](g)
            if d.shape != shape:
                d = unbroadcast(d, shape)
            if not first:
                d = gradients[into] + d
            elif leaf and (d.base is not None or d is g):
                d = d.copy()                                    # a leaf's gradient is the reader's own to write into
            gradients[into] = d
        for i, parameter in parameters:
            parameter.grad = gradients[i]
        return values[end]
    return run


def _recorded(function, arrays):
    inputs = [Tensor(array) for array in arrays]
    output = function(*inputs)
    if output.data.size != 1 or not output.op:
        raise ValueError(f"replay repeats the way from parameters to a loss, one number, but got {output!r}")
    return inputs, nodes(output)


def _backward(recorded, place):
    """For every derivative, newest first: whose it is and which of them; whose gradient it gives, its shape, whether
    that is the first to arrive there, and whether there is a leaf."""
    met = set()
    for t in reversed(recorded):
        for which, (x, _) in enumerate(zip(t.inputs, t.derivatives), 1):
            if x.requires_grad:
                yield place[t], which, place[x], x.shape, x not in met, not x.op
                met.add(x)


def _refuse_chance(once, again):
    """Recorded twice, a computation that can be replayed is the same twice."""
    same = len(once) == len(again) and all(
        a.op == b.op and (a.op or np.array_equal(a.data, b.data)) for a, b in zip(once, again))
    if not same:
        raise ValueError("replay needs a computation that is the same every time, but this one draws at random or "
                         "changes between two calls: leave dropout out, or train it without replay")
