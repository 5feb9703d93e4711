"""The look of the book's figures: `use_style()` once, then `color=TERM["weight"]`."""
import sys
from pathlib import Path

from . import palette

__all__ = ["CLASSES", "TERM", "use_style"]

TERM = palette.LIGHT                    # figures are drawn for white paper; see palette.py
CLASSES = palette.CLASSES["light"]

HERE = Path(__file__).parent


def use_style():
    """Give every Matplotlib figure from here on the book's type, lines and colours; in a notebook also sharp pixels."""
    import matplotlib.pyplot as plt
    from matplotlib import font_manager

    known = {font.fname for font in font_manager.fontManager.ttflist}
    for file in sorted((HERE / "fonts").glob("*.ttf")):
        if str(file) not in known:
            font_manager.fontManager.addfont(file)
    plt.style.use(HERE / "lessons.mplstyle")
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        from matplotlib_inline.backend_inline import set_matplotlib_formats
        set_matplotlib_formats("retina")
