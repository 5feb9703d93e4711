"""The graph of a computation: as a list, as plain data, as a table, as a picture."""
import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import same_color

from nnlib import functional as F, graph, tensor
from nnlib.look import TERM


def small():
    w, b = tensor(0.5, requires_grad=True, name="w"), tensor(0.1, requires_grad=True, name="b")
    x = tensor(1.0, name="x")
    z = w * x + b
    z.name = "z"
    return w, b, x, z, F.sigmoid(z) * z


def test_nodes_come_in_order_of_birth_each_once():
    w, b, x, z, out = small()
    listed = graph.nodes(out)
    assert [t.op for t in listed] == [None, None, None, "mul", "add", "sigmoid", "mul"]
    assert all(s is t for s, t in zip(listed[:3], [w, b, x])) and listed[-1] is out and listed[4] is z
    assert graph.nodes(w) == [w]


def test_to_dict_is_plain_data_with_values_and_gradients():
    *_, out = small()
    before = json.loads(json.dumps(graph.to_dict(out)))
    assert [node["grad"] for node in before["nodes"]] == [None] * 7
    out.backward()
    found = json.loads(json.dumps(graph.to_dict(out)))
    assert found["output"] == 6
    assert [node["inputs"] for node in found["nodes"]] == [[], [], [], [0, 2], [3, 1], [4], [5, 4]]
    assert [node["name"] for node in found["nodes"]] == ["w", "b", "x", None, "z", None, None]
    for node, t in zip(found["nodes"], graph.nodes(out)):
        assert node["op"] == t.op and node["value"] == t.data.tolist()
        assert node["grad"] == (None if t.grad is None else t.grad.tolist())
    assert found["nodes"][2]["grad"] is None and found["nodes"][6]["grad"] == 1.0


def test_the_table():
    *_, out = small()
    out.backward()
    assert graph.table(out) == (
        "#  name  computed as  value     gradient\n"
        "0  w     input        0.500000  0.782927\n"
        "1  b     input        0.100000  0.782927\n"
        "2  x     constant     1.000000\n"
        "3        mul(#0, #2)  0.500000  0.782927\n"
        "4  z     add(#3, #1)  0.600000  0.782927\n"
        "5        sigmoid(#4)  0.645656  0.600000\n"
        "6        mul(#5, #4)  0.387394  1.000000")


def test_the_table_gives_shapes_for_arrays():
    x = tensor(np.ones((2, 3)), requires_grad=True, name="x")
    total = (x * x).sum()
    total.backward()
    assert graph.table(total) == (
        "#  name  computed as  value         gradient\n"
        "0  x     input        shape (2, 3)  shape (2, 3)\n"
        "1        mul(#0, #0)  shape (2, 3)  shape (2, 3)\n"
        "2        sum(#1)      6.000000      1.000000")


# -- the picture -----------------------------------------------------------------------------------

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
    boxes = inside(graph.draw(out).axes[0]).values()
    assert sorted([text.get_text() for text in box] for box in boxes) == sorted([
        ["w", "0.500000", "0.782927"], ["b", "0.100000", "0.782927"], ["x", "1.000000"],
        ["mul", "0.500000", "0.782927"], ["z", "add", "0.600000", "0.782927"],
        ["sigmoid", "0.645656", "0.600000"], ["mul", "0.387394", "1.000000"]])


def test_only_gradients_have_the_colour_of_gradients():
    x = tensor(1.0, requires_grad=True, name="x")
    (x * 1).backward()
    [texts] = inside(graph.draw(x).axes[0]).values()
    assert [text.get_text() for text in texts] == ["x", "1.000000", "1.000000"]
    assert [same_color(text.get_color(), TERM["gradient"]) for text in texts] == [False, False, True]


@pytest.mark.parametrize("make", [lambda: small()[-1], crossing, leaf, longest_name])
def test_boxes_stand_apart_and_lines_run_between_them_from_left_to_right(make):
    output = make()
    axes = graph.draw(output).axes[0]
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
    figure = graph.draw(make())
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
    graph.draw(crossing())
    assert plt.get_fignums() == before


def test_a_chain_of_operations_runs_along_the_top_and_its_constants_come_close_below():
    x = tensor(2.0, requires_grad=True, name="x")
    boxes = inside(graph.draw(F.sigmoid((x - 1) ** 2 / 2)).axes[0])
    middles = {" ".join(text.get_text() for text in texts): (box[1] + box[3]) / 2 for box, texts in boxes.items()}
    assert {words: round(height, 6) for words, height in middles.items()} == {
        "x 2.000000": 0, "1.000000": 1, "sub 1.000000": 0, "pow 1.000000": 0, "div 0.500000": 0, "2.000000": 1,
        "sigmoid 0.622459": 0}
