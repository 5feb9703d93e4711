"""Data: what the clouds look like, MNIST from files, how rows are dealt out, and that seeds repeat."""
import gzip
import hashlib
import http.client
import io
import urllib.error
import urllib.request
from pathlib import Path

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


def test_spirals_without_noise_are_two_arms_half_a_turn_apart():
    x, y = data.spirals(400, noise=0.0, turns=1.0, generator=rng(), dtype=np.float64)
    radius = np.hypot(*x.T)
    assert radius.max() <= 2 and radius.max() > 1.9
    turned = np.arctan2(x[:, 1], x[:, 0]) - np.pi * radius - np.pi * y              # the angle grows with the radius
    np.testing.assert_allclose(np.cos(turned), 1, rtol=1e-9)


def test_noise_is_a_standard_deviation():
    for cloud in data.moons, data.spirals:
        still, moved = (cloud(5000, noise, generator=rng(), dtype=np.float64)[0] for noise in (0.0, 0.3))
        assert (moved - still).std() == pytest.approx(0.3, rel=0.03)


def test_the_digits():
    images, labels = data.digits()
    assert images.shape == (1797, 64) and images.dtype == np.float32 and labels.dtype == np.int64
    assert (images.min(), images.max()) == (0, 1)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (images * 16 == np.round(images * 16)).all()
    assert data.digits(dtype=np.float64)[0].dtype == np.float64


# -- MNIST: two images and their labels in the place of seventy thousand ---------------------------

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
PIXELS = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)      # from 0 to 255, over and over


def idx(array):
    """The bytes of an IDX file: 0, 0, 8 for bytes, the number of dimensions, the lengths, the numbers."""
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes())


@pytest.fixture
def published(monkeypatch):
    """What lies at the address of MNIST, as if this were what the hashes are of: by name, a small file."""
    files = {IMAGES: idx(PIXELS), LABELS: idx(np.array([7, 0], np.uint8)),
             "t10k-images-idx3-ubyte.gz": idx(PIXELS[:1, ::-1]),
             "t10k-labels-idx1-ubyte.gz": idx(np.array([5], np.uint8))}
    assert list(files) == list(data.MNIST_FILES)
    monkeypatch.setattr(data, "MNIST_FILES", {name: hashlib.sha256(b).hexdigest() for name, b in files.items()})
    return files


@pytest.fixture
def folder(published, tmp_path):
    """A folder that has the four files."""
    for name, content in published.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def answers(monkeypatch, answer):
    """From here on a download gives what `answer` gives for a file's name; returns the list of names asked for."""
    asked = []

    def urlopen(url, timeout):
        assert url.startswith("https://") and 0 < timeout < 120
        assert url.rpartition("/")[0] + "/" == data.MNIST
        asked.append(url.rpartition("/")[2])
        return io.BytesIO(answer(asked[-1]))
    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    return asked


def raising(error):
    def answer(name):
        raise error
    return answer


def test_mnist_is_images_from_0_to_1_and_labels(folder):
    images, labels = data.mnist(folder)
    assert images.shape == (2, 784) and images.dtype == np.float32
    np.testing.assert_array_equal(images, (PIXELS.reshape(2, 784) / 255).astype(np.float32))
    assert labels.tolist() == [7, 0] and labels.dtype == np.int64
    images, labels = data.mnist(str(folder), train=False, dtype=np.float64)
    np.testing.assert_array_equal(images, PIXELS[:1, ::-1].reshape(1, 784) / 255)
    assert labels.tolist() == [5] and images.dtype == np.float64


def test_mnist_is_downloaded_once(published, tmp_path, monkeypatch):
    asked, folder = answers(monkeypatch, published.get), tmp_path / "new" / "folder"
    for _ in range(2):
        assert data.mnist(folder, download=True)[1].tolist() == [7, 0]
    assert asked == [IMAGES, LABELS] and sorted(path.name for path in folder.iterdir()) == asked
    assert data.mnist(folder)[1].tolist() == [7, 0]


def test_what_is_there_is_not_downloaded(folder, monkeypatch):
    asked = answers(monkeypatch, raising(AssertionError))
    assert data.mnist(folder, download=True)[1].tolist() == [7, 0] and asked == []


def test_a_file_of_mnist_that_is_missing(folder, monkeypatch):
    asked = answers(monkeypatch, raising(AssertionError))
    (folder / LABELS).unlink()
    with says(FileNotFoundError, f"{folder / LABELS} is not there: pass download=True, or put these files into {folder}"
              f" yourself, as they come from {data.MNIST}: ", *data.MNIST_FILES):
        data.mnist(folder)
    assert asked == []


@pytest.mark.parametrize("error", [
    urllib.error.URLError("no route to host"), TimeoutError("timed out"), http.client.IncompleteRead(b"half", 9)])
def test_mnist_without_a_connection(published, tmp_path, monkeypatch, error):
    answers(monkeypatch, raising(error))
    with says(ConnectionError, f"{data.MNIST}{IMAGES} did not come: {error}. Try again, or put these files into "
              f"{tmp_path} yourself, as they come from {data.MNIST}: ", *data.MNIST_FILES):
        data.mnist(tmp_path, download=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("harm", [lambda b: b[:-1], lambda b: b[:20] + bytes([b[20] ^ 1]) + b[21:], lambda b: b""],
                         ids=["cut short", "one bit", "empty"])
def test_a_file_of_mnist_that_is_damaged(folder, published, monkeypatch, harm):
    harmed = harm(published[LABELS])
    found, expected = hashlib.sha256(harmed).hexdigest(), data.MNIST_FILES[LABELS]
    words = (f"is cut short or damaged: the SHA-256 of its {len(harmed)} bytes is {found}, but of what was published "
             f"it is {expected}. Delete it if you have it, and fetch it again")
    (folder / LABELS).write_bytes(harmed)
    with says(ValueError, f"{folder / LABELS} {words}"):
        data.mnist(folder, download=True)
    (folder / LABELS).unlink()
    answers(monkeypatch, lambda name: harmed)
    with says(ValueError, f"{data.MNIST}{LABELS} {words}"):
        data.mnist(folder, download=True)
    assert not list(folder.glob(f"{LABELS}*"))


def test_a_download_that_cannot_be_written_leaves_nothing(published, tmp_path, monkeypatch):
    def full(path, content):
        path.open("wb").close()
        raise OSError("no space left on device")
    answers(monkeypatch, published.get)
    monkeypatch.setattr(Path, "write_bytes", full)
    with says(OSError, "no space left on device"):
        data.mnist(tmp_path, download=True)
    assert list(tmp_path.iterdir()) == []


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
