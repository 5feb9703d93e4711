"""The book as one PDF: every page in its place, every link right, nothing cut off, tagged for screen readers."""
import re
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

import tools.pdf
from browser import page
from tools.pdf import contents

pytestmark = pytest.mark.reach

PAGES = [name for _, pages in contents() for name in pages]
PAPER = 642                             # CSS pixels from margin to margin: 170 of A4's 210 mm
MARGIN = 51                             # points from the top of a sheet to its text: 18 mm


@pytest.fixture(scope="module")
def printed(site, tmp_path_factory):
    """(the HTML file that is printed, the PDF), as `make pdf` makes them."""
    folder = tmp_path_factory.mktemp("pdf")
    document, path, print_it = folder / "printed.html", folder / "book.pdf", tools.pdf.printed

    def keep_and_print(html, pdf):
        shutil.copy(html, document)
        with ThreadPoolExecutor(1) as thread:           # this one has its browser already
            thread.submit(print_it, html, pdf).result()

    with mock.patch.object(tools.pdf, "printed", keep_and_print):
        tools.pdf.main([str(site), str(path)])
    return document, PdfReader(path)


@pytest.fixture(scope="module")
def document(printed):
    return printed[0]


@pytest.fixture(scope="module")
def pdf(printed):
    return printed[1]


@pytest.fixture(scope="module")
def soup(document):
    return BeautifulSoup(document.read_text(encoding="utf-8"), "html.parser")


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
    numbers = {sheet.indirect_reference: number for number, sheet in enumerate(pdf.pages)}
    sheets = [numbers[entry.page] for entry in top]
    assert sheets[0] == 0 and all(one < other for one, other in zip(sheets, sheets[1:]))
    edges = [float(sheet.mediabox.top) - MARGIN for sheet in pdf.pages]
    assert [float(entry.top) for entry in top] == pytest.approx([edges[sheet] for sheet in sheets], abs=8)


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
            .filter((e) => e.getBoundingClientRect().right > edge || e.getBoundingClientRect().left < 0
              || e.scrollWidth > e.clientWidth + 1
              && !e.querySelector("msqrt")              // empty room beside a root, which book.css takes back
              && getComputedStyle(e).display !== "inline" && e.clientWidth)
            .map((e) => [e.closest("article").id, e.scrollWidth, e.clientWidth, e.outerHTML.slice(0, 150)])""", PAPER)
    assert cut == []


def test_it_has_every_style_that_a_page_has(site, document):
    def styles(path):
        return set(re.findall(r'<link rel="stylesheet" href="[^"]*?([\w-]+\.css)', path.read_text(encoding="utf-8")))

    assert styles(document) == set().union(*(styles(site / f"{name}.html") for name in PAGES))


def test_every_page_of_the_book_is_in_it(soup):
    assert [article["id"] for article in soup.select("article[id]")] == PAGES
