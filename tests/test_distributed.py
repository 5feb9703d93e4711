"""Two processes with PyTorch, a share of the batch each, find what one process with nnlib finds on all of it."""
import sys

import numpy as np
import pytest
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from nnlib import data, functional, nn, optim

N, STEPS = 64, 20
SHARES = {"equal": (32, 32), "unequal": (10, 54)}
LOOPBACK = {"linux": "lo", "darwin": "lo0"}


def network(nn, **options):
    return nn.Sequential(nn.Linear(64, 32, **options), nn.ReLU(), nn.Linear(32, 10, **options))


def batch():
    images, labels = data.digits(np.float64)
    return images[:N], labels[:N]


def work(rank, folder):
    """What each process does; the first stores what both have found."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=2, store=dist.FileStore(f"{folder}/meeting", 2))
    x, y = map(torch.tensor, batch())
    start = torch.load(f"{folder}/start.pt")
    found = {}
    for name, counts in SHARES.items():
        model = network(torch.nn, dtype=torch.float64)
        model.load_state_dict(start)
        mine = slice(0, counts[0]) if rank == 0 else slice(counts[0], N)
        torch.nn.functional.cross_entropy(model(x[mine]), y[mine]).backward()
        for way, weight in {"mean": 1 / 2, "by rows": counts[rank] / N}.items():
            found[f"{name}, {way}"] = [weight * p.grad for p in model.parameters()]
            for g in found[f"{name}, {way}"]:
                dist.all_reduce(g)

        shared = DistributedDataParallel(model)
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
        for _ in range(STEPS):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(shared(x[mine]), y[mine]).backward()
            optimizer.step()
        found[f"{name}, trained"] = [p.detach() for p in model.parameters()]
    if rank == 0:
        torch.save(found, f"{folder}/found.pt")
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def alone():
    """One process, nnlib, the whole batch: its first weights, their gradients, and the weights after some steps."""
    x, y = batch()
    model = network(nn, generator=np.random.default_rng(0), dtype=np.float64)
    optimizer = optim.AdamW(model.parameters(), lr=0.01)
    found = {"start": model.state_dict()}
    for _ in range(STEPS):
        optimizer.zero_grad()
        functional.cross_entropy(model(x), y).backward()
        found.setdefault("gradient", [p.grad for p in model.parameters()])
        optimizer.step()
    return {**found, "trained": [p.data for p in model.parameters()]}


@pytest.fixture(scope="module")
def together(alone, tmp_path_factory):
    """What two processes have found, begun from the same weights."""
    folder = tmp_path_factory.mktemp("two")
    torch.save({name: torch.tensor(array) for name, array in alone["start"].items()}, folder / "start.pt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        if sys.platform in LOOPBACK:
            patch.setenv("GLOO_SOCKET_IFNAME", LOOPBACK[sys.platform])
        torch.multiprocessing.spawn(work, (str(folder),), nprocs=2)
    return torch.load(folder / "found.pt")


def equal(arrays, tensors):
    return all(np.allclose(array, tensor.numpy(), rtol=0, atol=1e-12)
               for array, tensor in zip(arrays, tensors, strict=True))


@pytest.mark.parametrize("shares", SHARES)
def test_gradients_weighed_by_rows_are_the_gradient_of_the_whole_batch(shares, alone, together):
    assert equal(alone["gradient"], together[f"{shares}, by rows"])


def test_the_mean_of_two_gradients_is_that_of_the_whole_batch_for_equal_shares_only(alone, together):
    assert equal(alone["gradient"], together["equal, mean"])
    assert not equal(alone["gradient"], together["unequal, mean"])


def test_training_in_two_processes_is_training_in_one_for_equal_shares_only(alone, together):
    assert equal(alone["trained"], together["equal, trained"])
    assert not equal(alone["trained"], together["unequal, trained"])
