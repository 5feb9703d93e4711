"""The built book wherever it is opened: from a folder, without a script, and from any page to any other."""
import re
from functools import cache
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from book_pages import LESSONS, PAGES
from browser import ROOT, page, visit
from nnlib.live.playground_settings import read as settings
from nnlib.look import TERM


# --- From a folder, without a script ---------------------------------------------------------------------------------

@pytest.mark.reach
@pytest.mark.parametrize("name", PAGES)
def test_it_works_from_a_folder_without_a_server(window, site, name):
    visit(window, (site / name).as_uri())
    fonts = window.evaluate("document.fonts.ready.then(fonts => [...fonts].map(font => font.status))")
    assert (window.errors, window.failed, window.foreign) == ([], [], []) and "loaded" in fonts


UNSEEN = """[...document.querySelectorAll('article :is(p, li, pre, math, img)')]
    .filter(element => element.matches('img') || element.textContent.trim())
    .filter(element => !element.closest('details:not([open])'))
    .filter(element => !(element.checkVisibility() && element.getBoundingClientRect().height))
    .map(element => element.outerHTML.slice(0, 120))"""


@pytest.mark.reach
@pytest.mark.parametrize("name", PAGES)
def test_its_text_and_pictures_are_there_without_javascript(still, address, name):
    visit(still, f"{address}/{name}")
    assert still.locator("h1").is_visible() and still.locator("nav.side a, nav.side summary").first.is_visible()
    assert (still.evaluate(UNSEEN), still.errors, still.failed) == ([], [], [])
    assert still.locator(":is(button, input:not([type=search]), select):visible").count() == 0  # which would do nothing


@pytest.mark.reach
def test_without_javascript_a_phone_opens_the_contents(browser, address):
    with page(browser, java_script_enabled=False, viewport={"width": 390, "height": 800}) as opened:
        opened.goto(f"{address}/{LESSONS[-1]}")
        assert not opened.locator("nav.side").is_visible()
        opened.locator(".menu summary").click()
        opened.locator("nav.side [open] a").first.click()
        opened.locator("h1").wait_for()
        assert opened.url.removeprefix(f"{address}/") in LESSONS[:-1] and opened.failed == []


# --- Nobody else -----------------------------------------------------------------------------------------------------

ELSEWHERE = re.compile(r"""["'`(]((?:https?:|wss?:)?//\w[^\s"'`)]*)""")
NAMES = ("http://www.w3.org/",)         # of the languages that SVG and MathML are: nobody asks there


def test_no_style_or_script_names_another_host(site):
    found = {(path.name, link) for path in (*site.rglob("*.js"), *site.rglob("*.css"), *site.rglob("*.svg"))
             for link in ELSEWHERE.findall(path.read_text(encoding="utf-8")) if not link.startswith(NAMES)}
    assert found == set()



@pytest.mark.parametrize("name", PAGES)
def test_it_names_nothing_to_load_from_elsewhere(site, name):
    """Not even ahead of time, which would be no request yet."""
    assert [url for url in read(site / name).loads if urlsplit(url).netloc] == []


# --- Equations -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", LESSONS)
def test_the_font_has_every_character_of_its_equations(site, name):
    ranges = (ROOT / "book" / "static" / "fonts" / "stix-two-math.txt").read_text().replace("U+", "").split()
    ends = [(int(low, 16), int(high or low, 16)) for low, _, high in (part.partition("-") for part in ranges)]
    equations = re.findall(r"<math.*?</math>", (site / name).read_text(encoding="utf-8"), re.DOTALL)
    letters = set(unescape("".join(re.sub(r"<[^>]*>", "", equation) for equation in equations)))
    assert {letter for letter in letters if not any(low <= ord(letter) <= high for low, high in ends)} == set()


@pytest.mark.parametrize("name", ["book/notation.html", "lessons/02_chain_rule/02_graphs.html"])
def test_screen_readers_are_told_every_equation(window, address, name):
    """As Chromium tells them, those in folded answers, too."""
    visit(window, f"{address}/{name}")
    window.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    nodes = window.context.new_cdp_session(window).send("Accessibility.getFullAXTree")["nodes"]
    told = [node for node in nodes if not node["ignored"] and node["role"]["value"] in ("math", "MathMLMath")]
    assert len(told) == window.locator("math").count() > 20


def test_equations_are_mathml_in_the_font_of_the_book(browser, address):
    with page(browser) as opened:
        opened.goto(f"{address}/book/notation.html")
        opened.wait_for_load_state("networkidle")
        assert opened.locator("math").count() > 20
        assert opened.evaluate("document.fonts.check('20px \"STIX Two Math\"', '∂')")
        colour = "term => getComputedStyle(document.querySelector(`math .t-${term}`)).color"
        assert len({opened.evaluate(colour, term) for term in TERM}) == len(TERM)


@pytest.mark.reach
def test_text_goes_on_right_after_a_root(window, site, address):
    """A browser that keeps room beside roots, or no longer does, shows here; a high root in a line of its own may."""
    for name in (name for name in LESSONS if "<msqrt" in (site / name).read_text(encoding="utf-8")):
        visit(window, f"{address}/{name}")
        gaps = window.evaluate("""[...document.querySelectorAll('msqrt')].filter(root => root.checkVisibility())
            .map(root => root.getBoundingClientRect().right + parseFloat(getComputedStyle(root).marginRight)
                - root.lastElementChild.getBoundingClientRect().right)""")
        assert all(-0.5 < gap < 4 for gap in gaps), (name, gaps)


# --- Moving about ----------------------------------------------------------------------------------------------------

class Links(HTMLParser):
    """The links and anchors of a page, and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.anchors = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.add(attributes.get("id"))
        link = attributes.get("href") or attributes.get("src") or attributes.get("action")
        if link and not link.startswith("data:"):
            self.links.append(link)
            if tag != "a":
                self.loads.append(link)


@cache
def read(path):
    """The links and anchors of a page; most pages are led to by many others."""
    return Links(path.read_text(encoding="utf-8"))


def broken(site, name):
    """The links of a page that lead nowhere."""
    found = []
    for link in read(site / name).links:
        target = urlsplit(urljoin(f"http://book/{name}", link))
        if target.netloc != "book":
            continue                            # another site: nothing here depends on it
        path = site / unquote(target.path).lstrip("/")
        anchors = read(path).anchors if path.suffix == ".html" and path.is_file() else ()
        if target.fragment.startswith("play="):
            settings(f"#{target.fragment}")     # of the playground: raises if it does not know them
        elif not path.is_file() or target.fragment and unquote(target.fragment) not in anchors:
            found.append(link)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_its_links_lead_somewhere(site, name):
    assert broken(site, name) == []


def test_the_front_door_leads_to_the_cover(browser, address):
    with page(browser) as opened:
        opened.goto(f"{address}/")
        opened.wait_for_url(f"{address}/{LESSONS[0]}")
        assert opened.errors == opened.failed == []


@pytest.mark.parametrize("nothing", ["none.html", "lessons/", "lessons/04_backprop/none", "no/such/place.html?x=1#y"])
def test_an_address_without_a_page_leads_back_into_the_book(browser, site, address, nothing):
    """Static hosts show 404.html for it, whose links begin where it lies."""
    with page(browser) as opened:
        missing = (site / "404.html").read_text(encoding="utf-8")
        opened.route(f"{address}/{nothing.split('#')[0]}", lambda route: route.fulfill(
            status=404, content_type="text/html; charset=utf-8", body=missing))
        opened.goto(f"{address}/{nothing}")
        opened.wait_for_url(f"{address}/404.html")
        opened.get_by_role("link", name="cover").click()
        opened.wait_for_url(f"{address}/{LESSONS[0]}")


def test_hosts_that_hide_folders_with_an_underscore_are_told_not_to(site):
    assert (site / ".nojekyll").exists() and (site / "_static").is_dir()


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
