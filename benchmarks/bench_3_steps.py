"""What one training step costs in nnlib and in others: three networks, two optimisers, two precisions."""
import numpy as np

from .contenders import CONTENDERS, OTHER_FORMULA, PARTLY_FLOAT32, Task
from .timing import interleaved, microseconds, table

SIZES = {"A": ((2, 16, 16, 1), 200), "B": ((64, 32, 10), 32), "C": ((784, 128, 10), 64)}
COLUMNS = [("SGD", "float64"), ("SGD", "float32"), ("Adam", "float64"), ("Adam", "float32")]
GOALS = [("A", "SGD", "float64", 0.30), ("A", "Adam", "float64", 0.18), ("B", "SGD", "float32", 0.26),
         ("B", "Adam", "float32", 0.18), ("C", "SGD", "float32", 0.70), ("C", "Adam", "float32", 0.54)]
COMPILED = {goal[:3] for goal in GOALS}  # compiling takes PyTorch ten seconds a task: only where there is a goal


def sections():
    found, refused = {}, {}
    for size, (widths, batch) in SIZES.items():
        for column in COLUMNS:
            steps = made(Task(size, widths, batch, *column), refused)
            agree(steps, column[1])
            found[size, *column] = interleaved(steps)
        yield section(size, found)
    yield goals(found)
    if refused:
        yield "**Not measured here.** " + "; ".join(f"{name}: {why}" for name, why in refused.items())


def made(task, refused):
    """name -> step for every library that can do this task; why one cannot goes into `refused`."""
    steps = {}
    for name, make in CONTENDERS.items():
        if name in refused or name == "PyTorch compiled" and (task.name, task.optimizer, task.dtype) not in COMPILED:
            continue
        try:
            step = make(task)
            if step:
                step()
                steps[name] = step
        except Exception as error:                      # not installed, or something that it needs is not
            refused[name] = (f"{type(error).__name__}, {error}".strip().splitlines() or [""])[0][:120]
    return steps


def agree(steps, dtype):
    """All that compute the same must have the same loss after five more steps, or they are not the same task."""
    losses = {name: float([step() for _ in range(5)][-1]) for name, step in steps.items() if name not in OTHER_FORMULA}
    for name, loss in losses.items():
        rtol = 1e-9 if dtype == "float64" and name not in PARTLY_FLOAT32 else 1e-4
        np.testing.assert_allclose(loss, losses["floor"], rtol=rtol, err_msg=f"{name}; these should be one: {losses}")


def section(size, found):
    widths, batch = SIZES[size]
    rows = []
    for name in CONTENDERS:
        cells = [cell(name, found[size, *column]) for column in COLUMNS]
        rows.append([f"**{name}**" if name.startswith("nnlib") else name, *cells])
    return (f"## {size}: {'-'.join(map(str, widths))} on {batch} points\n\n"
            "One step (forward, loss, backward, optimiser), and in brackets its share of PyTorch's.\n\n"
            + table(["library", *map(" ".join, COLUMNS)], [row for row in rows if set(row[1:]) != {"–"}]))


def cell(name, times):
    if name not in times:
        return "–"
    if "PyTorch" not in times:
        return microseconds(times[name])
    share = times[name] / times["PyTorch"]
    return f"{microseconds(times[name])} ({share:,.{0 if share > 99 else 2}f})"


def goals(found):
    rows = []
    for *column, goal in GOALS:
        times = found[tuple(column)]
        for other, most in [("PyTorch", goal), ("JAX jit", 1.0)]:
            if other in times and (other, column[0]) != ("JAX jit", "C"):
                shares = [times[name] / times[other] for name in ("nnlib", "nnlib replayed")]
                rows.append([", ".join(column), f"{most:.2f} of {other}", *[f"{share:.2f}" for share in shares],
                             by_whom([share <= most for share in shares])])
    return "## Goals\n\n" + table(["task", "goal, at most", "nnlib", "replayed", "met by"], rows)


def by_whom(met):
    return {(True, True): "both", (True, False): "nnlib", (False, True): "replayed"}.get(tuple(met), "nobody")
