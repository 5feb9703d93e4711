"""Questions that a reader answers first: what Python refuses, and each kind in a page, by hand and by keyboard."""
import json
import re
from contextlib import contextmanager

import numpy as np
import pytest

from browser import LOOKS, objections, page, served, visit
from nnlib import live, optim, tensor
from nnlib.live.page import STATIC
from nnlib.look import palette

WIDE = LOOKS[:2]  # in the light and in the dark
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
        "go without choices=",
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
    assert asked["answer"] == 0.8183 and asked["told"].startswith("The answer is 0.8183.")
    third = live.question("1/3?", answer=1 / 3, why="so")
    assert json.loads(third.initial)["ask"]["answer"] == 0.333333


def test_three_digits_are_enough_unless_told_otherwise():
    asked = json.loads(NUMBER.initial)["ask"]
    assert asked["tolerance"] == pytest.approx(0.005 * 0.8183, rel=1e-2)
    assert asked["mistakes"][1][:2] == [0.617, pytest.approx(0.005 * 0.617, rel=1e-2)]
    assert json.loads(live.question("0?", answer=0, why="so").initial)["ask"]["tolerance"] == 0.005
    assert json.loads(live.question("0?", answer=7, tolerance=0.5, why="so").initial)["ask"]["tolerance"] == 0.5


def line(**options):
    return live.line(np.linspace(0, 1, 5), live.slider("w", 0, 1, 0.5) * np.linspace(0, 1, 5), **options)


HEAT = live.heat_map([0, 1], [0, 1], np.zeros(4))
REFUSED_BY_A_FIGURE = {
    "a curve from elsewhere": (lambda: ([line()], dict(of=line(), why="so")), "is a mark of the same figure"),
    "a mark hidden elsewhere": (lambda: ([line()], dict(answer=1, why="so", hide=[line()])), "is a mark of the same figure"),
    "a heat map to hide": (lambda: ([HEAT], dict(answer=1, why="so", hide=[HEAT])), "a heat map cannot be hidden"),
    "a heat map to draw": (lambda: ([HEAT], dict(of=HEAT, why="so")), "a live.line, or live.points of a single point"),
    "many points to draw": (lambda: ([], dict(of=live.points([0, 1], [0, 1]), why="so")), "of a single point"),
    "a curve unexplained": (lambda: ([], dict(of=line())), "needs why="),
    "a curve with choices": (lambda: ([], dict(of=line(), choices={"a": "so", "b": "no"}, answer="a")), "go without choices="),
}


@pytest.mark.parametrize("name", REFUSED_BY_A_FIGURE)
def test_refused_by_a_figure(name):
    make, message = REFUSED_BY_A_FIGURE[name]
    with pytest.raises(ValueError, match=re.escape(message)):
        marks, guess = make()
        live.figure(*marks, alt="A line.", predict=live.guess("What?", **guess))


def test_the_picture_inside_does_not_tell():
    without = live.figure(line(), alt="A line.", xlim=(0, 1), ylim=(0, 1))
    asked = live.points(0.5, 0.9)
    guessed = live.figure(line(), asked, alt="A line.", xlim=(0, 1), ylim=(0, 1), predict=live.guess("?", of=asked, why="so"))
    assert guessed.picture.png == without.picture.png


# --- In the page ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page of two questions."""
    folder = tmp_path_factory.mktemp("questions")
    write(folder, f"<h1>Questions</h1>{NUMBER.html()}{CHOICE.html()}")
    return folder


def write(folder, body):
    """A page with the script, awake.html, and one without, asleep.html."""
    style = palette.css() + (STATIC / "live.css").read_text(encoding="utf-8")
    script = (STATIC / "live.js").read_text(encoding="utf-8")
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Questions</title><style>{style}</style>'
    (folder / "asleep.html").write_text(f"{head}<main>{body}</main>", encoding="utf-8")
    (folder / "awake.html").write_text(f"{head}<main>{body}</main><script>{script}</script>", encoding="utf-8")


@pytest.fixture(scope="module")
def calm(browser):
    """A window of somebody who wants no motion."""
    with page(browser, reduced_motion="reduce") as opened:
        yield opened


@contextmanager
def first_visit(window, url):
    """A page that this window shows as to a new reader; what that reader leaves behind is then forgotten."""
    visit(window, url)
    yield window
    window.evaluate("localStorage.clear()")
    assert window.errors == []


@pytest.fixture(scope="module")
def questions(folder):
    """Where the page of two questions is."""
    with served(folder) as address:
        yield address


@pytest.fixture
def tab(calm, questions):
    """That page, at a reader's first visit."""
    with first_visit(calm, f"{questions}/awake.html") as tab:
        yield tab


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


def test_without_a_script_the_answers_are_folded(still, folder):
    still.goto((folder / "awake.html").as_uri())
    assert "w₂ = 0.8 has the slope −0.183." in number(still).inner_text()
    number(still).locator("summary").click()
    assert "0.8183. 0.8 − 0.1 · (−0.183). If you had 0.7817: You went up the slope." in number(still).inner_text()
    choice(still).get_by_text("A < B & C").click()
    assert choice(still).get_by_text("It doesn't.").is_visible()
    assert not choice(still).get_by_text("It moves by 0 times the slope.").is_visible()


HEIGHTS = "[...document.querySelectorAll('.nn-live')].map((e) => e.offsetHeight)"


@pytest.mark.parametrize("width", (1280, 390, 320))
def test_nothing_moves_when_it_wakes(width, tab, questions):
    tab.set_viewport_size({"width": width, "height": 900})
    found = []
    for name in ("asleep", "awake"):
        tab.goto(f"{questions}/{name}.html")
        found.append(tab.evaluate(HEIGHTS))
    choice(tab).get_by_role("button", name="Nothing").click()
    answer(tab, "0.617")
    tab.reload()
    found.append(tab.evaluate(HEIGHTS))
    assert found[0] == pytest.approx(found[1], abs=1) and found[1] == found[2]


@pytest.mark.reach
def test_axe_finds_nothing(tab):
    answer(tab, "0.617")
    choice(tab).get_by_role("button", name="Nothing").click()
    assert objections(tab, ".nn-live", WIDE) == []


# --- In front of a figure ------------------------------------------------------------------------------------------


def figures():
    """A curve, a point and a number to guess; the truth of each is what nnlib computes of its sliders."""
    w = live.slider("w", -2, 2, 1.0)
    x = np.linspace(0.01, 1, 41)
    curve = live.line(x, w * x * x, label="truth")
    yield live.figure(
        curve,
        live.text("w is {:.2f}", w),
        xlim=(0, 1), ylim=(0, 1), xlabel="x", alt="A curve.",
        predict=live.guess("Draw x².", of=curve, why="It is flat at first."),
    )
    p, q = live.slider("p", 0, 4, 3.0), live.slider("q", 1, 100, 10.0, log=True)
    point = live.points(p, q, drag=True)
    yield live.figure(
        point, xlim=(0, 4), ylim=(1, 100), yscale="log", alt="A point.",
        predict=live.guess("Where is it?", of=point, why="At (3, 10)."),
    )
    a = live.slider("a", 0, 2, 1.0)
    loss = (a - 3.0) ** 2
    yield live.figure(
        live.line([0, 1], a * np.ones(2)),
        xlim=(0, 1), ylim=(0, 2), alt="A line.",
        predict=live.guess("What is the loss?", answer=loss, mistakes={2: "Not squared."}, why="2 · 2."),
        train=live.train(loss, optim.SGD([a], lr=0.1), autoplay=True),
    )


@pytest.fixture(scope="module")
def figure_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guesses")
    write(folder, "<h1>Guesses</h1>" + "".join(figure.html() for figure in figures()))
    return folder


@pytest.fixture(scope="module")
def figures_at(figure_folder):
    """Where the page of three figures is."""
    with served(figure_folder) as address:
        yield address


@pytest.fixture
def guesses(window, figures_at):
    """That page, at a reader's first visit."""
    with first_visit(window, f"{figures_at}/awake.html") as tab:
        tab.wait_for_selector(".nn-figure")
        yield tab


def figure(tab, k):
    found = tab.locator("figure.nn-live").nth(k)
    found.evaluate("(figure) => figure.scrollIntoView()")
    return found


def verdict(figure):
    return figure.locator(".nn-verdict").inner_text()


def sketch(figure):
    """The dots that a reader moves."""
    return figure.locator("circle.nn-guess[role=slider]").all()


def is_open(figure):
    """Whether its controls move, in every way there is."""
    rows = figure.evaluate("(f) => [...f.querySelectorAll('.nn-controls, .nn-tools')].map((row) => row.inert)")
    locked = figure.evaluate("(f) => f.nnLive.locked")
    assert set(rows) == {locked}
    return not locked


@pytest.mark.parametrize("k", range(3))
def test_nothing_moves_before_the_guess(k, guesses):
    asked = figure(guesses, k)
    assert not is_open(asked)
    guesses.wait_for_timeout(100)
    assert asked.evaluate("(f) => f.nnLive.training.steps") == 0  # whatever plays by itself waits for the guess
    asked.get_by_role("button", name="Skip the guess").click()
    assert is_open(asked) and guesses.evaluate("document.activeElement.textContent") == "Clear my answer"
    assert verdict(asked).endswith(("It is flat at first.", "At (3, 10).", "The answer is 4. 2 · 2."))


def test_what_tells_the_answer_is_seen_after_the_guess(guesses):
    asked = figure(guesses, 0)
    truth = asked.locator(".nn-answered")
    assert truth.locator("path").count() == 1 and truth.get_by_text("truth").count() == 1
    assert not truth.locator("path").is_visible() and not asked.get_by_text("w is 1.00").is_visible()
    asked.get_by_role("button", name="This is my guess").click()
    assert truth.locator("path").is_visible() and asked.get_by_text("w is 1.00").is_visible()
    asked.get_by_role("slider", name="w", exact=True).press("End")
    asked.get_by_role("button", name="Clear my answer").click()
    assert not truth.locator("path").is_visible() and not is_open(asked)
    assert asked.evaluate("(f) => f.nnLive.graph.nodes.find((n) => n.leaf).data[0]") == 1  # as at first


def test_a_curve_drawn_by_keyboard_alone(guesses):
    """The best that dots in steps can do scores nearly full, and the flat line they start from does not."""
    asked = figure(guesses, 0)
    dots = sketch(asked)
    assert len(dots) == 9 and dots[8].get_attribute("aria-label") == "Height at x = 1"
    for i, dot in enumerate(dots):
        dot.focus()
        wanted = round((0.01 + 0.99 * i / 8) ** 2 / 0.02) - 25
        for _ in range(abs(wanted)):
            guesses.keyboard.press("ArrowUp" if wanted > 0 else "ArrowDown")
    assert dots[8].get_attribute("aria-valuetext") == "1"
    asked.get_by_role("button", name="This is my guess").press("Enter")
    score = int(re.match(r"Score (\d+) of 100", verdict(asked))[1])
    assert score >= 97 and asked.locator("path.nn-guess").is_visible() and sketch(asked) == []


def drag(tab, box, places):
    """Along shares of a box, from its lower left corner."""
    spots = [(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]) for across, up in places]
    tab.mouse.move(*spots[0])
    tab.mouse.down()
    for spot in spots:
        tab.mouse.move(*spot)
    tab.mouse.up()


def test_a_curve_drawn_in_one_quick_stroke(guesses):
    asked = figure(guesses, 0)
    drag(guesses, asked.locator(".nn-plot").bounding_box(), [(0.01, 0.2), (0.99, 0.8)])
    guess = asked.evaluate("(f) => f.nnLive.sketch.guess")
    assert guess == pytest.approx(np.linspace(0.2, 0.8, 9), abs=0.02)
    asked.get_by_role("button", name="This is my guess").click()
    truth = np.linspace(0.01, 1, 41)[::5] ** 2
    miss = np.mean(np.abs(np.array(guess) - truth))
    assert verdict(asked) == (
        f"Score {100 * (1 - 4 * miss):.0f} of 100. On average {100 * miss:.0f} % of the axis from the truth. It is flat at first."
    )


def test_a_point_by_mouse_and_keys_on_a_log_axis(guesses):
    asked = figure(guesses, 1)
    drag(guesses, asked.locator(".nn-plot").bounding_box(), [(0.5, 0.5), (0.7, 0.6)])
    [dot] = sketch(asked)
    dot.focus()
    for key in ("ArrowRight", "PageDown", "ArrowUp", "ArrowLeft", "ArrowRight", "ArrowDown"):
        guesses.keyboard.press(key)
    assert dot.get_attribute("aria-valuetext") in ("2.9, 10", "2.9, 9.9", "2.9, 9.8")
    asked.get_by_role("button", name="This is my guess").click()
    assert verdict(asked).startswith(("Score 94", "Score 93", "Score 95", "Score 96"))
    assert sketch(asked) == [] and asked.locator("circle.nn-guess").is_visible()


def test_a_curve_drawn_by_touch(browser, figure_folder):
    with page(browser, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True) as tab:
        tab.goto((figure_folder / "awake.html").as_uri())
        asked = figure(tab, 0)
        box = asked.locator(".nn-plot").bounding_box()
        hand = tab.context.new_cdp_session(tab)
        for kind, share in (("touchStart", 0.05), ("touchMove", 0.5), ("touchMove", 0.95), ("touchEnd", None)):
            points = [] if share is None else [{"x": box["x"] + share * box["width"], "y": box["y"] + 0.9 * box["height"]}]
            hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        assert asked.evaluate("(f) => f.nnLive.sketch.guess") == pytest.approx([0.1] * 9, abs=0.02)
        asked.get_by_role("button", name="This is my guess").tap()
        assert is_open(asked) and tab.errors == []


def test_a_wrong_number_is_explained_and_the_answer_told(guesses):
    asked = figure(guesses, 2)
    asked.get_by_role("textbox").fill("2")
    guesses.keyboard.press("Enter")
    assert verdict(asked) == "Not 2. Not squared. The answer is 4. 2 · 2." and is_open(asked)
    assert asked.get_by_role("button", name="Skip the guess").count() == 0


def test_a_guess_is_remembered_with_its_figure_open_and_nothing_moves(guesses):
    asked = figure(guesses, 0)
    drag(guesses, asked.locator(".nn-plot").bounding_box(), [(0.01, 0.2), (0.99, 0.8)])
    asked.get_by_role("button", name="This is my guess").click()
    drawn = asked.locator("path.nn-guess").get_attribute("d")
    asked.get_by_role("slider", name="w", exact=True).press("End")  # the truth may move, the guess stays
    assert asked.locator("path.nn-guess").get_attribute("d") == drawn
    guesses.reload()
    asked = figure(guesses, 0)
    assert is_open(asked) and asked.locator("path.nn-guess").get_attribute("d") == drawn and verdict(asked) == ""


@pytest.mark.parametrize("width", (1280, 390))
def test_no_figure_moves_when_it_wakes(width, guesses, figures_at):
    guesses.set_viewport_size({"width": width, "height": 900})
    found = []
    for name in ("asleep", "awake"):
        guesses.goto(f"{figures_at}/{name}.html")
        found.append(guesses.evaluate(HEIGHTS))
    assert found[0] == pytest.approx(found[1], abs=1)


def test_without_a_script_the_figures_answers_are_folded(still, figure_folder):
    still.goto((figure_folder / "awake.html").as_uri())
    for k, told in enumerate(("It is flat at first.", "At (3, 10).", "The answer is 4. 2 · 2. If you had 2: Not squared.")):
        figure(still, k).locator("summary").click()
        assert told in figure(still, k).inner_text()


@pytest.mark.reach
def test_axe_finds_nothing_before_and_after_the_guess(guesses):
    assert objections(guesses, ".nn-live", WIDE) == []
    for skip in reversed(guesses.get_by_role("button", name="Skip the guess").all()):
        skip.click()
    assert objections(guesses, ".nn-live", WIDE) == []
