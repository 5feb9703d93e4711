"""The commands of the Makefile, with stand-ins for Python: what they say, what they skip, what they do again."""
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from browser import ROOT

# Stands for Python, in and out of the virtual environment, and for jupyter-book; writes down how it was called.
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >>"{log}"
case "$*" in
  *"venv --clear"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python; cp "$0" .venv/bin/jupyter-book ;;
  {fails}) exit 1 ;;
esac
"""


class House:
    """A folder with the Makefile and the least that it looks for."""

    def __init__(self, folder):
        self.folder, self.log = folder, folder / "calls"
        shutil.copy(ROOT / "Makefile", folder)
        for name in ["book/extensions", "lessons", "nnlib", "bin"]:
            (folder / name).mkdir(parents=True)
        for name in ["requirements.txt", "requirements-dev.txt", "pyproject.toml", "_config.yml", "_toc.yml",
                     "package.json", "package-lock.json", "lessons/a.ipynb", "lessons/my notes.ipynb",
                     "book/extensions/boxes.py"]:
            self.change(name, age=100)
        self.stand_in("python3")

    def stand_in(self, name, fails="nothing fails"):
        program = self.folder / "bin" / name
        program.write_text(STAND_IN.format(log=self.log, fails=f'*"{fails}"*'))
        program.chmod(0o755)

    def change(self, name, age=0):
        """Write a file anew; its time is `age` seconds ago, or a second from now so that no stamp is as young."""
        path = self.folder / name
        path.write_text("")
        time = path.stat().st_mtime - age if age else path.stat().st_mtime + 1
        os.utime(path, (time, time))

    def make(self, *goals, path=None, fails=False):
        """Runs make; returns what it printed on standard error and how the stand-ins were called."""
        self.log.write_text("")
        run = subprocess.run(["make", "-j2", *goals], cwd=self.folder, capture_output=True, text=True,
                             env={"PATH": path or f"{self.folder / 'bin'}:{os.environ['PATH']}"})
        assert (run.returncode != 0) == fails, run.stdout + run.stderr
        return run.stderr, self.log.read_text()


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def test_make_alone_lists_the_commands():
    run = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    lines = run.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [["make", "help"], ["make", "book"], ["make", "html"]]
    for name in ["book", "lab", "test", "reach", "notebooks", "bench", "live", "lock", "wheels", "clean"]:
        assert sum(line.startswith(f"make {name} ") for line in lines) == 1
    assert all(len(line) <= 100 for line in lines)


@pytest.mark.parametrize("fails, told", [
    ("version_info", "Python 3.11 or newer is needed, and python3 is older"),
    ("ensurepip", "python3 lacks its module venv"),
])
def test_an_unfit_python_gets_one_clear_line(house, fails, told):
    house.stand_in("python3", fails=fails)
    error, _ = house.make("html", fails=True)
    assert error.startswith(told) and len(error.splitlines()) == 2      # the second line is make's own: Error 1


def test_no_python_gets_one_clear_line(house):
    error, _ = house.make("html", "PYTHON=python3.99", fails=True)
    assert error.startswith("Python 3.11 or newer is needed, and there is no python3.99.")
    assert len(error.splitlines()) == 2


def test_no_npm_gets_one_clear_line(house):
    for program in ["sh", "find", "touch", "mkdir", "cp", "basename"]:
        (house.folder / "bin" / program).symlink_to(shutil.which(program))
    make = Path(shutil.which("make"))
    (house.folder / "bin" / "make").symlink_to(make)
    error, _ = house.make("node_modules/.installed", path=str(house.folder / "bin"), fails=True)
    assert error.startswith("The tests need Node.js 20 with npm") and len(error.splitlines()) == 2


def test_nothing_is_done_twice(house):
    _, calls = house.make("html")
    for step in ["-m venv --clear .venv", "--requirement requirements.txt", "jupyter-book build"]:
        assert step in calls
    assert house.make("html") == ("", "")


def test_a_changed_page_builds_the_book_and_installs_nothing(house):
    house.make("html")
    house.change("lessons/a.ipynb")
    _, calls = house.make("html")
    assert calls.startswith("jupyter-book build") and "pip" not in calls


def test_changed_requirements_are_installed(house):
    house.make("html")
    house.change("requirements.txt")
    _, calls = house.make("html")
    assert "pip" in calls and "venv" not in calls


def test_a_changed_extension_builds_the_book_from_nothing(house):
    house.make("html")
    house.change("_build/left over", age=100)
    house.change("book/extensions/boxes.py")
    house.make("html")
    assert not (house.folder / "_build" / "left over").exists()


def test_an_install_that_failed_is_done_again(house):
    house.stand_in("python3", fails="requirements.txt")
    house.make("html", fails=True)
    house.stand_in("python3")
    shutil.copy(house.folder / "bin" / "python3", house.folder / ".venv" / "bin" / "python")
    _, calls = house.make("html")
    assert "--requirement requirements.txt" in calls


def test_a_book_that_failed_is_built_again(house):
    house.stand_in("python3", fails="build")
    house.make("html", fails=True)
    _, calls = house.make("html", fails=True)
    assert "jupyter-book build" in calls


def test_clean_leaves_only_what_was_there(house):
    before = sorted(house.folder.rglob("*"))
    house.make("html")
    house.make("clean")
    assert sorted(path for path in house.folder.rglob("*") if path != house.log) == before
