"""How weights start: each function fills a tensor in place and gives it back (torch.nn.init).

generator: the np.random.Generator that the numbers come from.  fan_in and fan_out are the numbers of inputs and outputs
of a layer, the columns and rows of its weight; what needs them raises ValueError for a tensor that is no matrix.
"""
import numpy as np


def zeros_(tensor):
    """Every number 0."""
    tensor.data[...] = 0
    return tensor


def uniform_(tensor, a=0.0, b=1.0, *, generator):
    """Uniform: every number from a up to b equally likely."""
    tensor.data[...] = generator.uniform(a, b, tensor.shape)
    return tensor


def normal_(tensor, mean=0.0, std=1.0, *, generator):
    """Normal, with this mean and standard deviation."""
    tensor.data[...] = generator.normal(mean, std, tensor.shape)
    return tensor


def xavier_uniform_(tensor, gain=1.0, *, generator):
    """Uniform, variance gain² · 2 / (fan_in + fan_out): signals keep their size both ways (Glorot & Bengio 2010)."""
    bound = gain * np.sqrt(6 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound, generator=generator)


def xavier_normal_(tensor, gain=1.0, *, generator):
    """Normal, variance gain² · 2 / (fan_in + fan_out) (Glorot & Bengio 2010)."""
    return normal_(tensor, 0.0, gain * np.sqrt(2 / sum(_fans(tensor))), generator=generator)


def kaiming_uniform_(tensor, *, generator):
    """Uniform, variance 2 / fan_in: makes up for ReLU's lost half (He et al. 2015)."""
    bound = np.sqrt(6 / _fans(tensor)[0])
    return uniform_(tensor, -bound, bound, generator=generator)


def kaiming_normal_(tensor, *, generator):
    """Normal, variance 2 / fan_in (He et al. 2015)."""
    return normal_(tensor, 0.0, np.sqrt(2 / _fans(tensor)[0]), generator=generator)


def _fans(tensor):
    if tensor.ndim != 2:
        raise ValueError(f"fan-in and fan-out belong to a weight of shape (out, in), but this has shape {tensor.shape}")
    fan_out, fan_in = tensor.shape
    return fan_in, fan_out
