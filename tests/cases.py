"""Computations written once and run by nnlib and by PyTorch alike, so that the two can be compared number by number."""
import zlib
from types import SimpleNamespace

import numpy as np

import nnlib
from nnlib import autograd, data, functional, gradcheck, graph, init, mnist, nn, optim, replay, training
from nnlib.look import graph as picture

ours = SimpleNamespace(
    math=autograd, F=functional, nn=nn, optim=optim, schedules=optim, clip_grad_norm_=optim.clip_grad_norm_,
    constant=lambda array: nnlib.Tensor(array),
    leaf=lambda array: nnlib.tensor(array, requires_grad=True),
    array=lambda tensor: np.array(tensor.data if isinstance(tensor, nnlib.Tensor) else tensor),
    layer=lambda rows, columns, **options: nn.Linear(
        rows, columns, generator=np.random.default_rng(0), dtype=np.float64, **options),
    load=lambda model, state: model.load_state_dict(state))


# -- one forward and one backward pass -------------------------------------------------------------

def passes(compute, *inputs):
    """A case: the value of `compute`, and its gradient with respect to each input that is not whole numbers."""
    def run(lib, rng):
        arrays = [x(rng) if callable(x) else np.asarray(x) for x in inputs]
        tensors = [lib.leaf(a) if a.dtype.kind == "f" else lib.constant(a) for a in arrays]
        out = compute(lib, *tensors)
        gradient = rng.uniform(0.5, 1.5, tuple(out.shape))           # uneven, so that no mistake cancels
        out.backward(gradient=lib.constant(gradient))
        return [lib.array(out)] + [lib.array(t.grad) for t, a in zip(tensors, arrays) if a.dtype.kind == "f"]
    return run


def normal(*shape, scale=1.0):
    return lambda rng: scale * rng.standard_normal(shape)


def positive(*shape):
    return lambda rng: rng.uniform(0.5, 2, shape)


def shares(*shape):
    return lambda rng: rng.uniform(0, 1, shape)


def classes(n, rows):
    return lambda rng: rng.integers(0, n, rows)


KINKS = np.array([-1.5, -0.0, 0.0, 2.0])                                # at 0, relu and abs have slopes to choose from
HUGE = np.array([[50.0, -50.0, 0.0], [1000.0, -1000.0, 999.0], [-1000.0, -50.0, -999.5]])
EVERY_LOGIT = np.array([-1000.0, -50.0, -1.0, 0.0, 1.0, 50.0, 1000.0])
YES, NO = np.ones(7), np.zeros(7)

CASES = {
    "add": passes(lambda lib, x, y: x + y, normal(3, 4), normal(3, 4)),
    "add, a row to each row": passes(lambda lib, x, y: x + y, normal(3, 4), normal(4)),
    "add, a number to a table": passes(lambda lib, x, y: x + y, normal(), normal(3, 4)),
    "add, a column and a row": passes(lambda lib, x, y: x + y, normal(3, 1), normal(1, 4)),
    "sub": passes(lambda lib, x, y: x - y, normal(2, 1, 3), normal(4, 1)),
    "mul": passes(lambda lib, x, y: x * y, normal(3, 4), normal(1, 4)),
    "div": passes(lambda lib, x, y: x / y, normal(3, 4), positive(4)),
    "div, by numbers whose square overflows": passes(
        lambda lib, x, y: x / y, [1e200, 2.0, 1e-200], [1e200, 1e180, 1e-180]),
    "neg": passes(lambda lib, x: -x, normal(3)),
    "pow 3": passes(lambda lib, x: x ** 3, normal(3, 4)),
    "pow 1/2": passes(lambda lib, x: x ** 0.5, positive(3, 4)),
    "pow -2": passes(lambda lib, x: x ** -2, positive(3)),
    "pow 0 and 1, at 0 too": passes(lambda lib, x: x ** 0 + x ** 1 + x ** 2, [-1.5, 0.0, 2.0]),
    "exp": passes(lambda lib, x: lib.math.exp(x), normal(3, 4)),
    "log": passes(lambda lib, x: lib.math.log(x), positive(3, 4)),
    "sqrt": passes(lambda lib, x: lib.math.sqrt(x), positive(3, 4)),
    "abs": passes(lambda lib, x: lib.math.abs(x), KINKS),
    "sin": passes(lambda lib, x: lib.math.sin(x), normal(3, 4)),
    "cos": passes(lambda lib, x: lib.math.cos(x), normal(3, 4)),
    "tanh": passes(lambda lib, x: lib.math.tanh(x), normal(3, 4, scale=3)),
    "tanh, far out": passes(lambda lib, x: lib.math.tanh(x), EVERY_LOGIT),
    "sigmoid": passes(lambda lib, x: lib.math.sigmoid(x), normal(3, 4, scale=3)),
    "sigmoid, far out": passes(lambda lib, x: lib.math.sigmoid(x), EVERY_LOGIT),
    "relu": passes(lambda lib, x: lib.math.relu(x), normal(3, 4)),
    "relu, at 0": passes(lambda lib, x: lib.math.relu(x), KINKS),
    "matmul": passes(lambda lib, x, y: x @ y, normal(3, 4), normal(4, 2)),
    "matmul, vector and matrix": passes(lambda lib, x, y: x @ y, normal(4), normal(4, 2)),
    "matmul, matrix and vector": passes(lambda lib, x, y: x @ y, normal(3, 4), normal(4)),
    "matmul, two vectors": passes(lambda lib, x, y: x @ y, normal(4), normal(4)),
    "matmul, no rows": passes(lambda lib, x, y: x @ y, normal(0, 4), normal(4, 2)),
    "matmul, nothing to sum over": passes(lambda lib, x, y: x @ y, normal(3, 0), normal(0, 2)),
    "transpose": passes(lambda lib, x: x.T @ x, normal(3, 4)),
    "sum": passes(lambda lib, x: x.sum(), normal(3, 4)),
    "sum over rows": passes(lambda lib, x: x.sum(0), normal(3, 4)),
    "sum over columns, kept": passes(lambda lib, x: x.sum(dim=1, keepdim=True), normal(3, 4)),
    "sum over two of three": passes(lambda lib, x: x.sum(dim=(0, -1)), normal(2, 3, 4)),
    "sum of nothing": passes(lambda lib, x: x.sum(), normal(0, 4)),
    "mean": passes(lambda lib, x: x.mean(), normal(3, 4)),
    "mean over columns": passes(lambda lib, x: x.mean(1), normal(3, 4)),
    "mean over rows, kept": passes(lambda lib, x: x.mean(dim=-2, keepdim=True), normal(3, 4)),
    "mean over two of three": passes(lambda lib, x: x.mean(dim=(0, 2)), normal(2, 3, 4)),
    "reshape": passes(lambda lib, x: x.reshape(4, -1), normal(3, 4)),
    "reshape by a tuple": passes(lambda lib, x: x.reshape((2, 6)), normal(3, 4)),
    "getitem, a slice": passes(lambda lib, x: x[1:, ::2], normal(3, 4)),
    "getitem, one entry": passes(lambda lib, x: x[2, 1], normal(3, 4)),
    "getitem, rows picked twice": passes(lambda lib, x: x[np.array([0, 2, 0])], normal(3, 4)),
    "stack": passes(lambda lib, x, y: lib.math.stack([x, y, x]), normal(3), normal(3)),
    "stack as columns": passes(lambda lib, x, y: lib.math.stack([x, y], dim=1), normal(3, 4), normal(3, 4)),
    "numbers on either side": passes(lambda lib, x: 2 / (1 + 3 * x) - (1 - x) / 4 + (x - 1) * 2, positive(3)),
    "a tensor used many times": passes(lambda lib, x, y: (x + y) * (x - y) + x * x - x, normal(3, 4), normal(4)),
    "x - x": passes(lambda lib, x: x - x, normal(3)),
    "a long chain": passes(
        lambda lib, x: lib.math.tanh(lib.math.sin(lib.math.exp(-x * x) + x).sum(0) * x), normal(3, 4)),

    "linear": passes(lambda lib, x, w, b: lib.F.linear(x, w, b), normal(5, 4), normal(3, 4), normal(3)),
    "linear without bias": passes(lambda lib, x, w: lib.F.linear(x, w), normal(5, 4), normal(3, 4)),
    "linear, one row": passes(lambda lib, x, w, b: lib.F.linear(x, w, b), normal(1, 4), normal(3, 4), normal(3)),
    "linear, no rows": passes(lambda lib, x, w, b: lib.F.linear(x, w, b), normal(0, 4), normal(3, 4), normal(3)),
    "linear, one input and one output": passes(
        lambda lib, x, w, b: lib.F.linear(x, w, b), normal(5, 1), normal(1, 1), normal(1)),
    "softmax": passes(lambda lib, x: lib.F.softmax(x, dim=-1), normal(3, 4)),
    "softmax down the columns": passes(lambda lib, x: lib.F.softmax(x, dim=0), normal(3, 4)),
    "softmax, far out": passes(lambda lib, x: lib.F.softmax(x, dim=-1), HUGE),
    "log_softmax": passes(lambda lib, x: lib.F.log_softmax(x, dim=-1), normal(3, 4)),
    "log_softmax down the columns": passes(lambda lib, x: lib.F.log_softmax(x, dim=0), normal(3, 4)),
    "log_softmax, far out": passes(lambda lib, x: lib.F.log_softmax(x, dim=-1), HUGE),
    "cross_entropy": passes(lambda lib, x, t: lib.F.cross_entropy(x, t), normal(7, 5), classes(5, 7)),
    "cross_entropy, one row": passes(lambda lib, x, t: lib.F.cross_entropy(x, t), normal(1, 5), classes(5, 1)),
    "cross_entropy, one class": passes(lambda lib, x, t: lib.F.cross_entropy(x, t), normal(4, 1), [0, 0, 0, 0]),
    "cross_entropy, far out": passes(lambda lib, x, t: lib.F.cross_entropy(x, t), HUGE, [1, 0, 2]),
    "cross_entropy, far out and right": passes(lambda lib, x, t: lib.F.cross_entropy(x, t), HUGE, [0, 0, 1]),
    "mse_loss": passes(lambda lib, x, t: lib.F.mse_loss(x, t), normal(7, 5), normal(7, 5)),
    "mse_loss, one number": passes(lambda lib, x, t: lib.F.mse_loss(x, t), normal(), normal()),
    "binary_cross_entropy_with_logits": passes(
        lambda lib, x, t: lib.F.binary_cross_entropy_with_logits(x, t), normal(7, 2), shares(7, 2)),
    "binary_cross_entropy_with_logits, one row": passes(
        lambda lib, x, t: lib.F.binary_cross_entropy_with_logits(x, t), normal(1, 1), shares(1, 1)),
    "binary_cross_entropy_with_logits, far out and yes": passes(
        lambda lib, x, t: lib.F.binary_cross_entropy_with_logits(x, t), EVERY_LOGIT, YES),
    "binary_cross_entropy_with_logits, far out and no": passes(
        lambda lib, x, t: lib.F.binary_cross_entropy_with_logits(x, t), EVERY_LOGIT, NO),
    "losses over softmax and sigmoid written out": passes(
        lambda lib, x, y: -(lib.math.log(lib.F.softmax(x, dim=1)) * lib.math.sigmoid(y)).sum(1).mean(),
        normal(4, 3), normal(4, 3)),
}

EMPTY = {                                                               # the mean of nothing: NaN, in PyTorch as here
    "mean of nothing": passes(lambda lib, x: x.mean(), normal(0, 4)),
    "cross_entropy, no rows": passes(lambda lib, x, t: lib.F.cross_entropy(x, t), normal(0, 5), np.zeros(0, int)),
    "mse_loss, no rows": passes(lambda lib, x, t: lib.F.mse_loss(x, t), normal(0, 5), normal(0, 5)),
    "binary_cross_entropy_with_logits, no rows": passes(
        lambda lib, x, t: lib.F.binary_cross_entropy_with_logits(x, t), normal(0, 5), shares(0, 5)),
}


def two_losses(lib, rng):
    """A leaf's gradient adds up over two backward calls on two losses; zeroing starts it afresh."""
    x, w = lib.constant(rng.standard_normal((3, 2))), lib.leaf(rng.standard_normal((2, 2)))
    (x @ w).sum().backward()
    (w * w * w).sum().backward()
    both = lib.array(w.grad)
    w.grad = None
    lib.math.tanh(w).sum().backward()
    return [both, lib.array(w.grad)]


def leaf_as_loss(lib, rng):
    """A leaf can be the loss itself: its derivative with respect to itself is 1, once for each call."""
    x = lib.leaf(rng.standard_normal(()))
    x.backward()
    x.backward()
    return [lib.array(x.grad)]


CASES |= {"two losses": two_losses, "a leaf as loss": leaf_as_loss}


# -- layers ----------------------------------------------------------------------------------------

def layers(make, loss, x, target):
    """A case: loss and gradients of all parameters of a model on one batch."""
    def run(lib, rng):
        model = with_weights(lib, make(lib), rng)
        value = loss(lib)(model(lib.constant(x(rng))), lib.constant(target(rng)))
        value.backward()
        return [lib.array(value)] + [lib.array(p.grad) for p in model.parameters()]
    return run


def with_weights(lib, model, rng):
    """The model with parameters drawn from rng, biases too, in the order of its parameters."""
    lib.load(model, {name: rng.standard_normal(tuple(p.shape)) / 2 for name, p in model.named_parameters()})
    return model


def deep(lib):
    return lib.nn.Sequential(lib.layer(4, 6), lib.nn.ReLU(), lib.layer(6, 5, bias=False), lib.nn.Sigmoid(),
                             lib.nn.Sequential(lib.layer(5, 4), lib.nn.Tanh()), lib.layer(4, 3))


def folded(lib):
    class Folded(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.outer = lib.layer(3, 3), lib.layer(3, 2)

        def forward(self, x):
            return self.outer(lib.math.tanh(self.inner(lib.math.tanh(self.inner(x)) + x)))
    return Folded()


CASES |= {
    "a deep model": layers(deep, lambda lib: lib.nn.CrossEntropyLoss(), normal(7, 4), classes(3, 7)),
    "a deep model, one row": layers(deep, lambda lib: lib.nn.MSELoss(), normal(1, 4), normal(1, 3)),
    "a layer used twice": layers(folded, lambda lib: lib.nn.BCEWithLogitsLoss(), normal(5, 3), shares(5, 2)),
    "softmax as a layer": layers(lambda lib: lib.nn.Sequential(lib.layer(3, 4), lib.nn.Softmax(dim=-1)),
                                 lambda lib: lib.nn.MSELoss(), normal(5, 3), normal(5, 4)),
}


# -- training --------------------------------------------------------------------------------------

def training_run(optimiser, loss="cross_entropy", activation="Tanh", schedule=None, max_norm=None, **options):
    """A case: 100 steps of training; every loss, every learning rate and gradient length, and the last parameters."""
    def run(lib, rng):
        outputs = 1 if loss == "binary_cross_entropy_with_logits" else 3
        model = with_weights(lib, lib.nn.Sequential(
            lib.layer(4, 5), getattr(lib.nn, activation)(),
            lib.layer(5, 4), lib.nn.Sigmoid(), lib.layer(4, outputs)), rng)
        moved = getattr(lib.optim, optimiser)(model.parameters(), **options)
        scheduled = schedule and schedule(lib.schedules, moved)
        losses, rates, lengths = [], [], []
        for step in range(100):
            x = lib.constant(rng.standard_normal((6, 4)))
            target = {"cross_entropy": rng.integers(0, 3, 6), "mse_loss": rng.standard_normal((6, 3)),
                      "binary_cross_entropy_with_logits": rng.integers(0, 2, (6, 1)).astype(float)}[loss]
            moved.zero_grad()
            value = getattr(lib.F, loss)(model(x), lib.constant(target))
            value.backward()
            if max_norm is not None:
                lengths.append(float(lib.clip_grad_norm_(model.parameters(), max_norm)))
            moved.step()
            if scheduled and step % 5 == 4:
                scheduled.step()
                rates += scheduled.get_last_lr()
            losses.append(value.item())
        return [np.array(losses), np.array(rates + lengths),
                np.concatenate([lib.array(p).ravel() for p in model.parameters()])]
    return run


TRAINING = {
    "SGD": training_run("SGD", lr=0.5),
    "SGD, as it comes": training_run("SGD"),
    "SGD at rest": training_run("SGD", lr=0.0, momentum=0.9),
    "SGD with momentum": training_run("SGD", lr=0.1, momentum=0.9),
    "SGD with weight decay": training_run("SGD", lr=0.1, weight_decay=0.3),
    "SGD with nesterov": training_run("SGD", lr=0.1, momentum=0.8, nesterov=True),
    "SGD with everything": training_run("SGD", lr=0.05, momentum=0.9, weight_decay=0.1, nesterov=True),
    "SGD on mse": training_run("SGD", "mse_loss", "ReLU", lr=0.1),
    "SGD on two classes": training_run("SGD", "binary_cross_entropy_with_logits", "ReLU", lr=0.3),
    "RMSprop": training_run("RMSprop", lr=0.02),
    "RMSprop, as it comes": training_run("RMSprop"),
    "RMSprop with alpha and eps": training_run("RMSprop", lr=0.02, alpha=0.8, eps=1e-2),
    "RMSprop with momentum": training_run("RMSprop", lr=0.005, momentum=0.7),
    "RMSprop with weight decay": training_run("RMSprop", lr=0.02, weight_decay=0.2),
    "RMSprop with everything": training_run("RMSprop", lr=0.005, alpha=0.9, eps=1e-4, weight_decay=0.1, momentum=0.5),
    "Adam": training_run("Adam", lr=0.02),
    "Adam, as it comes": training_run("Adam"),
    "Adam without memory of the slope": training_run("Adam", lr=0.01, betas=(0.0, 0.9)),
    "Adam with betas and eps": training_run("Adam", lr=0.02, betas=(0.7, 0.95), eps=1e-2),
    "Adam with weight decay": training_run("Adam", lr=0.02, weight_decay=0.3),
    "Adam on mse": training_run("Adam", "mse_loss", "ReLU", lr=0.02),
    "Adam on two classes": training_run("Adam", "binary_cross_entropy_with_logits", lr=0.02),
    "AdamW": training_run("AdamW", lr=0.02),
    "AdamW, as it comes": training_run("AdamW"),
    "AdamW with weight decay": training_run("AdamW", lr=0.02, weight_decay=0.5),
    "AdamW with everything": training_run("AdamW", lr=0.02, betas=(0.7, 0.95), eps=1e-3, weight_decay=0.3),
    "LambdaLR": training_run("SGD", lr=0.5, schedule=lambda s, o: s.LambdaLR(o, lambda epoch: 1 / (1 + epoch))),
    "StepLR": training_run("Adam", lr=0.05, schedule=lambda s, o: s.StepLR(o, 7)),
    "StepLR, by a third": training_run(
        "SGD", lr=0.5, momentum=0.5, schedule=lambda s, o: s.StepLR(o, step_size=3, gamma=1 / 3)),
    "CosineAnnealingLR": training_run("SGD", lr=0.5, schedule=lambda s, o: s.CosineAnnealingLR(o, 20)),
    "CosineAnnealingLR, down and up again": training_run(
        "AdamW", lr=0.05, weight_decay=0.1, schedule=lambda s, o: s.CosineAnnealingLR(o, T_max=8, eta_min=0.01)),
    "clip_grad_norm_": training_run("SGD", lr=0.5, max_norm=0.05),
    "clip_grad_norm_, seldom needed": training_run("Adam", lr=0.02, max_norm=0.4),
}


EVERY = CASES | EMPTY | TRAINING


def results(lib, name):
    """What the case of this name gives in this library, a list of arrays.  Its name alone seeds its random numbers."""
    return EVERY[name](lib, np.random.default_rng(zlib.crc32(name.encode())))


# -- names -----------------------------------------------------------------------------------------

def public_names():
    """Every public function, class and method of the core and beside it: module, name as "Linear.forward", itself."""
    for module in autograd, functional, nn, init, optim, data, training, gradcheck, graph, replay, mnist, picture:
        for name, value in vars(module).items():
            home = getattr(value, "__module__", None)
            if name.startswith("_") or home != module.__name__ or not callable(value):
                continue
            short = module.__name__.removeprefix("nnlib.")
            yield short, name, value
            if isinstance(value, type):
                yield from ((short, f"{name}.{method}", function) for method, function in vars(value).items()
                            if not method.startswith("_") and callable(function))
