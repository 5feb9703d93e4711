"""The first state of a figure as a small PNG, the same bytes every time."""
import io
from dataclasses import dataclass

import numpy as np

from .. import look
from .graph import NOMINAL, Graph

SHARP = 2  # pixels of the picture to a pixel of the page
COLOURS = 32


@dataclass
class Picture:
    png: bytes
    width: int  # in pixels of the page
    height: int


def picture(panels, height):
    """Draw panels into one picture, as wide as a column of text; height is (share of the width, pixels)."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    share, pixels = height
    height = round(NOMINAL * share + pixels)
    with matplotlib.rc_context():  # whatever the lesson has set for its own pictures stays as it was
        matplotlib.rcdefaults()
        look.use_style()
        size = [(side + 0.1) / 100 for side in (NOMINAL, height)]  # a tenth, lest rounding lose a row of pixels
        canvas = Canvas(figsize=size, dpi=100 * SHARP, layout="constrained")
        FigureCanvasAgg(canvas)
        canvas.get_layout_engine().set(w_pad=0.04, h_pad=0.04)
        shares = [1 if isinstance(p, Graph) else p.width for p in panels]
        for ax, panel in zip(np.ravel(canvas.subplots(1, len(panels), width_ratios=shares)), panels):
            panel.draw(ax)
        raw = io.BytesIO()
        canvas.savefig(raw, format="png", dpi=100 * SHARP, bbox_inches=None, metadata={"Software": None})
    return Picture(_small(raw), NOMINAL, height)


def _small(raw):
    """The PNG with a palette of few colours, which is all that a drawing needs."""
    from PIL import Image

    small = io.BytesIO()
    image = Image.open(raw).convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    image.save(small, format="png", optimize=True)
    return small.getvalue()
