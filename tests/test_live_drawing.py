"""How the live figures of the book draw: labels in sight, names below bars, gradients that come when they are asked."""
import numpy as np
import pytest

from live_page import MOVE, each, each_device, those, wake

LETTERS = """(figure) => [...figure.querySelectorAll(".nn-axes")].map((panel) => {
  const box = (e) => { const { left, right, top, bottom } = e.getBoundingClientRect(); return { left, right, top, bottom } };
  return [box(panel), [...panel.querySelectorAll(".nn-label")].map(box)];
})"""


@each(those(lambda case: any("label" in mark for panel in case.panels if panel["kind"] == "axes"
                             for mark in panel["marks"] if mark["kind"] != "history")))
@each_device
def test_labels_stay_in_sight_wherever_their_marks_go(case, device, request):
    figure = wake(request.getfixturevalue(device), case).element_handle()
    for seed in range(5):
        figure.evaluate(MOVE, case.random_settings(np.random.default_rng(seed)))
        for panel, labels in figure.evaluate(LETTERS):
            for label in labels:
                assert panel["left"] <= label["left"] and label["right"] <= panel["right"], (seed, label)
                assert panel["top"] - 1 <= label["top"] and label["bottom"] <= panel["bottom"], (seed, label)


@each(those(lambda case: "names" in case.panels[0].get("x", ())))
def test_names_stand_below_their_bars(case, desk):
    ticks = wake(desk, case).locator(".nn-ticks").first.locator("text")
    assert ticks.all_text_contents() == case.panels[0]["x"]["names"]


NUMBERS_THAT_TOUCH = """(figure) => [...figure.querySelectorAll(".nn-graph > svg")].flatMap((svg) => {
  const texts = [...svg.querySelectorAll("text")].filter((t) => t.textContent).map((t) => {
    const { x, width } = t.getBBox(), base = Number(t.getAttribute("y"));
    return { text: t.textContent, left: x, right: x + width, top: base - 0.7 * parseFloat(getComputedStyle(t).fontSize), base };
  });
  const found = texts.filter((t) => t.left < 0 || t.right > svg.clientWidth).map((t) => [t.text, "the edge"]);
  texts.forEach((a, i) => texts.slice(i + 1).forEach((b) => {
    if (a.left < b.right && b.left < a.right && a.top < b.base && b.top < a.base) found.push([a.text, b.text]);
  }));
  for (const path of svg.querySelectorAll(".nn-there, .nn-back, .nn-stem")) {
    const room = path.getBBox(), by = texts.filter((t) => room.x + room.width > t.left - 2 && room.x < t.right + 2
      && room.y + room.height > t.top - 2 && room.y < t.base + 2);
    for (let way = by.length ? path.getTotalLength() : -1; way >= 0; way--) {
      const { x, y } = path.getPointAtLength(way), near = by.find((t) =>
        x > t.left - 2 && x < t.right + 2 && y > t.top - 2 && y < t.base + 2);
      if (near) { found.push([near.text, path.getAttribute("class")]); break; }
    }
  }
  return found;
})"""


WIDTH = """(figure, width) => new Promise((done) => {
  figure.style.width = width;
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""


@each(those(lambda case: any(panel["kind"] == "graph" for panel in case.panels)))
@pytest.mark.parametrize("device, width", [("desk", "100%"), ("phone", "100%"), ("phone", "310px")])
def test_nothing_in_a_graph_touches_arrows_or_other_words(case, device, width, request):
    figure = wake(request.getfixturevalue(device), case)
    shown = figure.element_handle()
    shown.evaluate(WIDTH, width)
    unfold = figure.locator(".nn-legend .nn-switch input")
    for view in range(1 + unfold.count()):
        if view:
            unfold.check()
        for show in figure.get_by_role("button", name="All", exact=True).all():
            show.click()
        for seed in range(5):
            shown.evaluate(MOVE, case.random_settings(np.random.default_rng(seed)))
            assert shown.evaluate(NUMBERS_THAT_TOUCH) == [], seed


# The rows of the table that have a gradient, how many numbers of the picture are there, and how many arrows are seen
GRADIENTS = """(figure) => [
  [...figure.querySelectorAll(".nn-graph tr")].slice(1).filter((row) => row.querySelectorAll("td")[1].textContent)
    .map((row) => row.querySelector("th").textContent.split(" = ")[0]),
  [...figure.querySelectorAll(".nn-slope")].filter((e) => e.textContent).length,
  [...figure.querySelectorAll(".nn-back")].filter((e) => getComputedStyle(e).visibility !== "hidden").length,
]"""


@each(those(lambda case: any(panel.get("backward") for panel in case.panels)))
@each_device
def test_gradients_come_box_by_box_from_the_output_to_the_leaves(case, device, request):
    figure = wake(request.getfixturevalue(device), case)
    [graph] = [panel for panel in case.panels if panel.get("backward")]
    handle, step, said = figure.element_handle(), figure.get_by_role("button", name="Back one step"), figure.locator(".nn-graph [role=status]")

    def shown():
        rows, numbers, arrows = handle.evaluate(GRADIENTS)
        assert numbers == len(rows)
        return set(rows), arrows

    expected, arrows = set(), 0
    boxes = sorted(graph["views"][0], key=lambda box: -box["at"][0])
    assert shown() == (set(), 0) and said.inner_text() == f"0 of {len(boxes)} boxes"
    for k, box in enumerate(boxes, 1):
        step.press("Enter")
        expected |= {box["name"], *(leaf["name"] for leaf in box.get("hung", ()))}
        arrows += len(box.get("from", ()))
        assert shown() == (expected, arrows) and said.inner_text() == f"{k} of {len(boxes)} boxes"
    step.press("Enter")
    assert said.inner_text() == f"{len(boxes)} of {len(boxes)} boxes"
    figure.get_by_role("button", name="None").click()
    assert shown() == (set(), 0)
    figure.get_by_role("button", name="All").click()
    assert shown() == (expected, arrows)
