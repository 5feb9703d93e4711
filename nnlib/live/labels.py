"""Labels that follow marks, inside their plot and without covering each other, by the rule of js/labels.js."""
from dataclasses import dataclass

import numpy as np

from .terms import colour

# In pixels of the page: from one label down to the next; clear at the sides and below; from the top of the plot to
# the foot of a letter
LINE, EDGE, TOP = 16, 6, 12
POINTS = 0.72  # to a pixel
LABEL = "label"  # how `put` knows the texts that it may move


@dataclass(eq=False)
class Box:
    """A label's left end, its width, and where its letters stand, counted down from the top of the plot."""

    left: float
    width: float
    y: float


def separate(boxes, width, height):
    """Move labels to where there is room: as near as may be, and in the order in which they stand."""
    for box in boxes:
        box.left = max(EDGE, min(box.left, width - box.width - EDGE))
    order = sorted(boxes, key=lambda box: box.y)
    _settle(order, max, TOP, LINE)
    _settle(order[::-1], min, height - EDGE, -LINE)


def _settle(order, limit, edge, line):
    for i, box in enumerate(order):
        box.y = limit(box.y, edge, *(other.y + line for other in order[:i] if _meet(box, other)))


def _meet(a, b):
    return a.left < b.left + b.width + EDGE and b.left < a.left + a.width + EDGE


def write(ax, text, place, offset, side, term):
    """A label on one side of the point `place`, so many pixels right and up from it, until `put` finds it room."""
    ax.annotate(
        text, place, np.array(offset) * POINTS, textcoords="offset points", ha=side, color=colour(term), gid=LABEL,
        annotation_clip=False, in_layout=False,
    )


def put(ax, sharp):
    """Give the labels of a plot, which has come to its final size, the places that the page gives them.

    sharp: pixels of the picture to a pixel of the page.
    """
    labels = [text for text in ax.texts if text.get_gid() == LABEL]
    boxes = [_box(label, ax.bbox, sharp) for label in labels]
    separate(boxes, ax.bbox.width / sharp, ax.bbox.height / sharp)
    for label, box in zip(labels, boxes):
        label.set_ha("left")
        label.anncoords, label.xyann = "axes pixels", (box.left * sharp, ax.bbox.height - box.y * sharp)


def _box(label, plot, sharp):
    extent, (_, foot) = label.get_window_extent(), label.get_transform().transform(label.xyann)
    return Box((extent.x0 - plot.x0) / sharp, extent.width / sharp, (plot.y1 - foot) / sharp)
