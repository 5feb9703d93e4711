"""Data: what the clouds look like, how rows are dealt out, and that seeds repeat."""

import numpy as np
import pytest

from errors import says
from nnlib import Tensor, data


def rng(seed=0):
    return np.random.default_rng(seed)


# -- clouds and digits -----------------------------------------------------------------------------

@pytest.mark.parametrize("cloud", [data.moons, data.spirals])
def test_clouds_have_points_labels_and_seeds(cloud):
    x, y = cloud(101, generator=rng())
    assert x.shape == (101, 2) and x.dtype == np.float32 and np.isfinite(x).all()
    assert y.shape == (101,) and y.dtype.kind == "i" and np.bincount(y).tolist() == [51, 50]
    assert np.array_equal(cloud(101, generator=rng())[0], x) and not np.array_equal(cloud(101, generator=rng(1))[0], x)
    assert cloud(5, generator=rng(), dtype=np.float64)[0].dtype == np.float64


def test_moons_without_noise_are_two_half_circles():
    x, y = data.moons(400, noise=0.0, generator=rng(), dtype=np.float64)
    upper, lower = x[y == 0], x[y == 1] - [1.0, 0.5]
    for circle, half in (upper, 1), (lower, -1):
        np.testing.assert_allclose(np.hypot(*circle.T), 1, rtol=1e-12)
        assert (half * circle[:, 1] >= 0).all()
        assert np.ptp(circle[:, 0]) > 1.95


def test_one_moon_is_the_other_turned_by_half_a_turn():
    x, y = data.moons(100, noise=0.0, generator=rng(), dtype=np.float64)
    angle = np.pi * rng().random(100)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    np.testing.assert_allclose(x, np.where(y[:, None], [1, 0.5] - upper, upper), rtol=1e-12)


def test_spirals_without_noise_are_two_arms_half_a_turn_apart():
    x, y = data.spirals(400, noise=0.0, turns=1.5, generator=rng(), dtype=np.float64)
    radius = np.hypot(*x.T)
    assert radius.max() <= 2 and radius.max() > 1.9
    turned = np.arctan2(x[:, 1], x[:, 0]) - 1.5 * np.pi * radius - np.pi * y    # the angle grows with the radius
    np.testing.assert_allclose(np.cos(turned), 1, rtol=1e-9)


@pytest.mark.parametrize("cloud, options", [
    (data.moons, {"n": 200, "noise": 0.1}), (data.spirals, {"n": 200, "noise": 0.1, "turns": 1.5})])
def test_clouds_unless_told_otherwise(cloud, options):
    assert np.array_equal(cloud(generator=rng())[0], cloud(**options, generator=rng(), dtype=np.float32)[0])


def test_noise_is_a_standard_deviation():
    for cloud in data.moons, data.spirals:
        still, moved = (cloud(5000, noise, generator=rng(), dtype=np.float64)[0] for noise in (0.0, 0.3))
        assert (moved - still).std() == pytest.approx(0.3, rel=0.03)
        same = rng()
        same.random(5000)                               # what the places on the curve take of the generator
        np.testing.assert_allclose(moved, still + 0.3 * same.standard_normal((5000, 2)), rtol=1e-9)


def test_the_digits():
    images, labels = data.digits()
    assert images.shape == (1797, 64) and images.dtype == np.float32 and labels.dtype == np.int64
    assert (images.min(), images.max()) == (0, 1)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (images * 16 == np.round(images * 16)).all()
    assert data.digits(dtype=np.float64)[0].dtype == np.float64


# -- datasets --------------------------------------------------------------------------------------

def numbered(n):
    return data.TensorDataset(np.arange(n), np.arange(n)[:, None] * 10.0)


def test_a_dataset_gives_rows_that_belong_together():
    dataset = numbered(5)
    assert len(dataset) == 5
    x, y = dataset[3]
    assert isinstance(x, Tensor) and x.item() == 3 and y.data.tolist() == [30.0]
    x, y = dataset[1:3]
    assert x.data.tolist() == [1, 2] and y.data.tolist() == [[10.0], [20.0]]
    x, y = dataset[np.array([4, 0])]
    assert x.data.tolist() == [4, 0]
    assert len(data.TensorDataset(Tensor(np.zeros((3, 2))))) == 3


def test_arrays_of_a_dataset_have_one_length():
    with says(ValueError, "need the same number of rows, but have (3, 2) and (4,)"):
        data.TensorDataset(np.zeros((3, 2)), np.zeros(4))


def dealt(parts):
    return sorted(np.concatenate([part.tensors[0].data for part in parts]).tolist())


@pytest.mark.parametrize("n, lengths, expected", [
    (10, [7, 3], [7, 3]), (10, [0.7, 0.3], [7, 3]), (10, [0.33, 0.33, 0.34], [4, 3, 3]), (7, [0.5, 0.5], [4, 3]),
    (5, [0.25] * 4, [2, 1, 1, 1]), (1, [0.5, 0.5], [1, 0]), (1, [1], [1]), (4, [4, 0], [4, 0]),
    (1797, [0.8, 0.1, 0.1], [1438, 180, 179])])
def test_random_split_deals_every_row_once(n, lengths, expected):
    parts = data.random_split(numbered(n), lengths, rng())
    assert [len(part) for part in parts] == expected
    assert dealt(parts) == list(range(n))
    for part in parts:
        assert np.array_equal(part.tensors[1].data[:, 0], 10 * part.tensors[0].data)


def test_random_split_is_random_and_repeats():
    splits = [data.random_split(numbered(20), [10, 10], rng(seed)) for seed in (0, 0, 1)]
    first, again, other = [part.tensors[0].data.tolist() for part, _ in splits]
    assert first == again != other and first != sorted(first)


@pytest.mark.parametrize("lengths", [[7, 2], [0.7, 0.2], [11, -1], [1.5, -0.5], [7.0, 3.0]])
def test_lengths_that_do_not_add_up(lengths):
    with says(ValueError, "lengths must add up to the 10 rows of the dataset, or shares to 1, but got ["):
        data.random_split(numbered(10), lengths, rng())


# -- batches ---------------------------------------------------------------------------------------

def rows(loader):
    return [x.data.tolist() for x, _ in loader]


def test_batches_in_order():
    assert rows(data.DataLoader(numbered(5), 2)) == [[0, 1], [2, 3], [4]]
    assert rows(data.DataLoader(numbered(5), 2, drop_last=True)) == [[0, 1], [2, 3]]
    assert rows(data.DataLoader(numbered(4), 2, drop_last=True)) == [[0, 1], [2, 3]]
    assert rows(data.DataLoader(numbered(2), 5)) == [[0, 1]]
    assert rows(data.DataLoader(numbered(2), 5, drop_last=True)) == rows(data.DataLoader(numbered(0), 5)) == []
    assert rows(data.DataLoader(numbered(2))) == [[0], [1]]
    for n, size, drop in (5, 2, False), (5, 2, True), (4, 2, False), (2, 5, True), (0, 3, False):
        loader = data.DataLoader(numbered(n), size, drop_last=drop)
        assert len(loader) == len(rows(loader))


def test_every_epoch_is_shuffled_anew_and_the_seed_repeats_them_all():
    loader, twin = (data.DataLoader(numbered(10), 4, shuffle=True, generator=rng()) for _ in range(2))
    first, second = rows(loader), rows(loader)
    assert [first, second] == [rows(twin), rows(twin)] and first != second
    for epoch in first, second:
        assert [len(batch) for batch in epoch] == [4, 4, 2] and sorted(sum(epoch, [])) == list(range(10))


def test_rows_stay_together_through_the_shuffle():
    for x, y in data.DataLoader(numbered(10), 3, shuffle=True, generator=rng()):
        assert np.array_equal(y.data[:, 0], 10 * x.data)


def test_writing_into_a_batch_leaves_the_data_alone():
    dataset = numbered(4)
    for x, _ in data.DataLoader(dataset, 2):
        x.data[:] = -1
    assert dataset.tensors[0].data.tolist() == [0, 1, 2, 3]


def test_errors():
    with says(ValueError, "shuffling draws at random: pass generator=np.random.default_rng(0)"):
        data.DataLoader(numbered(3), shuffle=True)
    with says(ValueError, "batch_size must be at least 1, but is 0"):
        data.DataLoader(numbered(3), 0)
