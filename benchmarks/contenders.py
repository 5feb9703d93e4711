"""One training step of the same network in several libraries: forward, loss, backward, optimiser.

Each function takes a Task and returns `step`, a function that does one step and returns the loss; all
start from the same weights and data, so that their losses can be compared.
"""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Task:
    """A fully connected network with ReLU between its layers, on one fixed batch."""
    name: str
    widths: tuple                   # inputs, hidden…, outputs
    batch: int
    optimizer: str                  # "SGD" or "Adam"
    dtype: str                      # "float32" or "float64"

    lr = 1e-3

    @property
    def classes(self):
        """The number of classes; 1 means a single logit and binary cross-entropy."""
        return self.widths[-1]

    def data(self):
        """x (batch, inputs) and y: class numbers (batch,), or for one logit 0.0 and 1.0 of shape (batch, 1)."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal((self.batch, self.widths[0])).astype(self.dtype)
        if self.classes == 1:
            return x, rng.integers(0, 2, (self.batch, 1)).astype(self.dtype)
        return x, rng.integers(0, self.classes, self.batch)

    def weights(self):
        """W (out, in) and b (out,) of every layer."""
        rng = np.random.default_rng(1)
        draw = lambda n, *shape: (rng.uniform(-1, 1, shape) / n ** 0.5).astype(self.dtype)
        return [(draw(n, m, n), draw(n, m)) for n, m in zip(self.widths, self.widths[1:])]


def nnlib(task, replayed=False):
    from nnlib import functional as F, nn, optim, tensor
    from nnlib.replay import replay
    rng = np.random.default_rng(0)
    layers = []
    for n, m in zip(task.widths, task.widths[1:]):
        layers += [nn.Linear(n, m, generator=rng, dtype=task.dtype), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    for layer, (weight, bias) in zip(model.layers[::2], task.weights()):
        layer.weight.data[...], layer.bias.data[...] = weight, bias
    optimizer = getattr(optim, task.optimizer)(model.parameters(), lr=task.lr)
    loss_fn = F.binary_cross_entropy_with_logits if task.classes == 1 else F.cross_entropy
    x, y = map(tensor, task.data())
    forward_and_backward = replay(lambda x, y: loss_fn(model(x), y))

    def step():
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    def replayed_step():
        loss = forward_and_backward(x, y)
        optimizer.step()
        return loss.item()
    return replayed_step if replayed else step


def nnlib_replayed(task):
    return nnlib(task, replayed=True)


def torch(task, compiled=False):
    import torch
    from torch.nn import functional as F
    torch.set_num_threads(1)
    layers = []
    for weight, bias in task.weights():
        layer = torch.nn.Linear(*weight.shape[::-1], dtype=getattr(torch, task.dtype))
        layer.weight.data, layer.bias.data = torch.tensor(weight), torch.tensor(bias)
        layers += [layer, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = getattr(torch.optim, task.optimizer)(model.parameters(), lr=task.lr)
    loss_fn = F.binary_cross_entropy_with_logits if task.classes == 1 else F.cross_entropy
    x, y = map(torch.tensor, task.data())
    run = torch.compile(model) if compiled else model

    def step():
        loss = loss_fn(run(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()
    return step


def torch_compiled(task):
    return torch(task, compiled=True)


def jax(task):
    import jax
    import jax.numpy as jnp
    jax.config.update("jax_enable_x64", True)
    x, y = map(jnp.asarray, task.data())
    layers = [tuple(map(jnp.asarray, layer)) for layer in task.weights()]

    def loss_fn(layers, x, y):
        for weight, bias in layers[:-1]:
            x = jax.nn.relu(x @ weight.T + bias)
        z = x @ layers[-1][0].T + layers[-1][1]
        if task.classes == 1:
            return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1))

    def move(theta, g, m, v, t):
        if task.optimizer == "SGD":
            return theta - task.lr * g, m, v
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        return theta - task.lr * (m / (1 - 0.9 ** t)) / (jnp.sqrt(v / (1 - 0.999 ** t)) + 1e-8), m, v

    @jax.jit
    def train(layers, state, t, x, y):
        loss, gradients = jax.value_and_grad(loss_fn)(layers, x, y)
        leaves, tree = jax.tree.flatten(layers)
        moved = [move(p, g.astype(p.dtype), m, v, t.astype(p.dtype))
                 for p, g, (m, v) in zip(leaves, jax.tree.leaves(gradients), state)]
        return loss, jax.tree.unflatten(tree, [p for p, _, _ in moved]), [(m, v) for _, m, v in moved]

    state = [(jnp.zeros_like(p), jnp.zeros_like(p)) for p in jax.tree.leaves(layers)]
    t = 0

    def step():
        nonlocal layers, state, t
        t += 1
        loss, layers, state = train(layers, state, jnp.asarray(float(t)), x, y)
        return float(loss)
    return step


def hips_autograd(task):
    import autograd.numpy as anp
    from autograd import value_and_grad
    x, y = task.data()
    layers = [list(layer) for layer in task.weights()]
    rows = np.arange(task.batch)

    def loss_fn(layers):
        h = x
        for weight, bias in layers[:-1]:
            h = anp.maximum(anp.dot(h, weight.T) + bias, 0)
        z = anp.dot(h, layers[-1][0].T) + layers[-1][1]
        if task.classes == 1:
            return anp.mean(anp.maximum(z, 0) - z * y + anp.log1p(anp.exp(-anp.abs(z))))
        z = z - anp.max(z, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[rows, y])

    both = value_and_grad(loss_fn)
    move = _numpy_optimizer(task, layers)

    def step():
        loss, gradients = both(layers)
        move([g for layer in gradients for g in layer])
        return float(loss)
    return step


def tinygrad(task):
    from tinygrad import Tensor, TinyJit, dtypes, nn
    kind = getattr(dtypes, task.dtype)
    x, y = task.data()
    x, y = Tensor(x, dtype=kind), Tensor(y, dtype=kind if task.classes == 1 else dtypes.int32)
    layers = [tuple(Tensor(p, dtype=kind, requires_grad=True) for p in layer) for layer in task.weights()]
    optimizer = getattr(nn.optim, task.optimizer)([p for layer in layers for p in layer], lr=task.lr)

    @TinyJit
    def train():
        h = x
        for weight, bias in layers[:-1]:
            h = (h @ weight.T + bias).relu()
        z = h @ layers[-1][0].T + layers[-1][1]
        loss = z.binary_crossentropy_logits(y) if task.classes == 1 else z.sparse_categorical_crossentropy(y)
        optimizer.zero_grad()
        loss.backward()
        return loss.realize(*optimizer.schedule_step())     # together, or the loss would see the new weights

    def step():
        with Tensor.train():
            return train().item()
    return step


def micrograd(task):
    """One Python object a number, always a Python float: only the smallest task is bearable."""
    if task.classes > 1 or task.optimizer != "SGD" or task.dtype != "float64":
        return None
    from micrograd.engine import Value
    xs, ys = task.data()
    layers = [([[Value(float(w)) for w in row] for row in weight], [Value(float(b)) for b in bias])
              for weight, bias in task.weights()]
    parameters = [p for weight, bias in layers for p in [*(w for row in weight for w in row), *bias]]

    def step():
        loss = Value(0.0)
        for x, y in zip(xs, ys):
            h = [float(v) for v in x]
            for k, (weight, bias) in enumerate(layers):
                h = [sum((w * v for w, v in zip(row, h)), b) for row, b in zip(weight, bias)]
                if k < len(layers) - 1:
                    h = [v.relu() for v in h]
            loss = loss + (h[0] - float(y[0])) ** 2
        loss = loss * (1 / task.batch)
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data -= task.lr * p.grad
        return loss.data
    return step


def scikit_learn(task):
    from sklearn.neural_network import MLPClassifier
    x, y = task.data()
    y = y.ravel().astype(int)
    model = MLPClassifier(task.widths[1:-1], activation="relu", solver=task.optimizer.lower(), alpha=0, shuffle=False,
                          batch_size=task.batch, learning_rate_init=task.lr, momentum=0, nesterovs_momentum=False)
    classes = np.arange(max(task.classes, 2))

    def step():
        model.partial_fit(x, y, classes=classes)
        return model.loss_
    return step


def floor(task):
    """The same NumPy calls, written out for this network, into arrays allocated beforehand: no library saves that."""
    x, y = task.data()
    new = lambda *shape: np.empty(shape, task.dtype)
    theta = np.concatenate([p.ravel() for layer in task.weights() for p in layer])
    gradient = np.empty_like(theta)                     # one vector for all layers: the optimiser is a few calls
    layers, gradients = _parts(theta, task), _parts(gradient, task)
    hidden = [new(task.batch, m) for m in task.widths[1:]]
    slopes = [new(task.batch, m) for m in task.widths[1:]]
    ones, rows, column = np.ones(task.batch, task.dtype), np.arange(task.batch), new(task.batch, 1)
    one_hot = y if task.classes == 1 else np.eye(task.classes, dtype=task.dtype)[y]
    move = _numpy_optimizer(task, [[theta]])

    def step():
        h = x
        for k, (weight, bias) in enumerate(layers):
            np.matmul(h, weight.T, out=hidden[k])
            h = np.add(hidden[k], bias, out=hidden[k])
            if k < len(layers) - 1:
                np.maximum(h, 0, out=h)
        d = slopes[-1]
        if task.classes == 1:
            np.negative(np.abs(h, out=d), out=d)
            np.exp(d, out=d)
            loss = (np.maximum(h, 0) - h * y + np.log1p(d)).sum() / task.batch
            np.divide(np.where(h >= 0, 1, d), 1 + d, out=d)
        else:
            h -= np.maximum.reduce(h, axis=1, keepdims=True)
            np.exp(h, out=d)
            np.sum(d, axis=1, keepdims=True, out=column)
            loss = (np.log(column).sum() - h[rows, y].sum()) / task.batch
            d /= column
        d -= one_hot
        d /= task.batch
        for k in range(len(layers) - 1, -1, -1):
            below = hidden[k - 1] if k else x
            np.matmul(slopes[k].T, below, out=gradients[k][0])
            np.matmul(ones, slopes[k], out=gradients[k][1])
            if k:
                np.matmul(slopes[k], layers[k][0], out=slopes[k - 1])
                np.greater(below, 0, out=below)
                slopes[k - 1] *= below
        move([gradient])
        return loss
    return step


def _parts(vector, task):
    """W and b of every layer as views of one vector."""
    ends = np.cumsum([size for n, m in zip(task.widths, task.widths[1:]) for size in (n * m, m)])
    flat = iter(np.split(vector, ends[:-1]))
    return [(next(flat).reshape(m, n), next(flat)) for n, m in zip(task.widths, task.widths[1:])]


def _numpy_optimizer(task, layers):
    """SGD or Adam on lists of arrays, in place, for the libraries that bring none."""
    parameters = [p for layer in layers for p in layer]
    m, v, s = ([np.zeros_like(p) for p in parameters] for _ in range(3))
    t = 0

    def move(gradients):
        nonlocal t
        t += 1
        for p, g, m_, v_, s_ in zip(parameters, gradients, m, v, s):
            if task.optimizer == "SGD":
                p -= np.multiply(g, task.lr, out=s_)
                continue
            m_ *= 0.9
            m_ += np.multiply(g, 0.1, out=s_)
            v_ *= 0.999
            v_ += np.multiply(np.multiply(g, g, out=s_), 0.001, out=s_)
            np.sqrt(v_, out=s_)
            s_ /= (1 - 0.999 ** t) ** 0.5
            s_ += 1e-8
            np.divide(m_, s_, out=s_)
            p -= np.multiply(s_, task.lr / (1 - 0.9 ** t), out=s_)
    return move


CONTENDERS = {"nnlib": nnlib, "nnlib replayed": nnlib_replayed, "PyTorch": torch, "PyTorch compiled": torch_compiled,
              "JAX jit": jax, "HIPS autograd": hips_autograd, "tinygrad": tinygrad, "micrograd": micrograd,
              "scikit-learn": scikit_learn, "floor": floor}
OTHER_FORMULA = {"micrograd", "scikit-learn"}       # a squared error, and weights of its own: their losses are not ours
PARTLY_FLOAT32 = {"tinygrad"}                       # its Adam keeps the powers of beta in float32 whatever the weights are
