"""Live figures: a lesson's own computation, moved by sliders, in JupyterLab and in the built page.

    w, b = live.slider("w", -5, 5, 1.0), live.slider("b", -5, 5, 0.0)
    x = np.linspace(-4, 4, 161)
    live.figure(live.line(x, F.sigmoid(w * x + b)), xlabel="x", ylabel="σ(wx + b)", alt="…")

A slider is a tensor.  What is computed from it is recorded by nnlib as always, and the figure carries that record,
so that a page computes it again, forward and backward, with no kernel behind it.
"""
from .batches import batches
from .controls import at_settings, choice, counter, entry, slider, switch
from .drawing import drawing
from .graph import Graph as graph
from .guess import Guess as guess, question
from .lines import NumberLine as number_line
from .marks import Area as area, Arrow as arrow, Bars as bars, Contour as contour, HeatMap as heat_map
from .marks import History as history
from .marks import Line as line, Points as points, Text as text
from .marks import Trajectory as trajectory
from .network import Network as network
from .playground import playground
from .train import Train as train
from .values import choose, count_right, data, frame, grad, grid, largest, value
from .widget import Figure, Panel as panel, figure

__all__ = [
    "Figure", "area", "arrow", "at_settings", "bars", "batches", "choice", "choose", "contour", "count_right",
    "counter", "data", "drawing", "entry", "figure", "frame", "grad", "graph", "grid", "guess", "heat_map", "history",
    "largest", "line", "network", "number_line", "panel", "playground", "points", "question", "slider", "switch", "text",
    "train", "trajectory", "value",
]
