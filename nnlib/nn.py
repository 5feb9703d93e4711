"""Layers: a Module owns parameters and turns one tensor into another (torch.nn)."""
import os
from pathlib import Path

import numpy as np

from . import functional as F
from . import init
from .autograd import Tensor


class Parameter(Tensor):
    """A tensor that a module owns and an optimiser moves."""

    __slots__ = ()

    def __init__(self, data, requires_grad=True):
        super().__init__(data, requires_grad)


class Module:
    """Whatever has parameters and a `forward`.

    Parameters and modules kept as attributes are found by themselves; modules in a list are not: Sequential is for those.
    """

    training = True

    def __call__(self, *inputs): return self.forward(*inputs)

    def named_children(self):
        return [(name, value) for name, value in vars(self).items() if isinstance(value, Module)]

    def named_parameters(self, prefix=""):
        """Pairs of name and Parameter, such as ("0.weight", …); a shared parameter comes once, under its first name."""
        seen = set()
        for name, value in vars(self).items():
            inside = value.named_parameters(f"{prefix}{name}.") if isinstance(value, Module) else []
            for full_name, p in [(prefix + name, value)] if isinstance(value, Parameter) else inside:
                if p not in seen:
                    seen.add(p)
                    yield full_name, p

    def parameters(self): return (p for _, p in self.named_parameters())

    def zero_grad(self):
        for p in self.parameters():
            p.grad = None

    def train(self, mode=True):
        """Set `training`, here and in all modules inside: dropout drops only while it is true."""
        self.training = mode
        for _, child in self.named_children():
            child.train(mode)
        return self

    def eval(self): return self.train(False)

    def state_dict(self):
        """Name → copy of the array, for every parameter."""
        return {name: p.data.copy() for name, p in self.named_parameters()}

    def load_state_dict(self, state_dict):
        """Copy all values from a state_dict.  Raises ValueError, and changes nothing, if names or shapes differ."""
        mine = dict(self.named_parameters())
        if missing := sorted(mine.keys() ^ state_dict.keys()):
            raise ValueError(f"the state does not fit this model: only one of the two has {', '.join(missing)}")
        for name, p in mine.items():
            if p.shape != (found := np.shape(state_dict[name])):
                raise ValueError(f"{name} has shape {p.shape} in this model, but {found} in the state")
        for name, p in mine.items():
            p.data[...] = state_dict[name]

    def __repr__(self): return f"{type(self).__name__}()"


class Linear(Module):
    """y = x Wᵀ + b.  weight: (out_features, in_features), bias: (out_features,), both U(−1/√in, 1/√in) at first.

    input: (batch, in_features); the value has shape (batch, out_features).  Raises ValueError for another shape.
    """

    def __init__(self, in_features, out_features, bias=True, *, generator, dtype=np.float32):
        self.in_features, self.out_features = in_features, out_features
        bound = 1 / in_features ** 0.5
        self.weight = Parameter(np.empty((out_features, in_features), dtype))
        self.bias = Parameter(np.empty(out_features, dtype)) if bias else None
        for p in self.parameters():
            init.uniform_(p, -bound, bound, generator=generator)

    def forward(self, input):
        shape = np.shape(input)
        if len(shape) != 2 or shape[1] != self.in_features:
            raise ValueError(f"{self} wants inputs of shape (batch, {self.in_features}), but got {shape}")
        return F.linear(input, self.weight) if self.bias is None else F.linear(input, self.weight, self.bias)

    def __repr__(self):
        bias = "" if self.bias is not None else ", bias=False"
        return f"Linear(in_features={self.in_features}, out_features={self.out_features}{bias})"


class ReLU(Module):
    """max(x, 0), entry by entry."""

    def forward(self, input): return F.relu(input)


class Sigmoid(Module):
    """1 / (1 + e^−x), entry by entry."""

    def forward(self, input): return F.sigmoid(input)


class Tanh(Module):
    """(e^x − e^−x) / (e^x + e^−x), entry by entry."""

    def forward(self, input): return F.tanh(input)


class Softmax(Module):
    """functional.softmax along `dim`."""

    def __init__(self, dim=-1): self.dim = dim
    def forward(self, input): return F.softmax(input, dim=self.dim)
    def __repr__(self): return f"Softmax(dim={self.dim})"


class Dropout(Module):
    """While training, each entry is dropped with probability p and the others are divided by 1 − p."""

    def __init__(self, p=0.5, *, generator): self.p, self.generator = p, generator
    def forward(self, input): return F.dropout(input, self.p, self.training, generator=self.generator)
    def __repr__(self): return f"Dropout(p={self.p})"


class Sequential(Module):
    """Modules applied one after the other; the i-th is model[i].

    An error inside one begins with its place.  Raises TypeError for what is no module.
    """

    def __init__(self, *modules):
        for i, module in enumerate(modules):
            if not isinstance(module, Module):
                raise TypeError(f"Sequential takes modules, such as nn.ReLU(), but argument {i} is {module!r}")
            setattr(self, str(i), module)
        self.layers = modules

    def forward(self, input):
        for i, module in enumerate(self.layers):
            try:
                input = module(input)
            except (ValueError, TypeError) as error:
                error.args = (f"in layer {i}: {error}",)
                raise error.with_traceback(None)
        return input

    def __getitem__(self, i): return self.layers[i]
    def __len__(self): return len(self.layers)

    def __repr__(self):
        inside = "".join(f"\n({i}): {module}" for i, module in enumerate(self.layers))
        return "Sequential(" + inside.replace("\n", "\n  ") + "\n)"


class MSELoss(Module):
    """functional.mse_loss as a module."""

    def forward(self, input, target): return F.mse_loss(input, target)


class CrossEntropyLoss(Module):
    """functional.cross_entropy as a module."""

    def forward(self, input, target): return F.cross_entropy(input, target)


class BCEWithLogitsLoss(Module):
    """functional.binary_cross_entropy_with_logits as a module."""

    def forward(self, input, target): return F.binary_cross_entropy_with_logits(input, target)


def save(state, path):
    """Write a state_dict to `path` as .npz; an interrupted write leaves the file that was there."""
    path = Path(path)
    unfinished = path.with_name(path.name + ".part")
    with open(unfinished, "wb") as file:
        np.savez(file, **state)
    os.replace(unfinished, path)


def load(path):
    """The state_dict that `save` wrote.  Raises FileNotFoundError, or ValueError if it is not such a file."""
    with open(path, "rb") as file:
        try:
            return dict(np.load(file, allow_pickle=False))
        except Exception as error:
            raise ValueError(f"{path} is no whole .npz file of parameters, as nn.save writes them: {error}") from None
