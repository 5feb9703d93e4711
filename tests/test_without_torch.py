"""Without PyTorch everything goes on but lesson 7.1, and whoever runs that is told what to install."""
import os
import subprocess
import sys

import pytest

from tools.notebooks import ROOT, notebooks, runnable

pytestmark = pytest.mark.reach

LESSON = "lessons/07_beyond/01_pytorch.ipynb"


@pytest.fixture
def python(tmp_path):
    """Runs Python, in this folder, as if PyTorch had never been installed."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])

    def run(*arguments):
        return subprocess.run([sys.executable, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": path},
                              capture_output=True, text=True)
    return run


def test_lesson_7_1_and_no_other_notebook_needs_pytorch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert {*notebooks()} - {*runnable()} == {ROOT / LESSON}


def test_what_needs_pytorch_is_not_collected_and_the_header_says_so(python):
    found = python("-m", "pytest", "--nbval", "--collect-only", "lessons/07_beyond", "tests/test_size.py")
    header, _, collected = found.stdout.partition("collected ")
    assert found.returncode == 0 and "test_size" in collected, found.stdout
    assert f"without PyTorch (make torch), not collected: {LESSON}, tests/test_distributed.py" in header
    assert "01_pytorch" not in collected


@pytest.mark.parametrize("command", [["tools/notebooks.py", LESSON], ["-m", "pytest", "--nbval", "-q", LESSON]],
                         ids=["stored", "tested"])
def test_whoever_runs_the_lesson_all_the_same_is_told_what_to_install(python, command):
    before = (ROOT / LESSON).read_bytes()
    ran = python(*command)
    assert ran.returncode
    assert "this lesson needs PyTorch: run `make torch`" in ran.stdout + ran.stderr
    assert (ROOT / LESSON).read_bytes() == before
