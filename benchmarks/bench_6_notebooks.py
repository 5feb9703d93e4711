"""What running the notebooks costs: seconds and memory at the peak, each from its first cell to its last, one by one."""
import json
import subprocess
import sys
from pathlib import Path

from .timing import table

ROOT = Path(__file__).parents[1]
PROGRAM = """
import json, resource, sys, time
from pathlib import Path
from tools.notebooks import fresh_run, read
path = Path(sys.argv[1])
began = time.perf_counter()
fresh_run(read(path), path.parent)
kernel = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([time.perf_counter() - began, kernel.ru_maxrss * unit]))
"""


def sections():
    from tools.notebooks import notebooks

    costs = {path.relative_to(ROOT).with_suffix("").as_posix(): cost(path) for path in notebooks()}
    slowest, largest = (max(costs, key=lambda name: costs[name][place]) for place in (0, 1))
    goals = table(["of all notebooks", "measured", "goal"], [
        [f"the slowest ({slowest})", f"{costs[slowest][0]:.0f} s", "60 s"],
        [f"the largest ({largest})", f"{costs[largest][1] / 1e6:.0f} MB", "500 MB"],
        ["all, one after the other", f"{sum(seconds for seconds, _ in costs.values()):.0f} s", ""]])
    rows = [[name, f"{seconds:.1f}", f"{peak / 1e6:.0f}"] for name, (seconds, peak) in costs.items()]
    yield ("## Notebooks\n\nFrom a new kernel to the last cell, the kernel's start included, and the kernel's memory at its "
           "peak. Seconds of the clock: what else the machine did meanwhile counts.\n\n"
           f"{goals}\n\n{table(['notebook', 'seconds', 'MB'], rows)}")


def cost(path):
    """(seconds, bytes at the peak) of a notebook's run in a kernel of its own."""
    run = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)
