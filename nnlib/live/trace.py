"""From recorded tensors to a list of nodes in order of birth: as plain JSON, and computed once more."""
from inspect import signature

import numpy as np

from ..autograd import operations, unbroadcast
from ..graph import nodes

HOMES = "nnlib.autograd", "nnlib.functional", "nnlib.live.values"  # the modules whose operations js/ops.js knows too


def known():
    """The names of the operations that the page can compute."""
    return {name for name, function in operations.items() if function.__module__ in HOMES} | {"grad"}


def compute(tensors):
    """(value, local derivatives) of every tensor of a trace, from what the leaves hold now."""
    results, found = {}, {}
    for t in tensors:
        if t.op == "grad":
            of, wrt = t.inputs
            if of not in found:
                found[of] = slopes(of, results)
            results[t] = found[of].get(wrt, np.zeros_like(wrt.data)), []
        elif t.op:
            value, *derivatives = operations[t.op](*[results[x][0] for x in t.inputs], **t.options)
            results[t] = np.asarray(value), derivatives
        else:
            results[t] = t.data, []
    return results


def slopes(of, results):
    """d(sum of `of`)/d(tensor) for every tensor it came from that requires a gradient, from what `compute` found."""
    found = {of: np.ones_like(results[of][0])}
    for t in of.history():
        if t in found:
            for x, derivative in zip(t.inputs, results[t][1]):
                if x.requires_grad:
                    g = unbroadcast(np.asarray(derivative(found[t])), x.shape)
                    found[x] = found[x] + g if x in found else g
    return found


class Trace:
    """The tensors behind a figure, each once, and the number (`ids`) under which the page knows each."""

    def __init__(self, roots):
        self.everything = nodes(*roots)
        self.tensors, self.ids = [], {}
        constants = {}
        for t in self.everything:
            check(t)
            key = None if t.op or t.requires_grad else (t.shape, t.data.tobytes())
            if key in constants:  # the same array, used twice, is written once
                self.ids[t] = constants[key]
                continue
            self.ids[t] = len(self.tensors)
            if key:
                constants[key] = self.ids[t]
            self.tensors.append(t)

    def spec(self):
        return [self.node(t) for t in self.tensors]

    def node(self, t):
        if t.op:
            return {"op": t.op, "of": [self.ids[x] for x in t.inputs], **options(t)}
        leaf = {"leaf": t.name or ""} if t.requires_grad else {}
        return {**leaf, "value": array_spec(t.data)}


def check(t):
    """Refuse, by name, what the page could not compute as nnlib does."""
    if t.op and t.op not in known():
        raise ValueError(
            f'a live figure cannot carry the operation "{t.op}": write it with nnlib\'s own '
            f"({', '.join(sorted(known()))}), or compute its values beforehand and show them with live.frame"
        )
    if t.data.dtype.kind == "f" and t.data.dtype != np.float64:
        raise TypeError(
            f"a live figure computes in float64, as the page does, but {t.name or t.op or 'an array'} is {t.dtype}: "
            "make layers and data with dtype=np.float64"
        )


def options(t):
    """The keyword constants of an operation, as the page wants them."""
    if t.op == "getitem":  # whatever the index was, the page hears which entries it picks
        places = np.arange(t.inputs[0].data.size).reshape(t.inputs[0].shape)
        picked = np.asarray(places[t.options["index"]])
        return {"entries": array_spec(picked) if picked.ndim else {"shape": [], "values": [int(picked)]}}
    if t.op == "reshape":  # -1 and all: the page hears what it came to
        return {"shape": list(t.shape)}
    parameters = signature(operations[t.op]).parameters if t.op in operations else {}
    defaults = {
        name: p.default for name, p in parameters.items() if p.kind == p.KEYWORD_ONLY and p.default is not p.empty
    }
    return {
        name: plain(value) for name, value in (defaults | t.options).items() if value is not None and value is not False
    }


def plain(value):
    if isinstance(value, (tuple, list)):
        return [int(v) for v in value]
    return value if isinstance(value, bool) else number(value)


def array_spec(a):
    """The shortest of our notations that gives back the very same bits."""
    a = np.asarray(a, dtype=float)
    if not np.isfinite(a).all():
        raise ValueError("a live figure cannot carry NaN or infinity in its data: leave such points out first")
    if a.ndim == 0:
        return number(a)
    if a.ndim == 1 and (even := linspace_spec(a)):
        return {"linspace": even}
    if a.ndim == 2 and a.shape[1] == 2 and len(a) and (axes := grid_spec(a)):
        return {"grid": axes}
    return {"shape": list(a.shape), "values": [number(v) for v in a.ravel()]}


def linspace_spec(a):
    if len(a) > 3 and np.array_equal(a, np.linspace(a[0], a[-1], len(a))):
        return [number(a[0]), number(a[-1]), len(a)]
    return None


def grid_spec(a):
    columns = int(np.argmax(a[:, 1] != a[0, 1]))  # the length of the first row
    if columns < 2 or len(a) % columns:
        return None
    x, y = a[:columns, 0], a[::columns, 1]
    if np.array_equal(a[:, 0], np.tile(x, len(y))) and np.array_equal(a[:, 1], np.repeat(y, columns)):
        axes = linspace_spec(x), linspace_spec(y)
        return list(axes) if all(axes) else None
    return None


def number(v):
    """JSON for a float: the shortest digits that read back as the same number, and no needless '.0'."""
    v = float(v)
    return int(v) if v.is_integer() and abs(v) < 2**53 else v
