"""Makes `pytest --nbval` strict, whichever files it is asked for, and keeps every test off the reader's own answers."""
import os
import signal
from importlib.util import find_spec

os.environ["NNLIB_ANSWERS"] = ""
os.environ["OPENBLAS_NUM_THREADS"] = "1"            # before NumPy loads: tests that run side by side share the processor
signal.signal(signal.SIGINT, signal.default_int_handler)    # a shell's job in the background, and all it starts, ignores it

from tools.notebooks import ROOT, notebooks, runnable  # noqa: E402

pytest_plugins = ["tests.strict_nbval"]

# What needs more than the book does is collected where that is installed, and the header says what is left out.
WANTING = {
    "PyTorch (make torch)": [] if find_spec("torch") else [
        *sorted(path.relative_to(ROOT).as_posix() for path in {*notebooks()} - {*runnable()}),
        "tests/test_distributed.py"],
    "a class (make class)": [] if (ROOT / ".venv" / ".class").exists() else [
        "tests/test_hub.py", "tests/test_problem_sets.py"],
}
collect_ignore = [file for files in WANTING.values() for file in files]


def pytest_report_header():
    return [f"without {what}, not collected: {', '.join(files)}" for what, files in WANTING.items() if files]
