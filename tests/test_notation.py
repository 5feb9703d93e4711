"""Every letter in the mathematics of a lesson stands in the notation table."""
import re

import pytest

from tools.notebooks import ROOT, read

TABLE = (ROOT / "book" / "notation.md").read_text(encoding="utf-8")
LESSONS = sorted((ROOT / "lessons").rglob("[0-9]*.ipynb"))
LOCAL = re.findall(r"^\| (\$.+?\$) \| .+? \| ([\d., ]+) \|$", TABLE, re.M)    # letters, and the only lessons with them
WORDS = r"\\(?:text|operatorname|mathrm|begin|end)\{[^}]*\}"
NAMES = re.compile(r"\\(?:sin|cos|tanh|log|max|exp)\b")                 # functions with a name of their own
GREEK = re.compile(r"\\(alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho"
                   r"|sigma|tau|upsilon|phi|chi|psi|omega|ell)\b")


def letters(markdown):
    """The letters, Latin and Greek, of all mathematics in a text."""
    found = set()
    for display, inline in re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", markdown, re.S):
        tex = NAMES.sub(" ", re.sub(WORDS, " ", display or inline))
        found |= set(GREEK.findall(tex)) | set(re.findall(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", " ", tex)))
    return found - {"d"}                                                # the d of a derivative


def listed(number):
    """The letters of the tables, but for those that are other lessons' alone."""
    others = {letter for tex, lessons in LOCAL if number not in lessons.split(", ") for letter in letters(tex)}
    return letters("\n".join(re.findall(r"^\| (\$.+?\$) \|", TABLE, re.M))) - others


def number(path):
    """The lesson's number: 2.3 for lessons/02_chain_rule/03_jacobians.ipynb; chapter 0 is one lesson."""
    inside = re.search(r"0(\d)_\w+/0?(\d+)_", path.as_posix())
    return f"{inside[1]}.{inside[2]}" if inside else "0"


def prose(path):
    return "\n\n".join(cell.source for cell in read(path).cells
                       if cell.cell_type == "markdown" and "exercise" not in cell.metadata)


def test_what_counts_as_a_letter():
    found = letters(r"the slope $\sigma'(z_1) \cdot w$, $$\text{rise} = \frac{dL}{dw}$$ and \$5")
    assert found == {"sigma", "z", "w", "L"}


@pytest.mark.parametrize("path", LESSONS, ids=number)
def test_every_letter_of_a_lesson_is_in_the_table(path):
    assert letters(prose(path)) - listed(number(path)) == set()


@pytest.mark.parametrize("tex, lessons", LOCAL)
def test_what_is_said_to_be_local_is_there(tex, lessons):
    found = {number(path) for path in LESSONS if letters(tex) & letters(prose(path))}
    assert found == set(lessons.split(", "))
