"""The examples that tell people how to add to the book work as they stand."""
import linecache
import re

import pytest

import test_chapters as chapters
from browser import ROOT
from nnlib import live
from nnlib.exercises import exercises, page, stub
from nnlib.live.widget import Figure

PAGE = (ROOT / "book" / "contributing.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in PAGE.split("\n## ")[1:]}


def example(section, language="python"):
    return re.search(rf"```{language}\n(.+?)```", SECTIONS[section], re.S)[1]


def run(text, name):
    """The names that an example makes, its source where inspect finds it."""
    linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
    names = {"__name__": name}
    exec(compile(text, name, "exec"), names)
    return names


@pytest.fixture
def made(monkeypatch):
    """The exercise of the page; gone after the test."""
    monkeypatch.setitem(exercises, "1.20", None)
    return run(example("An exercise"), "<contributing>")["double"]


def test_the_figure_is_one(monkeypatch):
    shown, make = [], live.figure
    monkeypatch.setattr(live, "figure", lambda *marks, **options: shown.append(make(*marks, **options)))
    run(example("A live figure"), "<figure>")
    [figure] = shown
    assert isinstance(figure, Figure) and "data-live=" in figure.html()
    assert [control.name for control in figure.controls] == ["w"]


def test_the_reference_passes_and_the_stub_is_open(made, answer):
    assert answer("1.20", made.answer).state == "passed"
    assert answer("1.20", made.start).state == "open"


def test_each_wrong_answer_is_told_its_own_mistake(made, answer):
    assert len(made.bank) == 2
    for wrong in made.bank:
        message = answer("1.20", wrong.function)
        assert message.state != "passed" and " ".join(wrong.explanation.split())[:40] in str(message)


def test_the_exercise_has_its_cells(made):
    assert "Exercise 1.20 · Twice as steep ★☆☆ 3 min" in page("1.20") and page("1.20").count("<details>") == 4
    assert stub("1.20").startswith('@exercise("1.20")\ndef slope_of_square(x):')


def test_the_lesson_opens_as_lessons_do():
    opening = example("A lesson", "markdown")
    question, need = (part for part in ("> **Question.**", "> **You need.**"))
    assert opening.startswith("# 1.4 ") and question in opening and need in opening
    assert re.search(r"[Aa]bout (\d+) minutes", opening)[1] == "15"
    assert (ROOT / "lessons" / "01_derivatives" / re.search(r"\((\S+\.ipynb)\)", opening)[1]).exists()


def test_the_parts_that_it_names_are_those_that_are_looked_for():
    [mark] = [m for m in chapters.test_a_lesson_has_every_part_of_its_shape.pytestmark if m.args[0] == "part"]
    for part in mark.args[1]:
        assert re.sub(r"[^\w -]", "", part).strip() in SECTIONS["A lesson"]


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w/]+\.(?:py|md|yml|ipynb))`", PAGE))))
def test_the_files_that_it_names_exist(path):
    assert (ROOT / path).exists() or "04_title" in path or list((ROOT / "lessons").glob(f"*/{path}"))
