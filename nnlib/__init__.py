"""nnlib: a tiny neural-network library in NumPy, made to be read.  Names are PyTorch's where PyTorch has one."""
from . import data, functional, gradcheck, graph, init, nn, optim, training
from .autograd import Tensor, no_grad, stack, tensor

__version__ = "0.1.0"
