"""A drawing: an image that the reader makes by hand, on a pad, for a network to read."""
import numpy as np

from .controls import Leaf
from .picture import NOMINAL
from .terms import colour
from .trace import number

# In pixels, as in js/style.css: a line above, the pad and what stands beside it, the gap between, the buttons below
ABOVE, SIDE, GAP, BELOW = 26, 220, 28, 52
NARROW = 3 / 5, -7  # the pad on a phone: three fifths of the width but for the gap, which is 12 there
SAMPLES = 6  # what one row of buttons holds on a phone


def drawing(name, rows, columns, value=None, *, samples=None):
    """An image of rows × columns pixels from 0 to 1 that the reader draws: a tensor of shape (1, rows · columns).

    The figure shows a pad to draw on and, beside it, the pixels, which keys and clicks can change as well.  What is
    drawn is scaled and centred and then counted, 4 × 4 dots to a pixel, as those who made nnlib's digits did.
    value: the image at first, blank if there is none.  samples: name → image, each put there by a button.
    Raises ValueError for images of another size, or with pixels that are not from 0 to 1.
    """
    samples = {} if samples is None else samples
    if len(samples) > SAMPLES:
        raise ValueError(f'drawing "{name}": at most {SAMPLES} samples have room below the pad, but got {len(samples)}')
    first = np.zeros(rows * columns) if value is None else _pixels(name, rows, columns, value)
    given = [[str(of), [number(v) for v in _pixels(name, rows, columns, image)]] for of, image in samples.items()]
    return Leaf("drawing", name, first.reshape(1, -1), shape=[rows, columns], samples=given)


def _pixels(name, rows, columns, image):
    image = np.asarray(getattr(image, "data", image), dtype=float)
    if image.size != rows * columns:
        raise ValueError(
            f'drawing "{name}": an image has {rows} × {columns} pixels, but one has shape {image.shape}'
        )
    if not ((image >= 0) & (image <= 1)).all():
        raise ValueError(f'drawing "{name}": pixels go from 0 to 1, but one image has {image.min()} to {image.max()}')
    return image.ravel()


class Pad:
    """The panel of a drawing: the pad, the pixels beside it, and buttons to clear it and for the samples."""

    kind = "drawing"
    width = 1

    def __init__(self, control):
        self.control = control
        self.rows, self.columns = control.options["shape"]

    def tensors(self):
        yield self.control.leaf

    def spec(self, ids):
        return {"kind": self.kind, "leaf": ids[self.control.leaf]}

    def height(self, narrow):
        """(share of the width, pixels)"""
        high = self.rows / self.columns
        if narrow:
            share, pixels = NARROW
            return share * high, ABOVE + pixels * high + BELOW
        return 0, ABOVE + SIDE * high + BELOW

    def draw(self, ax):
        """The first state: an empty pad, and the pixels."""
        from matplotlib.patches import Rectangle

        bottom = ABOVE + SIDE * self.rows / self.columns
        pad, pixels = (NOMINAL - GAP) / 2 - SIDE, (NOMINAL + GAP) / 2
        image = np.round(self.control.leaf.data, 4).reshape(self.rows, self.columns)
        frame = {"extent": (pixels, pixels + SIDE, bottom, ABOVE), "aspect": "auto", "zorder": 0}
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest", **frame)
        for left, told in ((pad, self.control.name), (pixels, f"{self.rows} × {self.columns} pixels")):
            corner = {"fc": "none", "ec": colour("muted"), "lw": 1}
            ax.add_patch(Rectangle((left, ABOVE), SIDE, bottom - ABOVE, **corner))
            ax.text(left, ABOVE / 2, told, color=colour("muted"), va="center", fontsize=9.5)
        ax.set(xlim=(0, NOMINAL), ylim=(bottom + BELOW, 0))
        ax.axis("off")
