"""Every chapter opens with what it answers and how long it takes, each lesson keeps the one shape, and terms lead home."""
import re

import pytest
import yaml

from nnlib.exercises import exercises
from tools.notebooks import ROOT, notebooks, read

OPENINGS = sorted((ROOT / "lessons").glob("*/index.md"))
BEYOND = ROOT / "lessons" / "07_beyond" / "index.md"     # leads out of the book: no exercises, no summary
PLAYGROUND = BEYOND.with_name("02_playground.ipynb")     # a place, not a lesson
LESSONS = [path for opening in OPENINGS for path in sorted(opening.parent.glob("[0-9]*.ipynb")) if path != PLAYGROUND]
GLOSSARY = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^## (.+)$", GLOSSARY, re.M)

each_chapter = pytest.mark.parametrize("opening", OPENINGS, ids=lambda path: path.parent.name)
each_taught_chapter = pytest.mark.parametrize("opening", [path for path in OPENINGS if path != BEYOND],
                                              ids=lambda path: path.parent.name)
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.relative_to(ROOT / "lessons").as_posix())


def words(path):
    """All the Markdown of a notebook or page."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def code(path):
    """All the code of a notebook."""
    return "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "code")


def title(path):
    return re.match("# (.+)", words(path))[1]


def minutes(path):
    """How long a page says it takes."""
    return int(re.search(r"> \*\*You need\.\*\*.*?[Aa]bout (\d+) minutes", words(path))[1])


def exercise_minutes(chapter):
    """How long a chapter's exercises take together, to the nearest five minutes."""
    return 5 * round(sum(e.minutes for id, e in exercises.items() if id.split(".")[0] == chapter) / 5)


def rows(opening):
    """The table of a chapter's opening: file → (title, question, minutes)."""
    found = re.findall(r"^\| \[(.+?)\]\((\S+?)\) \| (.+?) \| (\d+) \|$", words(opening), re.M)
    return {opening.parent / file: (name, question, int(number)) for name, file, question, number in found}


def contents():
    """The files of each part of the table of contents that begins with a chapter's opening."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = [[chapter["file"] for chapter in part["chapters"]] for part in toc["parts"]]
    return {files[0]: files for files in parts if files[0].endswith("/index")}


def slug(term):
    """The anchor of a heading."""
    return re.sub(r"[^\w-]", "", term.lower().replace("–", "").replace(" ", "-"))


# --- Openings --------------------------------------------------------------------------------------------------------

@each_chapter
def test_a_chapter_lists_what_is_in_its_folder_in_the_order_of_the_contents(opening):
    name = opening.relative_to(ROOT).with_suffix("").as_posix()
    listed = [file.relative_to(ROOT).with_suffix("").as_posix() for file in rows(opening)]
    assert contents()[name] == [name, *listed]
    assert set(rows(opening)) == set(opening.parent.glob("*.ipynb"))


@each_chapter
def test_a_chapter_gives_the_titles_and_minutes_of_its_lessons(opening):
    lessons = {file: row for file, row in rows(opening).items() if file in LESSONS}
    assert {file: row[0] for file, row in lessons.items()} == {file: title(file) for file in lessons}
    assert {file: row[2] for file, row in lessons.items()} == {file: minutes(file) for file in lessons}
    assert minutes(opening) == sum(row[2] for row in lessons.values())


@each_taught_chapter
def test_a_chapter_says_how_long_its_exercises_take(opening):
    assert rows(opening)[opening.parent / "exercises.ipynb"][2] == exercise_minutes(opening.parent.name[1])


@each_taught_chapter
def test_a_summary_leads_back_to_every_lesson(opening):
    summary = words(opening.parent / "summary.ipynb")
    assert [file.name for file in rows(opening) if file in LESSONS and f"({file.name})" not in summary] == []


# --- Lessons ---------------------------------------------------------------------------------------------------------

@each_lesson
@pytest.mark.parametrize("part", ["> **Question.**", "> **You need.**", "> **Predict.**",
                                  "> **What people get wrong.**", "## Take-aways", "> **Next.**"])
def test_a_lesson_has_every_part_of_its_shape(path, part):
    assert part in words(path)


@each_lesson
def test_a_lesson_has_a_live_figure(path):
    assert "live.figure(" in code(path)


@each_lesson
def test_a_lesson_asks_a_quick_question(path):
    assert "> **Quick question.**" in words(path) or "live.question(" in code(path)


@each_lesson
def test_a_lesson_takes_fifteen_to_twenty_five_minutes(path):
    assert 15 <= minutes(path) <= 25


# --- Terms -----------------------------------------------------------------------------------------------------------

def links():
    """The anchors of the glossary that the lessons lead to."""
    pages = [*notebooks(), *OPENINGS]
    return {anchor for path in pages for anchor in re.findall(r"glossary\.md#([^)\s]+)", words(path))}


def test_the_glossary_is_in_order_without_repetition():
    assert TERMS == sorted(set(TERMS), key=str.lower)


def test_every_term_that_a_lesson_leads_to_is_there_and_every_term_is_led_to():
    assert links() == set(map(slug, TERMS))


@each_lesson
def test_a_lesson_leads_to_the_glossary(path):
    assert "glossary.md#" in words(path)
