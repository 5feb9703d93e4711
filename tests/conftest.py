"""What every test file may ask for: the browser, the folder of the built book, and exercises run as a cell would."""
import subprocess

import pytest

import nnlib.exercises
from browser import ROOT, browser  # noqa: F401 (a fixture)
from nnlib.exercises import exercise, exercises
from nnlib.exercises.bank import Exercise
from reader import address, desk, phone, still, window  # noqa: F401 (fixtures)


def pytest_collection_modifyitems(items):
    """In each file the tests of one page come one after another, so that it is loaded once for all of them."""
    files = list(dict.fromkeys(item.path for item in items))

    def page(item):
        return getattr(item.callspec.params.get("case"), "page", "") if hasattr(item, "callspec") else ""

    items.sort(key=lambda item: (files.index(item.path), page(item)))


@pytest.fixture(scope="session")
def site():
    """The folder of the built book; an error if there is none, or if something in it has changed since it was built."""
    if subprocess.run(["make", "--question", "html"], cwd=ROOT, capture_output=True).returncode:
        raise RuntimeError("The built book is missing, or older than what it is built from: run `make html` first.")
    return ROOT / "_build" / "html"


@pytest.fixture
def shown(monkeypatch):
    """The messages that cells show."""
    messages = []
    monkeypatch.setattr(nnlib.exercises, "show", messages.append)
    return messages


@pytest.fixture
def answer(shown):
    """Runs a function as a cell would and gives the message that the cell shows."""
    def run(id, function):
        assert exercise(id)(function) is function, "the name must stay the reader's own function"
        return shown[-1]
    return run


@pytest.fixture
def make(monkeypatch):
    """Makes an exercise that is gone after the test."""
    def exercise_of(id, returns, reference, cases, stub=lambda *_: "start here", **options):
        monkeypatch.setitem(exercises, id, None)
        e = Exercise(id, "Made up", stars=1, minutes=1, returns=returns, statement="", hints=[], why="Why.", **options)
        e.stub(stub)
        e.reference(reference)
        e.inputs(lambda rng: cases)
        return e
    return exercise_of
