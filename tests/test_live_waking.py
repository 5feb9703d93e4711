"""How the live figures of the book come to life: what is there before, what moves, what is told when one is broken."""
import pytest

from browser import ROOT, objections, page, resize, visit
from live_page import FIGURES, each_lesson
from replay import LESSONS

SCRIPT = ROOT / "nnlib" / "live" / "static" / "live.js"
PICTURES = """[...document.querySelectorAll("figure.nn-live")].map((figure) => {
  const picture = figure.querySelector("img"), caption = figure.querySelector("figcaption");
  return { alt: picture.alt, high: picture.offsetHeight > 100, caption: caption?.innerText ?? "" };
})"""


@pytest.mark.reach
@each_lesson
def test_without_a_script_there_is_the_picture(case, still, address):
    still.goto(f"{address}/{case.page}")
    for figure, shown in zip(case.figures, still.evaluate(PICTURES), strict=True):
        assert shown["alt"] == figure.spec["alt"] and shown["high"]
        assert shown["caption"] == figure.spec.get("caption", "").replace("**", "")


# Wakes every figure and sends it to sleep again: how high each is before and after, and whether it is as wide as it may
WAKE = """() => {
  const figures = [...document.querySelectorAll("figure.nn-live")], asleep = figures.map((f) => f.cloneNode(true)),
    heights = () => figures.map((figure) => figure.offsetHeight), before = heights();
  nnLive.wake();
  const woken = figures.map((figure) => figure.querySelector(".nn-figure")), after = heights(),
    fit = woken.map((figure) => figure && figure.scrollWidth <= figure.clientWidth);
  figures.forEach((figure, k) => {
    figure.nnLive?.remove();
    figure.replaceWith(asleep[k]);
  });
  return { before, after, fit };
}"""
FITS = "[...document.querySelectorAll('.nn-figure')].every((f) => f.scrollWidth <= f.clientWidth)"
# Takes away the text around the figures, which would be laid out anew at every width and in every theme
ALONE = """() => document.querySelectorAll("article *").forEach((element) => {
  if (!element.closest("figure.nn-live") && !element.querySelector("figure.nn-live")) element.remove();
})"""


@pytest.fixture(scope="module")
def asleep(browser):
    """A window where no figure wakes by itself."""
    with page(browser, reduced_motion="reduce") as tab:
        network = tab.context.new_cdp_session(tab)  # with a route the browser would keep nothing from page to page
        network.send("Network.enable")
        network.send("Network.setBlockedURLs", {"urls": ["*/live.js*"]})
        yield tab


@each_lesson
def test_nothing_moves_when_a_figure_wakes(case, asleep, address):
    """Before the script has come, the room of every figure is what it will be."""
    asleep.goto(f"{address}/{case.page}")
    assert asleep.locator(".nn-figure").count() == 0
    asleep.evaluate("Promise.all([...document.fonts].map((font) => font.load()))")
    asleep.evaluate(SCRIPT.read_text(encoding="utf-8") + "; window.nnLive = nnLive")
    asleep.evaluate(ALONE)
    for width in (1280, 768, 390, 320):
        asleep.set_viewport_size({"width": width, "height": 900})
        found = asleep.evaluate(WAKE)
        assert found["after"] == pytest.approx(found["before"], abs=2), width
        assert found["fit"] == [True] * len(case.figures), width


def opens(lesson):
    """Whether some figure of a lesson can show more than what it shows at first."""
    return any("predict" in figure.spec or any(c["kind"] == "switch" for c in figure.controls) for figure in lesson.figures)


@pytest.mark.reach
@pytest.mark.parametrize("case", list(filter(opens, LESSONS)), ids=str)
def test_axe_finds_nothing_with_every_question_answered_and_every_switch_on(case, desk):
    visit(desk, f"{desk.book}/{case.page}")
    for skip in reversed(desk.get_by_role("button", name="Skip the guess").all()):
        skip.click()
    for control in desk.locator(".nn-figure .nn-switch input").all():
        control.check()
    desk.evaluate(ALONE)
    assert objections(desk, within=".nn-figure") == []
    for width in (320, 1280):
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
def test_a_broken_specification_is_told_in_place_and_the_page_lives(spoil, window, address):
    lesson = next(figure for figure in FIGURES if figure.train and "step" in figure.train)

    def change(route):
        answer = route.fetch()
        specs = answer.text().split("data-live='", 1)
        broken, rest = specs[1].split("'", 1)
        good = f"<figure class=\"nn-live second\" data-live='{broken}'><img alt=\"\"></figure>"
        route.fulfill(
            response=answer,
            body=specs[0] + "data-live='" + spoil(broken) + "'" + rest.replace("</figure>", "</figure>" + good, 1),
        )

    window.route(f"**/{lesson.page}", change, times=1)
    visit(window, f"{address}/{lesson.page}")
    window.wait_for_selector(".second .nn-figure")
    first = window.locator("figure.nn-live").first
    assert first.locator(".nn-complaint").inner_text().startswith("This figure cannot move: ")
    assert first.locator("img").is_visible() and first.locator(".nn-figure").count() == 0
    assert window.errors == []
