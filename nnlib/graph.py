"""See a computation: the graph that nnlib recorded, as a table and as plain JSON; look.graph draws it."""
import numpy as np


def nodes(*outputs):
    """The outputs and every tensor they were computed from, in order of birth: inputs before what uses them."""
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
        rows.append((str(i), t.name or "", made, short(t.data), "" if t.grad is None else short(t.grad)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def short(array):
    """A number to six significant digits, which float32 has, too; of anything larger its shape."""
    return f"{array.item():.6g}" if np.size(array) == 1 else f"shape {array.shape}"
