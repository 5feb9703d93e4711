"""What networks are made of, as functions: activations, the linear layer, losses (torch.nn.functional).

Each is fused where one formula is simpler, faster or safer than its parts: the losses start from
logits, so that no exponential ever overflows and no logarithm ever sees a zero.
"""
import numpy as np

from .autograd import Tensor, mul, op, relu, sigmoid, tanh

__all__ = ["relu", "sigmoid", "tanh", "softmax", "log_softmax", "linear", "cross_entropy", "mse_loss",
           "binary_cross_entropy_with_logits", "dropout"]


@op
def linear(input, weight, bias=None):
    """y = x Wᵀ + b.  input: (n, in), weight: (out, in), bias: (out,); the value has shape (n, out).

    Raises ValueError for other shapes.
    """
    if input.ndim != 2:
        raise ValueError(f"input must have shape (n, in), one row an example, but has {input.shape}")
    y = input @ weight.T
    derivatives = lambda g: g @ weight, lambda g: g.T @ input
    if bias is None:
        return y, *derivatives
    y += bias
    return y, *derivatives, lambda g: np.ones(len(g), g.dtype) @ g      # column sums; faster than g.sum(0)


@op
def softmax(input, *, dim=-1):
    """e^zᵢ / Σⱼ e^zⱼ along `dim`: positive numbers that sum to 1.  Taking off the maximum keeps e^z from overflow."""
    p = np.exp(input - input.max(dim, keepdims=True))
    p /= p.sum(dim, keepdims=True)
    return p, lambda g: p * (g - (g * p).sum(dim, keepdims=True))


@op
def log_softmax(input, *, dim=-1):
    """log of softmax along `dim`, finite for any finite input."""
    z = input - input.max(dim, keepdims=True)
    y = z - np.log(np.exp(z).sum(dim, keepdims=True))
    return y, lambda g: g - np.exp(y) * g.sum(dim, keepdims=True)


@op
def _cross_entropy(input, target):
    n, classes = input.shape
    rows = np.arange(n)
    z = input - np.maximum.reduce(input, axis=1, keepdims=True)
    p = np.exp(z)
    total = p @ np.ones((classes, 1), p.dtype)                          # row sums; faster than p.sum(1)
    p /= total
    value = (np.log(total).sum() - z[rows, target].sum()) / n

    def derivative(g):
        d = p.copy()
        d[rows, target] -= 1
        d *= g / n
        return d
    return value, derivative


def cross_entropy(input, target):
    """Mean over the rows of −log softmax(input)[target], in nats.  Its derivative is (softmax − one-hot) / n.

    input: logits, (n, classes).  target: class numbers, (n,), whole, from 0 to classes − 1.
    Raises ValueError for other shapes, for classes out of range, and for probabilities in place of
    logits; TypeError for targets that are not whole numbers.
    """
    _refuse_probabilities("cross_entropy", input, "softmax")
    labels, shape = np.asarray(target), np.shape(input)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"cross_entropy wants class numbers as target, whole and of shape (n,), but got {labels.dtype}")
    if len(shape) != 2 or labels.shape != shape[:1]:
        raise ValueError(f"cross_entropy wants logits of shape (n, classes) and targets of shape (n,), "
                         f"but got {shape} and {labels.shape}")
    if labels.size and not (0 <= np.minimum.reduce(labels) and np.maximum.reduce(labels) < shape[1]):
        raise ValueError(f"cross_entropy: with {shape[1]} logits a row, classes are 0 to {shape[1] - 1}, "
                         f"but the targets run from {labels.min()} to {labels.max()}")
    return _cross_entropy(input, target)


@op
def _mse_loss(input, target):
    r = input - target
    return np.vdot(r, r) / r.size, lambda g: r * (2 * g / r.size), lambda g: r * (-2 * g / r.size)


def mse_loss(input, target):
    """Mean of (input − target)² over all n entries, in the square of their unit.

    Its derivative is 2 (input − target) / n.
    Raises ValueError unless both have one shape: (n,) beside (n, 1) would compare all with all.
    """
    _same_shape("mse_loss", input, target)
    return _mse_loss(input, target)


@op
def _binary_cross_entropy_with_logits(input, target):
    e = np.exp(-np.abs(input))
    value = (np.maximum(input, 0) - input * target + np.log1p(e)).sum() / input.size

    def derivative(g):
        return (np.where(input >= 0, 1, e) / (1 + e) - target) * (g / input.size)
    return value, derivative, lambda g: input * (-g / input.size)


def binary_cross_entropy_with_logits(input, target):
    """Mean of −t log σ(z) − (1 − t) log(1 − σ(z)), z = input, t = target, in nats.  Its derivative is (σ(z) − t) / n.

    input: logits of any shape, n in all.  target: that shape and dtype, from 0 to 1.
    Raises ValueError for two shapes, targets beyond 0 and 1, and probabilities in place of logits.
    """
    _refuse_probabilities("binary_cross_entropy_with_logits", input, "sigmoid")
    _same_shape("binary_cross_entropy_with_logits", input, target)
    t = np.asarray(target)
    if t.size and not (t.min() >= 0 and t.max() <= 1):
        raise ValueError("binary_cross_entropy_with_logits wants targets from 0 to 1, "
                         f"but they run from {t.min()} to {t.max()}")
    return _binary_cross_entropy_with_logits(input, target)


def dropout(input, p=0.5, training=True, *, generator=None):
    """Each entry is 0 with probability p, else divided by 1 − p, so that the mean stays; as it is when not training.

    input: a tensor or an array of any shape, which the value has, too (Srivastava et al. 2014).
    Raises ValueError unless 0 ≤ p < 1, and when training without a generator (a np.random.Generator).
    """
    if not 0 <= p < 1:
        raise ValueError(f"dropout's p is a share from 0 up to, but not, 1; got {p}")
    if not training or p == 0:
        return input
    if generator is None:
        raise ValueError("dropout draws at random: pass generator=np.random.default_rng(0)")
    keep = generator.random(np.shape(input)) >= p
    return mul(input, (keep / (1 - p)).astype(input.dtype))


def _refuse_probabilities(loss, input, squashed_by):
    if isinstance(input, Tensor) and input.op == squashed_by:
        raise ValueError(f"{loss} wants logits, the numbers before {squashed_by}, but got probabilities: "
                         f"leave the {squashed_by} out, the loss has it inside")


def _same_shape(loss, input, target):
    ours, theirs = np.shape(input), np.shape(target)
    if ours != theirs:
        raise ValueError(f"{loss} wants input and target of one shape, but got {ours} and {theirs}")
