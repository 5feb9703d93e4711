"""What every test file may ask for: the browser, and the folder of the built book."""
import subprocess

import pytest

from browser import ROOT, browser  # noqa: F401 (a fixture)


@pytest.fixture(scope="session")
def site():
    """The folder of the built book; an error if there is none, or if something in it has changed since it was built."""
    if subprocess.run(["make", "--question", "html"], cwd=ROOT, capture_output=True).returncode:
        raise RuntimeError("The built book is missing, or older than what it is built from: run `make html` first.")
    return ROOT / "_build" / "html"
