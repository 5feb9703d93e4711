"""What a reader moves: a slider, switch, choice or counter is a tensor with a control attached."""
import math
from contextlib import contextmanager

import numpy as np

from ..autograd import Tensor
from .terms import checked_term, term_of

_settings = {}


@contextmanager
def at_settings(settings):
    """Inside this block every control that is called by a name in `settings` starts at the value given there."""
    before = dict(_settings)
    _settings.update(settings)
    try:
        yield
    finally:
        _settings.clear()
        _settings.update(before)


class Control:
    """One input of the page, bound to one number of a leaf, entry number `entry` of the flattened array, or a drawing,
    which is bound to all of them."""

    def __init__(self, kind, name, leaf, entry=0, term=None, **options):
        if not name:
            raise ValueError(f"a {kind} needs a name: it is what a reader sees and hears")
        self.kind, self.name, self.leaf, self.entry = kind, name, leaf, entry
        self.term = checked_term(term) or term_of(name)
        self.options = {key: value for key, value in options.items() if value is not None and value is not False}
        if name in _settings:
            leaf.data.reshape(-1)[... if kind == "drawing" else entry] = _settings[name]

    def spec(self, ids):
        extra = {key: value for key, value in {"entry": self.entry, "term": self.term}.items() if value}
        return {"kind": self.kind, "name": self.name, "leaf": ids[self.leaf], **extra, **self.options}


class Leaf(Tensor):
    """A tensor that comes with its control."""

    __slots__ = ("control",)

    def __init__(self, kind, name, value, **options):
        super().__init__(np.array(value, dtype=float), requires_grad=True, name=name)
        self.control = Control(kind, name, self, **options)


def slider(name, low, high, value, step=None, *, log=False, term=None, link=False):
    """A number between `low` and `high`, at `value` first; with log=True spread evenly by factors.

    Its colour is that of the term its name stands for (w₁ a weight, b a bias, …), unless `term` names another.
    link=True: figures that are computed from this same slider move together.
    Raises ValueError if low is not below high, value lies outside, or a log slider would reach 0.
    """
    limits = _limits(name, low, high, value, step, log)
    return Leaf("slider", name, value, term=term, link=link, **limits)


def entry(tensor, index, name, low, high, step=None, *, term=None):
    """A slider on one number of a tensor that exists already, such as a weight of a network; pass it in `controls=`."""
    flat = int(np.ravel_multi_index(index, tensor.shape))
    limits = _limits(name, low, high, float(tensor.data.reshape(-1)[flat]), step, log=False)
    return Control("slider", name, tensor, flat, term, **limits)


def switch(name, value=False, *, link=False):
    """0 or 1; link as for a slider."""
    return Leaf("switch", name, bool(value), link=link)


def choice(name, options, value=0, *, link=False):
    """One of the options, as its number; `live.choose` turns it into a tensor; link as for a slider."""
    options = list(options)
    if not 0 <= value < len(options):
        raise ValueError(f'choice "{name}": value is the number of an option, 0 to {len(options) - 1}, but is {value}')
    return Leaf("choice", name, value, options=options, link=link)


def counter(name, *, link=False):
    """How often the button `name` has been pressed, 0 at first; Backspace on it sets it back; link as for a slider."""
    return Leaf("counter", name, 0, link=link)


def _limits(name, low, high, value, step, log):
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f'slider "{name}": low must be below high, but they are {low} and {high}')
    if not low <= value <= high:
        raise ValueError(f'slider "{name}": its value must lie between {low} and {high}, but is {value}')
    if log and low <= 0:
        raise ValueError(f'slider "{name}": a log slider multiplies, so low must be above 0, but is {low}')
    if step is not None and (log or not 0 < step <= high - low):
        raise ValueError(
            f'slider "{name}": step must lie between 0 and {high - low}, and a log slider has none; got {step}'
        )
    return (
        {"min": low, "max": high, "log": True}
        if log
        else {"min": low, "max": high, "step": step or nice_step(high - low)}
    )


def nice_step(span):
    """The largest of 1, 2 or 5 times a power of ten that makes at least 100 steps."""
    exponent = math.floor(math.log10(span / 100) + 1e-12)
    digit = max(d for d in (1, 2, 5) if d * 10.0**exponent <= span / 100 * (1 + 1e-12))
    return float(f"{digit}e{exponent}")
