"""The book as one PDF: every page in its place, every link right, nothing cut off, tagged for screen readers."""
import re
import subprocess
import sys
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from browser import ROOT, page
from tools.pdf import contents, whole

PAGES = [name for _, pages in contents() for name in pages]
PAPER = 642                             # CSS pixels from margin to margin: 170 of A4's 210 mm
REACH = 16                              # how far code and boxes reach into the margin, by design


@pytest.fixture(scope="module")
def document(site, tmp_path_factory):
    """The HTML file that is printed."""
    path = tmp_path_factory.mktemp("pdf") / "book.html"
    path.write_text(whole(site, contents()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def soup(document):
    return BeautifulSoup(document.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def pdf(site, tmp_path_factory):
    """The PDF as `make pdf` prints it, in a process of its own: this one has its browser already."""
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    subprocess.run([sys.executable, ROOT / "tools" / "pdf.py", site, path], check=True, capture_output=True)
    return PdfReader(path)


def test_places_have_one_name_each_and_links_lead_to_them(soup):
    places = Counter(element["id"] for element in soup.select("[id]"))
    assert [name for name, count in places.items() if count > 1] == []
    links = {link["href"] for link in soup.select("a[href]")}
    within = {link[1:] for link in links if link.startswith("#")}
    assert len(within) > 50 and within <= set(places)
    assert {link for link in links if not link.startswith(("#", "https://", "http://"))} == set()


def test_a_link_to_a_heading_that_comes_often_leads_to_its_own_page(soup):
    for article in soup.select("article[id]"):
        own = [link["href"] for link in article.select("a[href$='#take-aways']")]
        assert all(link == f"#{article['id']}#take-aways" for link in own)
    assert len(soup.select("[id$='#take-aways']")) > 10


def test_answers_are_open_and_nothing_is_left_to_click(soup):
    folded = soup.select("details")
    assert len(folded) > 50 and all(answer.has_attr("open") for answer in folded)
    assert soup.select("script, .headerlink, details.hide") == []


def test_the_outline_lists_every_page_in_order_and_each_begins_on_a_new_sheet(pdf, soup):
    titles = [article.h1.get_text() for article in soup.select("article")]
    top = [entry for entry in pdf.outline if not isinstance(entry, list)]
    assert [plain(entry.title) for entry in top] == list(map(plain, titles))
    sheets = [pdf.get_destination_page_number(entry) for entry in top]
    assert sheets[0] == 0 and all(one < other for one, other in zip(sheets, sheets[1:]))
    for title, sheet in zip(titles, sheets):
        assert plain(pdf.pages[sheet].extract_text()).startswith(plain(title)[:20])


def plain(text):
    """Letters and digits alone: how a PDF spaces them is its own affair."""
    return re.sub(r"[\W_]+", "", text)


def test_links_of_the_pdf_lead_to_places_in_it(pdf):
    places, led = set(pdf.named_destinations), Counter()
    for sheet in pdf.pages:
        for note in sheet.get("/Annots", []):
            target = note.get_object().get("/Dest")
            if target is not None:
                led[str(target).lstrip("/")] += 1
    assert sum(led.values()) > 200 and set(led) <= {name.lstrip("/") for name in places}


def test_it_is_tagged_and_says_its_language_and_title(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "en" and pdf.metadata.title == "How Neural Networks Learn"


def test_nothing_is_wider_than_the_paper(document, browser):
    with page(browser, viewport={"width": PAPER, "height": 1000}, java_script_enabled=False) as sheet:
        sheet.goto(document.as_uri())
        sheet.emulate_media(media="print")
        cut = sheet.evaluate("""(edge) => [...document.querySelectorAll("pre, table, figure, img, math, li, p, dt")]
            .filter((e) => e.getBoundingClientRect().right > edge || e.scrollWidth > e.clientWidth + 1
              && !e.querySelector("msqrt")              // empty room beside a root, which book.css takes back
              && getComputedStyle(e).display !== "inline" && e.clientWidth)
            .map((e) => [e.closest("article").id, e.scrollWidth, e.clientWidth, e.outerHTML.slice(0, 150)])""", PAPER + REACH)
    assert cut == []


def test_it_has_every_style_that_a_page_has(site, soup):
    def styles(page):
        return {link["href"].rsplit("/", 1)[-1].split("?")[0] for link in page.select("link[rel=stylesheet]")}

    pages = (BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser") for name in PAGES)
    assert styles(soup) == set().union(*map(styles, pages))


def test_every_page_of_the_book_is_in_it(soup):
    assert [article["id"] for article in soup.select("article[id]")] == PAGES
