"""The paths of the preface take as long as it says."""
import re

import pytest

from browser import ROOT
from test_chapters import OPENINGS, minutes, rows

PREFACE = ROOT / "book" / "preface.md"
PATHS = {name: (lessons, int(number.replace(",", ""))) for name, lessons, number in re.findall(
    r"^\| \*\*(.+?)\*\* \| .+? \| (.+?) \| ([\d,]+) \|$", PREFACE.read_text(encoding="utf-8"), re.M)}


@pytest.mark.parametrize("name", ["The core", "Inside the library"])
def test_a_path_takes_the_minutes_of_its_lessons(name):
    lessons, number = PATHS[name]
    files = [PREFACE.parent / link for link in re.findall(r"\]\((\S+?)\)", lessons)]
    assert len(files) > 5 and number == sum(map(minutes, files))


def test_the_whole_way_takes_the_minutes_of_all_pages():
    pages = [row[2] for opening in OPENINGS for row in rows(opening).values()]
    assert PATHS["The whole way"][1] == sum(pages) + minutes(ROOT / "lessons" / "00_big_picture.ipynb")
