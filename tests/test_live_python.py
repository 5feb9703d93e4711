"""Live figures on their Python side: what they refuse and how they say it, formulas, notation, terms, the picture."""
import io
import json
import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from browser import ROOT
from nnlib import Tensor, live, nn, optim, tensor
from nnlib import functional as F
from nnlib.autograd import op, operations, tanh
from nnlib.look import TERM
from nnlib.live.formula import formula
from nnlib.live.terms import term_of
from nnlib.live.trace import array_spec
from tools.notebooks import notebooks, read

PICTURE = 15_000  # bytes, at most


def a_line(y):
    return live.figure(live.line(np.linspace(0, 1, 5), y), alt="A line.")


# --- Refusals: here, by name, with what would be right -------------------------------------------------------------

w = live.slider("w", 0, 1, 0.5)
model = nn.Sequential(nn.Linear(2, 1, generator=np.random.default_rng(0), dtype=np.float64))
small = nn.Linear(2, 1, generator=np.random.default_rng(0))
loss = model(np.ones((3, 2))).mean()


class Lion(optim.SGD):
    """An optimiser of the reader's own."""


def walked():
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    loss = model(np.ones((3, 2))).mean()
    loss.backward()
    optimizer.step()
    return optimizer


REFUSED = {
    "low above high": (lambda: live.slider("w", 2, -2, 0), 'slider "w": low must be below high, but they are 2 and -2'),
    "low equal to high": (lambda: live.slider("w", 1, 1, 1), "low must be below high"),
    "no limit at all": (lambda: live.slider("w", 0, np.inf, 1), "low must be below high"),
    "value outside": (lambda: live.slider("w", -2, 2, 3), 'slider "w": its value must lie between -2 and 2, but is 3'),
    "value not a number": (lambda: live.slider("w", -2, 2, np.nan), "its value must lie between"),
    "entry outside": (lambda: live.entry(model[0].weight, (0, 0), "w", 5, 6), "its value must lie between 5 and 6"),
    "a log slider from 0": (lambda: live.slider("η", 0, 1, 0.1, log=True), "low must be above 0, but is 0"),
    "a step too large": (lambda: live.slider("w", 0, 1, 0.5, step=3), "step must lie between 0 and 1"),
    "no name": (lambda: live.slider("", 0, 1, 0.5), "a slider needs a name"),
    "unknown term": (
        lambda: live.slider("w", 0, 1, 0.5, term="weights"),
        'no kind of quantity is called "weights": take one of input, weight',
    ),
    "unknown term of a mark": (lambda: live.line([0, 1], [0, 1], term="red"), 'no kind of quantity is called "red"'),
    "no such option": (
        lambda: live.choice("shape", ["a", "b"], 2),
        "value is the number of an option, 0 to 1, but is 2",
    ),
    "no alternative text": (
        lambda: live.figure(live.line([0, 1], [0, 1]), alt=" "),
        "needs alt=: one or two sentences",
    ),
    "nothing to show": (lambda: live.figure(alt="Nothing."), "a figure shows something"),
    "labels beside panels": (
        lambda: live.figure(live.graph(w * 2.0), xlabel="x", alt="A graph."),
        "go inside the panels",
    ),
    "two controls of one name": (
        lambda: a_line(w * np.ones(5) + live.slider("w", 0, 1, 0.2)),
        'two controls of this figure are called "w"',
    ),
    "nan in the data": (lambda: a_line(w * np.array([0, 1, np.nan, 3, 4])), "cannot carry NaN or infinity"),
    "single precision": (
        lambda: live.figure(
            live.text("{:.2f}", small(np.ones((1, 2), np.float32)).sum()), xlim=(0, 1), ylim=(0, 1), alt="A number."
        ),
        "computes in float64.*float32.*dtype=np.float64",
    ),
    "an operation of one's own": (
        lambda: a_line(cube(w) * np.ones(5)),
        'cannot carry the operation "cube": write it with nnlib\'s own .*live.frame',
    ),
    "as many x as y": (lambda: live.line([0, 1], [0, 1, 2]), "one value for each point, but x has 2, y has 3"),
    "classes beyond two": (lambda: live.points([0, 1], [0, 1], group=[1, 2]), "classes 0 and 1 only"),
    "an uneven grid": (lambda: live.contour([0, 1, 3], [0, 1], np.zeros(6)), "evenly spaced x, as np.linspace"),
    "a grid of another size": (
        lambda: live.heat_map([0, 1, 2], [0, 1], np.zeros(5)),
        "one value for each of the 3 × 2 points",
    ),
    "a text without its number": (lambda: live.text("{:.2f} and {:.2f}", w), "index"),
    "half a place": (lambda: live.text("here", x=1), "give x and y, or neither"),
    "limits the wrong way": (
        lambda: live.panel(live.line([0, 1], [0, 1]), xlim=(1, 0)),
        r"xlim must go from low to high, but is \(1, 0\)",
    ),
    "bars unevenly apart": (lambda: live.bars([0, 1, 3], [1, 2, 3]), "x goes up evenly, as 1, 2, 3, or is a list of names"),
    "bars in a heap": (lambda: live.bars([1, 1, 1], [1, 2, 3]), "live.bars: x goes up evenly"),
    "a bar without a height": (lambda: live.bars(["a", "b"], [1]), "live.bars: one value for each point, but x has 2, y has 1"),
    "bars of three classes": (lambda: live.bars([0, 1, 2], [1, 1, 1], group=[0, 1, 2]), "live.bars: group holds classes 0 and 1"),
    "an area with a frayed edge": (
        lambda: live.area([0, 1, 2], [0, 0], 1),
        "live.area: one value for each point, but x has 3, y_low has 2, y_high has 3",
    ),
    "an area of another term": (lambda: live.area([0, 1], 0, 1, term="red"), 'no kind of quantity is called "red"'),
    "a network of nothing": (lambda: live.network([], [np.ones(2)]), "an nn.Sequential with linear layers, or a list of"),
    "a network whose layers do not meet": (
        lambda: live.network([np.ones((3, 2)), np.ones((1, 4))], [np.ones(2), np.ones(3), np.ones(1)]),
        r"weights 1 of shape \(3, 2\) lead to 3 units, but weights 2 of shape \(1, 4\) start from 4",
    ),
    "a network for many samples": (lambda: live.network(model, np.ones((5, 2))), r"one sample, but .* \(5, 2\), \(5, 1\)"),
    "a network without a layer's values": (lambda: live.network([np.ones((3, 2))], [np.ones(2)]), "layers of 2, 3 units"),
    "a network too wide to be seen": (
        lambda: live.network([np.ones((1, 17))], [np.ones(17), np.ones(1)]),
        "draws at most 16 units a layer, but one has 17",
    ),
    "a number line of many numbers": (
        lambda: live.number_line(np.ones(3), None, 0, 2, label="x"),
        r"live.number_line: value is one number, but has shape \(3,\)",
    ),
    "a number line of nothing": (lambda: live.number_line(w, None, 0, 2, label=" "), 'Say label="x", or label="u = x²"'),
    "a number line the wrong way": (lambda: live.number_line(w, w, 2, 0, label="x"), "low must be below high, got 2 and 0"),
    "a number line too short": (
        lambda: live.number_line(w + 3.0, None, 0, 2, label="u = w + 3"),
        r"u = w \+ 3: the line goes from 0 to 2, but its value is 3.5 at first: make it longer",
    ),
    "a rate from nowhere": (
        lambda: live.figure(live.number_line(w, w, 0, 2, label="x", rate=w), alt="A line."),
        "nothing is above the first",
    ),
    "a place among number lines": (
        lambda: live.figure(live.number_line(w, w, 0, 2, label="x"), live.text("here", x=1, y=1), alt="A line."),
        "stands below them: leave its x and y out",
    ),
    "a curve among number lines": (
        lambda: live.figure(live.number_line(w, w, 0, 2, label="x"), live.line([0, 1], [0, 1]), alt="A line."),
        "go inside the panels",
    ),
    "a graph of arrays": (lambda: live.graph(w * np.ones(3)), "shows single numbers"),
    "a graph of nothing": (lambda: live.graph(w), "was not computed from others"),
    "a loss of many numbers": (
        lambda: live.train(model(np.ones((3, 2))), optim.SGD(model.parameters(), lr=0.1)),
        "reduce it with .mean()",
    ),
    "an optimiser of one's own": (
        lambda: live.train(loss, Lion(model.parameters(), lr=0.1)),
        "cannot train with Lion: take nnlib's SGD",
    ),
    "rivals for one parameter": (
        lambda: live.train(loss, *[optim.SGD(model.parameters(), lr=0.1) for _ in range(2)]),
        "two of these optimisers move the same parameter",
    ),
    "one rate for rivals": (
        lambda: live.train(loss, optim.SGD([model[0].weight], lr=1), optim.SGD([model[0].bias], lr=1), lr=w),
        "rivals have their own",
    ),
    "a point that cannot be dragged": (
        lambda: live.points(live.counter("presses"), 2.0 * w, drag=True),
        "x or y, or both, must be what live.slider made",
    ),
    "a counter of nothing": (lambda: live.counter(""), "a counter needs a name"),
    "a scale of another kind": (lambda: live.panel(xlim=(1, 2), ylim=(1, 2), xscale="root"), 'xscale is "linear" or "log"'),
    "a log axis from 0": (lambda: live.panel(xlim=(1, 2), ylim=(0, 2), yscale="log"), "positive limits.*low above 0"),
    "an optimiser on its way": (lambda: live.train(loss, walked()), "has made 1 steps already"),
    "a rate that is no slider": (
        lambda: live.train(loss, optim.SGD(model.parameters(), lr=0.1), lr=0.5),
        "lr= takes a slider",
    ),
    "batches of no shape": (lambda: live.batches(np.arange(4), np.ones(4)), r"a line for each batch, but has shape \(4,\)"),
    "batches of fractions": (lambda: live.batches(np.ones((2, 2)), np.ones(4)), "type float64"),
    "a batch beyond the data": (
        lambda: live.batches([[0, 1], [2, 3]], np.ones((3, 2))),
        "names rows 0 to 3, but an array has 3 of them",
    ),
    "a batch that is no counter": (
        lambda: live.train(loss, optim.SGD(model.parameters(), lr=0.1), batch=w),
        "the counter that live.batches returns first",
    ),
    "motion nobody can stop": (
        lambda: live.train(loss, optim.SGD(model.parameters(), lr=0.1), play=False, autoplay=True),
        "a reader must be able to pause",
    ),
}


@pytest.fixture(autouse=True, scope="module")
def cube_is_ours_alone():
    """An operation that a lesson might add."""
    global cube

    @op
    def cube(x):
        return x**3, lambda g: g * 3 * x**2

    yield
    del operations["cube"]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    make, message = REFUSED[name]
    with pytest.raises((ValueError, TypeError, IndexError), match=message):
        make()


# --- Terms and formulas --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, term",
    {
        "w": "weight",
        "w₁": "weight",
        "W₁₁": "weight",
        "b₂": "bias",
        "x": "input",
        "x₁": "input",
        "a₁": "activation",
        "ŷ": "activation",
        "y\u0302": "activation",
        "L": "loss",
        "η": None,
        "y": None,
        "z₁": None,
        "learning rate": None,
        "bend": None,
        "": None,
        None: None,
    }.items(),
)
def test_a_name_tells_its_term(name, term):
    assert term_of(name) == term


def test_a_slider_carries_its_terms_colour_unless_told_otherwise():
    assert (
        live.slider("w₁", 0, 1, 0).control.term == "weight"
        and live.slider("w₁", 0, 1, 0, term="loss").control.term == "loss"
    )
    assert set(TERM) == {"input", "weight", "bias", "activation", "loss", "gradient"}


def symbols(*names):
    return [tensor(2.0, requires_grad=True, name=name) for name in names]


def test_formulas_read_as_on_paper():
    w, x, b, y, z, count = symbols("w₁", "x", "b₁", "y", "z₁", "count")
    for made, text in (
        (w * x + b, "w₁x + b₁"),
        (F.sigmoid(z), "σ(z₁)"),
        (0.5 * (z - y) ** 2, "½(z₁ − y)²"),
        ((z - y) ** 2 / 2, "(z₁ − y)²/2"),
        (w * (x + b), "w₁(x + b₁)"),
        ((x + b) * w, "(x + b₁)·w₁"),
        (w - (x - b), "w₁ − (x − b₁)"),
        (w - x * b, "w₁ − xb₁"),
        (w / (x * b), "w₁/(xb₁)"),
        (-(x + b), "−(x + b₁)"),
        ((-x) ** 2, "(−x)²"),
        (x**0.5, "x⁰·⁵"),
        (x**-1, "x⁻¹"),
        (3 * x, "3x"),
        (x * 3, "x·3"),
        (count * x, "count·x"),
        (tanh(w * x), "tanh(w₁x)"),
        (F.relu(x) + 1.5, "ReLU(x) + 1.5"),
        (x - -2.0, "x − (−2)"),
    ):
        assert formula(made) == text


def test_graph_folds_what_has_no_name_and_can_unfold_it():
    x, y, w1, b1, w2, b2 = symbols("x", "y", "w₁", "b₁", "w₂", "b₂")
    z = w1 * x + b1
    a = F.sigmoid(z)
    y_hat = w2 * a + b2
    L = (y_hat - y) ** 2 / 2
    z.name, a.name, y_hat.name, L.name = "z₁", "a₁", "ŷ", "L"
    steps, every = live.graph(L).views
    assert [t.name for t in steps.columns] == ["x", "z₁", "a₁", "ŷ", "L"] and list(steps.columns.values()) == [
        0,
        1,
        2,
        3,
        4,
    ]
    assert [[x.name for x in steps.hung[t]] for t in (z, a, y_hat, L)] == [["w₁", "b₁"], [], ["w₂", "b₂"], ["y"]]
    assert len(every.columns) == 9 and [formula(t) for t in every.columns if not t.name] == [
        "w₁x",
        "w₂a₁",
        "ŷ − y",
        "(ŷ − y)²",
    ]


def test_graph_of_a_diamond_has_lanes_and_a_box_for_what_is_used_twice():
    [x] = symbols("x")
    up, down = x * x, F.sigmoid(x)
    [view] = live.graph(up + down).views
    assert view.columns[x] == 0 and {view.lanes[up], view.lanes[down]} == {0, 1} and view.size() == (3, 2)


# --- Notation ------------------------------------------------------------------------------------------------------


def test_arrays_travel_in_the_shortest_notation_that_gives_back_the_same_bits():
    third = np.array([1 / 3, 0.1, -0.0, 1e-300, 123456789.0, 2.0])
    assert array_spec(third) == {"shape": [6], "values": [1 / 3, 0.1, 0, 1e-300, 123456789, 2]}
    assert array_spec(np.linspace(-4, 4, 161)) == {"linspace": [-4, 4, 161]}
    assert array_spec(np.array(2.5)) == 2.5 and json.dumps(array_spec(np.array(2.0))) == "2"
    assert array_spec(live.grid(np.linspace(0, 1, 11), np.linspace(-1, 1, 5))) == {"grid": [[0, 1, 11], [-1, 1, 5]]}
    assert "values" in array_spec(np.nextafter(np.linspace(0, 1, 11), 2))


def test_values_follow_the_sliders():
    w = live.slider("w", -5, 5, 1.0)
    y = F.sigmoid(w * 2.0)
    slope = live.grad(y * y, w)
    w.data[...] = -0.7
    expected = 1 / (1 + np.exp(1.4))
    assert live.value(y) == pytest.approx(expected) and live.value(slope) == pytest.approx(
        2 * expected * expected * (1 - expected) * 2
    )


def test_at_settings_starts_controls_elsewhere():
    with live.at_settings({"w": 0.25}):
        assert live.slider("w", 0, 1, 0.5).item() == 0.25
        weights = Tensor(np.zeros((2, 2)), requires_grad=True)
        live.entry(weights, (0, 1), "w", -1, 1)
        assert weights.data.tolist() == [[0, 0.25], [0, 0]]
    assert live.slider("w", 0, 1, 0.5).item() == 0.5


def test_the_batches_of_a_figure_train_as_the_lessons_own_loop():
    """The same rows in the same order: what the page is compared with is a plain loop over mini-batches."""
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(12, 2)), rng.normal(size=(12, 1))
    order = rng.permutation(12).reshape(4, 3)
    layers = [nn.Linear(2, 1, generator=np.random.default_rng(0), dtype=np.float64) for _ in range(2)]
    descents = [optim.SGD(layer.parameters(), lr=0.1, momentum=0.9) for layer in layers]
    batch, xs, ys = live.batches(order, X, y)
    loss = F.mse_loss(layers[0](xs), ys)
    for k in range(10):
        batch.data[...] = k % batch.count
        descents[0].zero_grad()
        gradients = [live.value(live.grad(loss, p)) for p in layers[0].parameters()]
        for p, g in zip(layers[0].parameters(), gradients):
            p.grad = g
        descents[0].step()
        descents[1].zero_grad()
        F.mse_loss(layers[1](X[order[k % 4]]), Tensor(y[order[k % 4]])).backward()
        descents[1].step()
        for ours, own in zip(layers[0].parameters(), layers[1].parameters()):
            assert ours.data == pytest.approx(own.data, abs=1e-12)


# --- The picture ---------------------------------------------------------------------------------------------------


def test_two_figures_of_one_thing_are_the_same_bytes():
    make = lambda: a_line(F.sigmoid(live.slider("w", -5, 5, 1.0) * np.linspace(0, 1, 5)))
    assert make().html() == make().html()


def test_a_lessons_style_stays_as_it_was():
    import matplotlib

    matplotlib.rcParams["lines.linewidth"] = 7.5
    a_line(np.arange(5.0))
    assert matplotlib.rcParams["lines.linewidth"] == 7.5
    matplotlib.rcdefaults()


def stored_pictures():
    for path in notebooks():
        for cell in read(path).cells:
            for output in cell.get("outputs", ()):
                for found in re.finditer(
                    r'<figure class="nn-live".*?base64,([^"]*)" alt="([^"]+)" width="(\d+)" height="(\d+)"',
                    output.get("data", {}).get("text/html", ""),
                ):
                    yield path.relative_to(ROOT).as_posix(), found


def test_pictures_of_the_book_are_small_sharp_and_of_the_size_they_say():
    from base64 import b64decode

    pictures = list(stored_pictures())
    assert pictures
    for name, found in pictures:
        png = b64decode(found[1])
        size = Image.open(io.BytesIO(png)).size
        assert len(png) <= PICTURE and size == (2 * int(found[3]), 2 * int(found[4])), (name, len(png), size)


@pytest.mark.filterwarnings("error")
def test_a_loss_that_starts_above_its_axis_is_drawn_at_the_top():
    w = live.slider("w", -2, 2, 1.5)
    loss = 100 * w**2
    figure = live.figure(
        live.history(loss, term="loss"), xlabel="step", xlim=(0, 100), ylim=(0, 1), alt="A loss that starts above."
    )
    ax = Figure().subplots()
    figure.panels[0].draw(ax)
    assert ax.lines[0].get_ydata().tolist() == [1] and ax.get_ylim() == (0, 1)
