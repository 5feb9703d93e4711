"""A class on a real JupyterHub: two students pull the book, work apart, and keep their work when the book changes."""
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager

import psutil
import pytest
import yaml

from browser import ROOT, page
from lab_server import PATIENCE, free_port, wait_for
from nnlib.exercises import exercises
from nnlib.exercises.bank import source
from test_live_lab import SHOW, python

sys.path.append(str(ROOT / "book" / "extensions"))
from launch import pull  # noqa: E402

pytestmark = pytest.mark.reach

PROGRAMS = [ROOT / ".venv" / "class" / "bin", ROOT / "node_modules" / ".bin"]
CHAPTER = "lessons/01_derivatives"
EXERCISES, LESSON = f"{CHAPTER}/exercises.ipynb", f"{CHAPTER}/01_slope.ipynb"
READERS = ["_toc.yml", ".gitignore", CHAPTER]                       # the part of the book that these students need
ANSWER = f'@exercise("1.2")\n{source(exercises["1.2"].answer)}'
PROGRESS = "from nnlib.exercises.progress import Progress\nprint(Progress().heading)"
CELLS = "jupyterapp.shell.currentWidget.content.widgets.map((cell) => [cell.model.id, cell.model.sharedModel.source])"
SETTINGS = "JSON.parse(document.getElementById('jupyter-config-data').textContent)"
SECTIONS = {part.split("\n", 1)[0]: part
            for part in (ROOT / "book" / "class.md").read_text(encoding="utf-8").split("\n## ")[1:]}


def snippet(section, language):
    """The first snippet in a language in a section of the page on classes."""
    return re.search(rf"```{language}\n(.+?)```", SECTIONS[section], re.S)[1]


CONFIG = snippet("Try it on your own machine", "python")
FOR_TESTS = """
c.JupyterHub.bind_url, c.JupyterHub.hub_port = "{url}", {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
c.Spawner.args.append("--LabApp.expose_app_in_browser=True")
"""


# --- The book's repository, the hub, a student ----------------------------------------------------------------------

class Repository:
    """A git repository with the book; what is changed in its folder is published with `publish`."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        for name in READERS:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
        self._git("init", "--quiet", "--initial-branch=main")
        self.publish()

    def replace(self, path, old, new):
        text = (self.folder / path).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")

    def publish(self):
        self._git("add", "--all")
        self._git("-c", "user.name=The authors", "-c", "user.email=", "commit", "--quiet", "--message=The book")

    def _git(self, *words):
        subprocess.run(["git", *words], cwd=self.folder, check=True, capture_output=True)


@contextmanager
def jupyterhub(folder):
    """The address of the hub of the page, started in `folder`."""
    url = f"http://127.0.0.1:{free_port()}"
    (folder / "jupyterhub_config.py").write_text(
        CONFIG + FOR_TESTS.format(url=url, hub=free_port(), proxy=free_port(), patience=PATIENCE))
    path = os.pathsep.join([*map(str, PROGRAMS), os.environ["PATH"]])
    with open(folder / "hub.log", "w") as log:
        process = subprocess.Popen(PROGRAMS[0] / "jupyterhub", cwd=folder, stdout=log, stderr=log,
                                   env={**os.environ, "PATH": path})
        try:
            wait_for(f"{url}/hub/api", process, log.name)
            yield url
        finally:
            family = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            process.wait(PATIENCE)
            for left in psutil.wait_procs(family, 10)[1]:
                left.kill()


class Student:
    """Somebody at a browser, who logs in by following the link to the exercises."""

    def __init__(self, tab, name, link, homes):
        self.tab, self.name, self.link = tab, name, link
        self.book = homes / name / "book"
        self.answers = self.book / "my_answers.py"
        tab.set_default_timeout(PATIENCE * 1000)
        tab.goto(link)
        tab.fill("#username_input", name)
        tab.fill("#password_input", "any")
        tab.click("#login_submit", no_wait_after=True)

    def arrive(self):
        """Wait until the notebook is there and its kernel ready."""
        self.tab.wait_for_url("**/lab/**/exercises.ipynb*")
        self.tab.wait_for_function("window.jupyterapp?.shell.currentWidget?.content?.widgets?.length > 9")
        self.tab.wait_for_function(
            "jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
        return self

    def run(self, cell, text=None):
        """Run the cell with this text in it, by keyboard, after putting another text into it."""
        self.tab.evaluate(SHOW, cell)
        editor = self.tab.locator(".jp-CodeCell", has_text=cell).locator(".cm-content")
        editor.click()
        if text:
            self.tab.keyboard.press("Control+a")
            self.tab.keyboard.insert_text(text)
        self.tab.keyboard.press("Shift+Enter")

    def save(self):
        self.tab.evaluate("jupyterapp.commands.execute('docmanager:save')")

    def cells(self):
        """The text of each cell on the screen, by its id."""
        return dict(self.tab.evaluate(CELLS))

    def progress(self):
        return python(self.tab, PROGRESS)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return Repository(tmp_path_factory.mktemp("git") / "book")


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    with jupyterhub(folder) as url:
        yield url, folder / "homes"


@pytest.fixture(scope="module")
def students(browser, hub, repository):
    """Ada and Ben, who have come at the same time, each to a copy of the book."""
    url, homes = hub
    link = pull(url, repository.folder.as_uri(), EXERCISES)
    with page(browser) as one, page(browser) as other:
        both = [Student(one, "ada", link, homes), Student(other, "ben", link, homes)]
        yield [student.arrive() for student in both]


@pytest.fixture(scope="module")
def ada(students):
    """Ada, after she has passed an exercise; Ben has done nothing."""
    ada, _ = students
    ada.run("import numpy as np")
    ada.run('@exercise("1.2")', ANSWER)
    ada.tab.locator(".nn-check-passed", has_text="Exercise 1.2").wait_for()
    ada.save()
    return ada


@pytest.fixture(scope="module")
def changed(ada, repository):
    """Ada, after authors and she have changed the book and she has followed the link again."""
    repository.replace(LESSON, "# 1.1 Slope", "# 1.1 Slope, second edition")
    repository.replace(EXERCISES, "# 1 Exercises", "# 1 Exercises, second edition")
    repository.replace(EXERCISES, r'''"def central_difference(f, x, h):\n",
    "    ...  # your code"''', r'''"def central_difference(f, x, h):\n",
    "    ...  # your code here"''')
    (repository.folder / CHAPTER / "more.md").write_text("By the authors")
    repository.publish()
    (ada.book / CHAPTER / "more.md").write_text("By Ada")
    (ada.book / CHAPTER / "summary.ipynb").unlink()
    ada.kept = ada.answers.read_bytes()
    ada.tab.goto(ada.link)
    return ada.arrive()


# --- What is asked of it --------------------------------------------------------------------------------------------

def test_the_link_brings_every_student_the_book(students, repository):
    for student in students:
        assert student.cells()["answer-1-2"] == '@exercise("1.2")\ndef central_difference(f, x, h):\n    ...  # your code'
        assert (student.book / LESSON).read_bytes() == (repository.folder / LESSON).read_bytes()


def test_an_exercise_passes_and_is_kept_in_the_students_own_home(ada):
    assert source(exercises["1.2"].answer) in ada.answers.read_text(encoding="utf-8")
    assert ada.progress().startswith("1 of ")


def test_another_student_has_neither_her_answers_nor_her_progress(ada, students, hub):
    _, ben = students
    assert not ben.answers.exists() and ben.progress().startswith("0 of ")
    assert "# your code" in ben.cells()["answer-1-2"]
    url, _ = hub
    assert [ben.tab.request.get(f"{url}/user/{name}/lab").status for name in ("ben", "ada")] == [200, 403]


def test_a_change_of_the_book_arrives(changed):
    assert "second edition" in (changed.book / LESSON).read_text(encoding="utf-8")
    assert changed.cells()["intro"].startswith("# 1 Exercises, second edition\n")
    assert (changed.book / CHAPTER / "more.md").read_text() == "By the authors"


def test_the_students_work_stays_even_where_the_book_changed_the_same_line(changed):
    assert changed.cells()["answer-1-2"] == ANSWER
    saved = json.loads((changed.book / EXERCISES).read_text(encoding="utf-8"))
    [cell] = [cell for cell in saved["cells"] if cell["id"] == "answer-1-2"]
    assert "Exercise 1.2 · passed" in json.dumps(cell["outputs"], ensure_ascii=False)
    [renamed] = (changed.book / CHAPTER).glob("more__*.md")
    assert renamed.read_text() == "By Ada"


def test_answers_and_progress_stay(changed):
    assert changed.answers.read_bytes() == changed.kept and changed.progress().startswith("1 of ")


def test_a_file_that_the_student_deleted_is_there_again(changed, repository):
    summary = f"{CHAPTER}/summary.ipynb"
    assert (changed.book / summary).read_bytes() == (repository.folder / summary).read_bytes()


def test_no_window_asks_another_host(changed, students):
    assert [student.tab.foreign for student in students] == [[], []]


def test_jupyterlab_has_the_settings_that_keep_it_from_asking_for_news(students):
    for student in students:
        assert student.tab.evaluate(SETTINGS)["news"] == {"disabled": True}


def test_the_larger_hubs_of_the_page_get_the_same_settings():
    one_machine = snippet("A class on one machine", "python")
    cluster = yaml.safe_load(snippet("Thousands of students", "yaml"))["hub"]["extraConfig"]["book"]
    assert CONFIG.endswith(one_machine) and cluster == one_machine
