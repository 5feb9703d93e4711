"""MNIST from files: two images and their labels stand in the place of seventy thousand."""
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
from nnlib import mnist

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
    assert list(files) == list(mnist.FILES)
    monkeypatch.setattr(mnist, "FILES", {name: hashlib.sha256(b).hexdigest() for name, b in files.items()})
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
        assert url.rpartition("/")[0] + "/" == mnist.ADDRESS
        asked.append(url.rpartition("/")[2])
        return io.BytesIO(answer(asked[-1]))
    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    return asked


def raising(error):
    def answer(name):
        raise error
    return answer


def test_mnist_is_images_from_0_to_1_and_labels(folder):
    images, labels = mnist.mnist(folder)
    assert images.shape == (2, 784) and images.dtype == np.float32
    np.testing.assert_array_equal(images, (PIXELS.reshape(2, 784) / 255).astype(np.float32))
    assert labels.tolist() == [7, 0] and labels.dtype == np.int64
    images, labels = mnist.mnist(str(folder), train=False, dtype=np.float64)
    np.testing.assert_array_equal(images, PIXELS[:1, ::-1].reshape(1, 784) / 255)
    assert labels.tolist() == [5] and images.dtype == np.float64


def test_mnist_is_downloaded_once(published, tmp_path, monkeypatch):
    asked, folder = answers(monkeypatch, published.get), tmp_path / "new" / "folder"
    for _ in range(2):
        assert mnist.mnist(folder, download=True)[1].tolist() == [7, 0]
    assert asked == [IMAGES, LABELS] and sorted(path.name for path in folder.iterdir()) == asked
    assert mnist.mnist(folder)[1].tolist() == [7, 0]


def test_what_is_there_is_not_downloaded(folder, monkeypatch):
    asked = answers(monkeypatch, raising(AssertionError))
    assert mnist.mnist(folder, download=True)[1].tolist() == [7, 0] and asked == []


def test_a_file_of_mnist_that_is_missing(folder, monkeypatch):
    asked = answers(monkeypatch, raising(AssertionError))
    (folder / LABELS).unlink()
    with says(FileNotFoundError, f"{folder / LABELS} is not there: pass download=True, or put these files into {folder}"
              f" yourself, as they come from {mnist.ADDRESS}: ", *mnist.FILES):
        mnist.mnist(folder)
    assert asked == []


@pytest.mark.parametrize("error", [
    urllib.error.URLError("no route to host"), TimeoutError("timed out"), http.client.IncompleteRead(b"half", 9)])
def test_mnist_without_a_connection(published, tmp_path, monkeypatch, error):
    answers(monkeypatch, raising(error))
    with says(ConnectionError, f"{mnist.ADDRESS}{IMAGES} did not come: {error}. Try again, or put these files into "
              f"{tmp_path} yourself, as they come from {mnist.ADDRESS}: ", *mnist.FILES):
        mnist.mnist(tmp_path, download=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("harm", [lambda b: b[:-1], lambda b: b[:20] + bytes([b[20] ^ 1]) + b[21:], lambda b: b""],
                         ids=["cut short", "one bit", "empty"])
def test_a_file_of_mnist_that_is_damaged(folder, published, monkeypatch, harm):
    harmed = harm(published[LABELS])
    found, expected = hashlib.sha256(harmed).hexdigest(), mnist.FILES[LABELS]
    words = (f"is cut short or damaged: the SHA-256 of its {len(harmed)} bytes is {found}, but of what was published "
             f"it is {expected}. Delete it if you have it, and fetch it again")
    (folder / LABELS).write_bytes(harmed)
    with says(ValueError, f"{folder / LABELS} {words}"):
        mnist.mnist(folder, download=True)
    (folder / LABELS).unlink()
    answers(monkeypatch, lambda name: harmed)
    with says(ValueError, f"{mnist.ADDRESS}{LABELS} {words}"):
        mnist.mnist(folder, download=True)
    assert not list(folder.glob(f"{LABELS}*"))


def test_a_download_that_cannot_be_written_leaves_nothing(published, tmp_path, monkeypatch):
    def full(path, content):
        path.open("wb").close()
        raise OSError("no space left on device")
    answers(monkeypatch, published.get)
    monkeypatch.setattr(Path, "write_bytes", full)
    with says(OSError, "no space left on device"):
        mnist.mnist(tmp_path, download=True)
    assert list(tmp_path.iterdir()) == []
