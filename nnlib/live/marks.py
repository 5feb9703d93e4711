"""What a panel shows: each mark knows its tensors, its JSON, how far it reaches, and how to draw its first state."""
import re
from dataclasses import dataclass, fields

import numpy as np

from ..autograd import Tensor
from ..look import CLASSES
from .controls import Leaf
from .labels import write
from .terms import checked_term, colour, term_of
from .values import as_tensor, data

MIX = 0.45  # how far a heat map goes from the card towards the colour of a class, as in js/palette.js


@dataclass(eq=False)
class Mark:
    hidden = False  # until the reader has guessed; no annotation, so that it is no field

    def tensors(self):
        for field in fields(self):
            value = getattr(self, field.name)
            yield from (v for v in (value if isinstance(value, tuple) else [value]) if isinstance(v, Tensor))

    def spec(self, ids):
        spec = {"kind": type(self).__name__.lower(), **({"hidden": True} if self.hidden else {})}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Tensor):
                spec[field.name] = ids[value]
            elif isinstance(value, tuple):
                spec[field.name] = [ids[v] if isinstance(v, Tensor) else v for v in value]
            elif value is not None and value is not False:
                spec[field.name] = value
        return spec

    def reach(self):
        """The x and y values that the axes must hold."""
        return shown(self.x), shown(self.y)


def shown(tensor, scale="linear"):
    """Values as drawn: rounded, so that the picture does not depend on their last bits."""
    values = np.ravel(tensor.data)
    return np.round(values, 6) if scale == "linear" else data(values)


def place(mark, ax):
    """The x and y of a mark as drawn on these axes."""
    return shown(mark.x, ax.get_xscale()), shown(mark.y, ax.get_yscale())


def called(mark):
    """What authors call a kind of mark: live.number_line."""
    return "live." + re.sub("(?<=.)(?=[A-Z])", "_", type(mark).__name__).lower()


def one_number(mark, name):
    tensor = as_tensor(getattr(mark, name))
    if tensor.data.size != 1:
        raise ValueError(f"{called(mark)}: {name} is one number, but has shape {tensor.shape}")
    setattr(mark, name, tensor)


def of_one_length(mark, *names):
    """Turn these fields into tensors; they say one thing of each of the same points."""
    for name in names:
        setattr(mark, name, as_tensor(getattr(mark, name)))
    sizes = {name: getattr(mark, name).data.size for name in names}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise ValueError(f"{called(mark)}: one value for each point, but {told}")


def of_two_classes(mark):
    """Check that `group`, if there is one, gives every point its class."""
    if mark.group is not None:
        of_one_length(mark, "x", "group")
        if not np.isin(mark.group.data, [0, 1]).all():
            raise ValueError(f"{called(mark)}: group holds classes 0 and 1 only, which are hollow and full")


def classed(mark, one):
    """(which points, their face and edge): all in the style `one`, or class by class."""
    if mark.group is None:
        return [(slice(None), one)]
    styles = {"fc": "white", "ec": CLASSES[0]}, {"fc": CLASSES[1], "ec": CLASSES[1]}
    return [(np.ravel(mark.group.data) == number, style) for number, style in enumerate(styles)]


@dataclass(eq=False)
class Line(Mark):
    """A curve through the points (x, y).  Its colour is that of `term`, or of the term that y's name stands for."""

    x: Tensor
    y: Tensor
    label: str = None
    term: str = None
    dash: bool = False

    def __post_init__(self):
        of_one_length(self, "x", "y")
        self.term = checked_term(self.term) or term_of(self.y.name)

    def draw(self, ax):
        x, y = place(self, ax)
        ax.plot(x, y, color=colour(self.term), lw=2.2, ls="--" if self.dash else "-")
        if self.label:
            write(ax, self.label, (x[-1], y[-1]), (-4, 9), "right", self.term)


@dataclass(eq=False)
class Points(Mark):
    """Points; `group` gives each its class, 0 (a ring) or 1 (a disc), told apart by shape as well as colour.

    Those of term="muted" are rings: to some eyes only shape tells grey from the colour of a term.
    drag: a single point can be dragged along the axes on which it stands where a slider says: x, y, or both.
    """

    x: Tensor
    y: Tensor
    group: Tensor = None
    label: str = None
    term: str = None
    size: float = 7
    drag: bool = False

    def __post_init__(self):
        if self.drag and not any(isinstance(t, Leaf) and t.control.kind == "slider" for t in (self.x, self.y)):
            raise ValueError("live.points: drag=True moves sliders, so x or y, or both, must be what live.slider made")
        of_one_length(self, "x", "y")
        of_two_classes(self)
        self.term = checked_term(self.term) or term_of(self.y.name)

    def draw(self, ax):
        x, y = place(self, ax)
        ring = self.term == "muted"
        for here, style in classed(self, {"fc": "white" if ring else colour(self.term), "ec": colour(self.term)}):
            style = {"mfc": style["fc"], "mec": style["ec"], "mew": 1.4 if self.group is not None else 0.9 * ring}
            ax.plot(x[here], y[here], "o", ms=self.size * 0.72, zorder=3, **style)


@dataclass(eq=False)
class Bars(Mark):
    """A bar from 0 up to y, or down, at each x: numbers evenly apart, or names, which then stand below the bars.

    Where the y axis is a log one, bars stand on its lower end.  `group` gives each its class, 0 (hollow) or 1 (full).
    """

    x: Tensor
    y: Tensor
    group: Tensor = None
    term: str = None

    def __post_init__(self):
        self.names = None
        if len(self.x) and all(isinstance(name, str) for name in self.x):
            self.names, self.x = list(self.x), np.arange(len(self.x))
        of_one_length(self, "x", "y")
        of_two_classes(self)
        x = self.x.data
        gaps = np.diff(x) if x.size > 1 else np.ones(1)
        if x.ndim != 1 or not (gaps > 0).all() or not np.allclose(gaps, gaps[0]):
            raise ValueError("live.bars: x goes up evenly, as 1, 2, 3, or is a list of names")
        self.gap = float(gaps[0])
        self.term = checked_term(self.term) or term_of(self.y.name)

    def spec(self, ids):
        return {**super().spec(ids), "wide": 0.7 * self.gap}

    def draw(self, ax):
        x, y = place(self, ax)
        for here, style in classed(self, {"fc": colour(self.term)}):
            ax.bar(x[here], y[here], 0.7 * self.gap, lw=1.4, **style)

    def reach(self):
        x = self.x.data
        return np.array([x[0] - 0.6 * self.gap, x[-1] + 0.6 * self.gap]), np.append(shown(self.y), 0)


@dataclass(eq=False)
class Area(Mark):
    """The area between two curves over x; either may be one number, as 0."""

    x: Tensor
    y_low: Tensor
    y_high: Tensor
    term: str = None

    def __post_init__(self):
        for name in ("y_low", "y_high"):
            value = as_tensor(getattr(self, name))
            if value.data.size == 1:
                setattr(self, name, value + np.zeros(np.shape(as_tensor(self.x).data)))
        of_one_length(self, "x", "y_low", "y_high")
        checked_term(self.term)

    def draw(self, ax):
        x, low, high = (shown(t, ax.get_yscale()) for t in (self.x, self.y_low, self.y_high))
        ax.fill_between(x, low, high, color=colour(self.term), alpha=0.18, lw=0, zorder=0)

    def reach(self):
        return shown(self.x), np.append(shown(self.y_low), shown(self.y_high))


@dataclass(eq=False)
class HeatMap(Mark):
    """The colour between class 0 and class 1 for every point of live.grid(x, y); z holds one value a point, row by row.

    limits: the values that are drawn as wholly class 0 and wholly class 1.
    """

    x: Tensor
    y: Tensor
    z: Tensor
    limits: tuple = (0, 1)

    def __post_init__(self):
        on_a_grid(self)

    def spec(self, ids):
        return on_the_page(self, super().spec(ids))

    def draw(self, ax):
        from matplotlib.colors import LinearSegmentedColormap

        mixed = [[1 - MIX * (1 - int(c[i : i + 2], 16) / 255) for i in (1, 3, 5)] for c in CLASSES]
        x, y = shown(self.x), shown(self.y)
        ax.imshow(
            np.round(self.z.data, 2).reshape(len(y), len(x)),
            extent=cells(x, y),
            origin="lower",
            aspect="auto",
            cmap=LinearSegmentedColormap.from_list("classes", [mixed[0], "white", mixed[1]], N=32),
            vmin=self.limits[0],
            vmax=self.limits[1],
            interpolation="nearest",
            zorder=0,
        )

    def reach(self):
        return self.x.data, self.y.data


@dataclass(eq=False)
class Contour(Mark):
    """The lines along which z, given as for a heat map, has one of `levels`."""

    x: Tensor
    y: Tensor
    z: Tensor
    levels: tuple = (0,)
    term: str = None

    def __post_init__(self):
        on_a_grid(self)
        self.levels = tuple(self.levels)
        checked_term(self.term)

    def spec(self, ids):
        return on_the_page(self, super().spec(ids))

    def draw(self, ax):
        x, y = shown(self.x), shown(self.y)
        z = shown(self.z).reshape(len(y), len(x))
        one = len(self.levels) == 1  # many are thin, and without soft edges, which would make the picture's file large
        style = {"colors": [colour(self.term)], "linewidths": 2 if one else 1, "antialiased": one}
        ax.contour(x, y, z, levels=self.levels, **style)

    def reach(self):
        return self.x.data, self.y.data


def on_a_grid(mark):
    """Check that x and y are evenly spaced and that z has a value for every point of their grid."""
    for name in "xyz":
        setattr(mark, name, as_tensor(getattr(mark, name)))
    for name in "xy":
        axis = getattr(mark, name).data
        if axis.ndim != 1 or len(axis) < 2 or not np.allclose(axis, np.linspace(axis[0], axis[-1], len(axis))):
            raise ValueError(f"a grid needs evenly spaced {name}, as np.linspace makes them")
    if mark.z.data.size != len(mark.x) * len(mark.y):
        raise ValueError(
            f"z needs one value for each of the {len(mark.x)} × {len(mark.y)} points of the grid, "
            f"but has shape {mark.z.shape}"
        )


def on_the_page(mark, spec):
    """A grid as the page wants it: the ends of its axes and how many rows and columns it has."""
    x, y = mark.x.data, mark.y.data
    return {**spec, "x": [float(x[0]), float(x[-1])], "y": [float(y[0]), float(y[-1])], "shape": [len(y), len(x)]}


def cells(x, y):
    """The edges of a grid whose values stand in the middle of their cells."""
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    return x[0] - half_x, x[-1] + half_x, y[0] - half_y, y[-1] + half_y


@dataclass(eq=False)
class Arrow(Mark):
    """From (x, y) by (dx, dy), all single numbers."""

    x: Tensor
    y: Tensor
    dx: Tensor
    dy: Tensor
    term: str = None

    def __post_init__(self):
        for name in ("x", "y", "dx", "dy"):
            one_number(self, name)
        checked_term(self.term)

    def draw(self, ax):
        x, y, dx, dy = (float(shown(t)[0]) for t in (self.x, self.y, self.dx, self.dy))
        ax.annotate(
            "",
            (x + dx, y + dy),
            (x, y),
            arrowprops={"arrowstyle": "-|>", "color": colour(self.term), "lw": 2.2, "shrinkA": 0, "shrinkB": 0},
        )


@dataclass(eq=False)
class Text(Mark):
    """A text with numbers in it, "slope {:.3f}": at a place of the plot or, without one, in the line below it."""

    text: str
    values: tuple = ()
    x: Tensor = None
    y: Tensor = None
    term: str = None

    def __post_init__(self):
        self.values = tuple(as_tensor(v) for v in (self.values if isinstance(self.values, tuple) else (self.values,)))
        if (self.x is None) != (self.y is None):
            raise ValueError("live.text: give x and y, or neither for a text below the figure")
        if self.x is not None:
            one_number(self, "x")
            one_number(self, "y")
        checked_term(self.term)
        self.written()  # a wrong template fails here and not in the page

    def written(self):
        return self.text.format(*[v.item() for v in self.values]).replace("-", "−")

    def draw(self, ax):
        if self.x is not None:
            [x], [y] = place(self, ax)
            ax.text(x, y, self.written(), color=colour(self.term))

    def reach(self):
        return ([], []) if self.x is None else super().reach()


@dataclass(eq=False)
class History(Mark):
    """How a number, as a rule the loss, has gone from step to step of training; give its panel xlim and ylim."""

    y: Tensor
    label: str = None
    term: str = None

    def __post_init__(self):
        one_number(self, "y")
        self.term = checked_term(self.term) or term_of(self.y.name)

    def draw(self, ax):
        first = min(float(shown(self.y)[0]), ax.get_ylim()[1])  # one beyond the axis stands at its top, as in the page
        ax.plot([0], [first], "o", color=colour(self.term), ms=7, clip_on=False, zorder=3)
        if self.label:
            ax.text(0.04, 1, self.label, transform=ax.transAxes, va="top", color=colour(self.term), weight="bold")

    def reach(self):
        return np.array([0, 100]), np.array([0, float(shown(self.y)[0])])


@dataclass(eq=False)
class Trajectory(Mark):
    """The way that the point (x, y) has gone from step to step of training, and where it is now; dash as for a line."""

    x: Tensor
    y: Tensor
    label: str = None
    term: str = None
    dash: bool = False

    def __post_init__(self):
        one_number(self, "x")
        one_number(self, "y")
        checked_term(self.term)

    def draw(self, ax):
        [x], [y] = place(self, ax)
        ax.plot(x, y, "o", color=colour(self.term), ms=6, zorder=3)
        if self.label:
            write(ax, self.label, (x, y), (9, 7), "left", self.term)
