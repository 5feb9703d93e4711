"""Every page of the built book read by anyone, on any screen: with a screen reader, enlarged, narrow, without motion."""
import re

import pytest

from book_pages import LESSONS, PAGES, shown  # noqa: F401 (a fixture)
from browser import BUT_COLOURS, COLOURS, objections, page, resize

pytestmark = pytest.mark.reach


def test_axe_finds_nothing_to_object_to(shown):
    """In both themes at three widths; which theme at which of them changes from page to page."""
    one, other = ("light", "dark") if PAGES.index(shown.name) % 2 else ("dark", "light")
    assert objections(shown, looks=[(one, 1280, {}), (other, 390, {}), (one, 320, BUT_COLOURS)]) == []


def test_axe_finds_nothing_in_the_contents_that_a_phone_unfolds(browser, address):
    with page(browser, viewport={"width": 320, "height": 900}) as opened:
        opened.goto(f"{address}/{LESSONS[-1]}")
        opened.locator(".menu summary").click()
        assert objections(opened, looks=[("light", 320, {}), ("dark", 320, {"runOnly": COLOURS})]) == []


# How wide the page is, and which notes in the margin stand over each other or over a figure
ROOM = """() => {
  const boxes = [...document.querySelectorAll(".notes, .tag_wide, .tag_hero")].map((e) => [e, e.getBoundingClientRect()]);
  const overlap = ([, a], [, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return [document.documentElement.scrollWidth, boxes.flatMap((one, k) => boxes.slice(k + 1)
    .filter((other) => overlap(one, other)).map((other) => [one, other].map(([e]) => e.outerHTML.slice(0, 80))))];
}"""


def test_at_every_width_it_fits_its_window_and_its_notes_stand_clear(shown):
    for width in (1920, 1280, 1000, 768, 390, 320):
        resize(shown, width)
        wide, overlaps = shown.evaluate(ROOM)
        assert wide <= width and overlaps == [], width


def test_every_picture_says_what_it_shows(shown):
    for picture in shown.locator("article img").all():
        words = picture.get_attribute("alt") or ""
        assert len(words.split()) >= 3 and not words.lower().endswith((".png", ".svg", ".jpg")), words


def test_what_scrolls_sideways_can_be_scrolled_by_keyboard(shown):
    resize(shown, 320)
    stuck = shown.evaluate("""[...document.querySelectorAll('article *')]
        .filter(element => element.scrollWidth > element.clientWidth + 1 && element.tabIndex < 0
            && ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && element.checkVisibility())
        .map(element => element.outerHTML.slice(0, 120))""")
    assert stuck == []


def test_no_control_comes_out_of_its_turn(shown):
    assert shown.evaluate("[...document.querySelectorAll('*')].filter(e => e.tabIndex > 0).length") == 0


# What stands over the text when a heading has been gone to, from the top of the window down
COVERED = """() => [...document.querySelectorAll("main section[id]")].flatMap((section) => {
  section.scrollIntoView({ behavior: "instant" });
  return [2, 20, 60].map((y) => document.elementFromPoint(innerWidth / 2, y))
    .filter((above) => !above.closest("main, html > body > .page"))
    .map((above) => [section.id, above.outerHTML.slice(0, 80)]);
})"""


def test_four_times_as_large_the_window_is_the_texts(shown):
    """As on a screen of 1280 by 1024."""
    shown.set_viewport_size({"width": 320, "height": 256})
    assert shown.evaluate("document.documentElement.scrollWidth") <= 320
    assert shown.evaluate(COVERED) == []


STIRRED = """() => {
  const stirs = ({ transitionDuration, animationName, scrollBehavior }) =>
    parseFloat(transitionDuration) > 0 || animationName !== "none" || scrollBehavior !== "auto";
  return [...document.querySelectorAll("*")]
    .filter((element) => [null, "::before", "::after"].some((part) => stirs(getComputedStyle(element, part))))
    .map((element) => element.outerHTML.slice(0, 80));
}"""


def test_nothing_stirs_for_who_wants_no_motion(shown):
    shown.emulate_media(reduced_motion="reduce")
    try:
        assert shown.evaluate(STIRRED) == []
    finally:
        shown.emulate_media(reduced_motion="no-preference")


# How far each note has been moved, and where it stands beside its paragraph
NOTES = """() => [...document.querySelectorAll(".notes")].map((notes) => [notes.className, Math.round(
  notes.getBoundingClientRect().top - notes.parentElement.getBoundingClientRect().top)])"""
GROW = """() => new Promise((done) => {
  scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
  document.querySelector("article").style.paddingBottom = "50px";
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
})"""


def test_notes_stay_where_they_are_when_a_scrolled_page_changes_its_height(shown):
    resize(shown, 1280)
    before = shown.evaluate(NOTES)
    shown.evaluate(GROW)
    assert shown.evaluate(NOTES) == before


PROSE = """[...document.querySelectorAll("article :is(p, li, td, figcaption)")]
  .flatMap((element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE))
  .map((text) => text.data).join(" ")"""
KEPT = """[...document.querySelectorAll("math")].filter((equation) => !equation.textContent.trim() || equation.closest(
  "[aria-hidden=true], [inert], [role=img], [role=none], [role=presentation], button, [role=button]"))
  .map((equation) => equation.outerHTML)"""


def test_every_equation_is_mathml_and_none_is_kept_from_screen_readers(shown):
    assert shown.evaluate(KEPT) == [] and shown.locator(".math:not(:has(> math))").count() == 0
    assert not re.search(r"\$|\\[a-z]{2}", shown.evaluate(PROSE))
