"""Makes `pytest --nbval` strict, whichever files it is asked for, and keeps every test off the reader's own answers."""
import os
from importlib.util import find_spec

from tools.notebooks import ROOT, notebooks, runnable

os.environ["NNLIB_ANSWERS"] = ""
os.environ["OPENBLAS_NUM_THREADS"] = "1"            # tests run side by side; threads of one would wait for the other's

pytest_plugins = ["tests.strict_nbval"]

# Everything else passes without PyTorch; these run where `make torch` has installed it.
collect_ignore = sorted(path.relative_to(ROOT).as_posix() for path in {*notebooks()} - {*runnable()})
if not find_spec("torch"):
    collect_ignore.append("tests/test_distributed.py")


def pytest_report_header():
    if collect_ignore:
        return f"without PyTorch (make torch), not collected: {', '.join(collect_ignore)}"
