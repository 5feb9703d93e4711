"""The index: every term leads to the place in a lesson that teaches it, every name to its description."""
from functools import cache

import pytest
from bs4 import BeautifulSoup

import cases
from test_chapters import TERMS, slug


@cache
def parsed(site, name):
    return BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def entries(site):
    """What each entry leads to, as {entry: [(address, words of the link)]}; names of the library stand in backquotes."""
    found = {}
    for item in parsed(site, "book/index.html").select("section.letter li"):
        links = [link.extract() for link in item.select("a")]
        name = f"`{item.code.get_text()}`" if item.code else item.get_text(strip=True)
        found.setdefault(name, []).extend((link["href"], link.get_text()) for link in links)
    return found


def test_it_has_every_term_and_every_function_and_class_in_order(entries):
    names = {f"`{name}`" for _, name, _ in cases.public_names() if "." not in name}
    assert {name for name in entries if name[0] != "`"} == set(TERMS)
    assert {name for name in entries if name[0] == "`"} >= names
    plain = [name.strip("`").casefold() for name in entries]
    assert plain == sorted(plain)


@pytest.mark.parametrize("term", TERMS)
def test_a_term_leads_to_where_lessons_bring_it_in_and_then_to_the_glossary(site, entries, term):
    *lessons, last = entries[term]
    assert lessons and last == (f"glossary.html#{slug(term)}", "glossary")
    for address, words in lessons:
        page, anchor = address.split("#")
        lesson = parsed(site, f"book/{page}")
        assert lesson.h1.get_text().startswith(words)
        assert lesson.find(id=anchor).find_next("a")["href"].endswith(f"glossary.html#{slug(term)}")


def test_a_name_of_the_library_leads_to_its_description(entries):
    assert entries["`clip_grad_norm_`"] == [("api.html#nnlib.optim.clip_grad_norm_", "nnlib.optim")]


def test_the_index_stands_in_the_contents(site):
    contents = parsed(site, "lessons/04_backprop/01_by_hand.html").select("nav.side a")
    assert [link.get_text(strip=True) for link in contents][-1] == "Index"
