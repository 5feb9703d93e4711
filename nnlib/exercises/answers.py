"""The reader's own file, my_answers.py: the source of every answer that passed, to read, to import and to build on.

There is one for the whole book, in the folder that holds `_toc.yml`, or where the notebook is if no folder above does.
The environment variable NNLIB_ANSWERS names another file; if it is empty, nothing is kept and nothing read, and so it
is when the book's own notebooks are run.

Nothing in the file is ever lost. A new version is written beside it and takes its place at once, so whoever interrupts
that leaves the old one. Two notebooks write one after the other. A file that can't be read as it was written, whoever
damaged it, is copied to another name before what is sound in it is written anew.
"""

import ast
import hashlib
import itertools
import linecache
import os
import re
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from .alone import NotAlone, alone
from .bank import exercises, find
from .verdict import check

MARK = re.compile(r"^# ---- (\S+) ----\n", re.M)
HEAD = '''"""My answers to the exercises of How Neural Networks Learn, each as I wrote it when it passed.

A newer answer takes the place of an older one. In a notebook, `my_answer("1.2")` of nnlib.exercises gives an answer
as a function. What I write below the last mark of this file stays as it is.
"""


'''


class Kept(NamedTuple):
    """What a file holds: the answers' sources by exercise, the text around them, and what is wrong with it, if anything."""

    head: str = HEAD
    answers: dict = {}
    tail: str = ""
    damage: str = None


def place():
    """The path of the reader's file, whether it exists or not; None if answers are not kept."""
    named = os.environ.get("NNLIB_ANSWERS")
    if named is not None:
        return Path(named).resolve() if named else None
    here = Path.cwd()
    book = next((folder for folder in (here, *here.parents) if (folder / "_toc.yml").exists()), here)
    return (book / "my_answers.py").resolve()


def keep(e, function):
    """Keep an answer that passed. What the reader should know of it, a sentence each; none where nothing is kept."""
    file = place()
    if file is None:
        return []
    try:
        return _keep(file, e, alone(function))
    except NotAlone as reason:
        return [f"It is not in `{file.name}`, though: {reason}."]
    except (OSError, sqlite3.Error) as problem:
        return [f"It could not be kept in `{file}`, though: {getattr(problem, 'strerror', None) or problem}. What was "
                "kept before is as it was. Can this folder and the file be written to?"]


def read(file):
    """What the reader's file holds; of a damaged one, those answers that still pass."""
    try:
        text = file.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n")
    except FileNotFoundError:
        text = ""
    if not text.strip():
        return Kept()
    head, *parts = MARK.split(text)
    parts = {id: part.strip("\n") for id, part in zip(parts[::2], parts[1::2])}
    if not (damage := _damage(text, parts)):
        tail = text[list(MARK.finditer(text))[-1].end():]
        return Kept(head, {id: part for id, part in parts.items() if id != "end"}, tail)
    return Kept(answers={id: part for id, part in parts.items() if id in exercises and _passes(find(id), part)},
                damage=damage)


def load(id):
    """The reader's own answer to an exercise; None if it has not passed yet."""
    file = place()
    kept = read(file) if file else Kept()
    return run(kept.answers[id], f"<exercise {id} of {file.name}>") if id in kept.answers else None


def run(text, name):
    """The function that a kept text ends with. `name` says where it is from."""
    name = f"{name[:-1]}, {hash(text)}>"
    linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name       # so that its source is found
    names = {"__name__": name}
    exec(compile(text, name, "exec"), names)
    return names[[part.name for part in ast.parse(text).body if isinstance(part, ast.FunctionDef)][-1]]


def _keep(file, e, text):
    if MARK.search(text) or not _passes(e, text):
        raise NotAlone("by itself it does not pass. It uses something that another cell made and that is no function, "
                       "import or number")
    with _one_at_a_time(file):
        kept = read(file)
        if kept.answers.get(e.id) == text and not kept.damage:
            return [f"It is in `{file.name}`."]
        aside = _set_aside(file) if kept.damage else None
        _write(file, _composed(kept._replace(answers={**kept.answers, e.id: text})))
    if aside:
        return [f"It is kept in `{file.name}`. That file was damaged ({kept.damage}), so it is now `{aside.name}`, and "
                f"{len(kept.answers)} of its answers, those that still pass, are in the new one."]
    return [f"It is kept in `{file.name}`."]


def _damage(text, parts):
    """What is wrong with a file's text, or None."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        return f"line {error.lineno} is no Python"
    except ValueError:
        return "it holds what no text does"
    if "\N{REPLACEMENT CHARACTER}" in text:
        return "it is not in UTF-8"
    return None if "end" in parts else "its last line is missing"


def _passes(e, text):
    """Whether a text, all by itself, is an answer that passes."""
    try:
        return check(e, run(text, f"<exercise {e.id}>")).state == "passed"
    except Exception:                   # whatever the text raises, it is no answer
        return False


def _composed(kept):
    order = sorted(kept.answers, key=lambda id: [int(number) for number in re.findall(r"\d+", id)])
    return "".join([kept.head, *(f"# ---- {id} ----\n\n{kept.answers[id]}\n\n\n" for id in order),
                    "# ---- end ----\n", kept.tail])


def _write(file, text):
    if file.exists():
        open(file, "r+b").close()       # a file that is marked read-only is not replaced
    new = file.with_suffix(".new")
    with open(new, "w", encoding="utf-8", newline="\n") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    if file.exists():
        shutil.copymode(file, new)
    os.replace(new, file)


def _set_aside(file):
    """Copy a damaged file to a name that is still free."""
    for number in itertools.count(1):
        aside = file.with_name(f"{file.stem}.damaged-{number}.py")
        try:
            with open(aside, "xb") as copy:
                copy.write(file.read_bytes())
                os.fsync(copy.fileno())
            return aside
        except FileExistsError:
            pass


@contextmanager
def _one_at_a_time(file):
    """Nobody else writes meanwhile. The lock of an empty database: every system has it, and lets go when a kernel dies."""
    name = hashlib.sha256(f"{Path.home()} {file}".encode()).hexdigest()[:16]
    with closing(sqlite3.connect(Path(tempfile.gettempdir()) / f"my_answers-{name}.lock", timeout=10)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
