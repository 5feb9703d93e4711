"""Every slider, switch, choice, counter and point of the book moves: by keyboard, mouse and touch, and says where it is."""
import re
from unicodedata import normalize

import numpy as np
import pytest

from live_page import DRAWING, IN_SIGHT, each, each_device, each_figure, each_hand, sliders, those, wake

# --- Sliders -------------------------------------------------------------------------------------------------------

# Where something is, once it is in sight
BOX = f"""(element) => {{
  ({IN_SIGHT})(element);
  const {{ x, y, width, height }} = element.getBoundingClientRect();
  return {{ x, y, width, height }};
}}"""
PLACE = "(slider) => (slider.valueAsNumber - slider.min) / (slider.max - slider.min)"
SPOKEN = """(slider) =>
  [slider.getAttribute("aria-valuetext"), slider.parentElement.querySelector(".nn-number").textContent]"""


def assert_spoken(slider, value):
    """Screen readers drop a true minus sign, so it is said as a word; what the slider shows is what it says."""
    said, shown = slider.evaluate(SPOKEN)
    plain = normalize("NFKC", shown)  # 10⁻⁷ becomes 10−7
    assert said == plain.replace("·10−", " times 10 to the minus ").replace("−", "minus ")
    assert said.startswith("minus") == (value < 0) and "-" not in shown
    assert float(plain.replace("·10", "e").replace("−", "-")) == pytest.approx(value)


@each_figure
def test_every_slider_by_keyboard_speaks_its_value(case, desk):
    figure = wake(desk, case)
    for slider, control, leaf, drawn in sliders(figure, case):
        start, step = leaf(), control.get("step")  # a log slider has none
        here = start
        slider.focus()
        for key, moved in {
            "ArrowRight": lambda a, b: b > a,  # from a start that may be between two steps
            "ArrowUp": lambda a, b: b - a == pytest.approx(step) if step else b > a,
            "ArrowLeft": lambda a, b: a - b == pytest.approx(step) if step else b < a,
            "PageUp": lambda a, b: b > a or a == control["max"],
            "PageDown": lambda a, b: b < a,
        }.items():
            was = here
            desk.keyboard.press(key)
            here = leaf()
            assert moved(was, here), (control["name"], key, was, here)
        drawings = []
        for key, end in ("Home", "min"), ("End", "max"):
            desk.keyboard.press(key)
            assert leaf() == control[end], (control["name"], key)
            assert_spoken(slider, control[end])
            drawings.append(slider.evaluate(DRAWING))
        assert not drawn or drawings[0] != drawings[1], control["name"]
        desk.keyboard.press("Backspace")
        assert leaf() == start and slider.evaluate("(e) => e === document.activeElement")
    assert figure.evaluate("(f) => f.querySelector('[role=status]').textContent") is not None


@each_figure
def test_every_slider_by_mouse(case, desk):
    figure = wake(desk, case)
    for slider, control, leaf, drawn in sliders(figure, case):
        start, box = leaf(), slider.evaluate(BOX)
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        values, drawings = [], []
        for share in (0.9, 0.1):
            desk.mouse.move(*middle)
            desk.mouse.down()
            desk.mouse.move(box["x"] + box["width"] * share, middle[1], steps=2)
            desk.mouse.up()
            place = slider.evaluate(PLACE)
            assert abs(place - share) < 0.15, (control["name"], place)
            values.append(leaf())
            drawings.append(slider.evaluate(DRAWING))
        assert values[0] > values[1], (control["name"], values)
        assert not drawn or drawings[0] != drawings[1], control["name"]
        desk.mouse.dblclick(*middle)
        assert leaf() == start


@each_figure
def test_every_slider_by_touch(case, phone):
    figure = wake(phone, case)
    for slider, control, leaf, drawn in sliders(figure, case):
        box = slider.evaluate(BOX)
        assert box["height"] >= 44 and box["width"] >= 100
        phone.touchscreen.tap(box["x"] + box["width"] * 0.12, box["y"] + box["height"] / 2)
        low, before = leaf(), slider.evaluate(DRAWING)
        phone.touchscreen.tap(box["x"] + box["width"] * 0.88, box["y"] + box["height"] / 2)
        assert low < leaf(), control["name"]
        assert not drawn or slider.evaluate(DRAWING) != before, control["name"]


def linked(case):
    """The names of the sliders that move in other figures, too."""
    return {control["name"] for control in case.controls if control.get("link")}


def followed(case):
    """Whether the next figure of the page moves with this one."""
    later = case.lesson.figures[case.k + 1 :]
    return bool(later and linked(case) & linked(later[0]))


@each(those(followed))
def test_figures_that_share_a_slider_move_together(case, desk):
    twin_case = case.lesson.figures[case.k + 1]
    first, second = wake(desk, case), wake(desk, twin_case)
    (here, control, leaf, _), (there, _, twin, _) = (
        next(s for s in sliders(f, c) if s[1].get("link")) for f, c in ((first, case), (second, twin_case))
    )
    start, drawings = leaf(), (first.evaluate(DRAWING), second.evaluate(DRAWING))
    here.press("End")
    assert leaf() == twin() == control["max"] and there.input_value() == here.input_value()
    there.press("Home")
    assert leaf() == twin() == control["min"]
    assert first.evaluate(DRAWING) != drawings[0] and second.evaluate(DRAWING) != drawings[1]
    second.get_by_role("button", name="Reset").click()
    assert leaf() == twin() == start and (first.evaluate(DRAWING), second.evaluate(DRAWING)) == drawings


# --- Points --------------------------------------------------------------------------------------------------------


def points(case):
    """The marks of a figure that can be dragged: one, if any."""
    return [mark for mark in case.marks if mark.get("drag")]


def across_and_up(every, case):
    """Those of a figure's sliders that its draggable point moves; None along an axis without one."""
    [point], by_leaf = points(case), {slider[1]["leaf"]: slider for slider in every}
    return [by_leaf.get(coordinate) for coordinate in (point["x"], point["y"])]


each_dragged = each(those(points))


def test_the_book_has_points_to_drag_along_one_axis_and_two():
    axes = []
    for case in those(points):
        leaves, [point] = {control["leaf"] for control in case.controls if control["kind"] == "slider"}, points(case)
        axes.append((point["x"] in leaves) + (point["y"] in leaves))
    assert set(axes) == {1, 2}


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


def half_a_step(control, moved, pixels):
    """Half the way in pixels from one step of a slider to the next, where a point lands; 4 where steps are fine."""
    steps = 0 if "log" in control else round(abs(moved) / control["step"])
    return max(4, abs(pixels) / steps / 2) if steps else 4


@each_dragged
@pytest.mark.parametrize("device, drag", [("desk", drag_by_mouse), ("phone", drag_by_touch)], ids=["mouse", "touch"])
def test_a_point_is_dragged_and_its_sliders_follow(case, device, drag, request):
    tab = request.getfixturevalue(device)
    figure = wake(tab, case)
    grip, every = figure.locator(".nn-handle").element_handle(), list(sliders(figure, case))

    def middle():
        """Where the point is in its plot, in pixels."""
        return float(grip.get_attribute("cx")), float(grip.get_attribute("cy"))

    before, start, box = [leaf() for _, _, leaf, _ in every], middle(), grip.evaluate(BOX)
    here = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    drag(tab, here, (here[0] + 40, here[1] + 30))
    own, names = across_and_up(every, case), [control["name"] for _, control, _, _ in every]
    for found, was, now, far in zip(own, start, middle(), (40, 30)):
        if found:
            slider, control, leaf, _ = found
            near = half_a_step(control, leaf() - before[names.index(control["name"])], now - was)
            assert now == pytest.approx(was + far, abs=near) and float(slider.input_value()) == leaf()
    moved = [leaf() - was for (_, _, leaf, _), was in zip(every, before)]
    wanted = {found[1]["name"]: sign for found, sign in zip(own, (1, -1)) if found}
    assert dict(zip(names, np.sign(moved))) == {name: wanted.get(name, 0) for name in names}


@each_dragged
def test_a_point_takes_keys_and_says_where_it_is(case, desk):
    figure = wake(desk, case)
    point = figure.get_by_role("slider", name=re.compile(r"^point \(")).element_handle()
    own = [of and of[:3] for of in across_and_up(sliders(figure, case), case)]
    found = [of for of in own if of]
    start, before = [leaf() for *_, leaf in found], point.evaluate(DRAWING)
    found[0][0].press("Tab")  # a ring is for whoever comes by keyboard
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
    assert point.get_attribute("aria-valuetext") == ", ".join(said) and point.evaluate(DRAWING) != before
    low, now, high = (float(point.get_attribute(f"aria-value{which}")) for which in ("min", "now", "max"))
    assert (low, now, high) == (found[0][1]["min"], found[0][2](), found[0][1]["max"])
    desk.keyboard.press("Backspace")
    assert [leaf() for *_, leaf in found] == start


# --- Switches, choices, counters -----------------------------------------------------------------------------------


def has(*kinds):
    return lambda case: any(control["kind"] in kinds for control in case.controls)


each_chosen = each(those(has("switch", "choice")))


@each_chosen
def test_switches_and_choices(case, desk):
    figure = wake(desk, case)
    for control in figure.locator(".nn-switch input, .nn-choice select").element_handles():
        state = "(e) => e.checked ?? e.selectedIndex"
        was, before = control.evaluate(state), control.evaluate(DRAWING)
        last = control.evaluate("(e) => e.querySelectorAll('option').length") - 1
        key, after = ("Space", not was) if last < 0 else ("ArrowUp", was - 1) if was == last else ("ArrowDown", was + 1)
        control.press(key)
        assert figure.evaluate(
            "(f) => new Promise((done) => requestAnimationFrame(() => done(f.scrollWidth <= f.clientWidth)))"
        )
        assert control.evaluate(state) == after
        assert control.evaluate(DRAWING) != before or last >= 0


@each_chosen
@each_hand
def test_switches_and_choices_by_mouse_and_touch(case, device, press, request):
    figure = wake(request.getfixturevalue(device), case)
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


@each(those(has("counter")))
@each_device
def test_a_counter_counts_its_presses(case, device, request):
    figure = wake(request.getfixturevalue(device), case)
    drawing, value = figure.evaluate(DRAWING), "(f, id) => f.nnLive.graph.value(id).data[0]"
    for control in case.controls:
        if control["kind"] != "counter":
            continue
        button = figure.get_by_role("button", name=control["name"], exact=True)
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
