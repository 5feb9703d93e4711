"""The picture of a computation: what its boxes say, where they stand, and how lines run between them."""
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import same_color

from nnlib import functional as F, graph, tensor
from nnlib.look import TERM
from nnlib.look.graph import draw
from test_graph import small


def crossing():
    """x is used in five places, near and far, and a constant late."""
    x = tensor(2.0, requires_grad=True, name="x")
    return x * x + x / (x - 1) + F.sigmoid(x * x) * x


def leaf():
    return tensor(3.0, name="alone")


def longest_name():
    return F.binary_cross_entropy_with_logits(tensor([1.0], requires_grad=True), [1.0])


def corners(box):
    return box.get_x(), box.get_y(), box.get_x() + box.get_width(), box.get_y() + box.get_height()


def inside(axes):
    """Every box, its corners, and the texts in it from top to bottom."""
    found = {}
    for box in axes.patches:
        left, top, right, bottom = corners(box)
        texts = [text for text in axes.texts if text.get_text()
                 and left < text.get_position()[0] < right and top < text.get_position()[1] < bottom]
        found[left, top, right, bottom] = sorted(texts, key=lambda text: text.get_position()[1])
    return found


def edges(axes):
    """Every connection as three points: out of a box, along its lane, and into the box that uses it."""
    arrows = [text for text in axes.texts if not text.get_text()]
    return [[*zip(*line.get_data()), arrow.xy] for line, arrow in zip(axes.lines, arrows, strict=True)]


def test_every_box_says_name_operation_value_and_gradient():
    *_, out = small()
    out.backward()
    boxes = inside(draw(out).axes[0]).values()
    assert sorted([text.get_text() for text in box] for box in boxes) == sorted([
        ["w", "0.5", "0.782927"], ["b", "0.1", "0.782927"], ["x", "1"],
        ["mul", "0.5", "0.782927"], ["z", "add", "0.6", "0.782927"],
        ["sigmoid", "0.645656", "0.6"], ["mul", "0.387394", "1"]])


def test_only_gradients_have_the_colour_of_gradients():
    x = tensor(1.0, requires_grad=True, name="x")
    (x * 1).backward()
    [texts] = inside(draw(x).axes[0]).values()
    assert [text.get_text() for text in texts] == ["x", "1", "1"]
    assert [same_color(text.get_color(), TERM["gradient"]) for text in texts] == [False, False, True]


@pytest.mark.parametrize("make", [lambda: small()[-1], crossing, leaf, longest_name])
def test_boxes_stand_apart_and_lines_run_between_them_from_left_to_right(make):
    output = make()
    axes = draw(output).axes[0]
    boxes, lines = list(inside(axes)), edges(axes)
    assert len(boxes) == len(graph.nodes(output))
    assert len(lines) == sum(len(set(t.inputs)) for t in graph.nodes(output))
    for one, other in ((one, other) for one in boxes for other in boxes if one is not other):
        assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
    for start, bend, end in lines:
        assert start[0] <= bend[0] < end[0]
        way = np.concatenate([np.linspace(start, bend, 50), np.linspace(bend, end, 50)])
        for left, top, right, bottom in boxes:
            x, y = way.T
            assert not ((left + 1e-9 < x) & (x < right - 1e-9) & (top < y) & (y < bottom)).any()


@pytest.mark.parametrize("make", [lambda: small()[-1], longest_name])
def test_all_that_is_written_fits_into_its_box(make):
    figure = draw(make())
    figure.draw_without_rendering()
    axes = figure.axes[0]
    for box, texts in zip(axes.patches, inside(axes).values()):
        frame = box.get_window_extent()
        assert texts
        for text in texts:
            extent = text.get_window_extent()
            assert frame.x0 < extent.x0 and extent.x1 < frame.x1 and frame.y0 < extent.y0 and extent.y1 < frame.y1


def test_a_notebook_shows_the_picture_once():
    before = plt.get_fignums()
    draw(crossing())
    assert plt.get_fignums() == before


def test_a_chain_of_operations_runs_along_the_top_and_its_constants_come_close_below():
    x = tensor(2.0, requires_grad=True, name="x")
    boxes = inside(draw(F.sigmoid((x - 1) ** 2 / 2)).axes[0])
    middles = {" ".join(text.get_text() for text in texts): (box[1] + box[3]) / 2 for box, texts in boxes.items()}
    assert {words: round(height, 6) for words, height in middles.items()} == {
        "x 2": 0, "1": 1, "sub 1": 0, "pow 1": 0, "div 0.5": 0, "2": 1,
        "sigmoid 0.622459": 0}
