"""The reader's own file: what passes is kept as it was written, whole and usable, whatever happens to the file."""
import ast
import linecache
import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import numpy as np
import pytest

from messages import assert_says
from nnlib.exercises import answers, exercises, find, my_answer, progress
from nnlib.exercises.bank import source
from tools.notebooks import ROOT, fresh_run

NOBODY = 65534


@pytest.fixture
def book(tmp_path, monkeypatch):
    """The folder of a book, with a reader at work in one of its lessons."""
    (tmp_path / "_toc.yml").touch()
    (tmp_path / "lessons" / "01").mkdir(parents=True)
    monkeypatch.delenv("NNLIB_ANSWERS")
    monkeypatch.chdir(tmp_path / "lessons" / "01")
    return tmp_path


@pytest.fixture
def file(book):
    return book / "my_answers.py"


@pytest.fixture
def cell(book, answer):
    """Runs a cell that answers an exercise, in a namespace that lasts, and gives its message."""
    names = {"np": np, "__name__": "__main__", "exercise": lambda id: lambda function: function}

    def run(id, source, name=None):
        place = f"<cell {hash(source)}>"
        linecache.cache[place] = len(source), None, source.splitlines(keepends=True), place
        exec(compile(source, place, "exec"), names)
        return answer(id, names[name or ast.parse(source).body[-1].name])
    run.names = names
    return run


@pytest.fixture
def double(make):
    """Exercise 0.1: two times x."""
    return make("0.1", "y", lambda x: 2 * x, [(1.0,), (2.0,), (3.0,)])


@pytest.fixture
def triple(make):
    """Exercise 0.2: three times x."""
    return make("0.2", "y", lambda x: 3 * x, [(1.0,), (2.0,), (3.0,)])


DOUBLE = '''@exercise("0.1")
def double(x):
    """Two times."""

    return x + x        # not 2*x,  on purpose'''

TRIPLE = '''@exercise("0.2")
def triple(x):
    return 3 * x'''


# ---- what is kept ----


def test_an_answer_is_kept_exactly_as_it_was_written(double, cell, file):
    message = cell("0.1", DOUBLE)
    assert message.state == "passed" and "It is kept in `my_answers.py`." in message.paragraphs
    assert file.read_text(encoding="utf-8") == answers.HEAD + (
        "# ---- 0.1 ----\n\n" + DOUBLE.partition("\n")[2] + "\n\n\n# ---- end ----\n")


def test_the_file_is_found_from_any_lesson_and_elsewhere_lies_beside_the_notebook(book, tmp_path_factory, monkeypatch):
    assert answers.place() == book / "my_answers.py"
    monkeypatch.chdir(book)
    assert answers.place() == book / "my_answers.py"
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    assert answers.place() == elsewhere / "my_answers.py"
    monkeypatch.setenv("NNLIB_ANSWERS", str(book / "mine.py"))
    assert answers.place() == book / "mine.py"


def test_only_what_passes_is_kept(double, cell, file):
    assert cell("0.1", DOUBLE.replace("x + x", "x")).state == "wrong"
    assert not file.exists()


def test_answers_stand_in_the_order_of_the_book_and_a_newer_takes_the_place_of_an_older(double, triple, make, cell, file):
    make("0.10", "y", lambda x: 0.0, [(1.0,)])
    cell("0.10", "def zero(x):\n    return 0")
    cell("0.2", TRIPLE)
    cell("0.1", DOUBLE)
    cell("0.1", DOUBLE.replace("x + x", "2.0 * x"))
    assert list(answers.read(file).answers) == ["0.1", "0.2", "0.10"]
    assert "2.0 * x" in file.read_text() and "x + x" not in file.read_text()


def test_the_same_answer_again_leaves_the_file_alone(double, cell, file):
    cell("0.1", DOUBLE)
    before = file.stat()
    assert "It is in `my_answers.py`." in cell("0.1", DOUBLE).paragraphs
    assert file.stat() == before


def test_what_the_reader_writes_around_the_answers_stays(double, triple, cell, file):
    cell("0.1", DOUBLE)
    file.write_text("# mine\n" + file.read_text() + "\nprint('äöü')\n", encoding="utf-8")
    cell("0.2", TRIPLE)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# mine\n") and text.endswith("# ---- end ----\n\nprint('äöü')\n")


NEEDS = '''
import math as m
from math import exp as power
WIDTH = 2.0
TABLE = {"a": [1, 2]}

def helper(x, factor=WIDTH):
    return other(x, factor)

def other(x, factor):
    return np.multiply(x, factor) * power(0) if x else helper(x)

START = 1

def double(x, *, extra=m.log(START)):
    return helper(x) + extra * len(TABLE["a"]) * twice(0)
'''


def test_an_answer_takes_its_imports_helpers_and_constants_along(double, cell, file):
    cell.names["unused"] = float
    cell.names["twice"] = answers.run("def twice(x):\n    return x", "<elsewhere>")
    assert cell("0.1", NEEDS).state == "passed"
    text = file.read_text()
    for line in ("import numpy as np", "import math as m", "from math import exp as power", "WIDTH = 2.0",
                 "TABLE = {'a': [1, 2]}", "START = 1", "def helper(x, factor=WIDTH):", "def twice(x):"):
        assert f"\n{line}\n" in text
    assert "unused" not in text and text.count("def ") == 4
    run = subprocess.run([sys.executable, "-c", "import my_answers as m; print(m.double(4.0))"], cwd=file.parent,
                         capture_output=True, text=True)
    assert run.stdout == "8.0\n", run.stderr


def test_the_same_answer_again_mends_a_damaged_file(two, cell):
    two.write_text(two.read_text().replace("# ---- end ----", ""))
    assert_says(cell("0.1", DOUBLE), ["its last line is missing", "2 of its answers"])
    assert not answers.read(two).damage


def test_what_is_not_in_utf8_is_damage_even_in_a_comment(two):
    two.write_bytes(b"# \xff\n" + two.read_bytes())
    assert answers.read(two).damage == "it is not in UTF-8"


@pytest.mark.parametrize("source", [
    "double = lambda x: 2 * x", "data = np.full(3, 2.0)\ndef double(x):\n    return x * data[0]",
    "def made():\n    k = float(2)\n    def double(x):\n        return k * x\n    return double\ndouble = made()",
    "double = np.vectorize(lambda x: 2 * x)",
    "import functools\n@functools.lru_cache\ndef double(x):\n    return 2 * x",
])
def test_what_would_not_stand_alone_passes_and_is_not_kept(source, double, cell, file):
    message = cell("0.1", source, "double")
    assert message.state == "passed"
    assert_says(message, ["It is not in `my_answers.py`, though:"])
    assert not file.exists()


def test_an_answer_that_passes_only_beside_another_cell_is_told_why_it_is_not_kept(double, cell, file):
    message = cell("0.1", "data = np.full(3, 2.0)\ndef double(x):\n    return x * data[0]")
    assert_says(message, ["passed", "by itself it does not pass", "another cell made"])
    assert not file.exists()


# ---- using it ----


def test_a_kept_answer_is_the_readers_own_function(double, cell, shown):
    cell("0.1", DOUBLE)
    own = my_answer("0.1")
    assert own(4) == 8 and own.__doc__ == "Two times." and len(shown) == 1


def test_before_it_has_passed_my_answer_is_the_books_with_a_word_about_it(double, book, shown):
    assert my_answer("0.1") is double.answer
    assert_says(shown[-1], ["Yours has not passed yet", "the book's"])


def test_an_answer_built_on_a_kept_one_stands_alone_too_after_that_has_moved(double, triple, make, cell, file):
    make("0.3", "y", lambda x: 6 * x, [(1.0,), (2.0,)])
    cell("0.2", TRIPLE)
    cell.names["triple"] = my_answer("0.2")
    cell("0.1", DOUBLE)
    cell("0.3", "def six(x):\n    return 2 * triple(x)")
    assert answers.read(file).answers["0.3"].count("def ") == 2
    assert my_answer("0.3")(1.0) == 6


def test_progress_is_a_table_as_text_and_as_html(double, triple, cell, file, shown):
    cell("0.2", TRIPLE)
    progress()
    lines = repr(shown[-1]).splitlines()
    assert f"1 of {len(exercises)} exercises passed" == lines[0]
    assert [line.split()[-1] for line in lines if line.startswith("0.")] == ["open", "passed"]
    assert lines[-1] == f"Answers that pass are kept in {file}."
    html = shown[-1]._repr_html_()
    assert "<td>0.2</td><td>Made up</td><td>★☆☆</td><td>1 min</td><td>passed</td>" in html
    assert html.count("<tr>") == len(exercises) + 1


# ---- the file's troubles ----


@pytest.fixture
def two(double, triple, cell, file):
    """A file with two answers."""
    cell("0.1", DOUBLE)
    cell("0.2", TRIPLE)
    return file


@pytest.mark.parametrize("damage, sound", [
    (lambda text: text[:text.index("return 3")], ["0.1"]),
    (lambda text: text[:text.index("return x + x")], []),
    (lambda text: text[:text.index("    return x + x")], []),           # still Python, and another function
    (lambda text: text[:text.index("# ---- end")], ["0.1", "0.2"]),
    (lambda text: text.replace("return 3", "retrun 3"), ["0.1"]),
    (lambda text: text[:30], []),
    (lambda text: text.replace("# not", "\0 not"), ["0.2"]),
    (lambda text: text.replace("# not", "\udcff not"), ["0.2"]),
    (lambda text: text.replace("# ---- 0.1 ----", "\nif True:\n"), ["0.2"]),
    (lambda text: text.replace("# ---- 0.1 ----", "raise SystemExit(\n# ---- 0.1 ----"), ["0.1", "0.2"]),
])
def test_a_damaged_file_is_set_aside_and_what_is_sound_goes_on(damage, sound, two, make, cell, shown):
    damaged = damage(two.read_text(encoding="utf-8")).encode("utf-8", "surrogateescape")
    two.write_bytes(damaged)
    progress()
    assert_says(shown[-1], [f"{len(sound)} of", "is damaged"])
    assert two.read_bytes() == damaged, "looking changes nothing"
    make("0.3", "y", lambda x: x, [(1.0,), (2.0,)])
    message = cell("0.3", "def same(x):\n    return x")
    assert message.state == "passed"
    assert_says(message, ["was damaged", "my_answers.damaged-1.py", f"{len(sound)} of its answers"])
    assert (two.parent / "my_answers.damaged-1.py").read_bytes() == damaged
    kept = answers.read(two)
    assert list(kept.answers) == [*sound, "0.3"] and not kept.damage


def test_no_damaged_file_takes_the_place_of_another(two, cell):
    for k in (1, 2, 3):
        two.write_text(f"damaged ({k}")
        cell("0.1", DOUBLE)
    assert [(two.parent / f"my_answers.damaged-{k}.py").read_text() for k in (1, 2, 3)] == \
        ["damaged (1", "damaged (2", "damaged (3"]


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_a_new_one(text, double, cell, file):
    file.write_text(text)
    cell("0.1", DOUBLE)
    assert list(file.parent.glob("*damaged*")) == [] and my_answer("0.1")(2) == 4


def test_line_ends_of_another_system_are_no_damage(two, triple, cell):
    two.write_bytes(two.read_bytes().replace(b"\n", b"\r\n"))
    cell("0.2", TRIPLE.replace("3 *", "3.0 *"))
    assert list(answers.read(two).answers) == ["0.1", "0.2"] and b"\r" not in two.read_bytes()


@pytest.fixture
def powerless(tmp_path):
    """The rights of an ordinary user, the owner of the book's folder, whoever runs the tests."""
    root = os.geteuid() == 0
    if root:
        for path in (tmp_path, *tmp_path.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        shared = Path(tempfile.gettempdir())
        for folder in tmp_path.parents:
            if folder.is_relative_to(shared) and folder != shared:
                folder.chmod(0o755)
        os.seteuid(NOBODY)
    yield
    if root:
        os.seteuid(0)


@pytest.fixture
def rights(request, two, powerless):
    """The file and its folder with other rights for the length of a test."""
    for path, rights in zip((two, two.parent), request.param):
        path.chmod(rights)
    yield
    two.parent.chmod(0o755)


@pytest.mark.parametrize("rights", [(0o000, 0o755), (0o444, 0o755), (0o644, 0o555)], indirect=True)
def test_where_nothing_can_be_written_the_exercise_still_passes(two, rights, cell):
    message = cell("0.1", DOUBLE.replace("x + x", "2.0 * x"))
    assert message.state == "passed"
    assert_says(message, ["could not be kept", "my_answers.py`, though: Permission denied.", "as it was"])
    two.parent.chmod(0o755)
    two.chmod(0o644)
    assert "x + x" in two.read_text()


@pytest.mark.parametrize("rights", [(0o600, 0o700)], indirect=True)
def test_a_private_file_stays_private(two, rights, cell):
    assert "It is kept in `my_answers.py`." in cell("0.1", DOUBLE.replace("x + x", "2.0 * x")).paragraphs
    assert two.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("rights", [(0o000, 0o755)], indirect=True)
def test_progress_says_that_it_may_not_look(two, rights, shown):
    progress()
    assert_says(shown[-1], [f"0 of {len(exercises)}", "my_answers.py can't be read: Permission denied."])


READER = """
import os, resource, shutil, signal, sys
from nnlib.exercises import answers, exercise
from nnlib.exercises.bank import Exercise

e = Exercise(sys.argv[1], "", stars=1, minutes=1, returns="y", statement="", hints=[], why="")
e.reference(lambda x: x)
e.stub(lambda x: None)
e.inputs(lambda rng: [(1.0,), (2.0,)])

def same(x):
    return x
"""


def reader(file, id, does):
    """A kernel of its own in which a reader passes an exercise."""
    script = file.parent / f"reader_{id}.py"
    script.write_text(READER + does, encoding="utf-8")
    return subprocess.run([sys.executable, script, id], cwd=file.parent, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.mark.parametrize("moment", ["os.fsync", "shutil.copymode", "os.replace"])
def test_a_kernel_killed_while_it_writes_leaves_the_file_as_it_was(moment, two, make, cell):
    before = two.read_bytes()
    dead = reader(two, "0.3", f"{moment} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\nexercise('0.3')(same)")
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    assert two.read_bytes() == before
    make("0.4", "y", lambda x: x, [(1.0,), (2.0,)])
    assert "It is kept in `my_answers.py`." in cell("0.4", "def same(x):\n    return x").paragraphs
    assert list(answers.read(two).answers) == ["0.1", "0.2", "0.4"]


FULL = {                # how a disk can be full, and what the system says then
    "no room for a byte": ("os.symlink('/dev/full', 'my_answers.new')", "No space left on device"),
    "no room for all": ("resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE, SIZE))", "File too large"),
}


@pytest.mark.parametrize("full", FULL)
@pytest.mark.parametrize("damage", ["", "damaged ("])
def test_a_full_disk_leaves_the_file_as_it_was(full, damage, two, make, cell):
    two.write_text(damage + two.read_text() + "# a line of mine\n" * 20)
    before, (fill, said) = two.read_bytes(), FULL[full]
    passed = reader(two, "0.3", f"SIZE = {len(before) - 1}\n{fill}\nexercise('0.3')(same)")
    assert passed.returncode == 0, passed.stderr
    for words in ("0.3 · passed", "could not be kept", said, "as it was"):
        assert words in " ".join(passed.stdout.split())
    assert two.read_bytes() == before
    two.with_suffix(".new").unlink(missing_ok=True)
    make("0.4", "y", lambda x: x, [(1.0,), (2.0,)])
    assert "It is kept in `my_answers.py`." in " ".join(cell("0.4", "def same(x):\n    return x").paragraphs)
    assert list(answers.read(two).answers) == ["0.1", "0.2", "0.4"]


def test_notebooks_that_write_at_once_lose_nothing(two):
    ids = [f"0.{k}" for k in range(3, 7)]
    slow = "wrote = answers._write\nanswers._write = lambda *a: (__import__('time').sleep(0.3), wrote(*a))\n"
    with ThreadPoolExecutor(4) as kernels:
        for done in kernels.map(lambda id: reader(two, id, slow + f"exercise('{id}')(same)"), ids):
            assert done.returncode == 0, done.stderr
    assert list(answers.read(two).answers) == ["0.1", "0.2", *ids]


# ---- the book's own notebooks ----


def notebook():
    """A notebook in which an exercise passes, its answer is asked for, and progress is shown."""
    answered = source(find("4.1").answer).replace("1 / (1 + np.exp(-z1))", "sigma(z1)")
    cells = ["from nnlib.exercises import exercise, my_answer, progress", "import numpy as np",
             "def sigma(z):\n    return 1 / (1 + np.exp(-z))", f'@exercise("4.1")\n{answered}',
             'my_answer("4.1")(1, 1, 0, 0, 0, 0)', "progress()"]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])


def told(cells):
    """What the cells that show a message say."""
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    return " ".join(output.data["text/plain"] for cell in cells for output in cell.outputs)


def test_a_strict_run_neither_reads_nor_writes_the_readers_file(file):
    file.write_text("damaged (")
    before = sorted(file.parent.iterdir())
    said = told(fresh_run(notebook(), file.parent))
    assert "4.1 · passed" in said and "Yours has not passed yet" in said and "Answers are not kept" in said
    assert "my_answers" not in said and f"0 of {len(exercises)}" in said
    assert file.read_text() == "damaged (" and sorted(file.parent.iterdir()) == before


def test_a_readers_own_run_writes_and_reads_it(file):
    said = told(fresh_run(notebook(), file.parent, NNLIB_ANSWERS=str(file)))
    assert "It is kept in `my_answers.py`." in said and f"1 of {len(exercises)}" in said
    assert "not passed yet" not in said and "def sigma(z):" in file.read_text(encoding="utf-8")
