"""Faults planted in the book, in its library and in its pages, and how many of them are caught: `make faults`."""
import os
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))                    # whose own checks are the judges
os.environ["OPENBLAS_NUM_THREADS"] = "1"                # before anything imports NumPy


class Fault(NamedTuple):
    """One fault: its kind as the table has it, its own name, and whether it was caught."""

    kind: str
    name: str
    caught: bool
