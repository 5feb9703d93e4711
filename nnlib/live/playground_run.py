"""A run of the playground as an nnlib program: the same points, weights, batches and dropped units as in the page."""
import math
from functools import cache

import numpy as np

from .. import functional as F
from .. import nn, no_grad, optim
from ..data import DataLoader, TensorDataset, moons, spirals

SPAN = 2.5  # the points lie between −SPAN and SPAN
POINTS = 100  # for training, at most; and as many for validation
PLACES = 3  # of a coordinate, after the point
MIXED = 2**32  # the generator has so many different numbers

ACTIVATIONS = {"relu": [nn.ReLU], "tanh": [nn.Tanh], "sigmoid": [nn.Sigmoid], "none": []}
OPTIMIZERS = {
    "SGD": (optim.SGD, {}),
    "momentum": (optim.SGD, {"momentum": 0.9}),
    "RMSprop": (optim.RMSprop, {}),
    "Adam": (optim.Adam, {}),
    "AdamW": (optim.AdamW, {}),
}


class Generator:
    """Random numbers that JavaScript draws alike (mulberry32): what layers, dropout and DataLoader ask a generator for.

    The k-th number is a hash of seed + k · 0x6D2B79F5, so that many are drawn at once.
    """

    def __init__(self, seed):
        self.seed, self.drawn = seed, 0

    def random(self, shape):
        """Numbers from 0 up to, but not, 1."""
        n = math.prod(shape)
        counts = np.arange(self.drawn + 1, self.drawn + 1 + n, dtype=np.uint64)
        self.drawn += n
        a = ((self.seed + counts * 0x6D2B79F5) % MIXED).astype(np.uint32)
        t = (a ^ a >> 15) * (a | 1)
        t ^= t + (t ^ t >> 7) * (t | 61)
        return ((t ^ t >> 14) / float(MIXED)).reshape(shape)

    def uniform(self, low, high, shape):
        return low + (high - low) * self.random(shape)

    def permutation(self, n):
        return np.argsort(self.random((n,)), kind="stable")


@cache
def clean(kind):
    """The points of a kind before any noise, (2 · POINTS, 2), the classes in turn."""
    n, rng = 2 * POINTS, np.random.default_rng(1)
    labels = np.arange(n) % 2
    if kind == "moons":
        points = 1.4 * (moons(n, 0, generator=rng, dtype=np.float64)[0] - (0.5, 0.25))
    elif kind == "spirals":
        points = spirals(n, 0, 1.25, generator=rng, dtype=np.float64)[0]
    elif kind == "circles":
        angle, radius = 2 * np.pi * rng.random(n), np.where(labels, 0.8, 1.9)
        points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    else:  # xor: class 1 where the signs differ
        points = rng.uniform(0.15, 2, (n, 2)) * np.where(rng.random((n, 1)) < 0.5, 1, -1)
        points[:, 1] *= 1 - 2 * labels
    return points.round(PLACES) + 0.0  # without −0


@cache
def directions():
    """Where noise moves each point: noise · direction is added to it."""
    return np.random.default_rng(2).standard_normal((2 * POINTS, 2)).round(PLACES) + 0.0


def datasets(settings):
    """The points and classes for training, and those for validation."""
    points = clean(settings["data"]) + settings["noise"] * directions()
    targets = (np.arange(2 * POINTS) % 2).reshape(-1, 1).astype(float)
    rows = slice(int(settings["points"])), slice(POINTS, None)
    return tuple(TensorDataset(points[part], targets[part]) for part in rows)


def network(settings, generator):
    """The network as it starts: weights drawn, then those that were given by hand."""
    sizes, modules = [2, *settings["layers"]], []
    for before, after in zip(sizes, sizes[1:]):
        modules.append(nn.Linear(before, after, generator=generator, dtype=np.float64))
        modules += [activation() for activation in ACTIVATIONS[settings["activation"]]]
        if settings["dropout"]:
            modules.append(nn.Dropout(settings["dropout"], generator=generator))
    model = nn.Sequential(*modules, nn.Linear(sizes[-1], 1, generator=generator, dtype=np.float64))
    fill(model, settings["weights"])
    return model


def fill(model, weights):
    """Give the parameters these values, in their order; None leaves one as it is."""
    flat = np.concatenate([p.data.ravel() for p in model.parameters()])
    flat[: len(weights)] = [old if new is None else new for old, new in zip(flat, weights)]
    for p in model.parameters():
        p.data[...], flat = flat[: p.data.size].reshape(p.shape), flat[p.data.size :]


class Run:
    """Training as the page does it, from the first step on.

    history: the losses on all training and all validation points before the first epoch and after each.
    stopped: whether early stopping has ended the last epoch, and given back the weights of the best one.
    """

    def __init__(self, settings):
        self.patience = math.inf if settings["patience"] == "off" else int(settings["patience"])
        generator = Generator(settings["seed"])
        self.model = network(settings, generator)
        self.training, self.validation = datasets(settings)
        size = len(self.training) if settings["batch_size"] == "all" else int(settings["batch_size"])
        self.loader = DataLoader(self.training, size, shuffle=True, generator=generator)
        rule, options = OPTIMIZERS[settings["optimizer"]]
        decay = float(settings["weight_decay"])
        self.optimizer = rule(self.model.parameters(), settings["lr"], weight_decay=decay, **options)
        self.steps, self.batches, self.stopped = 0, iter(()), False
        self.history = {"train_loss": [self.loss(self.training)], "val_loss": [self.loss(self.validation)]}
        self.best_loss, self.best_epoch, self.best_state = math.inf, 0, None

    def loss(self, dataset):
        """The mean loss over a dataset, no unit dropped."""
        points, targets = dataset[:]
        self.model.eval()
        with no_grad():
            return F.binary_cross_entropy_with_logits(self.model(points), targets).item()

    def accuracy(self, dataset):
        """The share of a dataset's points on the right side of the border."""
        points, targets = dataset[:]
        self.model.eval()
        with no_grad():
            return float(((self.model(points).numpy() > 0) == targets.numpy()).mean())

    def train(self, epochs):
        """So many epochs, or fewer if early stopping ends them."""
        for _ in range(epochs * len(self.loader)):
            self.step()
            if self.stopped:
                return

    def step(self):
        """One gradient step, on the batch whose turn it is."""
        self.stopped = False
        if self.steps % len(self.loader) == 0:
            self.batches = iter(self.loader)
        points, targets = next(self.batches)
        self.model.train()
        loss = F.binary_cross_entropy_with_logits(self.model(points), targets)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.steps += 1
        if self.steps % len(self.loader) == 0:
            self.end_epoch()

    def end_epoch(self):
        epoch, loss = self.steps // len(self.loader), self.loss(self.validation)
        if loss < self.best_loss:
            self.best_loss, self.best_epoch, self.best_state = loss, epoch, self.model.state_dict()
        elif epoch - self.best_epoch >= self.patience:
            self.model.load_state_dict(self.best_state)
            self.stopped, self.best_epoch = True, epoch  # whoever trains on has as much patience again
            loss = self.loss(self.validation)
        self.history["train_loss"].append(self.loss(self.training))
        self.history["val_loss"].append(loss)
