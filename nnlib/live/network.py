"""A network as a panel: its units as circles with their values, its weights as lines, as wide as they are large."""
import numpy as np

from .. import nn
from ..look import TERM, palette
from .picture import NOMINAL
from .terms import colour, term_of
from .values import as_tensor

# In pixels, as in js/network.js: the legend and the names above; from unit to unit and how far all of them may reach;
# from layer to layer, across and, on a phone, down, where the last needs less; the widest line
TOP, PITCH, MOST, ACROSS, DOWN, SPARE, WIDEST = 54, 46, 400, 180, 92, 46, 8
UNITS = 16  # in a layer
ALL, FEW, NUMBERED = 20, 8, 8  # in the picture: so many weights, or a few; so many units with their values
NEGATIVE = palette.PAGE["wrong"][0]


class Network:
    """The units and weights of a network for one sample, layer by layer.

    network: an nn.Sequential; units is then the sample x, an array or tensor of one row.
    Or a list of weight matrices, each of shape (out, in); units is then the list of the values of every layer, the
    inputs first.  A layer is called by the name of its tensor.
    Raises ValueError for weights that do not follow from one another, for more than one sample, and for layers of more
    than 16 units, whose lines nobody could tell apart.
    """

    kind = "network"
    width = 1

    def __init__(self, network, units):
        weights, units = _passed(network, units) if isinstance(network, nn.Module) else (network, units)
        self.weights, self.units = [as_tensor(w) for w in weights], [as_tensor(u) for u in units]
        self.sizes = _sizes(self.weights)
        if [u.data.size for u in self.units] != self.sizes:
            shapes = ", ".join(str(u.shape) for u in self.units)
            raise ValueError(
                f"live.network: these weights join layers of {', '.join(map(str, self.sizes))} units, one value each "
                f"for one sample, but the values given have the shapes {shapes}"
            )
        if max(self.sizes) > UNITS:
            raise ValueError(f"live.network draws at most {UNITS} units a layer, but one has {max(self.sizes)}")
        hidden = [f"layer {k}" for k in range(1, len(self.sizes) - 1)]
        self.names = [u.name or name for u, name in zip(self.units, ["input", *hidden, "output"])]
        self.largest = float(f"{max(1, *(np.abs(w.data).max() for w in self.weights)):.2g}")

    def tensors(self):
        return [*self.weights, *self.units]

    def spec(self, ids):
        return {
            "kind": self.kind,
            "sizes": self.sizes,
            "names": self.names,
            "terms": [term_of(name) or "ink" for name in self.names],
            "weights": [ids[w] for w in self.weights],
            "units": [ids[u] for u in self.units],
            "largest": self.largest,
        }

    def pitch(self):
        return min(PITCH, MOST / max(self.sizes))

    def height(self, narrow):
        """(share of the width, pixels)"""
        return 0, TOP + (len(self.sizes) * DOWN - SPARE if narrow else round(max(self.sizes) * self.pitch()))

    def place(self, layer, unit):
        """The middle of a unit in a column of text."""
        pitch, layers = self.pitch(), len(self.sizes)
        x = NOMINAL / 2 + (layer - (layers - 1) / 2) * min(ACROSS, NOMINAL / layers)
        return x, TOP + max(self.sizes) * pitch / 2 + (unit - (self.sizes[layer] - 1) / 2) * pitch

    def draw(self, ax):
        """The first state.  Slanted lines and digits make large files, so of a large network only a part is drawn."""
        lines = [(layer, *ends, w) for layer, ws in enumerate(self.weights) for ends, w in np.ndenumerate(ws.data)]
        drawn = sorted(lines, key=lambda line: -abs(round(line[-1], 6)))[: ALL if len(lines) <= ALL else FEW]
        for layer, to, start, w in drawn:
            ends = zip(self.place(layer, start), self.place(layer + 1, to))
            sign = {"color": TERM["weight"]} if w > 0 else {"color": NEGATIVE, "ls": (0, (2, 1))}
            wide = round(min(abs(w) / self.largest, 1.5) * WIDEST * 0.72, 4)
            ax.plot(*ends, lw=wide, antialiased=False, solid_capstyle="butt", dash_capstyle="butt", **sign)
        for layer, units in enumerate(self.units):
            ink = colour(term_of(self.names[layer]))
            ax.text(self.place(layer, 0)[0], TOP - 12, self.names[layer], color=ink, ha="center", va="center")
            for unit, value in enumerate(units.data.ravel()):
                self.draw_unit(ax, *self.place(layer, unit), value, ink)
        ax.text(0, 12, "positive weights", color=TERM["weight"], va="center")
        ax.text(130, 12, "negative weights (dashed)", color=NEGATIVE, va="center")
        if len(drawn) < len(lines):
            told = f"the {FEW} largest of {len(lines)}"
            ax.text(NOMINAL, 12, told, color=colour("muted"), ha="right", va="center")
        ax.set(xlim=(0, NOMINAL), ylim=(self.height(narrow=False)[1], 0))
        ax.axis("off")

    def draw_unit(self, ax, x, y, value, ink):
        from matplotlib.patches import Circle

        radius = min(19, 0.42 * self.pitch())
        ax.add_patch(Circle((x, y), radius, fc="white", ec=ink, lw=1.2, antialiased=False, zorder=3))
        if radius > 15 and sum(self.sizes) <= NUMBERED:
            told = f"{value:.2f}".replace("-", "−")
            ax.text(x, y, told, ha="center", va="center", fontsize=8, zorder=4)


def _passed(model, x):
    """The weights of a model, and the value of every layer as x passes through it."""
    weights, units, value = [], [], as_tensor(x)
    if value.data.ndim == 1:
        value = value.reshape(1, -1)
    for module in model:
        if isinstance(module, nn.Linear):
            weights.append(module.weight)
            units.append(value)
        value = module(value)
    return weights, [*units, value]


def _sizes(weights):
    """How many units each layer has."""
    if not weights or any(w.data.ndim != 2 for w in weights):
        raise ValueError("live.network: give an nn.Sequential with linear layers, or a list of matrices of (out, in)")
    for k, (first, second) in enumerate(zip(weights, weights[1:]), start=1):
        if first.shape[0] != second.shape[1]:
            raise ValueError(
                f"live.network: weights {k} of shape {first.shape} lead to {first.shape[0]} units, "
                f"but weights {k + 1} of shape {second.shape} start from {second.shape[1]}"
            )
    return [weights[0].shape[1], *(w.shape[0] for w in weights)]
