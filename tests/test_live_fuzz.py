"""Specifications of the book's figures, spoilt at random: the page tells it in the figure's place and lives on."""
import copy
import html
import json
import random
import re

import pytest
from playwright.sync_api import TimeoutError

from browser import page
from nnlib import live
from nnlib.live.page import STATIC
from nnlib.look import palette
from tools.notebooks import notebooks, read

pytestmark = pytest.mark.reach

LIVE = re.compile(r"class=\"nn-live[^\"]*\" data-live='([^']*)'")
SPECS = [
    html.unescape(spec)
    for path in notebooks()
    for cell in read(path).cells
    for output in cell.get("outputs", ())
    for spec in LIVE.findall(output.get("data", {}).get("text/html", ""))
]
SPOILT = 3  # made of every figure and question of the book
SECONDS = 5  # in which a figure must have woken and been played with, and the page be idle again
HUGE = [{"linspace": [0, 1, 1e9]}, {"grid": [[0, 1, 1e5], [0, 1, 1e5]]}, {"shape": [1e9], "values": []}]
ODD = [{"linspace": [0, 1, -3]}, {"linspace": [0, 1, 2.5]}, {"shape": [2, -1], "values": [1]}, {"values": [1]}]
WRONG = [
    None, "", "x", "__proto__", "NaN", True, [], {}, [[]], [None], 0, -1, 0.5, 3, 1e5, 1e9, 1e308, -1e308, *HUGE, *ODD,
]
DOMAINS = [[0, 0], [1, 0], [-5, 0], [-5, -1], [0, 1e308], [-1e308, 1e308], [0, 1e-300], [None, 1], [0], [0, 1e9]]

# Wakes a spoilt figure and does what a reader could do with it; the one before it on the page must go on working.
TRY = """async (spec) => {
  const pause = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const figure = document.querySelector("main").appendChild(document.createElement("figure"));
  figure.className = "nn-live";
  figure.dataset.live = spec;
  nnLive.wake();
  await pause();
  for (const input of figure.querySelectorAll("input[type=range]"))
    for (const end of [input.min, input.max]) {
      input.value = end;
      input.dispatchEvent(new Event("input"));
      input.dispatchEvent(new Event("change"));
    }
  for (const input of figure.querySelectorAll("input[type=checkbox]")) input.click();
  for (const select of figure.querySelectorAll("select")) {
    select.selectedIndex = select.options.length - 1;
    select.dispatchEvent(new Event("change"));
  }
  for (const button of figure.querySelectorAll("button")) {
    button.click();
    await pause();
  }
  figure.style.width = "300px";
  await pause();
  await pause();
  const told = figure.querySelector(".nn-complaint")?.textContent ?? "";
  const works = !!figure.querySelector(".nn-figure, .nn-question");
  figure.remove();
  window.told = { told, works };
}"""

MOVE = """(value) => {
  const { nnLive } = document.querySelector("figure.nn-live"), [slider] = nnLive.spec.controls;
  nnLive.move(slider, value);
  return nnLive.graph.value(slider.leaf).data[0];
}"""
READABLE = re.compile(r"This (figure cannot move|question cannot be asked): [^{}]{10,200}\.")


def places(value, path=()):
    """The path of everything in a specification."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


def spoilt(text, seed):
    """A specification in which one thing is missing, wrong or, where numbers point at nodes, points elsewhere."""
    rng, spec = random.Random(seed), json.loads(text)
    paths = list(places(spec))
    structure = [path for path in paths if not isinstance(path[-1], int) or "values" not in path]
    *way, last = rng.choice(seed % 5 == 0 and [path for path in structure if path[-1] == "domain"] or structure)
    home = spec
    for key in way:
        home = home[key]
    if last == "domain":
        home[last] = rng.choice(DOMAINS)
    elif rng.random() < 0.2:
        del home[last]
    elif isinstance(home[last], int) and rng.random() < 0.5:
        home[last] = rng.randrange(len(spec.get("nodes", ())) + 3)  # a question has no nodes
    else:
        home[last] = rng.choice(WRONG)
    return json.dumps(spec), "/".join(map(str, [*way, last])), home.get(last) if isinstance(home, dict) else home[last:]


class Playground:
    """A page with one sound figure; what hangs is left behind and a new page opened."""

    def __init__(self, browser):
        self.browser, self.tab = browser, None

    def open(self):
        self.context = page(self.browser, reduced_motion="reduce")
        self.tab = self.context.__enter__()
        style = palette.css() + (STATIC / "live.css").read_text(encoding="utf-8")
        script = (STATIC / "live.js").read_text(encoding="utf-8")
        sound = live.figure(live.points(live.slider("sound", 0, 1, 0.5), 0), xlim=(0, 1), ylim=(-1, 1), alt="A point.")
        body = f"<main>{sound.html()}</main><script>{script}</script>"
        self.tab.set_content(f"<!doctype html><style>{style}</style>{body}")

    def close(self):
        if self.tab:
            self.context.__exit__(None, None, None)
        self.tab = None

    def wake(self, spec):
        """(what the figure's place says is wrong, whether the figure works, errors, whether the sound figure moves)"""
        if not self.tab:
            self.open()
        self.tab.errors.clear()
        self.tab.evaluate("window.told = null")
        self.tab.evaluate(f"(spec) => void setTimeout(() => ({TRY})(spec))", spec)
        try:
            found = self.tab.wait_for_function("window.told", timeout=1000 * SECONDS).json_value()
        except TimeoutError:
            self.close()
            raise AssertionError(f"the page hangs for {SECONDS} s or more") from None
        value = random.random()
        moved = self.tab.evaluate(MOVE, value) == value
        return found["told"], found["works"], list(self.tab.errors), moved


@pytest.fixture(scope="module")
def playground(browser):
    playground = Playground(browser)
    yield playground
    playground.close()


@pytest.mark.parametrize("k", range(len(SPECS)))
def test_whatever_a_specification_says_the_page_answers_and_lives(k, playground):
    for seed in range(SPOILT * k, SPOILT * (k + 1)):
        spec, *what = spoilt(SPECS[k], seed)
        told, works, errors, moved = playground.wake(spec)
        assert errors == [] and moved, (seed, what, told)
        assert works != bool(told), (seed, what, told)
        assert works or READABLE.fullmatch(told), (seed, what, told)


def axis(low, high):
    return {"label": "", "domain": [low, high]}


def panel(*marks, x=(0, 1)):
    return {"kind": "axes", "width": 1, "aspect": 0.5, "x": axis(*x), "y": axis(0, 1), "marks": marks}


SMALL = {
    "live": 1,
    "alt": "A line.",
    "nodes": [{"leaf": "x", "value": 0.5}, {"value": {"linspace": [0, 1, 6]}}, {"op": "mul", "of": [0, 1]}],
    "controls": [{"kind": "slider", "name": "x", "leaf": 0, "min": 0, "max": 1, "step": 0.1}],
    "panels": [panel({"kind": "line", "x": 1, "y": 2})],
}
SIZES = {"sizes": [1, 1e9], "names": ["x", "y"], "terms": ["input", "input"], "weights": [2], "units": [1, 1]}
LIMITS = {
    "a billion numbers": (["nodes", 1, "value"], {"linspace": [0, 1, 1e9]}, "hold an array of shape (1000000000)"),
    "a large grid": (["nodes", 1, "value"], {"grid": [[0, 1, 1e4], [0, 1, 1e4]]}, "of shape (2,10000,10000)"),
    "half a number": (["nodes", 1, "value"], {"linspace": [0, 1, 2.5]}, "of shape (2.5)"),
    "fewer than none": (["nodes", 1, "value"], {"shape": [-2, -3], "values": [0] * 6}, "of shape (-2,-3)"),
    "an axis of no length": (["panels", 0, "x"], axis(2, 2), "no axis can reach from 2 to 2"),
    "an axis too long": (["panels", 0, "x"], axis(-1e308, 1e308), "no axis can reach from -1e+308 to 1e+308"),
    "a log axis from 0": (["panels", 0, "x"], {**axis(0, 1), "log": True}, "a log axis cannot begin at 0"),
    "steps that never fit": (["panels", 0], panel({"kind": "history", "y": 0}, x=(-5, 0)), "an axis that ends at 0"),
    "names in another form": (["panels", 0, "x"], {**axis(0, 1), "names": {"a": 1}}, "the names below an axis are no list"),
    "a tower": (["panels", 0, "aspect"], 1e9, "a panel cannot be 1000000000 times as high as wide"),
    "a large raster": (
        ["panels", 0],
        panel({"kind": "heatmap", "x": [0, 1], "y": [0, 1], "z": 1, "limits": [0, 1], "shape": [1e6, 1e6]}),
        "no page can draw a grid of (1000000,1000000)",
    ),
    "a billion units": (["panels", 0], {"kind": "network", **SIZES}, "no page can draw layers of (1,1000000000) units"),
    "a far step": (["panels", 0], {"kind": "graph", "of": 2, "views": [[{"at": [1e9, 0]}]]}, "a step at (1000000000"),
    "a slider on a result": (["controls", 0, "leaf"], 2, "node 2, which x changes, is not a leaf"),
    "a result as a parameter": (["train"], {"loss": 2, "params": [2], "rule": "Adam", "betas": [0]}, "node 2, which"),
    "a node from nowhere": (["panels", 0, "marks", 0, "y"], 7, "there is no node 7"),
    "a word for a list": (["nodes", 2, "of"], "x", "its specification is damaged ("),
}


@pytest.mark.parametrize("name", LIMITS)
def test_what_would_hang_or_break_a_page_is_named(name, playground):
    (*way, last), value, message = LIMITS[name]
    spec = home = copy.deepcopy(SMALL)
    for key in way:
        home = home[key]
    home[last] = value
    told, works, errors, moved = playground.wake(json.dumps(spec))
    assert message in told and not works and errors == [] and moved


def test_the_small_figure_works_unspoilt(playground):
    assert playground.wake(json.dumps(SMALL)) == ("", True, [], True)
