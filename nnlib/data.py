"""Data to learn from, and how it is fed: point clouds, digits, datasets, shuffled batches (torch.utils.data)."""
from pathlib import Path

import numpy as np

from .autograd import Tensor

DIGITS = Path(__file__).parent / "digits" / "digits.npz"


def moons(n=200, noise=0.1, *, generator, dtype=np.float32):
    """Two half circles, interleaved.  Returns points (n, 2) and their class, 0 or 1, (n,).

    noise: the standard deviation of what is added to every coordinate.
    """
    labels = np.arange(n) % 2
    angle = np.pi * generator.random(n)
    x = np.where(labels, 1 - np.cos(angle), np.cos(angle))
    y = np.where(labels, 0.5 - np.sin(angle), np.sin(angle))
    return _blurred(x, y, noise, generator, dtype), labels


def spirals(n=200, noise=0.1, turns=1.5, *, generator, dtype=np.float32):
    """Two arms of radius 2, each wound `turns` times.  Returns points (n, 2) and their class, 0 or 1, (n,).

    noise: the standard deviation of what is added to every coordinate.
    """
    labels = np.arange(n) % 2
    along = np.sqrt(generator.random(n))                # the root spreads points evenly along the arm
    angle = 2 * np.pi * turns * along + np.pi * labels
    return _blurred(2 * along * np.cos(angle), 2 * along * np.sin(angle), noise, generator, dtype), labels


def digits(dtype=np.float32):
    """1,797 handwritten digits.  Returns images (1797, 64), 8×8 pixels row by row from 0 to 1, and labels 0–9, (1797,).

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits (1998), CC BY 4.0; see digits/README.md.
    """
    with np.load(DIGITS) as file:
        return (file["images"] / 16).astype(dtype), file["labels"].astype(np.int64)


class TensorDataset:
    """Arrays that belong together, row by row: dataset[i] is the i-th row of each.

    Raises ValueError unless all have the same number of rows.
    """

    def __init__(self, *tensors):
        self.tensors = tuple(Tensor(t) for t in tensors)
        lengths = {len(t) for t in self.tensors}
        if len(lengths) != 1:
            raise ValueError("the arrays of a dataset need the same number of rows, but have "
                             + " and ".join(str(t.shape) for t in self.tensors))

    def __len__(self): return len(self.tensors[0])
    def __getitem__(self, rows): return tuple([Tensor(t.data[rows]) for t in self.tensors])


def random_split(dataset, lengths, generator):
    """Deal the rows of a dataset at random into datasets of these lengths, or of these shares if they sum to 1.

    Raises ValueError if the lengths do not add up to all rows.
    """
    n = len(dataset)
    counts = np.asarray(lengths)
    if abs(counts.sum() - 1) < 1e-9:                    # shares: rounded down, what is left dealt from the first on
        counts = (counts * n).astype(int)
        counts[:n - counts.sum()] += 1
    if counts.dtype.kind != "i" or counts.sum() != n or (counts < 0).any():
        raise ValueError(f"lengths must add up to the {n} rows of the dataset, or shares to 1, but got {list(lengths)}")
    parts = np.split(generator.permutation(n), np.cumsum(counts)[:-1])
    return [TensorDataset(*dataset[rows]) for rows in parts]


class DataLoader:
    """A dataset in batches: iterating gives tuples of tensors.  With shuffle, every epoch deals the rows anew.

    The last batch may be smaller; drop_last leaves it out then.
    Raises ValueError for a batch_size below 1, and for shuffle without a generator (a np.random.Generator).
    """

    def __init__(self, dataset, batch_size=1, shuffle=False, *, drop_last=False, generator=None):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, but is {batch_size}")
        if shuffle and generator is None:
            raise ValueError("shuffling draws at random: pass generator=np.random.default_rng(0)")
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle
        self.drop_last, self.generator = drop_last, generator

    def __len__(self):
        """The number of batches in an epoch."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self):
        n = len(self.dataset)
        rows = self.generator.permutation(n) if self.shuffle else np.arange(n)
        for k in range(len(self)):
            yield self.dataset[rows[k * self.batch_size:(k + 1) * self.batch_size]]


def _blurred(x, y, noise, generator, dtype):
    return (np.stack([x, y], axis=1) + noise * generator.standard_normal((len(x), 2))).astype(dtype)
