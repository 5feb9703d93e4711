"""MNIST, the large sister of the digits, from files that the reader has or downloads, checked by their SHA-256."""
import gzip
import hashlib
from pathlib import Path

import numpy as np

ADDRESS = "https://storage.googleapis.com/cvdf-datasets/mnist/"
FILES = {                                         # name: SHA-256
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}


def mnist(folder, *, train=True, download=False, dtype=np.float32):
    """MNIST.  Returns images (n, 784), 28×28 pixels row by row from 0 to 1, and labels 0–9, (n,).

    n is 60,000, or 10,000 with train=False.  The files, gzipped IDX, lie in `folder`, or with download=True are put
    there (about 11 MB).  Raises FileNotFoundError if one is missing, ConnectionError if it cannot be downloaded, and
    ValueError if it is not, byte for byte, the one that was published.
    Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits (1998).
    """
    name = "train" if train else "t10k"
    images = _idx(Path(folder) / f"{name}-images-idx3-ubyte.gz", download)
    labels = _idx(Path(folder) / f"{name}-labels-idx1-ubyte.gz", download)
    return np.divide(images.reshape(len(images), -1), 255, dtype=dtype), labels.astype(np.int64)


def _idx(path, download):
    """The array in a gzipped IDX file: 3 bytes of type, 1 for the dimensions, 4 for each length, then the numbers."""
    if download and not path.exists():
        _download(path)
    try:
        content = gzip.decompress(_genuine(path.read_bytes(), path))
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is not there: pass download=True, or " + _by_hand(path)) from None
    lengths = np.frombuffer(content, ">u4", count=content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + lengths.nbytes).reshape(lengths)


def _download(path):
    """Fetch a file of MNIST; it gets its name only when all of it has come and is right."""
    from http.client import HTTPException               # only here: these take longer to import than all of nnlib
    from urllib.request import urlopen
    try:
        with urlopen(ADDRESS + path.name, timeout=30) as response:
            content = _genuine(response.read(), ADDRESS + path.name)
    except (OSError, HTTPException) as error:
        raise ConnectionError(f"{ADDRESS}{path.name} did not come: {error}. Try again, or " + _by_hand(path)) from None
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _genuine(content, where):
    found, published = hashlib.sha256(content).hexdigest(), FILES[Path(where).name]
    if found != published:
        raise ValueError(f"{where} is cut short or damaged: the SHA-256 of its {len(content):,} bytes is {found}, but "
                         f"of what was published it is {published}. Delete it if you have it, and fetch it again")
    return content


def _by_hand(path):
    return f"put these files into {path.parent} yourself, as they come from {ADDRESS}: " + ", ".join(FILES)
