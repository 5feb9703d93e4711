"""What PyTorch makes of the cases in cases.py, and its signatures; run this file to renew torch_reference.npz.

    pip install torch==2.13.0 && python tests/torch_reference.py
"""
import ast
import inspect
import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

import cases

FILE = Path(__file__).with_suffix(".npz")

theirs = SimpleNamespace(
    math=torch, F=torch.nn.functional, nn=torch.nn, optim=torch.optim, schedules=torch.optim.lr_scheduler,
    clip_grad_norm_=torch.nn.utils.clip_grad_norm_,
    constant=torch.tensor,
    leaf=lambda array: torch.tensor(array, requires_grad=True),
    array=lambda tensor: tensor.detach().numpy().copy(),
    layer=lambda rows, columns, **options: torch.nn.Linear(rows, columns, dtype=torch.float64, **options),
    load=lambda model, state: model.load_state_dict({name: torch.tensor(value) for name, value in state.items()}))

torch.set_num_threads(1)                                                # small sums: more threads only wait

HOMES = {"autograd": [torch, torch.autograd], "functional": [torch.nn.functional], "nn": [torch.nn, torch],
         "init": [torch.nn.init], "optim": [torch.optim, torch.optim.lr_scheduler, torch.nn.utils],
         "data": [torch.utils.data], "gradcheck": [torch.autograd], "training": [],
         "graph": [], "replay": [], "mnist": [], "look.graph": []}


def signatures():
    """For every public name of nnlib that PyTorch has, too: its signatures, each a list of [name, kind, default]."""
    found = {}
    for module, name, _ in cases.public_names():
        for home in HOMES[module]:
            counterpart = home
            for part in name.split("."):
                counterpart = getattr(counterpart, part, None)
            if counterpart is not None:
                found[f"{module}.{name}"] = forms_of(counterpart, name.split(".")[-1])
                break
    return found


def signatures_as_bytes():
    return np.frombuffer(json.dumps(signatures()).encode(), np.uint8)


def forms_of(function, name):
    """The ways to call a function: what `inspect` says, or, for those written in C++, what its documentation shows."""
    try:
        signature = inspect.signature(function)
        return [[described(p) for p in signature.parameters.values() if p.name != "self"]]
    except ValueError:
        lines = re.findall(rf"^(?:\.\. \w+:: )?{name}(\(.*\)) ->", function.__doc__ or "", re.MULTILINE)
        bare = [re.sub(r"\b(\w+): [\w\[\], ]+?(?=[,=)]|$)", r"\1", line) for line in lines]     # without annotations
        return [from_documentation(ast.parse(f"def f{line}: pass").body[0].args) for line in bare] or [[]]


def from_documentation(arguments):
    places = arguments.args
    defaults = [inspect.Parameter.empty] * (len(places) - len(arguments.defaults)) + [
        ast.literal_eval(d) for d in arguments.defaults]
    rest = [(arguments.vararg.arg, "VAR_POSITIONAL", "")] if arguments.vararg else []
    return ([[p.arg, "POSITIONAL_OR_KEYWORD", written(d)] for p, d in zip(places, defaults)] + [list(r) for r in rest]
            + [[p.arg, "KEYWORD_ONLY", "" if d is None else written(ast.literal_eval(d))]
               for p, d in zip(arguments.kwonlyargs, arguments.kw_defaults)])


def described(parameter):
    return [parameter.name, parameter.kind.name, written(parameter.default)]


def written(default):
    """A default as text: empty where there is none, and without what changes from run to run, such as an address."""
    return "" if default is inspect.Parameter.empty else re.sub(r" at 0x\w+| from '.*?'", "", repr(default))


def bounds():
    """The limits and deviations between which PyTorch draws initial weights of shape (3, 5)."""
    class Watched(torch.Tensor):
        def uniform_(self, a, b, generator=None): self.asked = a, b
        def normal_(self, mean, std, generator=None): self.asked = mean, std

    def asked(fill, **options):
        weight = torch.empty(3, 5).as_subclass(Watched)
        fill(weight, **options)
        return np.array(weight.asked, dtype=float)

    init = torch.nn.init
    return {"xavier_uniform_": asked(init.xavier_uniform_), "kaiming_uniform_": asked(init.kaiming_uniform_),
            "xavier_normal_": asked(init.xavier_normal_), "kaiming_normal_": asked(init.kaiming_normal_),
            "xavier_uniform_, gain 2": asked(init.xavier_uniform_, gain=2.0),
            "xavier_normal_, gain 2": asked(init.xavier_normal_, gain=2.0)}


def reference():
    """Everything the file keeps: name → array, the signatures as text."""
    kept = {f"{name} · {i}": array for name in cases.EVERY
            for i, array in enumerate(cases.results(theirs, name))}
    kept |= {f"init {name}": array for name, array in bounds().items()}
    kept["signatures"] = signatures_as_bytes()
    return kept


if __name__ == "__main__":
    np.savez(FILE, **reference())
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB, from PyTorch {torch.__version__}")
