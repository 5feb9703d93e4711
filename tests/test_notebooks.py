"""Every notebook and page as it is stored: its form, outputs, descriptions, words, and the numbers in its sentences."""
import math
import re

import pytest

from tools.notebooks import ROOT, canonical, notebooks, read, refresh_exercises, text

NOTEBOOKS = {path.relative_to(ROOT).as_posix(): read(path) for path in notebooks()}
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
         for folder in ("book", "lessons") for path in sorted((ROOT / folder).rglob("*.md"))}

each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)
each_page = pytest.mark.parametrize("name", [*NOTEBOOKS, *PAGES])


def code_cells(name):
    return [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "code"]


def markdown(name):
    """The Markdown of a notebook, cell by cell, or of a page."""
    if name in PAGES:
        return [PAGES[name]]
    return [cell.source for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown"]


def shown(cell):
    """What a reader sees of a cell's outputs as text: streams, values, errors, HTML without its tags."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        elif output.output_type == "error":
            yield output.evalue
        elif "text/html" in output.data:
            yield re.sub(r"<[^>]*>", " ", output.data["text/html"])
        elif "image/png" not in output.data:
            yield output.data.get("text/plain", "")


def alternative_texts(cell):
    """A description, or None where it lacks, for every picture among the outputs of a cell."""
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            for image in re.findall(r"<img\b[^>]*>", data["text/html"]):
                described = re.search(r"""\balt=("([^"]*)"|'([^']*)')""", image)
                yield described and (described[2] or described[3])
        elif "image/png" in data:
            yield cell.metadata.get("mystnb", {}).get("image", {}).get("alt")


# ------------------------------------------------------------------------------------------------ form

def test_there_are_notebooks():
    assert NOTEBOOKS


@each_notebook
def test_canonical_form(name):
    """Ids, metadata, order of keys and all: `make notebooks` writes it so."""
    assert (ROOT / name).read_text(encoding="utf-8") == text(canonical(NOTEBOOKS[name]))


@each_notebook
def test_exercise_cells_are_as_nnlib_has_them(name):
    fresh = canonical(NOTEBOOKS[name])
    refresh_exercises(fresh)
    assert [cell.source for cell in fresh.cells] == [cell.source for cell in NOTEBOOKS[name].cells]


@each_notebook
def test_it_opens_with_its_only_title(name):
    titles = [(place, line) for place, cell in enumerate(NOTEBOOKS[name].cells) if cell.cell_type == "markdown"
              for line in prose(cell.source).splitlines() if line.startswith("# ")]
    assert [place for place, _ in titles] == [0]


@each_notebook
def test_no_code_cell_is_empty(name):
    assert [place for place, cell in enumerate(code_cells(name)) if not cell.source.strip()] == []


@each_notebook
def test_code_lines_fit_a_phone(name):
    assert [line for cell in code_cells(name) for line in cell.source.splitlines() if len(line) > 72] == []


@each_notebook
def test_no_line_of_code_ends_in_a_semicolon(name):
    assert [line for cell in code_cells(name) for line in cell.source.splitlines() if line.rstrip().endswith(";")] == []


@each_notebook
def test_markdown_reads_well_without_extensions(name):
    """Directives, roles and targets of MyST are for the pages in book/; JupyterLab shows them raw."""
    directive = re.compile(r"^(`{3,}|~{3,}|:{3,})\{.*|\{[a-z:-]+\}`.*|^\([\w-]+\)=$", re.M)
    assert [found[0] for source in markdown(name) for found in directive.finditer(source)] == []


# ------------------------------------------------------------------------------------------------ outputs

NEVER_SHOWN = {
    "a path": r"(?<![\w.])(/(home|root|tmp|usr|Users|opt|var|private)/|[A-Z]:\\)|site-packages",
    "an address in memory": r"\b0x[0-9a-fA-F]{6,}",
    "a time that it took": r"\d\s*(ns|[µμ]s|us|ms|s|sec|seconds|it/s)\b",
    "a code for colours": "\x1b",
    "a warning": r"\w*Warning\b",
    "what rounding left over": r"\de-(1[5-9]|[2-9]\d)\b",
}


@each_notebook
@pytest.mark.parametrize("what", NEVER_SHOWN)
def test_outputs_never_show(name, what):
    assert [found[0] for cell in code_cells(name) for told in shown(cell)
            for found in re.finditer(NEVER_SHOWN[what], told)] == []


@each_notebook
def test_outputs_show_at_most_six_significant_digits(name):
    numbers = [found for cell in code_cells(name) for told in shown(cell) for found in re.findall(r"\d+\.\d+", told)]
    assert [number for number in numbers if len(number.replace(".", "").lstrip("0")) > 6] == []


@each_notebook
def test_nothing_is_written_to_standard_error(name):
    assert [output.text for cell in code_cells(name) for output in cell.outputs if output.get("name") == "stderr"] == []


# ------------------------------------------------------------------------------------------------ descriptions

def is_a_sentence(described):
    return bool(described) and len(described.split()) >= 4 and described.strip()[-1] in ".?"


@each_notebook
def test_every_picture_is_described_by_a_sentence(name):
    assert [(cell.source, described) for cell in code_cells(name) for described in alternative_texts(cell)
            if not is_a_sentence(described)] == []


@each_page
def test_every_picture_in_prose_is_described_by_a_sentence(name):
    image = re.compile(r"!\[([^\]]*)\]\(|<img\b(?![^>]*\balt=)")
    assert [words for source in markdown(name) for words in image.findall(source) if not is_a_sentence(words)] == []


# ------------------------------------------------------------------------------------------------ prose

NOT_PROSE = re.compile(r"^(```|~~~).*?^\1[^\n]*$|\$\$.*?\$\$|\$[^$\n]*\$|`[^`]*`|!\[|!=|<!--.*?-->|<!", re.M | re.S)
DISCOURAGED = re.compile(r"!|\b(simply|just|obviously|as we all know|let[’']s dive)\b", re.I)


def prose(source):
    """Markdown without code, mathematics and comments."""
    return NOT_PROSE.sub(" ", source)


@each_page
def test_no_word_makes_the_reader_feel_slow(name):
    assert [prose(source)[max(0, found.start() - 30):found.end() + 30] for source in markdown(name)
            for found in DISCOURAGED.finditer(prose(source))] == []


NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?")
QUOTED = re.compile(r"(?<![\w.])\d+\.(?:\d{3,}(?:e[+-]?\d+)?|\d+(?=(?:\s|\\,)*\\?%))")


def quoted(source):
    """The numbers that quote a result: with three digits or more after the point, or any and a % sign."""
    without_code = re.sub(r"^(```|~~~).*?^\1[^\n]*$", " ", source, flags=re.M | re.S)
    return QUOTED.findall(without_code)


def agrees(quote, number):
    """Whether `number`, rounded to as many digits as the quotation shows, is what it says."""
    mantissa, _, exponent = quote.partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return math.isclose(float(quote), number, rel_tol=1e-12, abs_tol=unit * 0.500001)


@each_notebook
def test_numbers_in_prose_are_numbers_of_the_cells(name):
    """What a sentence quotes, some cell of the same notebook shows or states, to at least as many digits.

    An exercise's text is held to its reference by the tests of the exercises.
    """
    sources = [cell.source for cell in code_cells(name)]
    outputs = [told for cell in code_cells(name) for told in shown(cell)]
    described = [words or "" for cell in code_cells(name) for words in alternative_texts(cell)]
    numbers = {float(number) for told in sources + outputs + described for number in NUMBER.findall(told)}
    numbers |= {100 * number for number in numbers}
    own = [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown" and "exercise" not in cell.metadata]
    claims = [quote for cell in own for quote in quoted(cell.source)]
    assert [quote for quote in claims if not any(agrees(quote, number) for number in numbers)] == []
