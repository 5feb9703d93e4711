"""Every live figure of the built book: values, gradients and training are nnlib's, at random settings."""
import base64

import numpy as np
import pytest

from browser import page, served
from nnlib.live.trace import compute, slopes
from replay import expected, lessons, random_settings

BOUND = 1e-9
SETTINGS = 20
FIGURES = [(lesson, k) for lesson in lessons() for k in range(len(lesson.figures))]
TRAINED = [(lesson, k) for lesson, k in FIGURES if lesson.figure(k)[0].train]

# Numbers travel as the base64 of their bytes: as text they would take longer than computing them
BYTES = """const bytes = (numbers) => {
  const raw = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  let text = "";
  for (let i = 0; i < raw.length; i += 8192) text += String.fromCharCode(...raw.subarray(i, i + 8192));
  return btoa(text);
};"""

COMPUTE = f"""([k, leaves, tops]) => {{
  {BYTES}
  const {{ nnLive }} = document.querySelectorAll("figure.nn-live")[k], {{ graph }} = nnLive;
  nnLive.set(leaves);
  return {{ values: graph.nodes.map((_, id) => bytes(graph.value(id).data)),
           slopes: tops.map((top) => {{
             const g = graph.gradients(top);
             return graph.nodes.map((_, id) => (g[id] ? bytes(g[id]) : null));
           }}) }};
}}"""

TRAIN = f"""([k, params]) => {{
  {BYTES}
  const {{ nnLive }} = document.querySelectorAll("figure.nn-live")[k];
  nnLive.reset();
  nnLive.train(100);
  return params.map((id) => bytes(nnLive.graph.value(id).data));
}}"""


def name(case):
    return f"{case[0].path.stem}, figure {case[1] + 1}"


def difference(shown, python):
    shown = np.frombuffer(base64.b64decode(shown))
    assert shown.shape == python.shape and np.isfinite(shown).all() and np.isfinite(python).all()
    return float(np.max(np.abs(shown - python) / np.maximum(1, np.abs(python)), initial=0))


@pytest.fixture(scope="module")
def opened(browser, site):
    """A function that opens the page of a lesson, once."""
    pages = {}
    with served(site) as address, page(browser, reduced_motion="reduce") as tab:

        def go(lesson):
            if pages.get("here") != lesson.page:
                tab.goto(f"{address}/{lesson.page}")
                tab.wait_for_selector(".nn-figure")
                pages["here"] = lesson.page
            return tab

        yield go


def test_the_book_has_live_figures():
    assert FIGURES and TRAINED


@pytest.mark.parametrize("case", FIGURES, ids=name)
def test_the_page_holds_what_the_lesson_makes(case, opened):
    lesson, k = case
    stored = opened(lesson).locator("figure.nn-live").nth(k).get_attribute("data-live")
    assert stored == lesson.figure(k)[0].initial


@pytest.mark.parametrize("case", FIGURES, ids=name)
def test_values_and_gradients(case, opened):
    lesson, k = case
    tab, rng = opened(lesson), np.random.default_rng(k)
    first, _ = lesson.figure(k)
    for _ in range(SETTINGS):
        moved, _ = lesson.figure(k, random_settings(first, rng))
        values, slopes = expected(moved)
        leaves = {str(moved.trace.ids[c.leaf]): c.leaf.data.ravel().tolist() for c in moved.controls}
        found = tab.evaluate(COMPUTE, [k, leaves, list(slopes)])
        assert len(found["values"]) == len(values)
        assert max(map(difference, found["values"], values)) < BOUND
        for top, gradients in zip(slopes.values(), found["slopes"]):
            assert len(gradients) == len(top)
            for shown, python in zip(gradients, top):
                if python is not None:
                    assert difference(shown, python) < BOUND


@pytest.mark.parametrize("case", TRAINED, ids=name)
def test_a_hundred_steps_of_training(case, opened):
    lesson, k = case
    figure, _ = lesson.figure(k)
    moved = [p for optimizer in figure.train.optimizers for p in optimizer.params]
    params = [figure.trace.ids[p] for p in moved]
    found = opened(lesson).evaluate(TRAIN, [k, params])
    train(figure, 100)
    for shown, parameter in zip(found, moved):
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
