"""Live figures in JupyterLab: sliders and Python in step, linked figures, the notebook's own keys out of the way."""
import shutil

import nbformat
import pytest
from nbformat import v4

from browser import ROOT, page
from lab_server import jupyterlab
from tools.notebooks import NOTEBOOK_METADATA

pytestmark = pytest.mark.reach

FIGURE = "live.figure("
LESSON = ROOT / "lessons" / "04_backprop" / "01_by_hand.ipynb"
SHOW = """(source) => {
  const { content } = jupyterapp.shell.currentWidget;
  const hasFigure = (cell) => cell.model.sharedModel.source.includes(source);
  return content.scrollToItem(content.widgets.findIndex(hasFigure));
}"""
RUN = """async (code) => {
  let told = "";
  const future = jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code });
  future.onIOPub = (message) => { told += message.content.text ?? message.content.evalue ?? ""; };
  await future.done;
  return told.trim();
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A function that opens a copy of a committed notebook in a window of its own."""
    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder) as (url, token):

        def go(tab, notebook):
            tab.file = folder / notebook.name
            shutil.copy(notebook, tab.file)
            tab.goto(f"{url}/lab/tree/{notebook.name}?reset&token={token}")
            tab.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
            tab.wait_for_function("window.jupyterapp?.shell.currentWidget?.content?.widgets?.length > 1", timeout=60_000)

        yield go


@pytest.fixture(scope="module")
def lab(browser, served):
    """JupyterLab with lesson 4.1 open, as it was committed, at its figure."""
    with page(browser, viewport={"width": 1400, "height": 1000}) as tab:
        served(tab, LESSON)
        tab.evaluate(SHOW, FIGURE)
        yield tab


@pytest.fixture(scope="module")
def running(lab):
    """The same after Run › Run All Cells."""
    before_running(lab)
    run_all(lab, FIGURE)
    lab.locator(".nn-figure").scroll_into_view_if_needed()
    return lab


def run_all(lab, source):
    """Run all cells, and wait for the figures of the cell with this source."""
    lab.wait_for_function(
        "jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'", timeout=60_000
    )
    lab.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    for _ in range(120):  # running scrolls to the last cell, and only cells in sight are in the page
        lab.evaluate(SHOW, source)
        lab.wait_for_timeout(500)
        if lab.locator(".nn-figure").count():
            break


def before_running(lab):
    """Without a kernel there is the picture, and no code of ours has run."""
    lab.wait_for_selector(".jp-OutputArea img[alt*='computation graph']")
    assert lab.locator(".nn-figure").count() == 0


def slider(lab, name):
    return lab.locator(".nn-figure").get_by_role("slider", name=name, exact=True)


def python(lab, code):
    """What code prints in the lesson's kernel, once all that the page has sent it has arrived."""
    lab.wait_for_timeout(150)
    return lab.evaluate(RUN, code)


def test_keys_move_the_slider_and_not_the_notebook(running):
    w1 = slider(running, "w₁")
    w1.focus()
    start = float(w1.input_value())
    for key, moved in {"ArrowRight": 0.02, "ArrowUp": 0.04, "ArrowLeft": 0.02, "ArrowDown": 0.0}.items():
        running.keyboard.press(key)
        assert float(w1.input_value()) == pytest.approx(start + moved), key
    for key, value in {"End": 2, "Home": -2}.items():
        running.keyboard.press(key)
        assert float(w1.input_value()) == value
    cells = running.locator(".jp-Notebook .jp-Cell").count()
    for key in "ddxab":  # in a notebook: delete the cell, cut it, insert above, insert below
        running.keyboard.press(key)
    assert running.locator(".jp-Notebook .jp-Cell").count() == cells
    assert w1.evaluate("(e) => e === document.activeElement")
    running.keyboard.press("Tab")
    assert slider(running, "b₁").evaluate("(e) => e === document.activeElement")


def test_python_reads_what_the_slider_says(running):
    w2 = slider(running, "w₂")
    w2.scroll_into_view_if_needed()
    box = w2.bounding_box()
    running.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    running.mouse.down()
    running.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=4)
    running.mouse.up()
    assert float(python(running, "print(sliders['w₂'].item())")) == float(w2.input_value()) > 0.9


def test_the_slider_shows_what_python_says(running):
    python(running, "[shown] = live.Figure.alive\nshown.set(sliders['b₂'], -1.5)")
    running.wait_for_function(
        "() => [...document.querySelectorAll('.nn-number')].some((e) => e.textContent === '−1.50')"
    )
    assert slider(running, "b₂").input_value() == "-1.5"


def test_a_gradient_step_in_the_page_reaches_python(running):
    parameters = "print([p.item() for p in movable], live.value(L_moving))"
    before = python(running, parameters)
    running.locator(".nn-figure").get_by_role("button", name="Gradient step").click()
    after = python(running, parameters)
    assert after != before and float(after.split("] ")[1]) < float(before.split("] ")[1])
    in_page = running.locator(".nn-figure").locator("xpath=..").evaluate("(e) => e.nnLive.training.loss()")
    assert float(after.split("] ")[1]) == pytest.approx(in_page, abs=1e-12)


def test_control_s_saves(running):
    saved = running.file.stat().st_mtime_ns
    slider(running, "w₁").focus()
    running.keyboard.press("Control+s")
    for _ in range(50):
        running.wait_for_timeout(100)
        if running.file.stat().st_mtime_ns > saved:
            break
    assert running.file.stat().st_mtime_ns > saved


def test_it_turns_dark_with_jupyterlab(running):
    colours = "(f) => [getComputedStyle(f.parentElement).color, getComputedStyle(f.parentElement).backgroundColor]"
    light = running.locator(".nn-figure").evaluate(colours)
    running.evaluate("jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    running.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    dark = running.locator(".nn-figure").evaluate(colours)
    assert light == ["rgb(31, 29, 26)", "rgb(255, 255, 255)"] and dark == ["rgb(231, 228, 221)", "rgb(27, 28, 32)"]


def test_our_script_causes_no_error_and_asks_nothing_of_anyone(running):
    assert [e for e in running.errors if "nn" in e or "live" in e.lower()] == [] and running.foreign == []


# --- Figures that share a slider -----------------------------------------------------------------------------------

FAR_APART = [
    v4.new_code_cell("from nnlib import live\n"
                     "x, w = live.slider('x', -4, 4, 1.0, link=True), live.slider('w', 0, 1, 0.5)\n"
                     "live.figure(live.text('{:.2f}', x * w), xlim=(0, 1), ylim=(0, 1), alt='A product.')", id="first"),
    *(v4.new_markdown_cell("\n\n".join(["Another line."] * 20), id=f"between-{k}") for k in range(20)),
    v4.new_code_cell("live.figure(live.text('{:.2f}', x * x), xlim=(0, 1), ylim=(0, 1), alt='A square.')", id="second"),
    v4.new_code_cell("pixels = live.drawing('digit', 8, 8)\n"
                     "live.figure(live.text('{:.2f}', pixels.sum()), xlim=(0, 1), ylim=(0, 1), alt='Ink.')", id="third"),
    v4.new_code_cell("live.question('What is 2 + 3?', answer=5, mistakes={6: 'You multiplied.'}, why='2 + 3 is 5.')",
                     id="fourth"),
]


@pytest.fixture(scope="module")
def linked(browser, served, tmp_path_factory):
    """A notebook whose first and last cell show figures with one slider, after both have run, at its first."""
    notebook = tmp_path_factory.mktemp("linked") / "linked.ipynb"
    nbformat.write(v4.new_notebook(cells=FAR_APART, metadata=NOTEBOOK_METADATA), notebook)
    with page(browser, viewport={"width": 1400, "height": 800}) as tab:
        served(tab, notebook)
        run_all(tab, "x * w")
        yield tab


def shown(lab, source):
    """What the figure of the cell with this source says, once the reader has scrolled there."""
    lab.evaluate(SHOW, source)
    lab.wait_for_timeout(500)
    return lab.locator(".jp-Cell", has_text=source).locator(".nn-notes").inner_text()


def x_of(lab, source):
    lab.evaluate(SHOW, source)
    return lab.locator(".jp-Cell", has_text=source).get_by_role("slider", name="x", exact=True)


def test_linked_figures_move_together_however_far_apart(linked):
    x_of(linked, "x * w").press("End")
    assert python(linked, "print(x.item())") == "4.0"
    assert (shown(linked, "x * x"), shown(linked, "x * w")) == ("16.00", "2.00")
    x_of(linked, "x * x").press("Home")
    assert python(linked, "print(x.item())") == "-4.0"
    assert (shown(linked, "x * x"), shown(linked, "x * w")) == ("16.00", "−2.00")


def test_what_python_sets_in_one_figure_reaches_the_other(linked):
    python(linked, "[other] = (f for f in live.Figure.alive if x in f.trace.ids and w not in f.trace.ids)\n"
                   "other.set(x, 2.5)")
    assert (shown(linked, "x * x"), shown(linked, "x * w")) == ("6.25", "1.25")
    assert x_of(linked, "x * w").input_value() == "2.5"


def test_python_has_what_is_drawn_on_a_pad_and_draws_on_it(linked):
    linked.evaluate(SHOW, "pixels.sum()")
    pad = linked.locator(".nn-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    linked.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    linked.mouse.down()
    linked.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 20, steps=5)
    linked.mouse.up()
    linked.wait_for_timeout(500)
    assert pad.locator("path").get_attribute("d")                       # what Python hears does not wipe the pad
    ink = float(python(linked, "print(pixels.data.sum())"))
    assert ink > 10 and shown(linked, "pixels.sum()") == f"{ink:.2f}"
    python(linked, "[figure] = (f for f in live.Figure.alive if pixels in f.trace.ids)\n"
                   "figure.set(pixels, [[0.5] * 64])")
    assert shown(linked, "pixels.sum()") == "32.00"
    assert linked.get_by_role("gridcell", name="row 3, column 4, ink 0.5 of 1").count() == 1


def test_a_question_is_answered_and_its_keys_are_its_own(linked):
    linked.evaluate(SHOW, "What is 2 + 3?")
    question = linked.locator(".nn-live", has_text="What is 2 + 3?")
    cells = linked.evaluate("jupyterapp.shell.currentWidget.content.widgets.length")
    for typed, said in {"6": "Not 6. You multiplied.", "5": "Right. 2 + 3 is 5."}.items():
        question.get_by_role("textbox").fill("")
        question.get_by_role("textbox").press_sequentially(typed)
        question.get_by_role("textbox").press("Enter")
        assert question.locator(".nn-verdict").inner_text() == said
    question.get_by_role("textbox").press_sequentially("ddxab")         # keys with which a notebook deletes and inserts
    assert linked.evaluate("jupyterapp.shell.currentWidget.content.widgets.length") == cells
