"""`make notebooks`: the same bytes however often it runs, nothing in them of the day, nothing stored of a failure."""
import json
import sys

import nbformat
import pytest
from nbformat import v4

from nnlib import exercises
from tools.notebooks import CELL_METADATA, fresh_run, store

PROGRESS_BAR = "from tqdm.auto import tqdm\nfor step in tqdm(range(3)):\n    pass"
SETTINGS = "import os, sys\nprint(sys.executable)\nprint(os.environ['OPENBLAS_NUM_THREADS'], os.getcwd())"


def written(path, *cells, **metadata):
    path.write_text(json.dumps(v4.new_notebook(cells=list(cells), metadata=metadata)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A notebook as JupyterLab may leave it, after `make notebooks`: its path, and its content."""
    path = written(
        tmp_path_factory.mktemp("lessons") / "lesson.ipynb",
        v4.new_code_cell("from nnlib.exercises import exercise", id="first"),
        v4.new_markdown_cell("old text", metadata={"exercise": "4.1"}),
        v4.new_code_cell("an old attempt", metadata={"exercise": "4.1"}),
        v4.new_code_cell("print('one')\nprint('two', flush=True)\n1 + 1", id="mine", execution_count=17,
                         metadata={"execution": {"iopub.execute_input": "12:00"}, "collapsed": True, "tags": []},
                         outputs=[v4.new_output("stream", text="stale")]),
        v4.new_code_cell(PROGRESS_BAR),
        widgets={"state": {}}, language_info={"name": "python", "version": "3.11.7"})
    raw = json.loads(path.read_text(encoding="utf-8"))
    del raw["cells"][1]["id"], raw["cells"][2]["id"]
    raw["cells"][4]["id"] = "mine"
    path.write_text(json.dumps(raw), encoding="utf-8")
    store(path)
    return path, nbformat.read(path, 4)


def test_twice_gives_the_same_bytes(stored):
    path, _ = stored
    before = path.read_bytes()
    store(path)
    assert path.read_bytes() == before and before.endswith(b"}\n")


def test_cells_keep_their_ids(stored):
    _, notebook = stored
    ids = [cell.id for cell in notebook.cells]
    assert ids[0] == "first" and ids[3] == "mine" and len(set(ids)) == 5


def test_nothing_is_left_of_the_day_it_ran(stored):
    _, notebook = stored
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert notebook.metadata == {"kernelspec": kernel, "language_info": {"name": "python"}}
    assert all(set(cell.metadata) <= CELL_METADATA and "tags" not in cell.metadata for cell in notebook.cells)
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == [1, 2, 3, 4]


def test_outputs_are_fresh_and_pieces_of_a_stream_joined(stored):
    _, notebook = stored
    stream, value = notebook.cells[3].outputs
    assert (stream.text, value.data["text/plain"]) == ("one\ntwo\n", "2")


def test_a_progress_bar_leaves_nothing(stored):
    _, notebook = stored
    assert notebook.cells[4].outputs == []


def test_exercise_cells_get_their_text_and_opening_code(stored):
    _, notebook = stored
    assert notebook.cells[1].source == exercises.page("4.1") and notebook.cells[2].source == exercises.stub("4.1")


def test_a_cell_that_raises_stores_nothing(tmp_path):
    path = written(tmp_path / "lesson.ipynb", v4.new_code_cell("print(1)"), v4.new_code_cell("1 / 0"))
    before = path.read_bytes()
    with pytest.raises(ValueError, match="code cell 1: ZeroDivisionError: division by zero"):
        store(path)
    assert path.read_bytes() == before


def test_a_cell_that_never_ends_is_an_error(tmp_path):
    notebook = v4.new_notebook(cells=[v4.new_code_cell("while True:\n    pass"), v4.new_code_cell("1")])
    endless, never_reached = fresh_run(notebook, tmp_path, timeout=2)
    assert endless.outputs[0].evalue == "still running after 2 s" and never_reached.execution_count is None


def test_a_lesson_runs_in_its_folder_by_this_python_on_one_thread(tmp_path):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(SETTINGS)])
    assert fresh_run(notebook, tmp_path)[0].outputs[0].text == f"{sys.executable}\n1 {tmp_path}\n"
