"""A drawing in a reader's hands: what mouse, finger, pen and keys put there is what the network of the page reads."""
import json
import re
from functools import partial

import numpy as np
import pytest

from browser import objections, page
from nnlib import Tensor, data, live, nn, optim
from nnlib import functional as F
from nnlib.live.page import STATIC
from nnlib.look import palette

DOWN = [[(0.5, 0.1), (0.5, 0.9)]]


def arc(x, y, across, up, start, end):
    """Part of an ellipse around (x, y); angles from the right, clockwise as the page's y goes down."""
    angles = np.radians(np.linspace(start, end, 13))
    return list(zip((x + across * np.cos(angles)).tolist(), (y + up * np.sin(angles)).tolist()))


# Digits as strokes, on a pad of side 1
DIGITS = {
    0: [arc(0.5, 0.5, 0.25, 0.38, -90, 270)],
    1: [[(0.36, 0.28), (0.52, 0.12), (0.52, 0.88)]],
    2: [arc(0.5, 0.33, 0.22, 0.2, 190, 400) + [(0.3, 0.86), (0.74, 0.86)]],
    3: [arc(0.47, 0.31, 0.21, 0.19, 200, 440) + arc(0.47, 0.69, 0.24, 0.2, -80, 160)],
    4: [[(0.55, 0.12), (0.25, 0.6), (0.76, 0.6)], [(0.6, 0.4), (0.6, 0.9)]],
    5: [[(0.7, 0.13), (0.34, 0.13), (0.32, 0.45)] + arc(0.46, 0.64, 0.24, 0.23, -120, 150)],
    6: [[(0.6, 0.1), (0.4, 0.36)] + arc(0.48, 0.67, 0.19, 0.21, 200, 560)],
    7: [[(0.28, 0.14), (0.73, 0.14), (0.45, 0.88)]],
    8: [arc(0.5, 0.3, 0.19, 0.18, -90, 270), arc(0.5, 0.69, 0.22, 0.21, -90, 270)],
    9: [arc(0.5, 0.33, 0.2, 0.21, 0, -360) + [(0.68, 0.6), (0.6, 0.9)]],
}


@pytest.fixture(scope="module")
def images():
    """One image of each digit, as somebody wrote it."""
    images, labels = data.digits(np.float64)
    return [images[labels == digit][0] for digit in range(10)]


@pytest.fixture(scope="module")
def reader():
    """A network that has learned the digits."""
    images, labels = data.digits(np.float64)
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(64, 32, generator=rng, dtype=np.float64), nn.ReLU(),
                          nn.Linear(32, 10, generator=rng, dtype=np.float64))
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(10):
        for rows in np.array_split(rng.permutation(len(images)), 50):
            loss = F.cross_entropy(model(images[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


def made(reader, images, **options):
    """A figure that reads a drawing, and its tensors: pixels, probabilities and the digit that it reads."""
    pixels = live.drawing("your digit", 8, 8, images[3], samples={str(d): images[d] for d in (0, 4, 7)})
    p = F.softmax(reader(pixels)).reshape(-1)
    said = live.largest(p)
    figure = live.figure(
        live.bars([str(digit) for digit in range(10)], p, term="activation"),
        live.text("reads a {:.0f}", said),
        ylim=(0, 1), alt="A pad to draw on, and how probable each digit is.", **options)
    return figure, pixels, p, said


TITLE = "A page"


def whole(html):
    style = palette.css() + "body, figure { margin: 8px }" + (STATIC / "live.css").read_text(encoding="utf-8")
    script = (STATIC / "live.js").read_text(encoding="utf-8")
    long = '<p style="height: 3000px">Much more.</p>'
    return f"<!doctype html><html lang=en><title>{TITLE}</title><meta name=viewport content='width=device-width'>" \
           f"<style>{style}</style><main><h1>A page</h1>{html}{long}</main><script>{script}</script></html>"


# Another figure in the place of the one that a page made by `whole` has: loading a page takes longer
REPLACE = """(html) => {
  const used = document.querySelector("figure.nn-live");
  used.nnLive?.remove();
  used.outerHTML = html;
  scrollTo(0, 0);
  nnLive.wake();
}"""


class Drawn:
    """A figure with a drawing, woken in a page."""

    def __init__(self, tab, figure):
        if tab.title() == TITLE:
            tab.evaluate(REPLACE, figure.html())
        else:
            tab.set_content(whole(figure.html()))
        tab.wait_for_selector(".nn-figure")
        self.tab, self.figure = tab, tab.locator("figure.nn-live")
        self.pad, self.grid = self.figure.locator(".nn-pad"), self.figure.get_by_role("grid")

    def leaf(self, node=None):
        """The numbers of a node of the page's graph: those of the drawing, or of another."""
        return np.array(self.figure.evaluate("""(f, id) => Array.from(f.nnLive.graph.value(
            id ?? f.nnLive.spec.panels.find((p) => p.kind === "drawing").leaf).data)""", node))

    def image(self):
        return self.leaf().reshape(8, 8)

    def cell(self, row, column):
        return self.grid.locator(f"[role=gridcell][aria-label^='row {row}, column {column}, ']")

    def blank(self):
        """Whether nothing stands on the pad."""
        return not self.pad.locator("path").get_attribute("d")

    def press(self, name):
        self.figure.get_by_role("button", name=name, exact=True).click()

    def says(self):
        return self.figure.locator(".nn-notes").inner_text()

    def draw(self, strokes, hand="mouse", scale=1.0, at=(0.0, 0.0)):
        box = self.pad.bounding_box()
        for stroke in strokes:
            self.hands(hand, [(box["x"] + box["width"] * (at[0] + scale * x),
                               box["y"] + box["height"] * (at[1] + scale * y)) for x, y in stroke])

    def hands(self, hand, points):
        """A mouse, pen or finger goes along these points of the page."""
        to = self.tab.context.new_cdp_session(self.tab)
        if hand == "touch":
            for kind, places in [("touchStart", points[:1]), *(("touchMove", [p]) for p in points[1:]), ("touchEnd", [])]:
                to.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in places]})
            return
        send = partial(to.send, "Input.dispatchMouseEvent")
        pressed = {"pointerType": hand, "button": "left", "clickCount": 1}
        for kind, (x, y) in [("mousePressed", points[0]), *(("mouseMoved", p) for p in points), ("mouseReleased", points[-1])]:
            send({"type": kind, "x": x, "y": y, **pressed, "buttons": int(kind != "mouseReleased")})


@pytest.fixture(scope="module")
def desk(browser):
    with page(browser) as tab:
        yield tab
        assert (tab.errors, tab.foreign) == ([], [])


@pytest.fixture(scope="module")
def phone(browser):
    with page(browser, viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True) as tab:
        yield tab
        assert (tab.errors, tab.foreign) == ([], [])


@pytest.fixture
def drawn(desk, reader, images):
    return Drawn(desk, made(reader, images)[0])


# --- Drawing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("device, hand", [("desk", "mouse"), ("desk", "pen"), ("phone", "touch")])
def test_a_line_down_the_pad_fills_the_middle_of_the_image(device, hand, reader, images, request):
    drawn = Drawn(request.getfixturevalue(device), made(reader, images)[0])
    assert np.array_equal(drawn.image().ravel(), images[3]) and drawn.blank()
    drawn.draw(DOWN, hand)
    image = drawn.image()
    assert not drawn.blank() and (image[:, 3:5] > 0.5).all() and not image[:, [0, 1, 6, 7]].any()
    assert np.array_equal(image, image[:, ::-1]) and np.array_equal(image, image[::-1])


@pytest.mark.parametrize("scale, at", [(0.4, (0.05, 0.5)), (0.7, (0.3, 0.0)), (1.0, (0.1, -0.05))])
def test_neither_place_nor_size_on_the_pad_matters(scale, at, drawn):
    drawn.draw(DIGITS[3])
    there = drawn.leaf()
    drawn.press("Clear")
    drawn.draw(DIGITS[3], scale=scale, at=at)
    assert np.abs(drawn.leaf() - there).max() <= 0.25 and np.abs(drawn.leaf() - there).mean() < 0.02


def test_a_dot_stays_a_dot(drawn):
    drawn.draw([[(0.2, 0.2), (0.2, 0.2)]])
    assert drawn.image()[2:6, 2:6].sum() == drawn.image().sum() > 2


def test_strokes_add_up_until_the_pad_is_cleared_or_something_else_is_put_there(drawn):
    first, second = DIGITS[4]
    drawn.draw([first])
    alone = drawn.leaf()
    drawn.draw([second])
    both = drawn.leaf()
    assert drawn.pad.locator("path").get_attribute("d").count("M") == 2 and np.abs(both - alone).max() > 0.3
    drawn.press("sample 7")
    assert drawn.blank()
    drawn.draw([first])
    assert np.array_equal(drawn.leaf(), alone)


def test_what_leaves_the_pad_goes_on_at_its_edge(drawn):
    drawn.draw([[(0.5, 0.2), (0.5, 0.8), (1.6, 1.4), (0.5, 0.8)]])
    assert drawn.image()[7, 5] > 0 and drawn.leaf().max() <= 1


def test_only_the_left_button_draws(drawn):
    box = drawn.pad.bounding_box()
    drawn.tab.mouse.move(box["x"] + 50, box["y"] + 50)
    drawn.tab.mouse.down(button="right")
    drawn.tab.mouse.move(box["x"] + 90, box["y"] + 90)
    drawn.tab.mouse.up(button="right")
    assert drawn.blank()


def test_the_page_stands_still_under_a_finger_that_draws(phone, reader, images):
    drawn = Drawn(phone, made(reader, images)[0])
    up = [[(0.5, 0.9), (0.5, 0.6), (0.5, 0.3), (0.5, 0.05)]]
    drawn.draw(up, "touch")
    phone.wait_for_timeout(100)
    assert phone.evaluate("scrollY") == 0 and not drawn.blank()
    drawn.hands("touch", [(200, y) for y in (690, 640, 560, 480)])      # below the pad it scrolls
    phone.wait_for_timeout(300)
    assert phone.evaluate("scrollY") > 50


# --- Keys ----------------------------------------------------------------------------------------------------------


def test_arrows_move_a_cursor_and_the_space_bar_inks(drawn):
    drawn.press("Clear")
    assert drawn.grid.locator("[tabindex='0']").count() == 1
    drawn.cell(1, 1).focus()
    focused = "(e) => e === document.activeElement && getComputedStyle(e).outlineStyle !== 'none'"
    for key, place in {"ArrowUp": (1, 1), "ArrowRight": (1, 2), "ArrowDown": (2, 2), "ArrowLeft": (2, 1)}.items():
        drawn.tab.keyboard.press(key)
        assert drawn.cell(*place).evaluate(focused), key
    for ink, told in ((0.5, "0.5"), (1, "1"), (0, "0"), (0.5, "0.5")):
        drawn.tab.keyboard.press("Space")
        assert drawn.image()[1, 0] == ink and drawn.leaf().sum() == ink
        assert drawn.cell(2, 1).get_attribute("aria-label") == f"row 2, column 1, ink {told} of 1"
        assert drawn.figure.locator(".nn-drawing [role=status]").inner_text() == f"row 2, column 1, ink {told} of 1"
    for _ in range(9):
        drawn.tab.keyboard.press("ArrowDown")
        drawn.tab.keyboard.press("ArrowRight")
    assert drawn.cell(8, 8).evaluate(focused)
    drawn.tab.keyboard.press("Tab")
    assert not drawn.grid.evaluate("(g) => g.contains(document.activeElement)")


def test_backspace_and_reset_bring_the_first_image_back(drawn, images):
    for back in (lambda: drawn.cell(1, 1).press("Backspace"), lambda: drawn.press("Reset")):
        drawn.draw(DIGITS[8])
        assert not np.array_equal(drawn.leaf(), images[3])
        back()
        assert np.array_equal(drawn.leaf(), images[3]) and drawn.blank()


def test_a_click_on_a_pixel_inks_it(drawn):
    drawn.press("Clear")
    drawn.cell(4, 5).click()
    assert drawn.image()[3, 4] == 0.5 == drawn.leaf().sum()


def test_keys_of_the_drawing_do_not_reach_the_notebook_around_it(drawn):
    drawn.tab.evaluate("document.addEventListener('keydown', (e) => { window.heard = (window.heard ?? '') + e.key })")
    drawn.cell(1, 1).focus()
    for key in ("ArrowDown", "Space", "d", "d", "Backspace"):
        drawn.tab.keyboard.press(key)
    assert drawn.tab.evaluate("window.heard") is None


# --- Reading -------------------------------------------------------------------------------------------------------


def test_whatever_is_drawn_is_an_image_as_in_the_data_and_the_page_computes_what_nnlib_computes(desk, reader, images):
    """A pixel is a count of sixteen dots, and every digit has as much ink as those of the data."""
    figure, pixels, p, said = made(reader, images)
    drawn = Drawn(desk, figure)
    ink, guesses = data.digits(np.float64)[0].mean(), []
    for strokes in DIGITS.values():
        drawn.press("Clear")
        assert not drawn.leaf().any()
        drawn.draw(strokes)
        assert set(16 * drawn.leaf()) <= set(range(17))
        assert drawn.leaf().mean() == pytest.approx(ink, abs=0.08)
        assert drawn.image()[[0, 7]].any(axis=1).all() and not drawn.image()[:, [0, 7]].any()
        pixels.data[...] = drawn.leaf()
        assert drawn.leaf(figure.trace.ids[p]) == pytest.approx(live.value(p), abs=1e-9)
        guesses.append(int(live.value(said)))
        assert drawn.says() == f"reads a {guesses[-1]}"
    assert len(set(guesses)) > 5


def test_the_network_reads_the_samples_and_says_so_aloud(drawn):
    for digit in (0, 4, 7):
        drawn.press(f"sample {digit}")
        assert drawn.says() == f"reads a {digit}"
        assert drawn.figure.locator("[role=status]").last.inner_text() == f"reads a {digit}"


@pytest.mark.parametrize("device, hand", [("desk", "mouse"), ("phone", "touch")])
def test_the_network_of_the_capstone_reads_ten_digits_drawn_by_hand(device, hand, site, request):
    tab = request.getfixturevalue(device)
    tab.goto((site / "lessons" / "06_overfitting" / "capstone.html").as_uri())
    tab.wait_for_selector(".nn-figure")
    drawn = Drawn.__new__(Drawn)
    drawn.tab, drawn.figure = tab, tab.locator("figure.nn-live").filter(has=tab.locator(".nn-pad"))
    drawn.pad = drawn.figure.locator(".nn-pad")
    drawn.pad.scroll_into_view_if_needed()
    read = {}
    for digit, strokes in DIGITS.items():
        drawn.press("Clear")
        drawn.draw(strokes, hand)
        read[digit] = int(re.search(r"\d", drawn.says())[0])
    assert read == {digit: digit for digit in DIGITS}


# --- Around it -----------------------------------------------------------------------------------------------------


def test_before_the_guess_nothing_can_be_drawn(desk, reader, images):
    guess = live.guess("Will it read a 3?", choices={"yes": "It does.", "no": "It does, though."}, answer="yes")
    drawn = Drawn(desk, made(reader, images, predict=guess)[0])
    drawn.draw(DOWN)
    drawn.cell(1, 1).click()
    drawn.press("sample 0")
    assert np.array_equal(drawn.leaf(), images[3]) and drawn.blank()
    drawn.press("Skip the guess")
    drawn.draw(DOWN)
    assert drawn.image()[0, 3] > 0.5


@pytest.mark.parametrize("width", (1280, 390, 320))
def test_its_room_is_kept_and_nothing_sticks_out(width, browser, reader, images):
    with page(browser, viewport={"width": width, "height": 800}) as tab:
        html = whole(made(reader, images)[0].html())
        tab.set_content(re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL))
        height = "document.querySelector('figure.nn-live').offsetHeight"
        asleep = tab.evaluate(height)
        tab.set_content(html)
        tab.wait_for_selector(".nn-figure")
        assert abs(tab.evaluate(height) - asleep) <= 2
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        pad = tab.locator(".nn-pad").bounding_box()
        assert pad["width"] == pytest.approx(pad["height"], abs=1) and pad["width"] > 130


@pytest.mark.reach
def test_axe_finds_nothing(browser, reader, images):
    with page(browser) as tab:
        Drawn(tab, made(reader, images)[0]).draw(DIGITS[5])
        assert objections(tab, "figure.nn-live") == []


def test_ink_is_dark_on_a_light_page_and_light_on_a_dark_one(drawn):
    ink = """(cell) => { const canvas = document.createElement("canvas").getContext("2d");
      canvas.fillStyle = getComputedStyle(cell).backgroundColor; canvas.fillRect(0, 0, 1, 1);
      return canvas.getImageData(0, 0, 1, 1).data[0]; }"""
    drawn.press("Clear")
    drawn.cell(1, 1).click()
    drawn.cell(1, 2).dblclick()
    for theme, lighter in (("dark", True), ("light", False)):
        drawn.tab.emulate_media(color_scheme=theme)
        blank, half, full = (drawn.cell(*place).evaluate(ink) for place in ((5, 5), (1, 1), (1, 2)))
        assert (blank < half < full) if lighter else (blank > half > full)


SPOILT = {
    "a sample too small": (lambda control: control["samples"][0][1].pop(), "the sample 0 is no image of (8,8) pixels"),
    "a sample of words": (lambda control: control["samples"].__setitem__(1, ["4", ["x"] * 64]), "the sample 4 is no image"),
    "another shape": (lambda control: control.update(shape=[8, 9]), "no drawing of (8,9) has 64 pixels"),
    "a shape beyond sense": (lambda control: control.update(shape=[-8, -8]), "no drawing of (-8,-8) has 64 pixels"),
    "a result": (lambda control: control.update(leaf=2), "its specification is damaged"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_damaged_drawing_is_told_in_place(name, desk, reader, images):
    figure = made(reader, images)[0]
    spoil, message = SPOILT[name]
    spec = json.loads(figure.initial)
    spoil(spec["controls"][0])
    figure.initial = json.dumps(spec)
    desk.set_content(whole(figure.html()))
    assert message in desk.locator(".nn-complaint").inner_text() and desk.locator(".nn-figure").count() == 0


# --- In Python -----------------------------------------------------------------------------------------------------

REFUSED = {
    "another size": (lambda: live.drawing("digit", 8, 8, np.zeros(63)), r"8 × 8 pixels, but one has shape \(63,\)"),
    "a sample of another size": (lambda: live.drawing("digit", 4, 4, samples={"a": np.zeros((4, 5))}), r"shape \(4, 5\)"),
    "ink beyond 1": (lambda: live.drawing("digit", 8, 8, np.full(64, 16)), "from 0 to 1, but one image has 16.0 to 16.0"),
    "ink that is no number": (lambda: live.drawing("digit", 8, 8, np.full(64, np.nan)), "from 0 to 1, but .* nan"),
    "too many samples": (
        lambda: live.drawing("digit", 1, 1, samples={str(k): [0] for k in range(7)}), "at most 6 samples .* got 7"),
    "no name": (lambda: live.drawing("", 8, 8), "a drawing needs a name"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    make, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        make()


def test_a_drawing_is_one_row_blank_at_first(images):
    assert live.drawing("digit", 8, 8).data.tolist() == [[0] * 64]
    assert live.drawing("digit", 8, 8, images[3].reshape(8, 8)).data.tolist() == [images[3].tolist()]
    assert live.drawing("digit", 8, 8, Tensor(images[3])).shape == (1, 64)


def test_a_drawing_starts_elsewhere_at_settings(images):
    with live.at_settings({"digit": images[5]}):
        assert np.array_equal(live.drawing("digit", 8, 8, images[3]).data, images[5:6])


def test_python_draws_and_hears_what_was_drawn(reader, images):
    figure, pixels, p, said = made(reader, images)
    figure.set(pixels, images[7].reshape(8, 8))
    assert np.array_equal(pixels.data.ravel(), images[7]) and live.value(said) == 7
    [node] = figure.settings
    figure.settings = {node: images[4].tolist()}                        # as the page says it
    assert np.array_equal(pixels.data.ravel(), images[4]) and live.value(said) == 4


def test_two_drawings_stand_one_above_the_other(reader):
    one, other = live.drawing("one", 8, 8), live.drawing("other", 8, 8)
    figure = live.figure(live.text("{:.2f}", ((one - other) ** 2).sum()), xlim=(0, 1), ylim=(0, 1), alt="Two drawings.")
    assert [panel.kind for panel in figure.panels] == ["drawing", "drawing", "axes"]
