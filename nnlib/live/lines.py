"""Number lines, one below another: a value on each, a nudge of it, and how much of the nudge reaches the next line."""
from dataclasses import dataclass

from ..autograd import Tensor
from ..look import TERM
from .marks import Mark, one_number, shown
from .picture import NOMINAL
from .terms import checked_term, colour, term_of

# In pixels, as in js/lines.js: from line to line, what the last one does without, a line below its text, the ends
ROW, SPARE, AXIS, EDGE = 88, 28, 34, 16


@dataclass(eq=False)
class NumberLine(Mark):
    """A line of numbers from `low` to `high` with a point at `value` and, from there to `nudged`, a coloured segment.

    label: what stands on it, as "x" or "u = x²"; the symbol names the nudge, Δu, and brings its colour.
    Lines that a figure lists one after the other are linked: each says how many times larger its nudge is than that of
    the line above, Δu/Δx.  rate: the local rate itself, live.grad(u, x), shown beside that quotient as du/dx.
    """

    value: Tensor
    nudged: Tensor
    low: float
    high: float
    label: str
    rate: Tensor = None
    term: str = None

    def __post_init__(self):
        for name in ("value", "nudged", "rate"):
            if getattr(self, name) is not None:
                one_number(self, name)
        if not (self.label and self.label.strip()):
            raise ValueError('live.number_line: what stands on this line? Say label="x", or label="u = x²"')
        if not self.low < self.high:
            raise ValueError(f"live.number_line {self.label}: low must be below high, got {self.low} and {self.high}")
        if not self.low <= self.value.item() <= self.high:
            raise ValueError(
                f"live.number_line {self.label}: the line goes from {self.low} to {self.high}, "
                f"but its value is {self.value.item():g} at first: make it longer"
            )
        self.term = checked_term(self.term) or term_of(self.symbol)

    @property
    def symbol(self): return self.label.split(" = ")[0]

    def at(self, tensor):
        """Where a number stands, in pixels from the left."""
        share = (float(shown(tensor)[0]) - self.low) / (self.high - self.low)
        return EDGE + share * (NOMINAL - 2 * EDGE)

    def nudge(self):
        return None if self.nudged is None else self.nudged.item() - self.value.item()


class Lines:
    """The panel of all number lines of a figure, and the texts below it."""

    kind = "lines"
    width = 1

    def __init__(self, lines, texts):
        if lines[0].rate is not None:
            raise ValueError(
                f"live.number_line {lines[0].label}: rate= says how a line follows the one above, "
                "and nothing is above the first"
            )
        if any(text.x is not None for text in texts):
            raise ValueError("a text among number lines stands below them: leave its x and y out")
        self.lines, self.marks = lines, [*lines, *texts]

    def tensors(self):
        for mark in self.marks:
            yield from mark.tensors()

    def spec(self, ids):
        return {"kind": self.kind, "marks": [mark.spec(ids) for mark in self.marks]}

    def height(self, narrow):
        """(share of the width, pixels)"""
        return 0, len(self.lines) * ROW - SPARE

    def draw(self, ax):
        """The first state, laid out as js/lines.js does it in a column of text."""
        for k, line in enumerate(self.lines):
            if k:
                _link(ax, self.lines[k - 1], line, k * ROW)
            _draw(ax, line, k * ROW)
        ax.set(xlim=(0, NOMINAL), ylim=(self.height(narrow=False)[1], 0))
        ax.axis("off")


def _draw(ax, line, top):
    from matplotlib.ticker import MaxNLocator

    y, muted = top + AXIS, colour("muted")
    ax.plot([EDGE, NOMINAL - EDGE], [y, y], color=muted, lw=1)
    for tick in MaxNLocator(8, steps=[1, 2, 5, 10]).tick_values(line.low, line.high):
        if line.low <= tick <= line.high:
            x = EDGE + (tick - line.low) / (line.high - line.low) * (NOMINAL - 2 * EDGE)
            ax.plot([x, x], [y, y + 5], color=muted, lw=1)
            ax.text(x, y + 14, f"{tick:g}".replace("-", "−"), color=muted, ha="center", va="center", fontsize=8.5)
    if line.nudged is not None:
        ax.plot([line.at(line.value), line.at(line.nudged)], [y, y], color=TERM["gradient"], lw=5)
    ax.plot(line.at(line.value), y, "o", color=colour(line.term), ms=8, zorder=3)
    told = f"{line.label} = {_digits(line.value.item())}"
    ax.text(EDGE, top + 10, told, color=colour(line.term), va="center", weight="bold", fontsize=9.5)
    if line.nudged is not None:
        _write_right(ax, top + 10, f"Δ{line.symbol} = {_digits(line.nudge())}")


def _link(ax, above, line, top):
    """The band that carries the nudge from the line above, and what it is multiplied by on its way."""
    if above.nudged is not None and line.nudged is not None:
        corners = [above.at(above.value), above.at(above.nudged), line.at(line.nudged), line.at(line.value)]
        ys = [top - ROW + AXIS] * 2 + [top + AXIS] * 2
        ax.fill(corners, ys, color=TERM["gradient"], alpha=0.12, lw=0, zorder=0)
    _write_right(ax, top - 14, _told_rate(above, line))


def _write_right(ax, y, text):
    ax.text(NOMINAL - EDGE, y, text, color=TERM["gradient"], ha="right", va="center", fontsize=9.5)


def _told_rate(above, line):
    """"Δu/Δx = 2.1   du/dx = 2", as far as there is something to say."""
    told = []
    if above.nudge() and line.nudged is not None:
        told.append(f"Δ{line.symbol}/Δ{above.symbol} = {_digits(line.nudge() / above.nudge())}")
    if line.rate is not None:
        told.append(f"d{line.symbol}/d{above.symbol} = {_digits(line.rate.item())}")
    return "   ".join(told)


def _digits(value):
    return f"{value:.4g}".replace("-", "−")
