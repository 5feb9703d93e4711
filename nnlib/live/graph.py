"""A computation graph as a panel: every step with its value, going forward, and its gradient, coming back."""
import math
from dataclasses import dataclass

from ..graph import nodes
from ..look import TERM
from .formula import formula
from .picture import NOMINAL
from .terms import colour, term_of
from .trace import compute, slopes

# In pixels, as in js/graph.js
SLOT, LEAST, WIDEST = 52, 76, 132  # a number above a box; the narrowest and widest share of a column
HUNG, CLEAR, BOX = 74, 8, 66  # heights: what hangs above a box, or nothing, and the box itself
SLOPE, TURN, STEP = 24, 18, 112  # its gradient below it, between two rows, from box to box going down
BUTTONS = 48  # the row of buttons that go back


class Graph:
    """The graph of `output`: its named steps as boxes and, at a press, every single operation.

    backward=True: no gradient is shown before the reader asks for it, box by box from the output back to the leaves.
    """

    kind = "graph"
    width = 1

    def __init__(self, output, backward=False):
        everything = nodes(output)
        for t in everything:
            if t.data.size != 1:
                name = t.name or t.op or "a constant"
                raise ValueError(f"live.graph shows single numbers, but {name} has shape {t.shape}")
        self.output, self.backward = output, backward
        operations = [t for t in everything if t.op]
        if not operations:
            raise ValueError("live.graph shows how a tensor was computed, but this one was not computed from others")
        named = [t for t in operations if t.name or t is output]
        views = [named, operations] if 1 < len(named) < len(operations) else [operations]
        self.views = [View(everything, boxes) for boxes in views]

    def tensors(self):
        return [self.output]

    def spec(self, ids):
        asked = {"backward": True} if self.backward else {}
        return {"kind": self.kind, "of": ids[self.output], "views": [view.spec(ids) for view in self.views], **asked}

    def height(self, narrow):
        """(share of the width, pixels) that the panel takes as it starts."""
        legend = 28 if len(self.views) == 1 else 72 if narrow else 44
        return 0, legend + self.views[0].height(narrow) + BUTTONS * self.backward

    def draw(self, ax):
        self.views[0].draw(ax, self.output, not self.backward)


class View:
    """Which tensors are boxes, in which column and lane; which leaves hang above the one box that uses them."""

    def __init__(self, nodes, operations):
        inputs = {t: _nearest(t, set(operations)) for t in operations}  # sets: Tensors compare by value in a list
        uses = {x: sum(x in inputs[t] for t in operations) for x in nodes if not x.op and (x.name or x.requires_grad)}
        start = next((x for x, n in uses.items() if n == 1 and term_of(x.name) == "input"), None)
        self.hung = {t: [x for x in inputs[t] if uses.get(x) == 1 and x is not start] for t in operations}
        boxes = {t: True for t in nodes if t in inputs or t is start or uses.get(t, 0) > 1}
        self.before = {t: {x: True for x in inputs.get(t, ()) if x in boxes} for t in boxes}
        self.columns = _columns(list(boxes), self.before)
        self.lanes = _lanes(list(boxes), self.before, self.columns)

    def spec(self, ids):
        return [self._box(t, ids) for t in self.columns]

    def _box(self, t, ids):
        hung = [_bare(node=ids[x], name=x.name, term=term_of(x.name)) for x in self.hung.get(t, ())]
        return _bare(
            **_bare(node=ids[t], name=t.name, formula=formula(t) if t.op else None, term=term_of(t.name)),
            **{"at": [self.columns[t], self.lanes[t]], "from": [ids[x] for x in self.before[t]], "hung": hung},
        )

    def size(self):
        return max(self.columns.values()) + 1, max(self.lanes.values()) + 1

    def height(self, narrow):
        """Pixels, in a column of text or on a phone."""
        return (self.size()[0] - 1) * STEP + BOX + SLOPE if narrow else self.rows()[1][-1][-1] + SLOPE

    def rows(self):
        """(columns in a row, where the boxes of every lane of every row end), in a column of text."""
        columns, lanes = self.size()
        least = max([LEAST] + [SLOT * len(hung) for hung in self.hung.values()])
        rows = math.ceil(columns / (NOMINAL // least))
        in_row = math.ceil(columns / rows)
        crowned = {(self.columns[t] // in_row, self.lanes[t]) for t, hung in self.hung.items() if hung}
        height, bottoms = -TURN, []
        for row in range(rows):
            height += TURN
            bottoms.append([])
            for lane in range(lanes):
                height += (HUNG if (row, lane) in crowned else CLEAR) + BOX + SLOPE
                bottoms[-1].append(height - SLOPE)
        return in_row, bottoms

    def draw(self, ax, output, backward):
        """The first state, with gradients or without, laid out as js/graph.js does it in a column of text."""
        results = compute(nodes(output))
        gradients = slopes(output, results) if backward else {}
        in_row, bottoms = self.rows()
        pitch = min(WIDEST, NOMINAL / in_row)
        gap = min(max(pitch * 0.26, 14), 34)
        places = {}
        for t, column in self.columns.items():
            row, place = divmod(column, in_row)
            left = (NOMINAL - pitch * in_row) / 2 + place * pitch + gap / 2
            places[t] = Place(left, bottoms[row][self.lanes[t]] - BOX, pitch - gap, row)
        for t, place in places.items():
            _draw_box(ax, place, t, results[t][0], gradients.get(t))
            hung = self.hung.get(t, ())
            for number, x in enumerate(hung):
                middle = place.middle + (number - (len(hung) - 1) / 2) * min(pitch / len(hung), 64)
                _draw_hung(ax, middle, place.top, x, results[x][0], gradients.get(x))
            for x in self.before[t]:
                _draw_arrows(ax, places[x], place, backward)
        ax.set(xlim=(0, NOMINAL), ylim=(bottoms[-1][-1] + SLOPE, 0))
        ax.axis("off")


@dataclass
class Place:
    """Where a box stands."""

    left: float
    top: float
    width: float
    row: int

    @property
    def middle(self): return self.left + self.width / 2


def _draw_box(ax, place, t, value, slope):
    from matplotlib.patches import FancyBboxPatch
    middle, c = place.middle, colour(term_of(t.name))
    corner, rounded = (place.left, place.top), "round,pad=0,rounding_size=6"
    ax.add_patch(FancyBboxPatch(corner, place.width, BOX, boxstyle=rounded, fc="white", ec=c, lw=1.3))
    _write(ax, middle, place.top + 15, t.name or formula(t), c, 11 if t.name else 8)
    if t.name and t.op:
        _write(ax, middle, place.top + 34, formula(t), colour("muted"), 7.5)
    _write(ax, middle, place.top + 52, six(value), colour("ink"), 8.5)
    if slope is not None:
        _write(ax, middle, place.top + BOX + 13, six(slope), TERM["gradient"], 8.5)


def _draw_hung(ax, middle, box_top, x, value, slope):
    c = colour(term_of(x.name))
    _write(ax, middle, box_top - 62, x.name, c, 11)
    _write(ax, middle, box_top - 45, six(value), c, 8)
    if slope is not None:
        _write(ax, middle, box_top - 30, six(slope), TERM["gradient"], 8)
    ax.plot([middle, middle], [box_top - 20, box_top], color=c, lw=1.3)


def _draw_arrows(ax, a, b, backward):
    if a.row != b.row:
        return
    right, left = a.left + a.width + 2, b.left - 2
    ways = (0.36, left, right, colour("muted")), (0.64, right, left, TERM["gradient"])
    for height, head, tail, c in ways if backward else ways[:1]:
        head_y, tail_y = (b.top, a.top) if head == left else (a.top, b.top)
        style = {"arrowstyle": "->", "color": c, "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (head, head_y + BOX * height), (tail, tail_y + BOX * height), arrowprops=style)


def _write(ax, x, y, text, c, size):
    ax.text(x, y, text, color=c, ha="center", va="center", fontsize=size)


def six(value):
    """A number with six places, as js/format.js writes it."""
    return f"{float(value):.6f}".replace("-", "−")


def _nearest(t, kept):
    """The tensors of `kept` and the leaves that t leads back to without passing another, as keys in their order."""
    found = {}
    for x in t.inputs:
        found |= {x: True} if x in kept or not x.op else _nearest(x, kept)
    return found


def _columns(boxes, before):
    """A column right of everything a box uses; a leaf stands just left of the first box that uses it."""
    columns = {}
    for t in boxes:
        columns[t] = 1 + max((columns[x] for x in before[t]), default=-1)
    for t in boxes:
        if not t.op:
            columns[t] = min(columns[u] for u in boxes if t in before[u]) - 1
    least = min(columns.values())
    return {t: column - least for t, column in columns.items()}


def _lanes(boxes, before, columns):
    """The longest path runs straight along the first lane; whatever joins it lies below."""
    lanes, taken = {boxes[-1]: 0}, {(columns[boxes[-1]], 0)}
    for t in reversed(boxes):
        for x in sorted(before[t], key=lambda x: -columns[x]):
            if x not in lanes:
                lane = lanes[t]
                while (columns[x], lane) in taken:
                    lane += 1
                lanes[x] = lane
                taken.add((columns[x], lane))
    return lanes


def _bare(**entries):
    return {key: value for key, value in entries.items() if value not in (None, [])}
