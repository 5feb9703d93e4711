"""Questions that a reader answers first: what Python refuses, and each kind in a page, by hand and by keyboard."""
import json
import re

import numpy as np
import pytest

from browser import ROOT, page, served
from nnlib import live, tensor
from nnlib.live.page import STATIC
from nnlib.look import palette

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NUMBER = live.question(
    "w₂ = 0.8 has the slope −0.183. Where is it after a step with η = 0.1?",
    answer=tensor(0.8) - 0.1 * tensor(-0.183),
    mistakes={0.7817: "You went **up** the slope.", 0.617: "You went a whole slope, and not a tenth of it."},
    why="0.8 − 0.1 · (−0.183).",
)
CHOICE = live.question(
    "What does a step with η = 0 change?",
    choices={"Nothing": "It moves by 0 times the slope.", "Everything": "That takes η > 0.", "A < B & C": "It doesn't."},
    answer="Nothing",
)

# --- In Python -----------------------------------------------------------------------------------------------------

REFUSED = {
    "no text": (dict(text=" ", answer=1), "needs its text"),
    "no answer": (dict(), "needs choices={answer: explanation, …} with answer=, or a number as answer="),
    "one choice": (dict(choices={"a": "so"}, answer="a"), "at least two answers, but has 1"),
    "no right choice": (dict(choices={"a": "so", "b": "no"}), "names the right one of the choices, a, b; got None"),
    "a right choice unknown": (dict(choices={"a": "so", "b": "no"}, answer="c"), "a, b; got 'c'"),
    "a choice unexplained": (dict(choices={"a": "so", "b": ""}, answer="a"), 'the choice "b" needs an explanation'),
    "mistakes beside choices": (
        dict(choices={"a": "so", "b": "no"}, answer="a", mistakes={1: "no"}),
        "go with a number",
    ),
    "a number unexplained": (dict(answer=1.0), "needs why="),
    "not a number": (dict(answer=np.nan, why="so"), "answer is one finite number, but got nan"),
    "two numbers": (dict(answer=tensor([1.0, 2.0]), why="so"), "answer is one finite number"),
    "no room": (dict(answer=1, tolerance=0, why="so"), "a number above 0, but is 0"),
    "a mistake that is right": (
        dict(answer=-0.183, mistakes={-0.1832: "no"}, why="so"),
        "−0.1832 and −0.183 are too near to be told apart",
    ),
    "two mistakes in one": (dict(answer=5, mistakes={1: "no", 1.1: "no"}, tolerance=0.2, why="so"), "1.1 and 1 are too near"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    given, message = REFUSED[name]
    with pytest.raises(ValueError, match=re.escape(message)):
        live.question(**{"text": "What?", **given})


def test_the_truth_is_what_nnlib_has_computed_without_its_last_bits():
    asked = json.loads(NUMBER.initial)["ask"]
    assert asked["answer"] == 0.8183 and asked["truth"] == "0.8183"
    third = live.question("1/3?", answer=1 / 3, why="so")
    assert json.loads(third.initial)["ask"]["answer"] == 0.333333


def test_three_digits_are_enough_unless_told_otherwise():
    asked = json.loads(NUMBER.initial)["ask"]
    assert asked["tolerance"] == pytest.approx(0.005 * 0.8183, rel=1e-2)
    assert asked["mistakes"][1][:2] == [0.617, pytest.approx(0.005 * 0.617, rel=1e-2)]
    assert json.loads(live.question("0?", answer=0, why="so").initial)["ask"]["tolerance"] == 0.005
    assert json.loads(live.question("0?", answer=7, tolerance=0.5, why="so").initial)["ask"]["tolerance"] == 0.5


# --- In the page ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page of two questions, with the script or without."""
    folder = tmp_path_factory.mktemp("questions")
    style = palette.css() + (STATIC / "live.css").read_text(encoding="utf-8")
    script = (STATIC / "live.js").read_text(encoding="utf-8")
    body = f"<h1>Questions</h1>{NUMBER.html()}{CHOICE.html()}"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Questions</title><style>{style}</style>'
    (folder / "asleep.html").write_text(f"{head}<main>{body}</main>", encoding="utf-8")
    (folder / "awake.html").write_text(f"{head}<main>{body}</main><script>{script}</script>", encoding="utf-8")
    return folder


@pytest.fixture
def tab(browser, folder):
    """The page, at a reader's first visit."""
    with served(folder) as address, page(browser, reduced_motion="reduce") as tab:
        tab.goto(f"{address}/awake.html")
        yield tab
        assert tab.errors == []


def number(tab):
    return tab.locator(".nn-live").nth(0)


def choice(tab):
    return tab.locator(".nn-live").nth(1)


def answer(tab, text):
    number(tab).get_by_role("textbox").fill(text)
    tab.keyboard.press("Enter")
    return number(tab).locator(".nn-verdict").inner_text()


@pytest.mark.parametrize(
    "typed, said",
    {
        "0.8183": "Right. 0.8 − 0.1 · (−0.183).",
        " ,818 ": "Right. 0.8 − 0.1 · (−0.183).",
        "8.18e-1": "Right. 0.8 − 0.1 · (−0.183).",
        "0.78": "Not 0.78. You went up the slope.",
        "0.617": "Not 0.617. You went a whole slope, and not a tenth of it.",
        "−0.8183": "Not −0.8183. It is larger.",
        "0.83": "Not 0.83. It is smaller.",
        "": "Write a number, such as −0.25 or 1e-3.",
        "Infinity": "Write a number, such as −0.25 or 1e-3.",
        "about 1": "Write a number, such as −0.25 or 1e-3.",
    }.items(),
)
def test_a_number_is_right_or_a_known_mistake_or_too_large_or_small(typed, said, tab):
    assert answer(tab, typed) == said
    assert number(tab).get_by_role("status").text_content() == said.replace("−", "minus ")
    assert number(tab).get_by_role("button", name="Show the answer").is_visible() == (not said.startswith("Right"))


@pytest.mark.parametrize("option, said", [("Nothing", "Right. It moves"), ("Everything", "Not this one. That takes η > 0."),
                                          ("A < B & C", "Not this one. It doesn't.")])
def test_a_choice_is_explained_by_mouse_and_by_keyboard(option, said, tab):
    button = choice(tab).get_by_role("button", name=option)
    for act in (button.click, lambda: button.press("Enter"), lambda: button.press("Space")):
        choice(tab).get_by_role("button", name="Everything").click()
        act()
        assert choice(tab).locator(".nn-verdict").inner_text().startswith(said)
        assert choice(tab).get_by_role("button", pressed=True).all_inner_texts() == [
            ("✓ " if said.startswith("Right") else "✗ ") + option
        ] or choice(tab).get_by_role("button", pressed=True).all_inner_texts() == [option]
    assert button.get_attribute("data-is") == ("right" if said.startswith("Right") else "wrong")


def test_every_answer_can_be_given_by_touch(browser, folder):
    with page(browser, viewport={"width": 320, "height": 700}, has_touch=True, is_mobile=True) as tab:
        tab.goto((folder / "awake.html").as_uri())
        for button in tab.locator(".nn-live button:visible").all():
            assert round(button.bounding_box()["height"]) >= 40
        choice(tab).get_by_role("button", name="Nothing").tap()
        assert choice(tab).locator(".nn-verdict").inner_text().startswith("Right.")
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_answer_can_be_shown_and_the_keyboard_is_not_lost(tab):
    number(tab).get_by_role("button", name="Show the answer").press("Enter")
    assert number(tab).locator(".nn-verdict").inner_text() == "The answer is 0.8183. 0.8 − 0.1 · (−0.183)."
    assert tab.evaluate("document.activeElement.textContent") == "Clear my answer"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.textContent") == "Show the answer"
    assert number(tab).locator(".nn-verdict").inner_text() == ""


def test_an_answer_is_remembered_until_it_is_cleared(tab):
    answer(tab, "0.617")
    choice(tab).get_by_role("button", name="Nothing").click()
    tab.reload()
    assert number(tab).get_by_role("textbox").input_value() == "0.617"
    assert choice(tab).get_by_role("button", pressed=True).count() == 1
    for question in (number(tab), choice(tab)):
        assert question.locator(".nn-verdict").inner_text() == ""  # told again when asked for: nothing moves on waking
        question.get_by_role("button", name="Clear my answer").click()
    tab.reload()
    assert number(tab).get_by_role("textbox").input_value() == ""
    assert tab.get_by_role("button", pressed=True).count() == 0 and tab.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("left", ['"rubbish"', "99", "-1", "0.5", "null", "[[", '{"a": 1}'])
def test_a_memory_that_makes_no_sense_is_as_none(left, tab):
    tab.evaluate("(left) => localStorage.setItem('nnlib guess: ' + JSON.parse(document.querySelectorAll('.nn-live')[1]"
                 ".dataset.live).ask.text, left)", left)
    tab.reload()
    assert choice(tab).get_by_role("button").count() == 4 and choice(tab).get_by_role("button", pressed=True).count() == 0
    assert choice(tab).get_by_role("button", name="Show the answer").is_visible()


def test_it_works_where_nothing_may_be_kept(browser, folder):
    deny = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied') } })"
    with page(browser) as tab:
        tab.add_init_script(deny)
        tab.goto((folder / "awake.html").as_uri())
        assert answer(tab, "0.8183").startswith("Right.")
        number(tab).get_by_role("button", name="Clear my answer").click()
        assert number(tab).get_by_role("textbox").input_value() == "" and tab.errors == []


def test_without_a_script_the_answers_are_folded(browser, folder):
    with page(browser, java_script_enabled=False) as tab:
        tab.goto((folder / "awake.html").as_uri())
        assert "w₂ = 0.8 has the slope −0.183." in number(tab).inner_text()
        number(tab).locator("summary").click()
        assert "0.8183. 0.8 − 0.1 · (−0.183). If you had 0.7817: You went up the slope." in number(tab).inner_text()
        choice(tab).get_by_text("A < B & C").click()
        assert choice(tab).get_by_text("It doesn't.").is_visible()
        assert not choice(tab).get_by_text("It moves by 0 times the slope.").is_visible()


@pytest.mark.parametrize("width", (1280, 390, 320))
def test_nothing_moves_when_it_wakes(width, browser, folder):
    heights = "[...document.querySelectorAll('.nn-live')].map((e) => e.offsetHeight)"
    with page(browser, viewport={"width": width, "height": 900}) as tab:
        found = []
        for name in ("asleep", "awake"):
            tab.goto((folder / f"{name}.html").as_uri())
            found.append(tab.evaluate(heights))
        choice(tab).get_by_role("button", name="Nothing").click()
        answer(tab, "0.617")
        tab.reload()
        found.append(tab.evaluate(heights))
    assert found[0] == pytest.approx(found[1], abs=1) and found[1] == found[2]


def test_axe_finds_nothing(tab):
    answer(tab, "0.617")
    choice(tab).get_by_role("button", name="Nothing").click()
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    for theme in ("light", "dark"):
        tab.emulate_media(color_scheme=theme)
        found = tab.evaluate("axe.run({ include: ['.nn-live'] }, { resultTypes: ['violations'] })")
        assert [(rule["id"], node["html"][:120]) for rule in found["violations"] for node in rule["nodes"]] == []
