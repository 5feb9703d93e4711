"""What `make book` costs: from nothing, unchanged, with one lesson changed, and beside plain Jupyter Book."""
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import yaml

from .timing import table

ROOT = Path(__file__).parents[1]
SOURCES = ["Makefile", "_config.yml", "_toc.yml", "pyproject.toml", "requirements.txt",
           "book", "lessons", "nnlib", "tools"]
LESSON = "lessons/04_backprop/01_by_hand.ipynb"


def sections():
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = copy(Path(folder, "ours")), copy(Path(folder, "plain"))
        nothing, unchanged = cost(make_book, ours), cost(make_book, ours)
        change(ours / LESSON)
        lesson = cost(make_book, ours)
        without_ours(plain / "_config.yml")
        stock = cost(jupyter_book, plain)
    rows = [["from nothing", *told(nothing), "60 s"],
            ["with nothing changed", *told(unchanged), "10 s"],
            ["with one lesson changed", *told(lesson), ""],
            ["plain Jupyter Book, from nothing", *told(stock), ""],
            ["from nothing, as a share of plain", *(f"{a / b:.2f}" for a, b in zip(nothing, stock)), ""]]
    yield ("## Building the book\n\n`make book`, once all is installed, until it prints the book's address; and the "
           "same sources built by Jupyter Book with its own theme and none of the book's extensions. Seconds of the "
           "clock, and of the processor.\n\n" + table(["build", "clock", "processor", "goal"], rows))


def copy(folder):
    """The book's sources in a folder of their own, whose virtual environment is this one's."""
    folder.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy2(ROOT / name, folder)           # as old as here: what is newer would be installed anew
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def change(lesson):
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("# 4.1 ", "# 4.1 Anew: ", 1), encoding="utf-8")


def without_ours(config):
    """Leave to Jupyter Book what it would do by itself."""
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    del settings["sphinx"]
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")


def cost(build, folder):
    """(seconds of the clock, seconds of the processor) that a build takes."""
    began, used = time.perf_counter(), processor()
    took = build(folder) - began
    return took, processor() - used


def processor():
    """Seconds of the processor that all processes started from here have used and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def make_book(folder):
    """Build and serve the book; the time at which its address was printed."""
    command = subprocess.Popen(["make", "book"], cwd=folder, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        next(line for line in command.stdout if "http://" in line)
        return time.perf_counter()
    finally:
        os.killpg(command.pid, signal.SIGINT)
        command.communicate()


def jupyter_book(folder):
    subprocess.run([ROOT / ".venv" / "bin" / "jupyter-book", "build", "--quiet", "."], cwd=folder, check=True,
                   capture_output=True)
    return time.perf_counter()


def told(seconds):
    return [f"{second:.1f} s" for second in seconds]
