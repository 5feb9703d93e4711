"""What the tests of live figures share: which figures the book has, one woken in a page, and its sliders and drawing."""
import pytest

from replay import FIGURES, LESSONS

# A number for all that a reader sees of a figure apart from its controls: the same for the same drawing.  It is asked
# of the figure or of anything in it; the drawings themselves, far larger, stay in the page.
DRAWING = """(inside) => {
  const figure = inside.closest("figure.nn-live"), seen = (window.seen ??= []);
  const now = [...figure.querySelectorAll("svg, .nn-notes")].map((e) => e.outerHTML).join("")
    + [...figure.querySelectorAll("canvas")].map((c) => c.toDataURL()).join("");
  return seen.includes(now) ? seen.indexOf(now) : seen.push(now) - 1;
}"""
LEAF = """(input, c) => {
  const { graph, spec } = input.closest("figure.nn-live").nnLive, { leaf, entry } = spec.controls[c];
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
# Playwright's own scrolling first waits until nothing has moved for two frames; here nothing moves
IN_SIGHT = "(element) => element.scrollIntoView({ block: 'center', behavior: 'instant' })"


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
    figure.evaluate(IN_SIGHT)
    if "predict" in case.spec:
        figure.get_by_role("button", name="Skip the guess").click()
    return figure


def sliders(figure, case):
    """(slider, its control in the specification, a function that reads its leaf, whether the drawing depends on it)

    Each is looked for once: to find it by its name again whenever it is asked takes most of the time of many tests.
    """
    rate = case.train and case.train["lr"]
    for c, control in enumerate(case.controls):
        if control["kind"] == "slider":
            slider = figure.get_by_role("slider", name=control["name"], exact=True).element_handle()
            drawn = not (isinstance(rate, dict) and rate["node"] == control["leaf"])
            yield slider, control, lambda slider=slider, c=c: slider.evaluate(LEAF, c), drawn
