"""The first state of a playground as a small PNG, for paper and for readers without scripts."""
import numpy as np

from .. import functional as F
from .. import no_grad
from ..look import TERM
from .marks import Contour, HeatMap, Points
from .network import NEGATIVE
from .picture import picture as drawn
from .playground_run import SPAN, Run
from .terms import colour
from .values import grid

AXIS = np.linspace(-SPAN, SPAN, 21)
SHADES = 8  # of a unit's picture
LINES = 18  # the widest; all would make a large file
APART, TILE = 1.6, 0.4  # from layer to layer, and half the side of a unit's picture, where 1 is from unit to unit


class Units:
    """What every unit answers all over the plane, in columns, and the weights between them as lines."""

    width = 1

    def __init__(self, parameters, answers):
        self.weights, self.answers = parameters[::2], answers

    def place(self, layer, unit):
        return APART * layer, (self.answers[layer].shape[1] - 1) / 2 - unit

    def draw(self, ax):
        lines = [(abs(w), w, layer, *at) for layer, ws in enumerate(self.weights) for at, w in np.ndenumerate(ws.data)]
        for wide, w, layer, to, start in sorted(lines)[-LINES:]:
            ends = zip(self.place(layer, start), self.place(layer + 1, to))
            ink = TERM["weight"] if w > 0 else NEGATIVE
            ax.plot(*ends, color=ink, lw=round(3 * wide, 1), zorder=1, antialiased=False)
        for layer, answers in enumerate(self.answers):
            for unit, answer in enumerate(answers.T):
                self.draw_unit(ax, *self.place(layer, unit), answer)
        most = max(answers.shape[1] for answers in self.answers) / 2
        ax.set(xlim=(-0.6, APART * len(self.weights) + 0.6), ylim=(-most, most), aspect="equal")
        ax.axis("off")

    def draw_unit(self, ax, x, y, answer):
        from matplotlib.colors import LinearSegmentedColormap

        shades, most = answer.reshape(len(AXIS), len(AXIS)), np.abs(answer).max()
        colours = LinearSegmentedColormap.from_list("", [colour("muted"), "white", TERM["activation"]], N=SHADES)
        ax.imshow(
            shades,
            extent=[x - TILE, x + TILE, y - TILE, y + TILE],
            origin="lower",
            cmap=colours,
            vmin=-most,
            vmax=most,
            interpolation="nearest",
            zorder=2,
        )


class Map:
    """Where the network decides, and the training points."""

    width = 1

    def __init__(self, run, logits):
        points, targets = (t.numpy() for t in run.training[:])
        border = Contour(AXIS, AXIS, logits)
        dots = Points(points[:, 0], points[:, 1], group=targets[:, 0], size=6)
        self.marks = HeatMap(AXIS, AXIS, F.sigmoid(logits)), border, dots

    def draw(self, ax):
        for mark in self.marks:
            mark.draw(ax)
        ax.set(xlim=(-SPAN, SPAN), ylim=(-SPAN, SPAN))
        ax.axis("off")


def picture(settings):
    """Both side by side, as at the first step."""
    run = Run(settings)
    parameters = list(run.model.parameters())
    bend = getattr(F, settings["activation"], lambda z: z)
    answers = [grid(AXIS, AXIS)]
    with no_grad():
        for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
            answers.append(bend(F.linear(answers[-1], weight, bias)).numpy())
        logits = F.linear(answers[-1], *parameters[-2:]).numpy()
    return drawn([([Units(parameters, [*answers, logits]), Map(run, logits[:, 0])], 0.5, 0)])
