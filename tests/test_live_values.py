"""Every live figure of the book: what it computes, draws and says is what nnlib computes in the lesson's own cells."""
import re
from functools import partial
from itertools import chain
from queue import SimpleQueue

import numpy as np
import pytest

from browser import Quiet, served
from live_page import MOVE, each, each_device, each_figure, those, wake
from nnlib import live
from nnlib.graph import nodes
from nnlib.live.trace import compute, slopes
from replay import expected

BOUND = 1e-9
SETTINGS = 20
approx = partial(pytest.approx, rel=1e-3, abs=1e-12)  # four digits are shown

# --- Computed ------------------------------------------------------------------------------------------------------

# Numbers travel as bytes to the server the page came from: what a script returns goes as text, slower than computing it
SEND = """const send = async (arrays) => {
  await fetch("/", { method: "POST", body: new Blob(arrays) });
  return arrays.map((a) => a.length);
};"""

COMPUTE = f"""({{ nnLive }}, [settings, tops]) => {{
  {SEND}
  const {{ graph }} = nnLive;
  return send(settings.flatMap((leaves) => {{
    nnLive.set(leaves);
    const values = graph.nodes.map((_, id) => graph.value(id).data);
    const slopes = tops.map((top) => {{
      const g = graph.gradients(top);
      return values.map((_, id) => g[id]);
    }});
    return [values, ...slopes].flat().map((a) => a?.slice() ?? []);
  }}));
}}"""

TRAIN = f"""({{ nnLive }}, params) => {{
  {SEND}
  nnLive.train(100);
  return send(params.map((id) => nnLive.graph.value(id).data));
}}"""


class Listening(Quiet):
    """A server that keeps what pages send it."""

    heard = SimpleQueue()

    def do_POST(self):
        self.heard.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()


@pytest.fixture(scope="module")
def address(site):
    with served(site.parent, Listening) as url:
        yield f"{url}/{site.name}"


def ask(figure, script, about):
    """The arrays that a script in the page sends, flat; one without numbers for each that is not there."""
    lengths = figure.evaluate(script, about)
    return np.split(np.frombuffer(Listening.heard.get(timeout=10)), np.cumsum(lengths)[:-1])


def difference(shown, python):
    assert shown.shape == python.shape and np.isfinite(shown).all() and np.isfinite(python).all()
    return float(np.max(np.abs(shown - python) / np.maximum(1, np.abs(python)), initial=0))


@each_figure
def test_the_page_holds_what_the_lesson_makes(case, desk):
    assert wake(desk, case).get_attribute("data-live") == case.again().initial


@each_figure
def test_values_and_gradients(case, desk):
    figure, rng = wake(desk, case), np.random.default_rng(case.k)
    places, python = [], []
    for _ in range(SETTINGS):
        moved = case.again(case.random_settings(rng))
        values, slopes = expected(moved)
        places.append({str(moved.trace.ids[c.leaf]): c.leaf.data.ravel().tolist() for c in moved.controls})
        python += chain(values, *slopes.values())
    for shown, nnlibs in zip(ask(figure, COMPUTE, [places, list(slopes)]), python, strict=True):
        if nnlibs is not None:
            assert difference(shown, nnlibs) < BOUND


@each(those(lambda case: case.train))
def test_a_hundred_steps_of_training(case, desk):
    figure = case.again()
    moved = [p for optimizer in figure.train.optimizers for p in optimizer.params]
    found = ask(wake(desk, case), TRAIN, [figure.trace.ids[p] for p in moved])
    train(figure, 100)
    for shown, parameter in zip(found, moved, strict=True):
        assert difference(shown, parameter.data.ravel()) < BOUND


def train(figure, steps):
    """As the lesson itself would, in Python: the loss computed anew, backward, a step of its optimiser."""
    loss, optimizers = figure.train.loss, figure.train.optimizers
    if figure.train.lr is not None:
        optimizers[0].lr = figure.train.lr.item()
    for k in range(steps):
        if figure.train.batch is not None:
            figure.train.batch.data[...] = k % figure.train.batch.count
        gradients = slopes(loss, compute(figure.trace.everything))
        for optimizer in optimizers:
            for p in optimizer.params:
                p.grad = gradients[p]
            optimizer.step()


# --- Drawn and said ------------------------------------------------------------------------------------------------


def has_panel(kind):
    return lambda case: any(panel["kind"] == kind for panel in case.panels)


def at_random(figure, case, times):
    """Moves a figure to places chosen at random, and gives what the lesson makes there."""
    for seed in range(times):
        settings = case.random_settings(np.random.default_rng(seed))
        figure.evaluate(MOVE, settings)
        yield case.again(settings)


def read_number(text):
    """The last number of a text, with a true minus sign or none."""
    return float(text.split(" = ")[-1].replace("−", "-"))


HEIGHTS = ("bars", "area")
# Those that wait for a guess stand in a group of their own
PATHS = "(plot) => [...plot.querySelectorAll(':scope > path, :scope > .nn-answered > path')].map((e) => e.getAttribute('d'))"


def first_marks(case):
    return case.panels[0].get("marks", ())


@each(those(lambda case: any(mark["kind"] in HEIGHTS for mark in first_marks(case))))
def test_bars_and_areas_reach_to_their_values(case, desk):
    """Each height, in pixels of the plot, is where the axis has that value."""
    figure, seen = wake(desk, case), []
    plot = figure.locator(".nn-plot").first
    numbers = [number for number, mark in enumerate(first_marks(case)) if mark["kind"] in HEIGHTS]
    for moved in at_random(figure, case, 4):
        panel, tall = moved.panels[0], float(plot.get_attribute("height"))
        place, (low, high) = (np.log if "log" in panel.y else np.array), panel.y["domain"]

        def pixels(tensor):
            return tall * (1 - (place(tensor.data.ravel()) - place(low)) / (place(high) - place(low)))

        paths = plot.evaluate(PATHS)
        for mark, path in ((panel.marks[number], paths[number]) for number in numbers):
            if isinstance(mark, live.bars):
                ground = tall if "log" in panel.y else tall * (1 + low / (high - low))
                drawn = re.findall(r"M\S+ (\S+)V(\S+)H\S+V\S+Z", path)
                assert [float(top) for _, top in drawn] == pytest.approx(pixels(mark.y), abs=0.01)
                assert [float(foot) for foot, _ in drawn] == pytest.approx([ground] * len(drawn))
            else:
                drawn = [float(y) for y in re.findall(r" (\S+?)(?=[LZ])", path)]
                assert drawn == pytest.approx([*pixels(mark.y_high), *pixels(mark.y_low)[::-1]], abs=0.01)
        seen.append([paths[number] for number in numbers])
    assert all(len(set(paths)) > 1 for paths in zip(*seen))  # each has moved


LINES = """(figure) => [...figure.querySelectorAll(".nn-network path")].map((e) =>
  [e.classList.contains("nn-positive") ? 1 : -1, Number(e.getAttribute("stroke-width"))])"""


@each(those(has_panel("network")))
@each_device
def test_a_network_shows_and_says_its_units_and_weights(case, device, request):
    figure = wake(request.getfixturevalue(device), case)
    for moved in at_random(figure, case, 3):
        [net] = [panel for panel in moved.panels if isinstance(panel, live.network)]
        weights = np.concatenate([w.data.ravel() for w in net.weights])
        signs, widths = np.transpose(figure.evaluate(LINES))
        assert np.array_equal(signs, np.where(weights < 0, -1, 1))
        assert widths == pytest.approx(8 * np.minimum(abs(weights) / net.largest, 1.5))
        values = np.concatenate([live.value(u).ravel() for u in net.units])
        shown = [read_number(text) for text in figure.locator(".nn-unit").all_text_contents()]
        assert shown == pytest.approx(values, abs=0.00501)
        rows = figure.locator(".nn-network tr").all()
        told = [[cell.text_content().replace("minus ", "-") for cell in row.locator("td").all()] for row in rows]
        assert [float(value) for value, _ in told] == pytest.approx(shown)
        heard = [float(w) for _, into in told for w in into.split(", ") if w]
        assert heard == pytest.approx(weights, abs=0.00501)
        middles = "(f) => [...f.querySelectorAll('.nn-network circle')].map((e) => e.outerHTML)"
        places = figure.evaluate(middles)
        assert len(set(places)) == len(values)


@each(those(has_panel("lines")))
@each_device
def test_number_lines_show_and_say_value_nudge_and_rate(case, device, request):
    figure = wake(request.getfixturevalue(device), case)
    for moved in at_random(figure, case, 3):
        [panel] = [panel for panel in moved.panels if hasattr(panel, "lines")]
        told = iter(figure.locator(".nn-lines p").all_inner_texts())
        for number, line in enumerate(panel.lines):
            (rates, value, nudge), above = (next(told) for _ in range(3)), panel.lines[number - 1]
            assert value.startswith(f"{line.label} = ") and read_number(value) == approx(line.value.item())
            assert nudge.startswith(f"Δ{line.symbol} = ") and read_number(nudge) == approx(line.nudge())
            if number:
                quotient, rate = rates.split("\u2003")
                assert quotient.startswith(f"Δ{line.symbol}/Δ{above.symbol} = ")
                assert read_number(quotient) == approx(line.nudge() / above.nudge())
                assert rate.startswith(f"d{line.symbol}/d{above.symbol} = ")
                assert read_number(rate) == approx(line.rate.item())
            else:
                assert rates == ""
            width = figure.locator(".nn-lines svg").bounding_box()["width"] - 32
            shown = float(figure.locator(".nn-lines circle").nth(number).get_attribute("cx")) - 16
            assert shown / width == pytest.approx((line.value.item() - line.low) / (line.high - line.low), abs=1e-3)


@each(those(has_panel("graph")))
def test_graphs_say_every_value_and_gradient(case, desk):
    """Behind the boxes is a table for screen readers, with the numbers that nnlib has."""
    figure = wake(desk, case)
    for panel in case.again().panels:
        if hasattr(panel, "output"):
            if panel.backward:
                figure.get_by_role("button", name="All", exact=True).click()
            rows = figure.locator("table tr").all()[1:]
            told = {
                row.locator("th")
                .text_content()
                .split(" = ")[0]: [cell.text_content() for cell in row.locator("td").all()]
                for row in rows
            }
            panel.output.backward()
            named = [t for t in nodes(panel.output) if t.name and t.requires_grad]
            assert len(named) > 2  # a parameter, a step and the output at least: an empty table would prove nothing
            for t in named:
                value, gradient = (float(text.replace("minus ", "-")) for text in told[t.name])
                assert value == pytest.approx(t.item(), abs=5e-7) and gradient == pytest.approx(t.grad.item(), abs=5e-7)
