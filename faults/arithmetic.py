"""Other arithmetic under a notebook: older kernels of the BLAS, fewer of the processor's wide instructions."""
import os
import platform
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product

from tests.strict_nbval import difference, other_arithmetic, plain
from tools.notebooks import fresh_run, read

from . import ROOT, Fault

KIND = "a notebook run with another BLAS kernel, or without wide instructions"
NOTEBOOKS = ["01_derivatives/03_gradient", "04_backprop/02_layers"]
KERNELS = (["Prescott", "Nehalem", "Sandybridge", "Haswell"] if platform.machine() in ("x86_64", "AMD64")
           else ["ARMV8", "CORTEXA53", "CORTEXA57", "THUNDERX"])
BITS = """
import hashlib
import numpy as np
x = np.random.default_rng(0).standard_normal((64, 100)).astype(np.float32)
print(hashlib.sha256((x @ x.T).tobytes() + np.exp(x).tobytes() + np.tanh(x).tobytes()).hexdigest())
"""


def planted(most=None):
    runs = list(product(others(), NOTEBOOKS))[:most]
    with ProcessPoolExecutor(2) as processes:
        agree = processes.map(agrees, *zip(*runs))
        return [Fault(KIND, f"{name} with {told(setting)}", same) for (setting, name), same in zip(runs, agree)]


def others():
    """Settings under which NumPy's sums end in other bits than they do here, no two alike."""
    wide = other_arithmetic()["NPY_DISABLE_CPU_FEATURES"].split()
    found = {bits({}): {}}
    for kernel, k in product(KERNELS, range(len(wide) + 1)):
        setting = {"OPENBLAS_CORETYPE": kernel, "NPY_DISABLE_CPU_FEATURES": " ".join(wide[k:])}
        found.setdefault(bits(setting), setting)
    return list(found.values())[1:]


def bits(setting):
    """A fingerprint of some sums, exponentials and tanhs."""
    return subprocess.run([sys.executable, "-c", BITS], env={**os.environ, **setting}, capture_output=True, check=True).stdout


def agrees(setting, name):
    """Whether a notebook's outputs are those that it stores."""
    path = ROOT / "lessons" / f"{name}.ipynb"
    notebook = read(path)
    stored = [plain(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]
    fresh = [plain(cell.outputs) for cell in fresh_run(notebook, path.parent, **setting)]
    return not difference(stored, fresh, "cells")


def told(setting):
    return " ".join(f"{name}={value!r}" for name, value in setting.items())
