"""Labels stay inside their plot and off each other: the rule, in Python and in the page, and the picture by it."""
import json
import subprocess

import numpy as np
import pytest

from browser import ROOT
from nnlib import live
from nnlib.live.labels import EDGE, LINE, TOP, Box, separate
from nnlib.live.picture import SHARP

WIDTH, HEIGHT = 300, 200


def heaps():
    """Labels as they may want to stand: anywhere, and beyond the plot, and in each other's way."""
    rng = np.random.default_rng(0)
    for n in (1, 2, 3, 4, 6) * 40:
        lefts, widths, heights = rng.uniform(-100, 400, n), rng.uniform(10, 120, n), rng.uniform(-50, 250, n)
        yield [Box(*map(float, numbers)) for numbers in zip(lefts, widths, heights.round(-1))]


def separated(boxes):
    boxes = [Box(**vars(box)) for box in boxes]
    separate(boxes, WIDTH, HEIGHT)
    return boxes


def check(boxes, width, height):
    """All inside, with a little room to spare, and none on another."""
    for i, box in enumerate(boxes):
        assert EDGE - 1e-9 <= box.left <= width - EDGE - box.width + 1e-9 and TOP - 1e-9 <= box.y <= height - EDGE + 1e-9
        for other in boxes[:i]:
            across = box.left < other.left + other.width and other.left < box.left + box.width
            assert not across or abs(box.y - other.y) > LINE - 1e-9


def test_labels_are_inside_and_off_each_other():
    for boxes in heaps():
        check(separated(boxes), WIDTH, HEIGHT)


def test_a_label_with_room_stays_where_it_is():
    apart = [Box(20, 50, 30), Box(20, 50, 30 + LINE), Box(200, 50, 30)]
    assert [vars(box) for box in separated(apart)] == [vars(box) for box in apart]


def test_labels_keep_their_order():
    high, low = separated([Box(20, 50, 101), Box(20, 50, 100)])
    assert (low.y, high.y) == (100, 100 + LINE)
    high, low = separated([Box(20, 50, HEIGHT + 5), Box(20, 50, HEIGHT + 9)])
    assert (high.y, low.y) == (HEIGHT - EDGE - LINE, HEIGHT - EDGE)


def test_the_page_has_the_same_rule():
    module = (ROOT / "nnlib" / "live" / "js" / "labels.js").as_uri()
    script = f"""import {{ separate }} from "{module}";
        const heaps = JSON.parse(await new Response(process.stdin).text());
        for (const boxes of heaps) separate(boxes, {WIDTH}, {HEIGHT});
        console.log(JSON.stringify(heaps));"""
    told = json.dumps([[vars(box) for box in boxes] for boxes in heaps()])
    node = ["node", "--input-type=module", "-e", script]
    answer = subprocess.run(node, input=told, text=True, capture_output=True, check=True).stdout
    assert json.loads(answer) == [[vars(box) for box in separated(boxes)] for boxes in heaps()]


class Seen(live.panel):
    """A panel that keeps the axes of its picture."""

    def draw(self, ax):
        super().draw(ax)
        self.ax = ax


@pytest.mark.parametrize("ends", [(0.5, 0.52, 0.48), (0, -0.01, 5), (1, 1, 1)], ids=["close", "below", "in a corner"])
def test_the_picture_is_drawn_by_it(ends):
    x, here = np.linspace(0, 1, 5), live.slider("w", 0, 1, 0.99)
    lines = [live.line(x, end * x, label=f"line {k}") for k, end in enumerate(ends)]
    panel = Seen(*lines, live.trajectory(here, 1.0 * here, label="momentum"), ylim=(0, 1))
    live.figure(panel, alt="Lines.")
    plot, labels = panel.ax.bbox, panel.ax.texts
    assert [label.get_text() for label in labels] == ["line 0", "line 1", "line 2", "momentum"]
    extents = [label.get_window_extent() for label in labels]
    feet = [plot.height - label.get_transform().transform(label.xyann)[1] + plot.y0 for label in labels]
    boxes = [Box((e.x0 - plot.x0) / SHARP, e.width / SHARP, foot / SHARP) for e, foot in zip(extents, feet)]
    check(boxes, plot.width / SHARP, plot.height / SHARP)
