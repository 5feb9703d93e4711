"""Exports the exercises as nbgrader assignments, one a chapter: python tools/problem_sets.py FOLDER

The folder becomes an nbgrader course: `nbgrader generate_assignment 01_derivatives` makes the students' version, and
`nbgrader autograde 01_derivatives` grades what is in `submitted/`. A student sees the statement, the hints and the
stub, and every run of a cell answers as in the book; the hidden test asks the same bank of wrong answers once more.
"""
import argparse
import re
import sys
from pathlib import Path

import nbformat
from nbformat import v4

from nnlib.exercises import find
from nnlib.exercises.bank import question, source, stub
from tools.notebooks import NOTEBOOK_METADATA, ROOT, read

CONFIG = '''\
"""Settings of this nbgrader course; `problem_sets.py` of How Neural Networks Learn wrote it."""
import os

os.environ["NNLIB_ANSWERS"] = ""        # while grading, nobody's answers are kept
c = get_config()
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
c.ClearSolutions.code_stub = {"python": ""}             # the stub stands above the solution
c.ExecutePreprocessor.timeout = 120     # seconds a cell; an exercise stops an endless answer long before
'''
ANSWER = '''\
{stub}

### BEGIN SOLUTION
{answer}
### END SOLUTION'''
TEST = '''\
# Your answer is graded here.
### BEGIN HIDDEN TESTS
from nnlib.exercises import find
from nnlib.exercises.verdict import check

message = check(find("{id}"), {name})
assert message.state == "passed", str(message)
### END HIDDEN TESTS'''


def export(folder):
    """Write the course into `folder`, which must be new or empty; returns the paths of the assignments."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty, and nothing in it is overwritten: name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    return [assignment(path, folder / "source" / path.parent.name / path.name)
            for path in sorted((ROOT / "lessons").glob("*/exercises.ipynb"))]


def assignment(path, target):
    """Write one chapter's exercises as an instructor's notebook."""
    cells = read(path).cells
    imports = next(cell for cell in cells if cell.cell_type == "code")
    ids = [cell.metadata["exercise"] for cell in cells if cell.cell_type == "markdown" and "exercise" in cell.metadata]
    title = f"# Chapter {ids[0].split('.')[0]}: problem set\n\nPut your answers in place of the dots and run the cells."
    made = [v4.new_markdown_cell(title, id="title"), v4.new_code_cell(imports.source, id="imports")]
    for id in ids:
        made += problem(id)
    target.parent.mkdir(parents=True)
    nbformat.write(v4.new_notebook(cells=made, metadata=NOTEBOOK_METADATA), target)
    return target


def problem(id):
    """The three cells of an exercise: its question, the answer, the hidden test, which is worth a point a star."""
    e, number = find(id), re.sub(r"\W", "-", id)
    test = TEST.format(id=id, name=e.answer.__name__)
    return [
        marked(v4.new_markdown_cell(question(id)), f"question-{number}", locked=True),
        marked(v4.new_code_cell(ANSWER.format(stub=stub(id), answer=source(e.answer))), f"answer-{number}",
               solution=True),
        marked(v4.new_code_cell(test), f"test-{number}", locked=True, grade=True, points=e.stars),
    ]


def marked(cell, name, *, locked=False, solution=False, grade=False, points=None):
    """A cell with nbgrader's metadata, format 3."""
    cell.id = name
    cell.metadata["nbgrader"] = {
        "schema_version": 3, "grade_id": name, "cell_type": cell.cell_type, "task": False,
        "locked": locked, "solution": solution, "grade": grade, **({} if points is None else {"points": points})}
    return cell


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the course is written")
    try:
        written = export(parser.parse_args().folder)
    except FileExistsError as error:
        sys.exit(str(error))
    for path in written:
        print(path)


if __name__ == "__main__":
    main()
