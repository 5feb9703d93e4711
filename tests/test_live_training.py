"""Every live figure of the book that trains: a step, playing, pausing, going back, and stopping where it must."""
import pytest

from live_page import DRAWING, each, each_hand, those, wake
from reader import reader

RUN_AWAY = """(figure) => {
  const { graph, spec, first } = figure.nnLive;
  for (const id of spec.train.params) graph.set(id, first[id].map(() => 1e308));
}"""


def loss(figure):
    return figure.evaluate("(f) => f.nnLive.training.loss()")


def steps(figure):
    return figure.evaluate("(f) => f.nnLive.training.steps")


def leaves(figure):
    return figure.evaluate("(f) => f.nnLive.graph.nodes.filter((n) => n.leaf).map((n) => Array.from(n.data))")


def has(button):
    return lambda case: case.train and case.train.get(button)


def is_plain(train):
    """Whether every step follows the gradient alone; with momentum, or two speeds, one may go up on its way down."""
    return train["rule"] == "SGD" and not train.get("momentum") and "rivals" not in train


each_played = each(those(has("play")))


@each(those(has("step")))
def test_a_gradient_step_lowers_the_loss(case, desk):
    figure = wake(desk, case)
    shown = figure.element_handle()
    before, first = loss(shown), leaves(shown)
    button = figure.get_by_role("button", name=case.train["step"], exact=True)
    button.press("Enter")
    after = loss(shown)
    assert 0 <= after < before
    told = f"step 1 · loss {after:.4f}"
    assert told in figure.locator(".nn-notes").inner_text() and "step 1" in figure.locator("[role=status]").inner_text()
    button.click()
    assert loss(shown) < (after if is_plain(case.train) else before) and steps(shown) == 2
    figure.get_by_role("button", name="Reset").click()
    assert leaves(shown) == first and loss(shown) == before and steps(shown) == 0


@each_played
@each_hand
def test_play_pause_and_reset(case, device, press, request):
    tab = request.getfixturevalue(device)
    figure = wake(tab, case)
    shown = figure.element_handle()
    before, first, drawing = loss(shown), leaves(shown), shown.evaluate(DRAWING)
    assert steps(shown) == 0  # nothing has moved by itself: this reader wants no motion
    getattr(figure.get_by_role("button", name="Train"), press)()
    tab.wait_for_function("(f) => f.nnLive.training.steps > 5", arg=shown)
    getattr(figure.get_by_role("button", name="Pause"), press)()
    stopped = steps(shown)
    tab.wait_for_timeout(200)
    assert steps(shown) == stopped and loss(shown) < before and shown.evaluate(DRAWING) != drawing
    assert (
        f"step {stopped} " in figure.locator(".nn-notes").inner_text()
        and f"step {stopped} " in figure.locator("[role=status]").inner_text()
    )
    getattr(figure.get_by_role("button", name="Reset"), press)()
    assert leaves(shown) == first and steps(shown) == 0 and shown.evaluate(DRAWING) == drawing


@pytest.fixture(scope="module")
def lively(browser, address):
    """A window of somebody who welcomes motion."""
    with reader(browser, address, reduced_motion="no-preference") as tab:
        yield tab


@each(those(lambda case: has("play")(case) and not has("autoplay")(case)))
def test_it_waits_to_be_played(case, lively):
    figure = wake(lively, case)
    lively.wait_for_timeout(100)
    assert steps(figure) == 0


@each(those(has("autoplay")))
def test_it_plays_by_itself_and_only_in_sight(case, lively):
    figure = wake(lively, case)
    lively.wait_for_function("(f) => f.nnLive.training.steps > 5", arg=figure.element_handle())
    lively.evaluate(
        "document.body.insertAdjacentHTML('afterbegin', '<div style=\"height: 3000px\"></div>'); scrollTo(0, 0)"
    )
    lively.shown = None  # the next test loads its page anew
    lively.wait_for_timeout(300)
    hidden = steps(figure)
    lively.wait_for_timeout(200)
    assert steps(figure) == hidden


@each_played
def test_a_training_that_runs_away_stops_and_says_so(case, desk):
    figure = wake(desk, case)
    figure.evaluate(RUN_AWAY)
    figure.get_by_role("button", name="Train").click()
    figure.get_by_role("button", name="Train").wait_for()
    assert any(word in figure.locator(".nn-notes").inner_text() for word in ("not a number", "∞"))
