"""Prints the built book as one PDF: python tools/pdf.py _build/html _build/how-neural-networks-learn.pdf"""
import argparse
import posixpath
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))         # Chromium is found and shut in as in the tests

STYLES = ("book.css", "live.css", "playground.css")
UNPRINTED = "a.headerlink, details.hide, script"        # marks to click on, the code of figures, what moves
FOOTER = """<p style="width: 100%; margin: 0; font: 8px sans-serif; text-align: center">
<span class="pageNumber"></span></p>"""


def contents(root=ROOT):
    """The parts of the book: (caption, [names of its pages]); the cover has no caption."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [("", [toc["root"]]), *((part["caption"], [page["file"] for page in part["chapters"]])
                                   for part in toc["parts"])]


def anchor(name, fragment=""):
    """What a place of a page is called in the one document, where headings such as "Take-aways" come often."""
    return f"{name}#{fragment}" if fragment else name


def led(link, name, names):
    """A link of the page `name` as it must be in the one document: to a place in it, to another site, or None."""
    target = urlsplit(link)
    if target.scheme:
        return link
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(target.path))) if target.path else name
    path, place = path.removesuffix(".html"), unquote(target.fragment)
    if path not in names:
        return None
    return "#" + anchor(path, "" if place.startswith("play=") else place)       # settings of the playground: no place


def article(site, name, names):
    """The text of a page, its places and links renamed, its answers open."""
    page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser").article
    for element in page.select(UNPRINTED):
        element.decompose()
    for element in page.select("[id]"):
        element["id"] = anchor(name, element["id"])
    for link in page.select("a[href]"):
        target = led(link["href"], name, names)
        if target is None:
            link.unwrap()                       # the search, a file to download: nothing that paper has
        else:
            link["href"] = target
    for picture in page.select("img[src]"):
        if not picture["src"].startswith("data:"):
            picture["src"] = (site / posixpath.dirname(name) / picture["src"]).resolve().as_uri()
    for answer in page.select("details"):
        answer["open"] = ""
    page["id"] = anchor(name)
    return page


def whole(site, parts):
    """The book as one HTML document: the cover, the contents, every page."""
    names = {name for _, pages in parts for name in pages}
    articles = {name: article(site, name, names) for _, pages in parts for name in pages}
    lists = "".join(f"<h2>{caption}</h2><ul>" + "".join(
        f'<li><a href="#{anchor(name)}">{articles[name].h1.decode_contents()}</a></li>' for name in pages) + "</ul>"
        for caption, pages in parts if caption)
    cover, *others = map(str, articles.values())
    styles = "".join(f'<link rel="stylesheet" href="{(site / "_static" / file).as_uri()}">' for file in STYLES)
    return (f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            f'<title>How Neural Networks Learn</title>{styles}</head><body><main>{cover}'
            f'<article class="contents"><h1>Contents</h1>{lists}</article>{"".join(others)}</main></body></html>')


def printed(document, pdf):
    """Print an HTML file with an outline and with the tags that screen readers follow."""
    from browser import FLAGS, chromium
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        page = browser.new_page(java_script_enabled=False, color_scheme="light")
        page.goto(document.as_uri(), timeout=120_000)
        page.pdf(path=pdf, format="A4", print_background=True, outline=True, tagged=True, display_header_footer=True,
                 header_template="<span></span>", footer_template=FOOTER,
                 margin={"top": "18mm", "bottom": "20mm", "left": "20mm", "right": "20mm"})
        browser.close()


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, help="the folder of the built book")
    parser.add_argument("pdf", type=Path, help="the file to write")
    asked = parser.parse_args(arguments)
    document = asked.pdf.with_suffix(".html").resolve()
    document.write_text(whole(asked.site.resolve(), contents()), encoding="utf-8")
    printed(document, asked.pdf)
    document.unlink()
    print(f"{asked.pdf}: {asked.pdf.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
