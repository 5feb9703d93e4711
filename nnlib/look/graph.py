"""The computation graph that nnlib recorded, drawn by Matplotlib."""
import matplotlib.pyplot as plt

from ..graph import nodes, short
from . import TERM


def draw(output):
    """The graph as a Matplotlib figure: left to right, a box a tensor with name, operation, value and gradient."""
    places = _places(nodes(output))
    columns, lanes = (1 + max(numbers) for numbers in zip(*places.values()))
    pitch = max([1.5] + [0.1 * len(t.op) for t in places if t.op])     # inches: the longest name fits into its box
    figure, axes = plt.subplots(figsize=(pitch * columns, lanes))
    axes.set(position=(0, 0, 1, 1), xlim=(-0.5, columns - 0.5), ylim=(lanes - 0.5, -0.5))
    axes.axis("off")
    for t, (column, lane) in places.items():
        axes.add_patch(plt.Rectangle((column - 0.36, lane - 0.4), 0.72, 0.8, fill=False))
        lines = [(line, "black") for line in (t.name, t.op, short(t.data)) if line]
        if t.grad is not None:
            lines.append((short(t.grad), TERM["gradient"]))
        for i, (line, colour) in enumerate(lines):
            axes.text(column, lane + 0.19 * (i - (len(lines) - 1) / 2), line, size=9, ha="center", va="center",
                      color=colour)
        for x in set(t.inputs):
            start, level = places[x]
            axes.plot([start + 0.36, column - 0.64], [level, level], color="black", lw=1)
            axes.annotate("", (column - 0.36, lane), (column - 0.64, level), arrowprops={
                "arrowstyle": "->", "shrinkA": 0, "shrinkB": 0})
    plt.close(figure)                                   # or a notebook would show it twice
    return figure


def _places(listed):
    """Column and lane of each tensor: right of its inputs, and the lane clear of others up to the last that uses it."""
    users, columns, places, taken = {t: [] for t in listed}, {}, {}, set()
    for t in listed:
        columns[t] = 1 + max((columns[x] for x in t.inputs), default=-1)
        for x in t.inputs:
            users[x].append(t)
    for t in [t for t in reversed(listed) if t.op] + [t for t in listed if not t.op]:  # operations get the upper lanes
        used = [columns[u] for u in users[t]] or [columns[t] + 1]
        if not t.op:
            columns[t] = min(used) - 1                  # a leaf stands just left of the first that uses it
        lane = min([places[u][1] for u in users[t]], default=0)
        while taken & (way := {(column, lane) for column in range(columns[t], max(used))}):
            lane += 1
        taken |= way
        places[t] = columns[t], lane
    return places
