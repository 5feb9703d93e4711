"""The first state of a figure as a small PNG, the same bytes every time."""
import io
from dataclasses import dataclass

import numpy as np

from .. import look
from .labels import put

NOMINAL = 580  # the width of a figure in a column of text
GAP = 20  # between two panels, as in js/style.css
SHARP = 2  # pixels of the picture to a pixel of the page
COLOURS = (64, 48, 32, 24)  # of the palette: as many as leave the picture light enough
LIGHT = 15_000  # bytes


@dataclass
class Picture:
    png: bytes
    width: int  # in pixels of the page
    height: int


def total(rows):
    """(share of the width, pixels) that all rows take, one below another."""
    return sum(share for _, share, _ in rows), round(sum(pixels for *_, pixels in rows) + GAP * (len(rows) - 1))


def picture(rows):
    """Draw rows of panels into one picture, as wide as a column of text.

    A row is (panels side by side, its height as a share of the width, pixels to add to it).
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    heights = [NOMINAL * share + pixels for _, share, pixels in rows]
    share, pixels = total(rows)
    height = round(NOMINAL * share + pixels)
    with matplotlib.rc_context():  # whatever the lesson has set for its own pictures stays as it was
        matplotlib.rcdefaults()
        look.use_style()
        size = [(side + 0.1) / 100 for side in (NOMINAL, height)]  # a tenth, lest rounding lose a row of pixels
        canvas = Canvas(figsize=size, dpi=100 * SHARP, layout="constrained")
        FigureCanvasAgg(canvas)
        canvas.get_layout_engine().set(w_pad=0.04, h_pad=0.04)
        parts = canvas.subfigures(len(rows), 1, height_ratios=heights, squeeze=False).flat if rows[1:] else [canvas]
        for part, (panels, *_) in zip(parts, rows):
            shares = [panel.width for panel in panels]
            for ax, panel in zip(np.ravel(part.subplots(1, len(panels), width_ratios=shares)), panels):
                panel.draw(ax)
        canvas.draw_without_rendering()  # for the layout, which is final with this
        canvas.set_layout_engine("none")
        for ax in canvas.axes:
            put(ax, SHARP)
        raw = io.BytesIO()
        canvas.savefig(raw, format="png", dpi=100 * SHARP, bbox_inches=None, metadata={"Software": None})
    return Picture(_small(raw, (SHARP * NOMINAL, SHARP * height)), NOMINAL, height)


def _small(raw, size):
    """The PNG with a palette of few colours, which is all that a drawing needs."""
    from PIL import Image

    image = Image.open(raw).convert("RGB").crop((0, 0, *size))  # the style's tight box can be a row too high
    for colours in COLOURS:
        few = image.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.putpalette([255 if part > 252 else part for part in few.getpalette()])  # white stays white
        small = io.BytesIO()
        few.save(small, format="png", optimize=True)
        if small.tell() <= LIGHT:
            break
    return small.getvalue()
