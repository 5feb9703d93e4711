"""Mini-batches in the page: their rows are picked beforehand, and each step of training takes the next."""
import numpy as np

from ..autograd import Tensor
from .values import frame


class Counter(Tensor):
    """The number of the batch whose turn it is, of `count`; training in the page moves it on."""

    __slots__ = ("count",)

    def __init__(self, count):
        super().__init__(np.array(0.0), requires_grad=True, name="batch")
        self.count = count


def batches(order, *arrays):
    """A counter for live.train(…, batch=…), and of each array the rows of the batch whose turn it is.

    order: the numbers of the rows, a line for each batch, as rng.permutation(len(X)).reshape(-1, 10) makes them.  After
    the last batch the first comes again.  The figure carries every batch: one line a batch of one or a few epochs.
    """
    order = np.asarray(order)
    if order.ndim != 2 or order.dtype.kind not in "iu":
        raise ValueError(
            f"order holds whole numbers, a line for each batch, but has shape {order.shape} and type {order.dtype}"
        )
    for array in arrays:
        if not 0 <= order.min() <= order.max() < len(array):
            raise ValueError(f"order names rows {order.min()} to {order.max()}, but an array has {len(array)} of them")
    counter = Counter(len(order))
    return counter, *(frame(np.asarray(array, dtype=float)[order], counter) for array in arrays)
