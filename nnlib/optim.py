"""Optimisers: one update rule each, on a single flat vector θ of all parameters (torch.optim).

In the formulas g is the gradient, η the learning rate `lr`, λ the weight decay.  But for AdamW, a weight decay comes
first: g ← g + λ θ, for every parameter that the optimiser is given, biases too.
"""
import math

import numpy as np

from .autograd import Tensor


class Optimizer:
    """Keeps the parameters as parts of one vector: a step is a few NumPy calls, however many layers there are.

    Raises ValueError for no parameters, one that comes twice or cannot be moved, and a learning rate that is negative,
    infinite or NaN; TypeError for a single tensor in place of a list, and for parameters of two dtypes.
    """

    def __init__(self, params, lr):
        self.params = _listed(params)
        if not self.params:
            raise ValueError("an optimiser needs parameters, but got an empty list: pass model.parameters()")
        if len({id(p) for p in self.params}) < len(self.params):
            raise ValueError("an optimiser moves each parameter once a step, but one of these is in the list twice")
        for i, p in enumerate(self.params):
            if not getattr(p, "requires_grad", False) or p.op:
                raise ValueError(f"parameter {i} is not a tensor made with requires_grad=True, so no step can move it")
            if p.dtype != self.params[0].dtype:
                raise TypeError("parameters of one optimiser share one dtype, "
                                f"but there are {self.params[0].dtype} and {p.dtype}")
        self.lr = lr
        self.steps = 0
        self._gather()
        self.gradient, self.scratch = np.empty_like(self.theta), np.empty_like(self.theta)

    @property
    def lr(self): return self._lr

    @lr.setter
    def lr(self, value):
        if not 0 <= value < math.inf:                   # NaN fails this, too
            raise ValueError(f"the learning rate lr must be a number from 0 up, but is {value}")
        self._lr = value

    def zero_grad(self):
        for p in self.params:
            p.grad = None

    def step(self):
        """Move every parameter once.  Raises ValueError if one has no gradient."""
        try:
            np.concatenate([p.grad.ravel() for p in self.params], out=self.gradient)
        except AttributeError:
            i, p = next((i, p) for i, p in enumerate(self.params) if p.grad is None)
            raise ValueError(f"parameter {i}, of shape {p.shape}, has no gradient: call loss.backward() before step(), "
                             "with no zero_grad() in between, and check that the loss uses this parameter") from None
        if any([p.data is not part for p, part in zip(self.params, self.parts)]):
            self._gather()                              # somebody gave a parameter a new array
        self.steps += 1
        self.update(self.theta, self.gradient)

    def _gather(self):
        """Copy all parameters into θ and let each be a view of its part: moving θ moves them."""
        self.theta = np.concatenate([p.data.ravel() for p in self.params])
        ends = np.cumsum([p.data.size for p in self.params])
        self.parts = [part.reshape(p.shape) for p, part in zip(self.params, np.split(self.theta, ends[:-1]))]
        for p, part in zip(self.params, self.parts):
            p.data = part


class SGD(Optimizer):
    """v ← μ v + g,   θ ← θ − η v   (with nesterov, θ ← θ − η (g + μ v)); μ is the momentum (Polyak 1964)."""

    def __init__(self, params, lr=1e-3, *, momentum=0.0, weight_decay=0.0, nesterov=False):
        super().__init__(params, lr)
        if nesterov and not momentum:
            raise ValueError("nesterov looks ahead along the momentum, so it needs momentum > 0")
        self.momentum, self.weight_decay, self.nesterov = momentum, weight_decay, nesterov
        self.v = np.zeros_like(self.theta) if momentum else None

    def update(self, theta, g):
        if self.weight_decay:
            g += np.multiply(theta, self.weight_decay, out=self.scratch)
        if self.momentum:
            self.v *= self.momentum
            self.v += g
            g = g + self.momentum * self.v if self.nesterov else self.v
        theta -= np.multiply(g, self.lr, out=self.scratch)


class RMSprop(Optimizer):
    """v ← α v + (1−α) g²,   θ ← θ − η g / (√v + ε); with momentum μ, b ← μ b + g / (√v + ε) and θ ← θ − η b.

    First shown in G. Hinton's lectures, Neural Networks for Machine Learning (2012).
    """

    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0):
        super().__init__(params, lr)
        self.alpha, self.eps, self.weight_decay, self.momentum = alpha, eps, weight_decay, momentum
        self.v = np.zeros_like(self.theta)
        self.b = np.zeros_like(self.theta) if momentum else None

    def update(self, theta, g):
        if self.weight_decay:
            g += self.weight_decay * theta
        self.v *= self.alpha
        self.v += (1 - self.alpha) * g * g
        g /= np.sqrt(self.v) + self.eps
        if self.momentum:
            self.b *= self.momentum
            self.b += g
            g = self.b
        theta -= self.lr * g


class Adam(Optimizer):
    """m ← β₁ m + (1−β₁) g,   v ← β₂ v + (1−β₂) g²,   θ ← θ − η m̂ / (√v̂ + ε)   (Kingma & Ba 2015).

    m̂ = m / (1−β₁ᵗ) and v̂ = v / (1−β₂ᵗ) undo that m and v start at 0.
    """

    decoupled = False                                   # weight decay goes into the gradient

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr)
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay
        self.m, self.v = np.zeros_like(self.theta), np.zeros_like(self.theta)

    def update(self, theta, g):
        (beta1, beta2), m, v, s = self.betas, self.m, self.v, self.scratch
        if self.weight_decay:
            if self.decoupled:
                theta *= 1 - self.lr * self.weight_decay
            else:
                g += np.multiply(theta, self.weight_decay, out=s)
        m *= beta1
        m += np.multiply(g, 1 - beta1, out=s)
        v *= beta2
        np.multiply(g, g, out=s)
        v += np.multiply(s, 1 - beta2, out=s)
        np.sqrt(v, out=s)                               # from here on s becomes √v̂ + ε, then the step
        s *= 1 / math.sqrt(1 - beta2 ** self.steps)
        s += self.eps
        np.divide(m, s, out=s)
        s *= self.lr / (1 - beta1 ** self.steps)
        theta -= s


class AdamW(Adam):
    """Adam whose weight decay does not pass through the gradient: θ ← (1 − ηλ) θ first (Loshchilov & Hutter 2019)."""

    decoupled = True

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)


class LambdaLR:
    """η = η₀ · lr_lambda(number of steps), from the start and after each step(), as a rule once an epoch
    (torch.optim.lr_scheduler)."""

    def __init__(self, optimizer, lr_lambda):
        self.optimizer, self.lr_lambda, self.first, self.last_epoch = optimizer, lr_lambda, optimizer.lr, 0
        optimizer.lr = self.first * lr_lambda(0)

    def step(self):
        self.last_epoch += 1
        self.optimizer.lr = self.first * self.lr_lambda(self.last_epoch)

    def get_last_lr(self): return [self.optimizer.lr]


class StepLR(LambdaLR):
    """η shrinks by the factor gamma every step_size epochs."""

    def __init__(self, optimizer, step_size, gamma=0.1):
        super().__init__(optimizer, lambda epoch: gamma ** (epoch // step_size))


class CosineAnnealingLR(LambdaLR):
    """η falls from its first value to eta_min along half a cosine, in T_max epochs (Loshchilov & Hutter 2017)."""

    def __init__(self, optimizer, T_max, eta_min=0.0):
        if not optimizer.lr:
            raise ValueError("CosineAnnealingLR falls from the optimiser's learning rate, but that is 0 already")
        low = eta_min / optimizer.lr
        super().__init__(optimizer, lambda epoch: low + (1 - low) * (1 + math.cos(math.pi * epoch / T_max)) / 2)


def clip_grad_norm_(parameters, max_norm):
    """Scale all gradients by one factor so that their joint length is at most max_norm; returns the length before.

    As torch.nn.utils.clip_grad_norm_: the factor is max_norm / (length + 1e-6), never above 1 (Pascanu et al. 2013).
    """
    parameters = [p for p in _listed(parameters) if p.grad is not None]
    norm = math.sqrt(sum(float(np.vdot(p.grad, p.grad)) for p in parameters))
    factor = min(max_norm / (norm + 1e-6), 1.0)         # in this order NaN stays NaN
    for p in parameters:
        p.grad *= factor
    return norm


def _listed(params):
    if isinstance(params, Tensor):
        raise TypeError("parameters come as a list, such as [w] or model.parameters(), but this is a single tensor")
    return list(params)
