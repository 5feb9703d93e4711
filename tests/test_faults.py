"""The command that plants faults: each kind is planted and judged, and a fault that nothing catches is told by name."""
import random
from types import SimpleNamespace

import pytest

import faults.__main__ as command
from browser import ROOT
from faults import Fault, links, outputs, planted_by_tests, scripts
from tools.notebooks import read

FAULTS = [Fault("a digit", "lesson 1", True), Fault("a link", "page 1", True), Fault("a digit", "lesson 2", False)]


def test_a_fault_that_nothing_catches_is_counted_and_named():
    assert command.report(FAULTS).splitlines() == [
        "| kind of fault | planted | caught |", "|:--|--:|--:|", "| a digit | 2 | 1 |", "| a link | 1 | 1 |",
        "| **all** | 3 | 2 |", "", "Not caught:", "", "- a digit: lesson 2"]
    assert command.report(FAULTS[:2]).endswith("\n\nEvery fault was caught.")


@pytest.mark.parametrize("faults, status", [(FAULTS, 1), (FAULTS[:2], 0)])
def test_the_command_fails_where_a_fault_is_not_caught_and_writes_its_page(faults, status, monkeypatch, tmp_path, capsys):
    page = tmp_path / "book" / "faults.md"
    page.parent.mkdir()
    monkeypatch.setattr(command, "PAGE", page)
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "import_module", lambda name: SimpleNamespace(planted=lambda most: faults[:most]))
    assert command.main(["--only", "outputs", "--write"]) == status
    assert page.read_text(encoding="utf-8").endswith(command.report(faults) + "\n")
    assert "written to book/faults.md" in capsys.readouterr().out


def test_what_the_page_says_is_what_the_command_would_write():
    page = command.PAGE.read_text(encoding="utf-8")
    introduction = (ROOT / "faults" / "introduction.md").read_text(encoding="utf-8")
    assert page.startswith(f"{introduction}\n| kind of fault | planted | caught |\n")


def cells():
    """The code cells of a notebook, as if a fresh run had given what is stored."""
    stored = [outputs.plain(cell.outputs) for cell in read(ROOT / "lessons" / "00_big_picture.ipynb").cells
              if cell.cell_type == "code"]
    return [(f"cell {place}", output, output) for place, output in enumerate(stored)]


@pytest.mark.parametrize("kind, alter", outputs.KINDS.items())
def test_an_altered_output_is_caught_by_the_comparison_and_by_nothing_else(kind, alter, monkeypatch):
    assert all(fault.caught for fault in outputs.altered(kind, alter, cells(), 5, random.Random(0)))
    monkeypatch.setattr(outputs, "difference", lambda *_: "")
    assert not any(fault.caught for fault in outputs.altered(kind, alter, cells(), 5, random.Random(0)))


def test_a_bug_in_a_script_is_caught_by_the_tests_of_that_script_and_by_no_others():
    bug = next(bug for bug in scripts.everyone() if scripts.named(bug).startswith("optim.js: v[i] = momentum * v[i] + "))
    assert not scripts.passes(bug, ["test_live_ops.py"])
    assert scripts.passes(bug, ["test_live_format.py"])


def test_every_bug_in_a_script_that_is_excused_exists():
    assert scripts.equivalents() <= {scripts.named(bug) for bug in scripts.everyone()}


def test_a_test_that_is_no_longer_there_is_named(monkeypatch):
    monkeypatch.setattr(planted_by_tests, "run", lambda tests, most: {f"{test}[case]": True for test in tests[1:]})
    with pytest.raises(RuntimeError, match="no such tests: tests/test_exercises.py::test_every_wrong_answer_gets"):
        planted_by_tests.planted()


def test_links_are_planted_and_caught(site):
    faults = [*links.in_pages(1), *links.in_citations(1)]
    assert len({fault.kind for fault in faults}) == 4 and all(fault.caught for fault in faults)


def test_a_link_that_no_test_refuses_is_told(site, monkeypatch):
    monkeypatch.setattr(links.ways, "broken", lambda site, name: [])
    assert [fault.caught for fault in links.in_pages(1)] == [False] * 3
