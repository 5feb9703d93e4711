"""How long `import nnlib` takes when NumPy is there already, and what others take."""
import statistics
import subprocess
import sys

from .timing import table

GOAL = 0.15                             # seconds
PROGRAM = """
import time, numpy
began = time.process_time()
import {module}
print(time.process_time() - began)
"""


def sections():
    rows = []
    for module in ["nnlib", "torch", "jax", "autograd", "tinygrad", "sklearn.neural_network"]:
        times = [seconds_to_import(module) for _ in range(5 if module == "nnlib" else 2)]
        goal = f"{GOAL} s: {'met' if statistics.median(times) < GOAL else 'missed'}" if module == "nnlib" else ""
        rows.append([f"`{module}`", f"{statistics.median(times):.2f} s" if times[0] else "not installed", goal])
    yield ("## Import time\n\nProcessor time of `import` once NumPy is there, the median of fresh processes.\n\n"
           + table(["library", "time", "goal"], rows))


def seconds_to_import(module):
    """0.0 if it cannot be imported here."""
    run = subprocess.run([sys.executable, "-c", PROGRAM.format(module=module)], capture_output=True, text=True)
    return float(run.stdout or 0)
