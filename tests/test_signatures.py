"""Names, argument order and defaults are PyTorch's, but for what the table in book/differences.md admits to."""
import inspect
import json
import re
from pathlib import Path

import numpy as np
import pytest

import cases
from nnlib import autograd, data, functional as F, nn, optim, tensor

TABLE = Path(__file__).parents[1] / "book" / "differences.md"
THEIRS = json.loads(bytes(np.load(Path(__file__).with_name("torch_reference.npz"))["signatures"]))
POSITIONAL = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD")


def first_column():
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [row.split(" | ")[0].removeprefix("| ") for row in rows[1:]]         # the first is the head


# Rows of code alone speak of names: `fit` is not in PyTorch, `SGD(momentum)` is an argument, `generator` one anywhere.
CODE_ALONE = re.compile(r"`[\w.]+(\(\w+\))?`(, `[\w.]+(\(\w+\))?`)*")
NAMES = {name for row in first_column() if CODE_ALONE.fullmatch(row) for name in re.findall("`(.+?)`", row)}
HABITS = [row for row in first_column() if not CODE_ALONE.fullmatch(row)]


def differences(name, function, forms):
    """The arguments in which a function differs from the most similar of PyTorch's forms."""
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    return min(([p.name for i, p in enumerate(parameters) if not agrees(i, p, form)] for form in forms), key=len)


def agrees(place, ours, form):
    """The same name, or both a list of any length; the same place if it can be given by place; the same default."""
    if ours.kind is inspect.Parameter.VAR_POSITIONAL:
        return any(kind == "VAR_POSITIONAL" for _, kind, _ in form)
    for i, (name, kind, default) in enumerate(form):
        if name == ours.name:
            same_place = kind not in POSITIONAL or ours.kind.name in POSITIONAL and i == place
            return same_place and same_default(default, ours.default)
    return False


def same_default(theirs, ours):
    empty = ours is inspect.Parameter.empty
    return empty if theirs == "" else not empty and (theirs == repr(ours) or same_number(theirs, ours))


def same_number(theirs, ours):
    try:
        return type(ours) in (int, float) and float(theirs) == ours
    except ValueError:
        return False


def found():
    """Every difference, as the table writes it: a name that PyTorch has not, or a function and its argument."""
    for module, name, function in cases.public_names():
        short = name.split(".")[-1]
        forms = THEIRS.get(f"{module}.{name}")
        if forms is None:
            yield name, name
        elif not any(kind == "VAR_POSITIONAL" and len(form) == 2 for form in forms for _, kind, _ in form):
            for argument in differences(name, function, forms):
                yield f"{short}({argument})", argument


def test_every_difference_is_in_the_table():
    undocumented = [exact for exact, general in found() if exact not in NAMES and general not in NAMES]
    assert undocumented == []


def test_the_table_lists_no_difference_that_is_none():
    assert NAMES - {name for both in found() for name in both} == set()


# -- what differs in habit: a row of words, and here what it says, shown -----------------------------

def refused(function, *inputs, **options):
    with pytest.raises((ValueError, TypeError)):
        function(*inputs, **options)
    return True


def leaf(*values):
    return tensor(list(values), requires_grad=True)


def squared_and_walked_back():
    x = leaf(1.0, 2.0)
    middle = x * x
    loss = middle.sum()
    loss.backward()
    return x, middle, loss


def gradient_arrays():
    x, _, _ = squared_and_walked_back()
    return type(x.grad) is type(autograd.grad((x * x).sum(), x)[0]) is np.ndarray


def walked_back_once():
    *_, loss = squared_and_walked_back()
    return refused(loss.backward)


def unused_is_zero():
    x, unused = leaf(1.0), leaf(2.0)
    return autograd.grad(x.sum(), unused)[0].tolist() == [0.0]


def step_without_gradient():
    return refused(optim.SGD([leaf(1.0)]).step)


def twice_in_one_optimiser():
    x = leaf(1.0)
    return refused(optim.SGD, [x, x])


def probabilities_refused():
    z = leaf(1.0, 2.0)
    return (refused(F.binary_cross_entropy_with_logits, F.sigmoid(z), [0.0, 1.0])
            and refused(F.cross_entropy, F.softmax(z.reshape(1, 2), dim=1), [0]))


def numpy_everywhere():
    x = leaf(1.0)
    return np.exp(x * 2).op == "exp" and type((x * 2).numpy()) is np.ndarray


def clipped_number():
    x, _, _ = squared_and_walked_back()
    return type(optim.clip_grad_norm_([x], 1.0)) is float


def parts_of_one_vector():
    x, y = leaf(1.0), leaf(2.0)
    before = x.data
    optim.SGD([x, y])
    return x.data is not before and x.data.base is y.data.base is not None


def copies_and_sharing():
    model = nn.Sequential(layer := nn.Linear(2, 2, generator=np.random.default_rng(0)), layer)
    state = model.state_dict()
    layer.bias.data += 1
    return list(state) == ["0.weight", "0.bias"] and not np.array_equal(state["0.bias"], layer.bias.data)


def split_rows():
    [part] = data.random_split(data.TensorDataset(np.arange(3)), [3], np.random.default_rng(0))
    return type(part) is data.TensorDataset


SHOWN = {
    "`.grad`, and what `autograd.grad` gives, are NumPy arrays": gradient_arrays,
    "Every tensor between the leaves and the loss has its `.grad`":
        lambda: all(t.grad is not None for t in squared_and_walked_back()),
    "A computation is walked back once": walked_back_once,
    "`autograd.grad` gives zeros for an input that does not matter": unused_is_zero,
    "`step()` with a parameter that has no gradient is an error": step_without_gradient,
    "The same parameter twice in one optimiser is an error": twice_in_one_optimiser,
    "float32 and float64 in one operation are an error": lambda: refused(F.mul, leaf(1.0), np.ones(1, np.float32)),
    "Python's floats make float64 tensors": lambda: tensor([1.0]).dtype == np.float64,
    "`linear` takes inputs of shape (n, in)": lambda: refused(F.linear, np.ones((2, 2, 2)), np.ones((2, 2))),
    "`@` takes matrices and vectors": lambda: refused(autograd.matmul, np.ones((2, 2, 2)), np.ones((2, 2, 2))),
    "`transpose` takes no dimensions": lambda: refused(autograd.transpose, leaf(1.0).reshape(1, 1), 0, 1),
    "`cross_entropy` takes class numbers as target":
        lambda: refused(F.cross_entropy, leaf(1.0, 2.0).reshape(1, 2), [[0.5, 0.5]]),
    "Losses take the mean of the batch": lambda: F.mse_loss(leaf(1.0, 3.0), [0.0, 0.0]).item() == 5.0,
    "Losses from logits refuse the output of softmax and sigmoid": probabilities_refused,
    "`mse_loss` wants two equal shapes": lambda: refused(F.mse_loss, leaf(1.0, 2.0), [[1.0], [2.0]]),
    "`dropout` wants p below 1": lambda: refused(F.dropout, leaf(1.0), 1.0, generator=np.random.default_rng(0)),
    "`.numpy()` and NumPy's functions work on any tensor": numpy_everywhere,
    "`mean` takes whole numbers and truth values": lambda: (tensor([1, 2]) == tensor([1, 3])).mean().item() == 0.5,
    "`optim` holds the schedules and `clip_grad_norm_`":
        lambda: optim.StepLR.__module__ == optim.clip_grad_norm_.__module__,
    "`clip_grad_norm_` gives a number": clipped_number,
    "An optimiser gives its parameters new arrays, parts of one vector": parts_of_one_vector,
    "`state_dict` holds copies, a shared parameter once": copies_and_sharing,
    "`random_split` gives datasets with rows of their own": split_rows,
}


def test_every_habit_in_the_table_is_shown_here():
    assert HABITS == list(SHOWN)


@pytest.mark.parametrize("row", SHOWN)
def test_habit(row):
    assert SHOWN[row]()
