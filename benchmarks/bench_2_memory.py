"""How much memory training takes at its peak, each library in a process of its own."""
import json
import subprocess
import sys

from .timing import table

NAMES = ["nnlib", "nnlib replayed", "PyTorch", "JAX jit", "HIPS autograd", "floor"]
PROGRAM = """
import json, resource, sys
from benchmarks.contenders import CONTENDERS, Task
step = CONTENDERS[sys.argv[1]](Task("memory", (784, 1024, 1024, 10), 1024, sys.argv[2], "float32"))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(5):
    step()
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([before * unit, (after - before) * unit]))
"""


def sections():
    rows = []
    for name in NAMES:
        found = [peak(name, optimizer) for optimizer in ("SGD", "Adam")]
        rows.append([name, *[f"{more / 2 ** 20:.0f} MB" if more else "not installed" for _, more in found],
                     f"{found[0][0] / 2 ** 20:.0f} MB" if found[0][0] else ""])
    yield ("## Memory at the peak\n\nA larger task, 784-1024-1024-10 on batches of 1024 in float32, so that arrays "
           "outweigh the rest: what five steps add to the process at its peak, and what it had when library, data and "
           "weights were there.\n\n"
           + table(["library", "SGD steps", "Adam steps", "before"], rows))


def peak(name, optimizer):
    """Bytes before the steps, and bytes that they added; (0, 0) if the library is not there."""
    run = subprocess.run([sys.executable, "-c", PROGRAM, name, optimizer], capture_output=True, text=True)
    return json.loads(run.stdout) if run.returncode == 0 else (0, 0)
