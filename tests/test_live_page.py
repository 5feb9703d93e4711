"""Every live figure of the book in a reader's hands: keyboard, mouse, touch, no script, a broken specification."""
import re
from functools import partial
from unicodedata import normalize

import numpy as np
import pytest

from browser import ROOT, page, served
from nnlib import live
from nnlib.live.controls import Leaf
from replay import lessons, random_settings

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LESSONS = lessons()
FIGURES = [(lesson, k) for lesson in LESSONS for k in range(len(lesson.figures))]
TRAINED = [(lesson, k) for lesson, k in FIGURES if lesson.figure(k)[0].train]
STEPPED = [(lesson, k) for lesson, k in TRAINED if lesson.figure(k)[0].train.buttons["step"]]
PLAYED = [(lesson, k) for lesson, k in TRAINED if lesson.figure(k)[0].train.buttons["play"]]

# All that a reader sees of a figure apart from its controls
DRAWING = """(figure) => [...figure.querySelectorAll("svg, .nn-notes")].map((e) => e.outerHTML).join("")
  + [...figure.querySelectorAll("canvas")].map((c) => c.toDataURL()).join("")"""
LEAF = """(input, [k, c]) => {
  const { graph, spec } = document.querySelectorAll("figure.nn-live")[k].nnLive, { leaf, entry } = spec.controls[c];
  return graph.value(leaf).data[entry ?? 0];
}"""
RUN_AWAY = """(figure) => {
  const { graph, spec, first } = figure.nnLive;
  for (const id of spec.train.params) graph.set(id, first[id].map(() => 1e308));
}"""


SET = "(figure, leaves) => figure.nnLive.set(leaves)"
approx = partial(pytest.approx, rel=1e-3, abs=1e-12)  # four digits are shown


def name(case):
    return f"{case[0].path.stem}, figure {case[1] + 1}"


each_figure = pytest.mark.parametrize("case", FIGURES, ids=name)
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path.stem)


@pytest.fixture(scope="module")
def address(site):
    with served(site) as url:
        yield url


@pytest.fixture(scope="module")
def desk(browser):
    """A window with mouse and keyboard."""
    with page(browser, reduced_motion="reduce") as tab:
        yield tab


@pytest.fixture(scope="module")
def phone(browser):
    with page(
        browser, reduced_motion="reduce", viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    ) as tab:
        yield tab


def wake(tab, address, case):
    """The k-th figure of a lesson's page, as it wakes or, where it asks for a guess, is skipped."""
    lesson, k = case
    tab.goto(f"{address}/{lesson.page}")
    tab.wait_for_selector(".nn-figure")
    figure = tab.locator("figure.nn-live").nth(k)
    figure.scroll_into_view_if_needed()
    for skip in figure.get_by_role("button", name="Skip the guess").all():
        skip.click()
    return figure


def sliders(figure, case):
    """(slider, its control in the specification, a function that reads its leaf, whether the drawing depends on it)"""
    lesson, k = case
    spec = figure.evaluate("(f) => f.nnLive.spec")
    rate = spec.get("train", {}).get("lr")
    for c, control in enumerate(spec["controls"]):
        if control["kind"] == "slider":
            slider = figure.get_by_role("slider", name=control["name"], exact=True)
            drawn = not (isinstance(rate, dict) and rate["node"] == control["leaf"])
            yield slider, control, lambda slider=slider, c=c: slider.evaluate(LEAF, [k, c]), drawn


# --- Moving --------------------------------------------------------------------------------------------------------


@each_figure
def test_every_slider_by_keyboard(case, desk, address):
    figure = wake(desk, address, case)
    for slider, control, leaf, drawn in sliders(figure, case):
        start, before = leaf(), figure.evaluate(DRAWING)
        slider.focus()
        for key, moved in {
            "ArrowRight": lambda a, b: b > a,
            "ArrowUp": lambda a, b: b > a,
            "ArrowLeft": lambda a, b: b < a,
            "PageUp": lambda a, b: b >= a,
            "PageDown": lambda a, b: b < a,
            "Home": lambda a, b: b == control["min"],
            "End": lambda a, b: b == control["max"],
        }.items():
            here = leaf()
            desk.keyboard.press(key)
            assert moved(here, leaf()), (control["name"], key, here, leaf())
        assert not drawn or figure.evaluate(DRAWING) != before
        desk.keyboard.press("Backspace")
        assert leaf() == start and slider.evaluate("(e) => e === document.activeElement")
    assert figure.evaluate("(f) => f.querySelector('[role=status]').textContent") is not None


@each_figure
def test_every_slider_by_mouse(case, desk, address):
    figure = wake(desk, address, case)
    for slider, control, leaf, drawn in sliders(figure, case):
        start, before = leaf(), figure.evaluate(DRAWING)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        values = []
        for share, wanted in ((0.9, 0.9), (0.1, 0.1)):
            desk.mouse.move(box["x"] + box["width"] * 0.5, middle)
            desk.mouse.down()
            desk.mouse.move(box["x"] + box["width"] * share, middle, steps=4)
            desk.mouse.up()
            place = slider.evaluate("(e) => (e.valueAsNumber - e.min) / (e.max - e.min)")
            assert abs(place - wanted) < 0.15, (control["name"], place)
            values.append(leaf())
        assert values[0] > values[1], (control["name"], values)
        assert not drawn or figure.evaluate(DRAWING) != before
        slider.dblclick()
        assert leaf() == start


@each_figure
def test_every_slider_by_touch(case, phone, address):
    figure = wake(phone, address, case)
    for slider, control, leaf, drawn in sliders(figure, case):
        before = figure.evaluate(DRAWING)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box["height"] >= 44 and box["width"] >= 100
        phone.touchscreen.tap(box["x"] + box["width"] * 0.12, box["y"] + box["height"] / 2)
        low = leaf()
        phone.touchscreen.tap(box["x"] + box["width"] * 0.88, box["y"] + box["height"] / 2)
        assert low < leaf(), control["name"]
        assert not drawn or figure.evaluate(DRAWING) != before


def draggable(case):
    """The point of a figure that can be dragged, if it has one."""
    lesson, k = case
    marks = [mark for panel in lesson.figure(k)[0].panels for mark in getattr(panel, "marks", ())]
    return next((mark for mark in marks if getattr(mark, "drag", False)), None)


def across_and_up(figure, case):
    """The sliders that a figure's draggable point moves, which may have others; None along an axis without one."""
    point, by_name = draggable(case), {slider[1]["name"]: slider for slider in sliders(figure, case)}
    return [by_name.get(coordinate.name) for coordinate in (point.x, point.y)]


DRAGGED = [case for case in FIGURES if draggable(case)]


def test_the_book_has_points_to_drag_along_one_axis_and_two():
    free = [[isinstance(place, Leaf) for place in (draggable(case).x, draggable(case).y)] for case in DRAGGED]
    assert {sum(axes) for axes in free} == {1, 2}


def drag_by_mouse(tab, here, there):
    tab.mouse.move(*here)
    tab.mouse.down()
    tab.mouse.move(*there, steps=4)
    tab.mouse.up()


def drag_by_touch(tab, here, there):
    hand = tab.context.new_cdp_session(tab)
    way = [("touchMove", [tuple(a + (b - a) * k / 4 for a, b in zip(here, there))]) for k in range(1, 5)]
    for kind, points in (("touchStart", [here]), *way, ("touchEnd", [])):
        places = [{"x": x, "y": y} for x, y in points]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})


@pytest.mark.parametrize("case", DRAGGED, ids=name)
@pytest.mark.parametrize("device, drag", [("desk", drag_by_mouse), ("phone", drag_by_touch)], ids=["mouse", "touch"])
def test_a_point_is_dragged_and_its_sliders_follow(case, device, drag, address, request):
    tab = request.getfixturevalue(device)
    figure = wake(tab, address, case)
    grip = figure.locator(".nn-handle")
    grip.scroll_into_view_if_needed()

    def middle():
        """Where the point is in its plot, in pixels."""
        return float(grip.get_attribute("cx")), float(grip.get_attribute("cy"))

    before, start, box = [leaf() for _, _, leaf, _ in sliders(figure, case)], middle(), grip.bounding_box()
    here = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    drag(tab, here, (here[0] + 40, here[1] + 30))
    own = across_and_up(figure, case)
    for found, was, now, far in zip(own, start, middle(), (40, 30)):
        if found:
            slider, _, leaf, _ = found
            assert now == pytest.approx(was + far, abs=4) and float(slider.input_value()) == leaf()  # the nearest step
    moved = [leaf() - was for (_, _, leaf, _), was in zip(sliders(figure, case), before)]
    names = [control["name"] for _, control, _, _ in sliders(figure, case)]
    wanted = {found[1]["name"]: sign for found, sign in zip(own, (1, -1)) if found}
    assert dict(zip(names, np.sign(moved))) == {name: wanted.get(name, 0) for name in names}


MARKED = [
    (lesson, k, number, mark)
    for lesson, k in FIGURES
    for panel in lesson.figure(k)[0].panels[:1]
    for number, mark in enumerate(getattr(panel, "marks", ()))
    if isinstance(mark, (live.bars, live.area))
]
PATHS = "(plot) => [...plot.querySelectorAll(':scope > path')].map((e) => e.getAttribute('d'))"


@pytest.mark.parametrize("case", MARKED, ids=lambda case: f"{name(case)}, {type(case[3]).__name__}")
def test_bars_and_areas_reach_to_their_values(case, desk, address):
    """Each height, in pixels of the plot, is where the axis has that value."""
    lesson, k, number, _ = case
    figure, before = wake(desk, address, case[:2]), None
    plot = figure.locator(".nn-plot").first
    for seed in range(3):
        moved, _ = lesson.figure(k, random_settings(lesson.figure(k)[0], np.random.default_rng(seed)))
        figure.evaluate(SET, {str(moved.trace.ids[c.leaf]): c.leaf.item() for c in moved.controls})
        panel, tall = moved.panels[0], float(plot.get_attribute("height"))
        place, (low, high) = (np.log if "log" in panel.y else np.array), panel.y["domain"]

        def pixels(tensor):
            return tall * (1 - (place(tensor.data.ravel()) - place(low)) / (place(high) - place(low)))

        mark, path = panel.marks[number], plot.evaluate(PATHS)[number]
        if isinstance(mark, live.bars):
            ground = tall if "log" in panel.y else tall * (1 + low / (high - low))
            drawn = re.findall(r"M\S+ (\S+)V(\S+)H\S+V\S+Z", path)
            assert [float(top) for _, top in drawn] == pytest.approx(pixels(mark.y), abs=0.01)
            assert [float(foot) for foot, _ in drawn] == pytest.approx([ground] * len(drawn))
        else:
            drawn = [float(y) for y in re.findall(r" (\S+?)(?=[LZ])", path)]
            assert drawn == pytest.approx([*pixels(mark.y_high), *pixels(mark.y_low)[::-1]], abs=0.01)
        assert before != (before := path)


def test_names_stand_below_their_bars(desk, address):
    for lesson, k, _, mark in MARKED:
        if getattr(mark, "names", None):
            ticks = wake(desk, address, (lesson, k)).locator(".nn-ticks").first.locator("text")
            assert ticks.all_text_contents() == mark.names
            return
    raise AssertionError("no figure of the book has bars with names")


LABELLED = [
    (lesson, k)
    for lesson, k in FIGURES
    if any(getattr(mark, "label", None) and not isinstance(mark, live.history)
           for panel in lesson.figure(k)[0].panels for mark in getattr(panel, "marks", ()) if hasattr(panel, "axes"))
]
LETTERS = """(figure) => [...figure.querySelectorAll(".nn-axes")].map((panel) => {
  const box = (e) => { const { left, right, top, bottom } = e.getBoundingClientRect(); return { left, right, top, bottom } };
  return [box(panel), [...panel.querySelectorAll(".nn-label")].map(box)];
})"""


@pytest.mark.parametrize("case", LABELLED, ids=name)
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_labels_stay_in_sight_wherever_their_marks_go(case, device, address, request):
    figure = wake(request.getfixturevalue(device), address, case)
    lesson, k = case
    for seed in range(5):
        moved, _ = lesson.figure(k, random_settings(lesson.figure(k)[0], np.random.default_rng(seed)))
        figure.evaluate(SET, {str(moved.trace.ids[c.leaf]): c.leaf.data.ravel().tolist() for c in moved.controls})
        for panel, labels in figure.evaluate(LETTERS):
            for label in labels:
                assert panel["left"] <= label["left"] and label["right"] <= panel["right"], (seed, label)
                assert panel["top"] - 1 <= label["top"] and label["bottom"] <= panel["bottom"], (seed, label)


NETS = [(lesson, k) for lesson, k in FIGURES if any(isinstance(p, live.network) for p in lesson.figure(k)[0].panels)]
LINES = """(figure) => [...figure.querySelectorAll(".nn-network path")].map((e) =>
  [e.classList.contains("nn-positive") ? 1 : -1, Number(e.getAttribute("stroke-width"))])"""


@pytest.mark.parametrize("case", NETS, ids=name)
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_a_network_shows_and_says_its_units_and_weights(case, device, address, request):
    figure = wake(request.getfixturevalue(device), address, case)
    lesson, k = case
    for seed in range(3):
        moved, _ = lesson.figure(k, random_settings(lesson.figure(k)[0], np.random.default_rng(seed)))
        for c in moved.controls:
            figure.evaluate("(f, [id, x, entry]) => (f.nnLive.graph.set(id, x, entry), f.nnLive.update())",
                            [moved.trace.ids[c.leaf], c.leaf.data.ravel()[c.entry], c.entry])
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


@pytest.mark.parametrize("case", DRAGGED, ids=name)
def test_a_point_takes_keys_and_says_where_it_is(case, desk, address):
    figure = wake(desk, address, case)
    point = figure.get_by_role("slider", name=re.compile(r"^point \("))
    own = [of and of[:3] for of in across_and_up(figure, case)]
    found = [of for of in own if of]
    start, before = [leaf() for *_, leaf in found], figure.evaluate(DRAWING)
    found[0][0].focus()
    point.focus()
    assert point.evaluate("(e) => e === document.activeElement && getComputedStyle(e).strokeWidth") == "2.5px"
    for key, axis, sign in (("ArrowRight", 0, 1), ("ArrowUp", 1, 1), ("ArrowLeft", 0, -1), ("ArrowDown", 1, -1)):
        _, control, leaf = own[axis] or found[0]  # on a leash every arrow goes along it
        here = leaf()
        desk.keyboard.press(key)
        assert leaf() - here == pytest.approx(sign * control["step"]), key
    assert [leaf() for *_, leaf in found] == pytest.approx(start)
    for key in ("ArrowRight", "ArrowUp"):
        desk.keyboard.press(key)
    said = [f"{control['name']} {slider.get_attribute('aria-valuetext')}" for slider, control, _ in found]
    assert point.get_attribute("aria-valuetext") == ", ".join(said) and figure.evaluate(DRAWING) != before
    low, now, high = (float(point.get_attribute(f"aria-value{which}")) for which in ("min", "now", "max"))
    assert (low, now, high) == (found[0][1]["min"], found[0][2](), found[0][1]["max"])
    desk.keyboard.press("Backspace")
    assert [leaf() for *_, leaf in found] == start


COUNTED = [case for case in FIGURES if any(c.kind == "counter" for c in case[0].figure(case[1])[0].controls)]


@pytest.mark.parametrize("case", COUNTED, ids=name)
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_a_counter_counts_its_presses(case, device, address, request):
    tab = request.getfixturevalue(device)
    figure = wake(tab, address, case)
    drawing = figure.evaluate(DRAWING)
    for control in figure.evaluate("(f) => f.nnLive.spec.controls.filter((c) => c.kind === 'counter')"):
        button, value = figure.get_by_role("button", name=control["name"], exact=True), "(f, id) => f.nnLive.graph.value(id).data[0]"
        said = button.locator("xpath=..").get_by_role("status")  # heard whenever it changes
        for times, press in enumerate((button.click, lambda: button.press("Enter"), lambda: button.press("Space")), 1):
            press()
            assert figure.evaluate(value, control["leaf"]) == times and said.inner_text() == str(times)
        assert figure.evaluate(DRAWING) != drawing
        button.press("Backspace")
        assert said.inner_text() == "0" and figure.evaluate(DRAWING) == drawing
        button.click()
        figure.get_by_role("button", name="Reset").click()
        assert said.inner_text() == "0" and figure.evaluate(DRAWING) == drawing


BACKWARD = [case for case in FIGURES if any(getattr(panel, "backward", False) for panel in case[0].figure(case[1])[0].panels)]


@pytest.mark.parametrize("case", BACKWARD, ids=name)
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_gradients_come_box_by_box_from_the_output_to_the_leaves(case, device, address, request):
    figure = wake(request.getfixturevalue(device), address, case)
    [graph] = [panel for panel in case[0].figure(case[1])[0].panels if getattr(panel, "backward", False)]
    step, said = figure.get_by_role("button", name="Back one step"), figure.locator(".nn-graph [role=status]")

    def shown():
        """The rows of the table that have a gradient, and how many of the picture's numbers and arrows are seen."""
        rows = [row for row in figure.locator(".nn-graph tr").all()[1:] if row.locator("td").nth(1).text_content()]
        seen = "(f) => [...f.querySelectorAll('.nn-back')].filter((e) => getComputedStyle(e).visibility !== 'hidden').length"
        numbers = [text for text in figure.locator(".nn-slope").all_text_contents() if text]
        assert len(numbers) == len(rows)
        return {row.locator("th").text_content().split(" = ")[0] for row in rows}, figure.evaluate(seen)

    view, expected, arrows = graph.views[0], set(), 0
    boxes = sorted(view.columns, key=lambda t: -view.columns[t])
    assert shown() == (set(), 0) and said.inner_text() == f"0 of {len(boxes)} boxes"
    for k, box in enumerate(boxes, 1):
        step.press("Enter")
        expected |= {box.name, *(leaf.name for leaf in view.hung.get(box, ()))}
        arrows += len(view.before[box])
        assert shown() == (expected, arrows) and said.inner_text() == f"{k} of {len(boxes)} boxes"
    step.press("Enter")
    assert said.inner_text() == f"{len(boxes)} of {len(boxes)} boxes"
    figure.get_by_role("button", name="None").click()
    assert shown() == (set(), 0)
    figure.get_by_role("button", name="All").click()
    assert shown() == (expected, arrows)


def test_the_book_has_counters_and_gradients_that_come_when_asked():
    assert COUNTED and BACKWARD


LINKED = [(lesson, k) for lesson, k in FIGURES[:-1] if k + 1 < len(lesson.figures)
          and {c.leaf.name for c in lesson.figure(k + 1)[0].controls if c.options.get("link")}
          & {c.leaf.name for c in lesson.figure(k)[0].controls if c.options.get("link")}]


@pytest.mark.parametrize("case", LINKED, ids=name)
def test_figures_that_share_a_slider_move_together(case, desk, address):
    lesson, k = case
    first, second = wake(desk, address, case), desk.locator("figure.nn-live").nth(k + 1)
    other = lesson, k + 1
    (here, control, leaf, _), (there, _, twin, _) = (
        next(s for s in sliders(f, c) if s[1].get("link")) for f, c in ((first, case), (second, other))
    )
    start, drawings = leaf(), (first.evaluate(DRAWING), second.evaluate(DRAWING))
    here.press("End")
    assert leaf() == twin() == control["max"] and there.input_value() == here.input_value()
    there.press("Home")
    assert leaf() == twin() == control["min"]
    assert first.evaluate(DRAWING) != drawings[0] and second.evaluate(DRAWING) != drawings[1]
    second.get_by_role("button", name="Reset").click()
    assert leaf() == twin() == start and (first.evaluate(DRAWING), second.evaluate(DRAWING)) == drawings


def test_the_book_has_figures_that_share_a_slider():
    assert LINKED


LINED = [(lesson, k) for lesson, k in FIGURES if any(hasattr(panel, "lines") for panel in lesson.figure(k)[0].panels)]


def read_number(text):
    return float(text.split(" = ")[-1].replace("−", "-"))


@pytest.mark.parametrize("case", LINED, ids=name)
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_number_lines_show_and_say_value_nudge_and_rate(case, device, address, request):
    figure = wake(request.getfixturevalue(device), address, case)
    lesson, k = case
    for seed in range(3):
        moved, _ = lesson.figure(k, random_settings(lesson.figure(k)[0], np.random.default_rng(seed)))
        figure.evaluate(SET, {str(moved.trace.ids[c.leaf]): c.leaf.item() for c in moved.controls})
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


@each_figure
def test_sliders_speak_their_values(case, desk, address):
    """Screen readers drop a true minus sign, so it is said as a word; what the slider shows is what it says."""
    figure = wake(desk, address, case)
    for slider, control, leaf, _ in sliders(figure, case):
        slider.focus()
        desk.keyboard.press("Home")
        said, shown = slider.get_attribute("aria-valuetext"), slider.evaluate(
            "(e) => e.parentElement.querySelector('.nn-number').textContent"
        )
        plain = normalize("NFKC", shown)  # 10⁻⁷ becomes 10−7
        assert said == plain.replace("·10−", " times 10 to the minus ").replace("−", "minus ")
        assert said.startswith("minus") == (leaf() < 0) and "-" not in shown
        assert float(plain.replace("·10", "e").replace("−", "-")) == pytest.approx(leaf())
        desk.keyboard.press("Backspace")


@each_figure
def test_switches_and_choices(case, desk, address):
    figure = wake(desk, address, case)
    for control in figure.locator(".nn-switch input, .nn-choice select").all():
        before = figure.evaluate(DRAWING)
        control.focus()
        desk.keyboard.press("Space" if control.get_attribute("role") == "switch" else "ArrowDown")
        assert figure.evaluate(
            "(f) => new Promise((done) => requestAnimationFrame(() => done(f.scrollWidth <= f.clientWidth)))"
        )
        assert control.evaluate("(e) => e.checked || e.selectedIndex > 0")
        assert figure.evaluate(DRAWING) != before or control.evaluate("(e) => e.tagName") == "SELECT"


CHOSEN = [case for case in FIGURES if any("min" not in c.options for c in case[0].figure(case[1])[0].controls)]
each_hand = pytest.mark.parametrize("device, press", [("desk", "click"), ("phone", "tap")], ids=["mouse", "touch"])


@pytest.mark.parametrize("case", CHOSEN, ids=name)
@each_hand
def test_switches_and_choices_by_mouse_and_touch(case, device, press, address, request):
    figure = wake(request.getfixturevalue(device), address, case)
    for switch in figure.locator(".nn-switch input").all():
        was = switch.is_checked()
        getattr(switch, press)()
        assert switch.is_checked() != was
    for choice in figure.locator(".nn-choice select").all():
        last = choice.locator("option").count() - 1
        getattr(choice, press)()
        choice.select_option(index=last)
        assert choice.evaluate("(e) => e.selectedIndex") == last
        values = figure.evaluate("(f) => f.nnLive.spec.controls.map((c) => f.nnLive.graph.value(c.leaf).data[0])")
        assert last in values


# --- Training ------------------------------------------------------------------------------------------------------


def loss(figure):
    return figure.evaluate("(f) => f.nnLive.training.loss()")


def steps(figure):
    return figure.evaluate("(f) => f.nnLive.training.steps")


def leaves(figure):
    return figure.evaluate("(f) => f.nnLive.graph.nodes.filter((n) => n.leaf).map((n) => Array.from(n.data))")


@pytest.mark.parametrize("case", STEPPED, ids=name)
def test_a_gradient_step_lowers_the_loss(case, desk, address):
    figure = wake(desk, address, case)
    before, first = loss(figure), leaves(figure)
    button = (
        figure.locator("button.nn-play, .nn-buttons button").first
        if case not in PLAYED
        else figure.locator(".nn-buttons button").nth(1)
    )
    button.press("Enter")
    after = loss(figure)
    assert 0 <= after < before
    told = f"step 1 · loss {after:.4f}"
    assert told in figure.locator(".nn-notes").inner_text() and "step 1" in figure.locator("[role=status]").inner_text()
    button.click()
    assert loss(figure) < after and steps(figure) == 2
    figure.get_by_role("button", name="Reset").click()
    assert leaves(figure) == first and loss(figure) == before and steps(figure) == 0


@pytest.mark.parametrize("case", PLAYED, ids=name)
@each_hand
def test_play_pause_and_reset(case, device, press, address, request):
    tab = request.getfixturevalue(device)
    figure = wake(tab, address, case)
    before, first, drawing = loss(figure), leaves(figure), figure.evaluate(DRAWING)
    assert steps(figure) == 0  # nothing has moved by itself: this reader wants no motion
    getattr(figure.get_by_role("button", name="Train"), press)()
    tab.wait_for_function("(f) => f.nnLive.training.steps > 5", arg=figure.element_handle())
    getattr(figure.get_by_role("button", name="Pause"), press)()
    stopped = steps(figure)
    tab.wait_for_timeout(200)
    assert steps(figure) == stopped and loss(figure) < before and figure.evaluate(DRAWING) != drawing
    assert (
        f"step {stopped} " in figure.locator(".nn-notes").inner_text()
        and f"step {stopped} " in figure.locator("[role=status]").inner_text()
    )
    getattr(figure.get_by_role("button", name="Reset"), press)()
    assert leaves(figure) == first and steps(figure) == 0 and figure.evaluate(DRAWING) == drawing


@pytest.mark.parametrize("case", PLAYED, ids=name)
def test_it_plays_by_itself_only_where_motion_is_welcome_and_only_in_sight(case, browser, address):
    lesson, k = case
    with page(browser) as tab:
        figure = wake(tab, address, case)
        if not lesson.figure(k)[0].train.buttons["autoplay"]:
            assert steps(figure) == 0
            return
        tab.wait_for_function("(f) => f.nnLive.training.steps > 5", arg=figure.element_handle())
        tab.evaluate(
            "document.body.insertAdjacentHTML('afterbegin', '<div style=\"height: 3000px\"></div>'); scrollTo(0, 0)"
        )
        tab.wait_for_timeout(300)
        hidden = steps(figure)
        tab.wait_for_timeout(200)
        assert steps(figure) == hidden


@pytest.mark.parametrize("case", PLAYED, ids=name)
def test_a_training_that_runs_away_stops_and_says_so(case, desk, address):
    figure = wake(desk, address, case)
    figure.evaluate(RUN_AWAY)
    figure.get_by_role("button", name="Train").click()
    figure.get_by_role("button", name="Train").wait_for()
    assert any(word in figure.locator(".nn-notes").inner_text() for word in ("not a number", "∞"))


# --- Waking --------------------------------------------------------------------------------------------------------


@each_lesson
def test_nothing_goes_wrong_and_nothing_is_asked_of_anyone(lesson, browser, address):
    with page(browser) as tab:
        wake(tab, address, (lesson, 0))
        tab.wait_for_timeout(300)
        assert (tab.errors, tab.failed, tab.foreign) == ([], [], [])
        assert (
            tab.locator(".nn-figure").count() == len(lesson.figures)
            and tab.locator("figure.nn-live > img").count() == 0
        )


@each_lesson
def test_from_a_folder(lesson, browser, site):
    with page(browser) as tab:
        tab.goto((site / lesson.page).as_uri())
        tab.wait_for_selector(".nn-figure")
        assert tab.locator(".nn-figure").count() == len(lesson.figures) and tab.errors == []


@each_lesson
def test_without_a_script_there_is_the_picture(lesson, browser, address):
    with page(browser, java_script_enabled=False) as tab:
        tab.goto(f"{address}/{lesson.page}")
        for k in range(len(lesson.figures)):
            picture = tab.locator("figure.nn-live").nth(k).locator("img")
            figure, _ = lesson.figure(k)
            assert picture.get_attribute("alt") == figure.alt and picture.bounding_box()["height"] > 100
            if figure.caption:
                assert tab.locator("figure.nn-live").nth(k).locator(
                    "figcaption"
                ).inner_text() == figure.caption.replace("**", "")


@pytest.mark.parametrize("width", (1280, 768, 390, 320))
@each_lesson
def test_nothing_moves_when_a_figure_wakes(lesson, width, browser, address):
    """Before the script has come, the room of every figure is what it will be."""
    with page(browser, reduced_motion="reduce", viewport={"width": width, "height": 900}) as tab:
        tab.route("**/live.js*", lambda route: route.abort())
        tab.goto(f"{address}/{lesson.page}")
        tab.evaluate("Promise.all([...document.fonts].map((font) => font.load()))")
        heights = "[...document.querySelectorAll('figure.nn-live')].map((f) => f.offsetHeight)"
        asleep = tab.evaluate(heights)
        tab.evaluate((ROOT / "nnlib" / "live" / "static" / "live.js").read_text(encoding="utf-8") + "; nnLive.wake()")
        tab.wait_for_selector(".nn-figure")
        for before, after in zip(asleep, tab.evaluate(heights)):
            assert abs(before - after) <= 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda spec: spec.replace('"op":"', '"op":"no', 1),
        lambda spec: spec[:-9],
        lambda spec: spec.replace('"live":1', '"live":99'),
        lambda spec: spec.replace('"of":[', '"of":[99999,', 1),
        lambda spec: spec.replace('"kind":"slider"', '"kind":"lever"', 1),
        lambda spec: "null",
    ],
    ids=[
        "an unknown operation",
        "cut short",
        "another version",
        "a node that does not exist",
        "an unknown control",
        "nothing",
    ],
)
def test_a_broken_specification_is_told_in_place_and_the_page_lives(spoil, browser, address):
    lesson, k = STEPPED[0]
    with page(browser) as tab:

        def change(route):
            answer = route.fetch()
            specs = answer.text().split("data-live='", 1)
            broken, rest = specs[1].split("'", 1)
            good = f"<figure class=\"nn-live second\" data-live='{broken}'><img alt=\"\"></figure>"
            route.fulfill(
                response=answer,
                body=specs[0] + "data-live='" + spoil(broken) + "'" + rest.replace("</figure>", "</figure>" + good, 1),
            )

        tab.route(f"**/{lesson.page}", change)
        tab.goto(f"{address}/{lesson.page}")
        tab.wait_for_selector(".second .nn-figure")
        first = tab.locator("figure.nn-live").first
        assert first.locator(".nn-complaint").inner_text().startswith("This figure cannot move: ")
        assert first.locator("img").is_visible() and first.locator(".nn-figure").count() == 0
        assert tab.errors == []


# --- For everyone --------------------------------------------------------------------------------------------------


@each_lesson
def test_axe_finds_nothing_with_every_switch_on(lesson, desk, address):
    wake(desk, address, (lesson, 0))
    for control in desk.locator(".nn-figure .nn-switch input").all():
        control.check()
    desk.evaluate(AXE.read_text(encoding="utf-8"))
    for theme, width in (("light", 1280), ("dark", 1280), ("light", 320)):
        desk.emulate_media(color_scheme=theme)
        desk.set_viewport_size({"width": width, "height": 900})
        desk.wait_for_timeout(100)
        found = desk.evaluate("axe.run({ include: ['figure.nn-live'] }, { resultTypes: ['violations'] })")
        assert [(rule["id"], node["html"][:120]) for rule in found["violations"] for node in rule["nodes"]] == []
        assert desk.evaluate(
            "[...document.querySelectorAll('.nn-figure')].every((f) => f.scrollWidth <= f.clientWidth)"
        )
    desk.set_viewport_size({"width": 1280, "height": 900})


@each_figure
def test_graphs_say_every_value_and_gradient(case, desk, address):
    """Behind the boxes is a table for screen readers, with the numbers that nnlib has."""
    lesson, k = case
    figure = wake(desk, address, case)
    for panel in lesson.figure(k)[0].panels:
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
            for t in figure_tensors(panel):
                value, gradient = (float(text.replace("minus ", "-")) for text in told[t.name])
                assert value == pytest.approx(t.item(), abs=5e-7) and gradient == pytest.approx(t.grad.item(), abs=5e-7)


def figure_tensors(panel):
    from nnlib.graph import nodes

    named = [t for t in nodes(panel.output) if t.name and t.requires_grad]
    assert len(named) > 2  # a parameter, a step and the output at least: an empty table would prove nothing
    return named
