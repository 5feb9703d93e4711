"""How the live figures of the book come to life: what is there before, what moves, what is told when one is broken."""
import pytest

from browser import ROOT, objections, page, resize, visit
from live_page import FIGURES, each_lesson
from replay import LESSONS

SCRIPT = ROOT / "nnlib" / "live" / "static" / "live.js"


@each_lesson
def test_without_a_script_there_is_the_picture(case, still, address):
    visit(still, f"{address}/{case.page}")
    for figure in case.figures:
        shown = still.locator("figure.nn-live").nth(figure.k)
        picture, caption = shown.locator("img"), figure.spec.get("caption")
        assert picture.get_attribute("alt") == figure.spec["alt"] and picture.bounding_box()["height"] > 100
        assert not caption or shown.locator("figcaption").inner_text() == caption.replace("**", "")


# Puts every figure back to what it was when `copies` were made of it
SLEEP = """(copies) => document.querySelectorAll("figure.nn-live").forEach((figure, k) => {
  figure.nnLive?.remove();
  figure.replaceWith(copies[k].cloneNode(true));
})"""
COPIES = "[...document.querySelectorAll('figure.nn-live')].map((figure) => figure.cloneNode(true))"
FITS = "[...document.querySelectorAll('.nn-figure')].every((f) => f.scrollWidth <= f.clientWidth)"
HEIGHTS = "[...document.querySelectorAll('figure.nn-live')].map((f) => f.offsetHeight)"


@pytest.fixture(scope="module")
def asleep(browser):
    """A window where no figure wakes by itself."""
    with page(browser, reduced_motion="reduce") as tab:
        tab.route("**/live.js*", lambda route: route.abort())
        yield tab


@each_lesson
def test_nothing_moves_when_a_figure_wakes(case, asleep, address):
    """Before the script has come, the room of every figure is what it will be."""
    visit(asleep, f"{address}/{case.page}")
    asleep.evaluate("Promise.all([...document.fonts].map((font) => font.load()))")
    copies = asleep.evaluate_handle(COPIES)
    asleep.evaluate(SCRIPT.read_text(encoding="utf-8") + "; window.nnLive = nnLive")
    for width in (1280, 768, 390, 320):
        asleep.set_viewport_size({"width": width, "height": 900})
        asleep.evaluate(SLEEP, copies)
        before = asleep.evaluate(HEIGHTS)
        asleep.evaluate("nnLive.wake()")
        assert asleep.locator(".nn-figure").count() == len(case.figures)
        assert asleep.evaluate(HEIGHTS) == pytest.approx(before, abs=2) and asleep.evaluate(FITS), width


def opens(lesson):
    """Whether some figure of a lesson can show more than what it shows at first."""
    return any("predict" in figure.spec or any(c["kind"] == "switch" for c in figure.controls) for figure in lesson.figures)


@pytest.mark.parametrize("case", list(filter(opens, LESSONS)), ids=str)
def test_axe_finds_nothing_with_every_question_answered_and_every_switch_on(case, desk):
    visit(desk, f"{desk.book}/{case.page}")
    for skip in reversed(desk.get_by_role("button", name="Skip the guess").all()):
        skip.click()
    for control in desk.locator(".nn-figure .nn-switch input").all():
        control.check()
    assert objections(desk, within=".nn-figure") == []
    for width in (1280, 320):
        resize(desk, width)
        assert desk.evaluate(FITS), width


@pytest.mark.parametrize(
    "spoil",
    [
        lambda spec: spec.replace('"op":"', '"op":"no', 1),
        lambda spec: spec[:-9],
        lambda spec: spec.replace('"live":1', '"live":99'),
        lambda spec: spec.replace('"of":[', '"of":[99999,', 1),
        lambda spec: spec.replace('"kind":"slider"', '"kind":"lever"', 1),
        lambda spec: "null",
    ],
    ids=[
        "an unknown operation",
        "cut short",
        "another version",
        "a node that does not exist",
        "an unknown control",
        "nothing",
    ],
)
def test_a_broken_specification_is_told_in_place_and_the_page_lives(spoil, browser, address):
    lesson = next(figure for figure in FIGURES if figure.train and "step" in figure.train)
    with page(browser) as tab:

        def change(route):
            answer = route.fetch()
            specs = answer.text().split("data-live='", 1)
            broken, rest = specs[1].split("'", 1)
            good = f"<figure class=\"nn-live second\" data-live='{broken}'><img alt=\"\"></figure>"
            route.fulfill(
                response=answer,
                body=specs[0] + "data-live='" + spoil(broken) + "'" + rest.replace("</figure>", "</figure>" + good, 1),
            )

        tab.route(f"**/{lesson.page}", change)
        tab.goto(f"{address}/{lesson.page}")
        tab.wait_for_selector(".second .nn-figure")
        first = tab.locator("figure.nn-live").first
        assert first.locator(".nn-complaint").inner_text().startswith("This figure cannot move: ")
        assert first.locator("img").is_visible() and first.locator(".nn-figure").count() == 0
        assert tab.errors == []
