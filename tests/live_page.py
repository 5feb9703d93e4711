"""What the tests of live figures share: which figures the book has, one woken in a page, and its sliders and drawing."""
import pytest

from replay import FIGURES, LESSONS

# All that a reader sees of a figure apart from its controls
DRAWING = """(figure) => [...figure.querySelectorAll("svg, .nn-notes")].map((e) => e.outerHTML).join("")
  + [...figure.querySelectorAll("canvas")].map((c) => c.toDataURL()).join("")"""
LEAF = """(input, [k, c]) => {
  const { graph, spec } = document.querySelectorAll("figure.nn-live")[k].nnLive, { leaf, entry } = spec.controls[c];
  return graph.value(leaf).data[entry ?? 0];
}"""
MOVE = "(figure, values) => figure.nnLive.spec.controls.forEach((c) => figure.nnLive.move(c, values[c.name]))"
# In place of a figure that has been played with, one as the page brought it
RENEW = """async (k) => {
  window.asleep ??= new DOMParser().parseFromString(await (await fetch(location)).text(), "text/html");
  const used = document.querySelectorAll("figure.nn-live")[k];
  used.nnLive.remove();
  used.replaceWith(document.importNode(asleep.querySelectorAll("figure.nn-live")[k], true));
  localStorage.clear();
  nnLive.wake();
}"""


def those(condition):
    """The figures of the book for which this holds."""
    return [figure for figure in FIGURES if condition(figure)]


def each(figures):
    """Runs a test for each of these figures, of which the book must have one."""
    assert figures
    return pytest.mark.parametrize("case", figures, ids=str)


each_figure = each(FIGURES)
each_lesson = pytest.mark.parametrize("case", LESSONS, ids=str)
each_device = pytest.mark.parametrize("device", ["desk", "phone"])
each_hand = pytest.mark.parametrize("device, press", [("desk", "click"), ("phone", "tap")], ids=["mouse", "touch"])


def wake(tab, case):
    """A figure as it wakes or, where it asks for a guess, is skipped.

    Its page is loaded only if the window shows another: loading takes most of the time of most tests.
    """
    if tab.shown == case.page:
        tab.evaluate(RENEW, case.k)
    else:
        tab.goto(f"{tab.book}/{case.page}")
        tab.wait_for_selector(".nn-figure")
        tab.shown = case.page
    figure = tab.locator("figure.nn-live").nth(case.k)
    figure.scroll_into_view_if_needed()
    for skip in figure.get_by_role("button", name="Skip the guess").all():
        skip.click()
    return figure


def sliders(figure, case):
    """(slider, its control in the specification, a function that reads its leaf, whether the drawing depends on it)"""
    rate = case.train and case.train["lr"]
    for c, control in enumerate(case.controls):
        if control["kind"] == "slider":
            slider = figure.get_by_role("slider", name=control["name"], exact=True)
            drawn = not (isinstance(rate, dict) and rate["node"] == control["leaf"])
            yield slider, control, lambda slider=slider, c=c: slider.evaluate(LEAF, [case.k, c]), drawn
