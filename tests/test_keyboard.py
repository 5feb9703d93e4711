"""The book by keyboard alone: every stop in its order, seen, never covered; menus, search, code and answers at hand."""
import io

import numpy as np
import pytest
from PIL import Image

from browser import page, resize, visit
from reader import reader

pytestmark = pytest.mark.reach

CHAPTER = "lessons/04_backprop"
LESSON = f"{CHAPTER}/01_by_hand.html"
PLAYGROUND = "lessons/07_beyond/02_playground.html"
SIZES = {"desk": (1280, 900), "tablet": (1000, 800), "phone": (390, 800), "zoomed": (320, 256)}
OTHERS = [*SIZES][1:]
KINDS = [                               # a page of every kind: every kind of control is on one of them
    "book/intro.html", f"{CHAPTER}/index.html", LESSON, f"{CHAPTER}/exercises.html", PLAYGROUND, "book/glossary.html",
    "book/gallery_training.html", "book/gallery_marks.html", "book/gallery_guesses.html", "book/api.html",
    "search.html", "404.html",
]

# All that the Tab key must reach, in the order of the page: of radio buttons one a group, and nothing folded away
STOPS = """() => {
  const group = ({ name }, which) => document.querySelector(`input[name="${name}"]${which}`);
  window.stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((e) => e.tabIndex >= 0 && !e.disabled && !e.closest("[inert]"))
    .filter((e) => e.checkVisibility({ visibilityProperty: true }))
    .filter((e) => e.type !== "radio" || e === (group(e, ":checked") ?? group(e, "")));
  return stops.length;
}"""
# Where the focus is: its number among the stops, what it is, whether it has a ring, whether it can be seen
HERE = """() => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const ringed = (e) => { const { outlineStyle, outlineWidth } = getComputedStyle(e);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2; };
  const box = [...here.getClientRects()].find(({ width }) => width > 0) ?? here.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return {
    stop: stops.indexOf(here), html: here.outerHTML.slice(0, 120),
    ringed: ringed(here) || ringed(here.parentElement) || getComputedStyle(here).strokeWidth === "2.5px",
    seen: right > left && bottom > top && [here, here.ownerSVGElement].some((one) => one?.contains(above))
      || Boolean(above?.contains(here)),
  };
}"""

# One control of each kind: what it is called and where it stands
EXAMPLES = f"""() => {{
  ({STOPS})();
  const kind = (e) => [e, e.parentElement].map((one) => `${{one.tagName}}.${{one.getAttribute("class")}}`).join(" in ");
  window.examples = [...new Map(stops.map((e) => [kind(e), e])).values()].filter((e) => !e.matches(".skip"));
  return [...examples.keys()];
}}"""
AROUND = """(number) => {
  const { x, y, width, height } = examples[number].getBoundingClientRect();
  return { x: x - 8, y: y - 8, width: width + 16, height: height + 16 };
}"""
COLOUR = """() => {
  const probe = Object.assign(document.createElement("i"), { style: "color: var(--focus)" });
  document.body.append(probe);
  const numbers = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
  probe.remove();
  return numbers;
}"""


@pytest.fixture(scope="module")
def hand(browser, address):
    with reader(browser, address) as tab:
        yield tab


def walk(tab, key, most):
    """Where each press of a key leads, until the page is left or begun again."""
    walked = []
    while len(walked) < most:
        tab.keyboard.press(key)
        here = tab.evaluate(HERE)
        if not here or here["stop"] == 0 and walked and key == "Tab":
            break
        walked.append(here)
    return walked


@pytest.mark.parametrize("name, size", [*((name, "desk") for name in KINDS), *((LESSON, size) for size in OTHERS)])
def test_tab_goes_through_the_whole_page_in_order_and_back_and_is_always_seen(hand, name, size):
    visit(hand, f"{hand.book}/{name}", until="networkidle")
    hand.set_viewport_size(dict(zip(("width", "height"), SIZES[size])))
    count = hand.evaluate(STOPS)
    hand.evaluate("document.body.tabIndex = -1; document.body.focus()")         # the search begins in its field
    there = walk(hand, "Tab", 2 * count)
    hand.evaluate("stops.at(-1).focus()")
    back = walk(hand, "Shift+Tab", len(there) - 1)
    assert [here["stop"] for here in there if here["stop"] >= 0] == [*range(count)]
    assert [here["stop"] for here in back] == [here["stop"] for here in there[-2::-1]]
    assert [here for here in there + back if not (here["ringed"] and here["seen"])] == []


def test_every_kind_of_control_shows_its_ring(hand):
    """In pixels: around each, the colour of the ring is there while it has the focus, and only then."""
    hand.emulate_media(color_scheme="light")
    unringed = []
    for name in ("book/intro.html", LESSON, PLAYGROUND, "book/gallery_marks.html"):
        visit(hand, f"{hand.book}/{name}", until="networkidle")
        ring = np.array(hand.evaluate(COLOUR))
        for number in hand.evaluate(EXAMPLES):
            hand.evaluate("(number) => examples[number].focus({ focusVisible: true })", number)
            box = hand.evaluate(AROUND, number)
            focused = pixels(hand, box)
            hand.evaluate("document.activeElement.blur()")
            if like(focused, ring) < like(pixels(hand, box), ring) + 20:
                unringed.append((name, hand.evaluate("(number) => examples[number].outerHTML.slice(0, 120)", number)))
    assert unringed == []


def pixels(tab, box):
    """What the window shows within a box."""
    window = tab.viewport_size
    left, top = max(box["x"], 0), max(box["y"], 0)
    right, bottom = (min(box[at] + box[size], window[size]) for at, size in (("x", "width"), ("y", "height")))
    png = tab.screenshot(clip={"x": left, "y": top, "width": right - left, "height": bottom - top})
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)


def like(picture, colour):
    """How many pixels have about this colour."""
    return (np.abs(picture - colour).max(axis=2) < 24).sum()


# --- What can be done ------------------------------------------------------------------------------------------------

def focus_is(tab, selector):
    return tab.evaluate("(selector) => document.activeElement.matches(selector)", selector)


def tab_to(tab, selector):
    for _ in range(100):
        tab.keyboard.press("Tab")
        if focus_is(tab, selector):
            return
    pytest.fail(f"a hundred Tabs do not reach {selector}")


def test_a_word_is_searched_for_and_its_page_opened(hand):
    visit(hand, f"{hand.book}/{LESSON}")
    tab_to(hand, ".bar input")
    hand.keyboard.type("learning rate")
    hand.keyboard.press("Escape")
    assert hand.locator(".bar input").input_value() == ""
    hand.keyboard.type("chain rule")
    hand.keyboard.press("Enter")
    hand.locator("#search-results a").first.wait_for()
    tab_to(hand, "#search-results a")
    target = hand.evaluate("document.activeElement.href")
    hand.keyboard.press("Enter")
    hand.wait_for_url(target)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_colours_change(hand, size):
    visit(hand, f"{hand.book}/{LESSON}")
    hand.set_viewport_size(dict(zip(("width", "height"), SIZES[size])))
    tab_to(hand, ".theme")
    for key, theme in [("Enter", "light"), ("Space", "dark"), ("Enter", "auto")]:
        hand.keyboard.press(key)
        assert hand.evaluate("document.documentElement.dataset.theme") == theme and focus_is(hand, ".theme")


@pytest.mark.parametrize("size", OTHERS)
def test_the_contents_unfold_over_the_page_and_give_way_to_it(hand, size):
    visit(hand, f"{hand.book}/{LESSON}")
    hand.set_viewport_size(dict(zip(("width", "height"), SIZES[size])))
    side, menu = hand.locator("nav.side"), hand.locator(".menu summary")
    menu.focus()
    for leave in ("Enter", "Escape"):
        assert not side.is_visible()
        hand.keyboard.press("Enter")
        assert side.is_visible()
        hand.keyboard.press(leave)
        assert not side.is_visible() and focus_is(hand, ".menu summary")
    hand.keyboard.press("Enter")
    hand.locator("nav.side :is(a, summary):visible").last.focus()
    hand.keyboard.press("Tab")
    assert focus_is(hand, "main *") and not side.is_visible()


def test_a_chapter_unfolds_in_the_contents_and_a_page_opens(hand):
    visit(hand, f"{hand.book}/{LESSON}")
    chapter = hand.locator(".side details").first
    assert chapter.get_attribute("open") is None
    chapter.locator("summary").focus()
    hand.keyboard.press("Enter")
    hand.keyboard.press("Tab")
    target = hand.evaluate("document.activeElement.href")
    assert target == chapter.locator("a").first.evaluate("link => link.href")
    hand.keyboard.press("Enter")
    hand.wait_for_url(target)


@pytest.mark.parametrize("selector", [".box-predict summary", ".box-quick summary", "details.hide > summary"])
def test_answers_and_folded_code_unfold_and_fold(hand, selector):
    visit(hand, f"{hand.book}/{LESSON}")
    summary = hand.locator(selector).first
    summary.focus()
    for key, unfolded in [("Enter", True), ("Space", False)]:
        hand.keyboard.press(key)
        assert summary.evaluate("summary => summary.parentElement.open") == unfolded


def test_code_is_copied(browser, address):
    with page(browser, permissions=["clipboard-read", "clipboard-write"]) as tab:
        tab.goto(f"{address}/{LESSON}")
        tab.locator(".copy").first.focus()
        tab.keyboard.press("Enter")
        tab.get_by_text("Copied").wait_for()
        code = tab.locator(".cell_input pre").first.inner_text()
        assert tab.evaluate("navigator.clipboard.readText()") == code


def test_code_that_may_not_be_copied_is_selected(browser, address):
    with page(browser) as tab:
        tab.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))")
        tab.goto(f"{address}/{LESSON}")
        tab.locator(".copy").first.focus()
        tab.keyboard.press("Enter")
        tab.get_by_text("Press Ctrl+C").wait_for()
        code = tab.locator(".cell_input pre").first.inner_text()
        assert tab.evaluate("getSelection().toString()").strip() == code.strip()


def test_what_is_wider_than_a_phone_scrolls(hand):
    visit(hand, f"{hand.book}/{LESSON}")
    resize(hand, 320)
    hand.locator("pre[tabindex='0']").first.focus()
    hand.keyboard.press("ArrowRight")
    hand.wait_for_function("document.activeElement.scrollLeft > 0")
