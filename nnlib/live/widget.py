"""The figure: one specification, shown by one script in JupyterLab and in the built page."""
import weakref

import numpy as np
import traitlets

from .controls import Leaf
from .drawing import Pad
from .graph import Graph
from .lines import Lines, NumberLine
from .marks import HeatMap, Text
from .network import Network
from .page import Live, attribute, compact
from .picture import GAP, picture, total
from .trace import Trace

WIDE = Graph, Lines, Network, Pad


class Panel:
    """Marks on a pair of axes.

    xlim, ylim: what the axes hold; without them, what the marks hold at first.  They stay while sliders move.
    xscale, yscale: "linear", or "log" for positive values spread evenly by factors.
    axes=False leaves the axes out.  width: its share beside other panels.  aspect: height over width.
    """

    kind = "axes"

    def __init__(self, *marks, xlabel="", ylabel="", xlim=None, ylim=None, xscale="linear", yscale="linear",
                 axes=True, width=1, aspect=0.6):
        self.marks, self.axes, self.width, self.aspect = marks, axes, width, aspect
        self.x = _axis("x", xlabel, xlim, xscale, [m.reach()[0] for m in marks])
        self.x |= {"names": m.names for m in marks if getattr(m, "names", None)}
        self.y = _axis("y", ylabel, ylim, yscale, [m.reach()[1] for m in marks])

    def tensors(self):
        for mark in self.marks:
            yield from mark.tensors()

    def spec(self, ids):
        bare = {} if self.axes else {"bare": True}
        return {
            "kind": self.kind,
            "width": self.width,
            "aspect": self.aspect,
            "x": self.x,
            "y": self.y,
            **bare,
            "marks": [m.spec(ids) for m in self.marks],
        }

    def draw(self, ax):
        ax.set(**{f"{name}scale": "log" for name in "xy" if "log" in getattr(self, name)})
        ax.set(xlabel=self.x["label"], ylabel=self.y["label"], xlim=self.x["domain"], ylim=self.y["domain"])
        for mark in self.marks:
            if not mark.hidden:
                mark.draw(ax)
        if "names" in self.x:
            ax.set_xticks(range(len(self.x["names"])), self.x["names"])
        if not self.axes:
            ax.axis("off")


def figure(*content, alt, caption=None, controls=(), train=None, predict=None, **axes):
    """A live figure of some marks on one pair of axes (`axes` as for live.panel), or of panels side by side.

    Graphs, networks, number lines and drawings take the whole width, above the panels.
    alt: what it shows, in words, for whoever cannot see it.  caption: shown below it; **bold** is bold.
    controls: sliders on entries of tensors; the others are found by themselves.
    train: live.train(…), for buttons that train in the page.
    predict: live.guess(…), which the reader answers, or skips, before anything can be moved.
    Raises ValueError or TypeError, here and not in the page, for whatever the page could not compute or show.
    """
    if not content:
        raise ValueError("a figure shows something: pass marks, such as live.line(x, y), or panels, or live.graph(L)")
    lines = [c for c in content if isinstance(c, NumberLine)]
    if lines:
        texts = [c for c in content if isinstance(c, Text)]
        content = [Lines(lines, texts), *(c for c in content if c not in lines + texts)]
    panels = sorted((c for c in content if isinstance(c, (Panel, *WIDE))), key=lambda c: isinstance(c, Panel))
    if not panels:
        panels = [Panel(*content, **axes)]
    elif len(panels) < len(content) or axes:
        raise ValueError("marks, labels and limits go inside the panels: live.figure(live.panel(…), live.panel(…))")
    return Figure(panels, alt, caption, controls, train, predict)


class Figure(Live):
    """A widget where there is a kernel, and a piece of HTML where there is none.  `live.figure` makes it.

    `spec` goes to the page once; `settings` (number of a leaf → its value) goes both ways at every move.
    """

    settings = traitlets.Dict().tag(sync=True)
    alive = weakref.WeakSet()

    def __init__(self, panels, alt, caption=None, controls=(), train=None, predict=None):
        if not (alt and alt.strip()):
            raise ValueError("a live figure needs alt=: one or two sentences for whoever cannot see what it shows")
        self.alt, self.caption, self.train = alt, caption, train
        self.predict = predict
        if predict:
            _hide(predict.hidden, panels)
        moved = [c.leaf for c in controls]
        self.trace = Trace([*moved, *(t for p in panels for t in p.tensors()), *(train.tensors() if train else ())])
        self.controls = [*(t.control for t in self.trace.tensors if isinstance(t, Leaf)), *controls]
        _refuse_doubles(self.controls)
        self.panels = [*(Pad(c) for c in self.controls if c.kind == "drawing"), *panels]
        self.initial = compact(self._spec())
        self.picture = picture(self._rows(narrow=False))  # now: sliders may move before the cell shows us
        super().__init__(spec=self.initial, settings={})
        self.alive.add(self)

    def set(self, leaf, value):
        """Move a slider from Python, or draw an image, in this figure and, if it is linked, in all that have it."""
        value = np.ravel(value).tolist() if np.ndim(value) else value
        linked = isinstance(leaf, Leaf) and leaf.control.options.get("link")
        for figure in [f for f in self.alive if leaf in f.trace.ids] if linked else [self]:
            figure.settings = {**figure.settings, str(figure.trace.ids[leaf]): value}

    @traitlets.observe("settings")
    def _moved(self, change):
        """The reader moved a slider or trained in the page: the lesson's tensors follow, in place."""
        for node, value in change.new.items():
            leaf = self.trace.tensors[int(node)]
            leaf.data[...] = np.reshape(value, leaf.shape)

    def _spec(self):
        ids = self.trace.ids
        spec = {
            "live": 1,
            "alt": self.alt,
            "nodes": self.trace.spec(),
            "controls": [c.spec(ids) for c in self.controls],
            "panels": [p.spec(ids) for p in self.panels],
        }
        if self.caption:
            spec["caption"] = self.caption
        if self.train:
            spec["train"] = self.train.spec(ids)
        if self.predict:
            spec["predict"] = self.predict.spec(self.panels)
        return spec

    def _rows(self, narrow):
        """(panels, share of the width, pixels) of each row: side by side or, on a phone, one below another."""
        rows = [([p], *p.height(narrow)) for p in self.panels if isinstance(p, WIDE)]
        axes = [p for p in self.panels if isinstance(p, Panel)]
        if axes and narrow:
            rows += [([p], p.aspect, 0) for p in axes]
        elif axes:
            share = max(p.width * p.aspect for p in axes) / sum(p.width for p in axes)
            rows.append((axes, share, -share * GAP * (len(axes) - 1)))
        return rows

    def html(self):
        """The specification in an attribute, and inside the first state as a picture for whoever runs no script.

        The style says how high the figure will be, so that nothing moves when the script wakes it."""
        heights = "".join(
            f"--nn-{name}:calc({100 * share:.4g}cqw + {pixels}px);"
            for name, (share, pixels) in (("wide", total(self._rows(False))), ("narrow", total(self._rows(True))))
        )
        return (
            f"<figure class=\"nn-live\" data-live='{attribute(self.initial)}' style=\"{heights}\">"
            f"{self._image()}{self._guess()}{self._room()}{self._figcaption()}</figure>"
        )

    def _guess(self):
        return f'<div class="nn-predict">{self.predict.rows()}</div>' if self.predict else ""

    def _room(self):
        """The empty room of what the script will put below the panels, in the same classes."""
        rate = self.train.lr if self.train else None
        sliders = "<i></i>" * sum(c.leaf is not rate and c.kind != "drawing" for c in self.controls)
        texts = [m for p in self.panels for m in getattr(p, "marks", ()) if isinstance(m, Text) and m.x is None]
        tools = "<i></i>" * (bool(self.train or self.controls) + (rate is not None) + bool(self.train or texts))
        rows = "".join(
            f"<div class=nn-{name}>{cells}</div>" for name, cells in (("controls", sliders), ("tools", tools)) if cells
        )
        return f'<div class="nn-room" aria-hidden="true">{rows}</div>'

    def __repr__(self):
        return f"live figure: {self.alt}"


def _hide(marks, panels):
    """Keep these marks from the reader's eyes until there is a guess."""
    shown = [m for p in panels if isinstance(p, Panel) for m in p.marks]
    for mark in marks:
        if mark not in shown:
            raise ValueError("what a guess is of, or hides, is a mark of the same figure: pass it to live.figure, too")
        if isinstance(mark, HeatMap):
            raise ValueError("a heat map cannot be hidden: hide the lines and points that tell the answer")
        mark.hidden = True


def _refuse_doubles(controls):
    names = [c.name for c in controls]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f'two controls of this figure are called "{name}": a reader could not tell them apart')


def _axis(name, label, limits, scale, values):
    if scale not in ("linear", "log"):
        raise ValueError(f'{name}scale is "linear" or "log", but is "{scale}"')
    if scale == "linear":
        return {"label": label, "domain": _domain(f"{name}lim", limits, values)}
    if limits is None or limits[0] <= 0:
        raise ValueError(f"a log axis needs positive limits: pass {name}lim=(low, high) with low above 0, got {limits}")
    return {"label": label, "domain": _domain(f"{name}lim", limits, values), "log": True}


def _domain(name, limits, values):
    """The limits given, or those of the first state with a margin."""
    if limits is not None:
        low, high = limits
        if not low < high:
            raise ValueError(f"{name} must go from low to high, but is {limits}")
        return [float(low), float(high)]
    values = np.concatenate([np.ravel(v) for v in values])
    if not len(values):
        raise ValueError(f"nothing here tells how far the axes reach: pass {name}=(low, high)")
    low, high = float(values.min()), float(values.max())
    margin = 0.05 * (high - low or 1)
    return [float(f"{low - margin:.4g}"), float(f"{high + margin:.4g}")]
