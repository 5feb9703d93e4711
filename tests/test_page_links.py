"""From every page of the built book a reader gets anywhere: links, contents, search, and the theme they chose."""
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from book_pages import LESSONS, PAGES
from browser import page
from nnlib.live.playground_settings import read as settings


class Links(HTMLParser):
    """The links and anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.add(attributes.get("id"))
        link = attributes.get("href") or attributes.get("src") or attributes.get("action")
        if link and not link.startswith("data:"):
            self.links.append(link)


@cache
def read(path):
    """The links and anchors of a page; most pages are led to by many others."""
    return Links(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_its_links_lead_somewhere(site, name):
    broken = []
    for link in read(site / name).links:
        target = urlsplit(urljoin(f"http://book/{name}", link))
        if target.netloc != "book":
            continue                            # another site: nothing here depends on it
        path = site / unquote(target.path).lstrip("/")
        anchors = read(path).anchors if path.suffix == ".html" and path.is_file() else ()
        if target.fragment.startswith("play="):
            settings(f"#{target.fragment}")     # of the playground: raises if it does not know them
        elif not path.is_file() or target.fragment and unquote(target.fragment) not in anchors:
            broken.append(link)
    assert broken == []


def test_a_search_finds_the_page(browser, address):
    with page(browser) as opened:
        opened.goto(f"{address}/{LESSONS[0]}")
        opened.locator(".bar input[type=search]").fill("learning rate")
        opened.keyboard.press("Enter")
        opened.locator("#search-results a[href*='notation']").first.wait_for()
        assert opened.locator("main .find input").input_value() == "learning rate"
        assert (opened.errors, opened.failed, opened.foreign) == ([], [], [])


def test_the_button_changes_the_theme_and_the_choice_is_kept(browser, address):
    with page(browser, color_scheme="light") as opened:
        def paper():
            return opened.evaluate("getComputedStyle(document.body).backgroundColor")
        opened.goto(f"{address}/{LESSONS[0]}")
        button = opened.get_by_role("button", name="Colours: auto")
        light = paper()
        button.click()
        opened.get_by_role("button", name="Colours: light").click()
        dark = paper()
        assert dark != light
        opened.goto(f"{address}/book/notation.html")
        assert paper() == dark
        opened.get_by_role("button", name="Colours: dark").click()
        assert paper() == light


def test_a_phone_opens_and_closes_the_contents_by_keyboard(browser, address):
    with page(browser, viewport={"width": 390, "height": 800}) as opened:
        opened.goto(f"{address}/{LESSONS[-1]}")
        side, summary = opened.locator("nav.side"), opened.locator(".menu summary")
        assert not side.is_visible()
        summary.focus()
        opened.keyboard.press("Enter")
        assert side.is_visible()
        opened.keyboard.press("Escape")
        assert not side.is_visible() and summary.evaluate("element => element === document.activeElement")


def test_the_first_tab_leads_past_the_bar_to_the_text(browser, address):
    with page(browser) as opened:
        opened.goto(f"{address}/{LESSONS[-1]}")
        opened.keyboard.press("Tab")
        opened.keyboard.press("Enter")
        assert opened.evaluate("document.activeElement.id") == "main-content"
