"""See a computation: the graph that nnlib recorded, as a table, as a picture and as plain JSON."""
import numpy as np


def nodes(*outputs):
    """Every tensor that the outputs were computed from, and they, in order of birth: inputs before what uses them."""
    found, todo = set(outputs), list(dict.fromkeys(outputs))
    for t in todo:                                      # the list grows as we walk along it
        for x in t.inputs:
            if x not in found:
                found.add(x)
                todo.append(x)
    return sorted(todo, key=lambda t: t.born)


def to_dict(output):
    """The graph as plain data for json.dumps: nodes, each with name, op, inputs (by place), value and gradient."""
    listed = nodes(output)
    place = {t: i for i, t in enumerate(listed)}
    return {"output": place[output],
            "nodes": [{"name": t.name, "op": t.op, "inputs": [place[x] for x in t.inputs], "value": t.data.tolist(),
                       "grad": None if t.grad is None else t.grad.tolist()} for t in listed]}


def table(output):
    """One line a node: its number, name, how it was computed, its value, and the gradient if backward() has run."""
    listed = nodes(output)
    place = {t: i for i, t in enumerate(listed)}
    rows = [("#", "name", "computed as", "value", "gradient")]
    for i, t in enumerate(listed):
        inputs = ", ".join(f"#{place[x]}" for x in t.inputs)
        made = f"{t.op}({inputs})" if t.op else "input" if t.requires_grad else "constant"
        rows.append((str(i), t.name or "", made, _short(t.data), "" if t.grad is None else _short(t.grad)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def draw(output):
    """The graph as a Matplotlib figure: left to right, a box a tensor with name, operation, value and gradient."""
    import matplotlib.pyplot as plt                     # only here: the core itself needs nothing but NumPy

    from .look import TERM
    places = _places(nodes(output))
    columns, lanes = (1 + max(numbers) for numbers in zip(*places.values()))
    pitch = max([1.5] + [0.1 * len(t.op) for t in places if t.op])     # inches: the longest name fits into its box
    figure, axes = plt.subplots(figsize=(pitch * columns, lanes))
    axes.set(position=(0, 0, 1, 1), xlim=(-0.5, columns - 0.5), ylim=(lanes - 0.5, -0.5))
    axes.axis("off")
    for t, (column, lane) in places.items():
        axes.add_patch(plt.Rectangle((column - 0.36, lane - 0.4), 0.72, 0.8, fill=False))
        gradient = None if t.grad is None else _short(t.grad)
        lines = [line for line in (t.name, t.op, _short(t.data), gradient) if line]
        for i, line in enumerate(lines):
            axes.text(column, lane + 0.19 * (i - (len(lines) - 1) / 2), line, size=9, ha="center", va="center",
                      color=TERM["gradient"] if line is gradient else "black")
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


def _short(array):
    return f"{array.item():.6f}" if np.size(array) == 1 else f"shape {array.shape}"
