"""The graph of a computation: as a list, as plain data, as a table."""
import json

import numpy as np
import pytest

from nnlib import functional as F, graph, tensor


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
        "0  w     input        0.5       0.782927\n"
        "1  b     input        0.1       0.782927\n"
        "2  x     constant     1\n"
        "3        mul(#0, #2)  0.5       0.782927\n"
        "4  z     add(#3, #1)  0.6       0.782927\n"
        "5        sigmoid(#4)  0.645656  0.6\n"
        "6        mul(#5, #4)  0.387394  1")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number, text", [
    (0.1, "0.1"), (1 / 3, "0.333333"), (-2 / 3, "-0.666667"), (12.3456789, "12.3457"), (1e6 / 3, "333333"),
    (1e8 / 3, "3.33333e+07"), (1e-7 / 3, "3.33333e-08"), (24.0, "24"), (0.0, "0")])
def test_a_number_has_six_significant_digits_however_large_it_is(number, text, dtype):
    assert graph.short(np.array(number, dtype)) == graph.short(np.array([[number]], dtype)) == text


def test_the_table_gives_shapes_for_arrays():
    x = tensor(np.ones((2, 3)), requires_grad=True, name="x")
    total = (x * x).sum()
    total.backward()
    assert graph.table(total) == (
        "#  name  computed as  value         gradient\n"
        "0  x     input        shape (2, 3)  shape (2, 3)\n"
        "1        mul(#0, #0)  shape (2, 3)  shape (2, 3)\n"
        "2        sum(#1)      6             1")
