"""What a step costs as networks grow wider and deeper, and batches larger."""
from .contenders import CONTENDERS, Task
from .timing import interleaved, microseconds, table

NAMES = ["nnlib", "nnlib replayed", "PyTorch"]
GROWTH = {"width": {n: ((64, n, 10), 32) for n in (16, 64, 256, 1024)},
          "depth": {n: ((64, *[64] * n, 10), 32) for n in (1, 2, 4, 8, 16)},
          "batch": {n: ((64, 64, 10), n) for n in (1, 8, 64, 512)}}


def sections():
    yield ("## Growth\n\nHow the cost of a step, with SGD in float32, grows with the width of one hidden layer, with "
           "the number of hidden layers of width 64, and with the batch. Else 64 inputs, one hidden layer of 64, "
           "10 classes, batches of 32.")
    for what, tasks in GROWTH.items():
        rows = []
        for n, (widths, batch) in tasks.items():
            times = interleaved(steps(Task("growth", widths, batch, "SGD", "float32")), rounds=9)
            rows.append([str(n), *[microseconds(times[name]) if name in times else "–" for name in NAMES]])
        yield table([what, *NAMES], rows)


def steps(task):
    made = {}
    for name in NAMES:
        try:
            made[name] = CONTENDERS[name](task)
        except ImportError:
            pass
    return made
