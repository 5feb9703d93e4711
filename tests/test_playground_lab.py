"""The playground in JupyterLab: what is trained or moved there is what the next cell holds, and Python can set it."""
import nbformat
import pytest
from nbformat import v4

from browser import page
from test_live_lab import SHOW, python, served  # noqa: F401 (a fixture)
from tools.notebooks import NOTEBOOK_METADATA

pytestmark = pytest.mark.reach

CELLS = [
    v4.new_code_cell("from nnlib import live\np = live.playground('data:circles,layers:3')\np", id="playground"),
    v4.new_markdown_cell("<a href='#play=data:xor,layers:2'>Try it</a>", id="link"),
]
WEIGHTS = "print([float(w) for t in p.model().parameters() for w in t.numpy().ravel()])"
SHOWN = "document.querySelector('.nn-playground').nnPlayground"


@pytest.fixture(scope="module")
def lab(browser, served, tmp_path_factory):  # noqa: F811
    """A notebook with a playground, after it has run."""
    notebook = tmp_path_factory.mktemp("play") / "play.ipynb"
    nbformat.write(v4.new_notebook(cells=CELLS, metadata=NOTEBOOK_METADATA), notebook)
    with page(browser, viewport={"width": 1400, "height": 1000}) as tab:
        served(tab, notebook)
        idle = "jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
        tab.wait_for_function(idle, timeout=60_000)
        tab.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        tab.wait_for_selector(".np-figure", timeout=60_000)
        tab.evaluate(SHOW, "live.playground")
        yield tab
        assert [e for e in tab.errors if "playground" in e.lower()] == [] and tab.foreign == []


def weights(lab):
    return lab.evaluate(f"{SHOWN}.run.weights()")


def in_python(lab):
    return eval(python(lab, WEIGHTS))


def press(lab, name):
    lab.locator(".np-figure").get_by_role("button", name=name, exact=True).click()


def test_the_next_cell_holds_the_weights_that_were_trained(lab):
    before = in_python(lab)
    assert before == pytest.approx(weights(lab), abs=1e-12)
    press(lab, "Train")
    lab.wait_for_function(f"{SHOWN}.run.steps > 5")
    press(lab, "Pause")
    assert in_python(lab) == weights(lab) != before
    same = "run = p.run(); run.train(%d); print(run.loss(run.training))" % lab.evaluate(f"{SHOWN}.run.steps")
    assert float(python(lab, same)) == pytest.approx(lab.evaluate(f"{SHOWN}.run.loss()"), abs=1e-9)


def test_while_it_trains_the_next_cell_follows(lab):
    press(lab, "Train")
    before = in_python(lab)
    lab.wait_for_timeout(2500)
    assert in_python(lab) != before
    press(lab, "Pause")


def test_a_weight_moved_by_hand_and_a_setting_reach_python(lab):
    press(lab, "Reset")
    lab.get_by_role("slider", name="weight from x₁").press("End")
    assert python(lab, "print(p.model()[0].weight.numpy()[0, 0])") == "10.0"
    lab.get_by_role("combobox", name="optimiser", exact=True).select_option("SGD")
    assert python(lab, "print(p.settings['optimizer'])") == "SGD"
    assert lab.evaluate("location.hash") == ""


def test_python_sets_the_playground(lab):
    python(lab, "p.load('data:spirals,layers:5')")
    lab.wait_for_function(f"{SHOWN}.state.data === 'spirals'")
    assert weights(lab) == pytest.approx(in_python(lab), abs=1e-12) and len(weights(lab)) == 21
    assert "“moon”" in python(lab, "p.load('data:moon')")


def test_a_link_of_the_notebook_sets_it(lab):
    lab.get_by_role("link", name="Try it").click()
    lab.wait_for_function(f"{SHOWN}.state.data === 'xor'")
    assert python(lab, "print(p.address)") == "data:xor,layers:2"


def test_keys_stay_with_the_playground(lab):
    lab.get_by_role("button", name="layer 1, unit 1", exact=True).focus()
    cells = lab.locator(".jp-Notebook .jp-Cell").count()
    for key in ("ArrowDown", "d", "d", "x", "a"):
        lab.keyboard.press(key)
    assert lab.locator(".jp-Notebook .jp-Cell").count() == cells
    assert lab.locator(".np-chips legend").inner_text() == "Into layer 1, unit 2"
