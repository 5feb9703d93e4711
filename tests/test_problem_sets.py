"""The exercises as nbgrader assignments: made, handed in by three students, and graded by nbgrader itself."""
import csv
import os
import subprocess

import nbformat
import pytest

from browser import ROOT
from nnlib.exercises import exercises
from nnlib.exercises.bank import source
from tools.problem_sets import export

pytestmark = pytest.mark.reach

NBGRADER = ROOT / ".venv" / "class" / "bin" / "nbgrader"
CHAPTER = "01_derivatives"
SET = [e for e in exercises.values() if e.id.startswith("1.")]
MOST = sum(e.stars for e in SET)


def nbgrader(course, *words):
    """Run a command of nbgrader in the course's folder."""
    path = f"{NBGRADER.parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run([NBGRADER, *words], cwd=course, capture_output=True, text=True,
                         env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)})
    assert run.returncode == 0, run.stderr
    return run.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    export(folder)
    nbgrader(folder, "generate_assignment", CHAPTER, "--create")
    return folder


def handed_in(course, student, answers):
    """A student's notebook: the released one with `answers`, exercise → the text of its cell."""
    notebook = nbformat.read(course / "release" / CHAPTER / "exercises.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.id in (by_cell := {f"answer-{id.replace('.', '-')}": text for id, text in answers.items()}):
            cell.source = by_cell[cell.id]
    folder = course / "submitted" / student / CHAPTER
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "exercises.ipynb")


def answered(e, text):
    return f'@exercise("{e.id}")\n{text}'


@pytest.fixture(scope="module")
def grades(course):
    """student → (score, what the graded notebook shows)"""
    right = {e.id: answered(e, source(e.answer)) for e in SET}
    handed_in(course, "right", right)
    handed_in(course, "wrong", {**right, "1.2": answered(exercises["1.2"], FORWARD)})
    handed_in(course, "endless", {**right, "1.2": answered(exercises["1.2"], ENDLESS)})
    handed_in(course, "idle", {})
    nbgrader(course, "autograde", CHAPTER, "--create")
    nbgrader(course, "export")
    with open(course / "grades.csv", encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    return {student: (score, (course / "autograded" / student / CHAPTER / "exercises.ipynb").read_text(encoding="utf-8"))
            for student, score in scores.items()}


FORWARD = "def central_difference(f, x, h):\n    return (f(x + h) - f(x - h)) / h"
ENDLESS = "def central_difference(f, x, h):\n    while True:\n        h = h / 2"


def test_students_get_every_question_and_no_answer(course):
    notebook = nbformat.read(course / "release" / CHAPTER / "exercises.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    for e in SET:
        assert f"## Exercise {e.id} · {e.title}" in text and f'@exercise("{e.id}")' in text
        assert source(e.answer) not in text and e.why not in text
    for hidden in ("SOLUTION", "HIDDEN", "verdict", "<summary>Answer"):
        assert hidden not in text


def test_right_answers_get_every_point_and_untouched_stubs_none(grades):
    assert grades["right"][0] == MOST and grades["idle"][0] == 0


def test_a_wrong_answer_loses_its_own_points_and_is_explained(grades):
    score, shown = grades["wrong"]
    assert score == MOST - exercises["1.2"].stars
    assert "2h apart" in shown


def test_an_endless_answer_is_stopped_and_the_rest_is_graded(grades):
    score, shown = grades["endless"]
    assert score == MOST - exercises["1.2"].stars
    assert "still running after" in shown


def test_a_folder_that_is_not_empty_is_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="name a new folder"):
        export(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
