"""A notebook that stores what a fresh run gives passes; any planted fault fails in the cell that has it."""
import base64
import io
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat import v4
from PIL import Image

from tools.notebooks import ROOT, WIDGET, store

NUMBER = "print(0.5 * 1.25)"
THREE_OUTPUTS = "print('first')\ndisplay(0.5)\n0.75"
ERROR = "raise ValueError('w is 0.5')"
BAR = f"display({{'text/plain': 'bar', '{WIDGET}': {{'model_id': '0'}}}}, raw=True)"
PICTURE = """
import base64, io
from IPython.display import HTML
from PIL import Image, ImageDraw

image = Image.new("RGB", (60, 40), "white")
ImageDraw.Draw(image).line((0, 0, 59, 39), "black", 3)
image
"""
FIGURE = PICTURE.replace("\nimage\n", """
file = io.BytesIO()
image.save(file, "PNG")
png = base64.b64encode(file.getvalue()).decode()
HTML(f'<figure class="nn-live" data-live=\\'{{"value":0.716525}}\\'><img src="data:image/png;base64,{png}"></figure>')
""")

# Each fault is planted in a cell of its own: (a name, the cell's source, what is done to the stored cell).
FAULTS = []


def fault(source):
    def add(plant):
        FAULTS.append((plant.__name__, source.strip(), plant))
    return add


@fault(NUMBER)
def a_digit(cell):
    cell.outputs[0].text = "0.626\n"


@fault(THREE_OUTPUTS)
def a_word(cell):
    cell.outputs[0].text = "fist\n"


@fault(PICTURE)
def nine_pixels(cell):
    cell.outputs[0].data["image/png"] = redrawn(cell.outputs[0].data["image/png"], 9)


@fault(PICTURE)
def the_size_of_a_picture(cell):
    cell.outputs[0].data["image/png"] = png(Image.new("RGB", (60, 41), "white"))


@fault(FIGURE)
def a_number_of_a_specification(cell):
    data = cell.outputs[0].data
    data["text/html"] = data["text/html"].replace("0.716525", "0.716526")


@fault(FIGURE)
def nine_pixels_of_a_live_figure(cell):
    data = cell.outputs[0].data
    data["text/html"] = re.sub('(?<=base64,)[^"]*', lambda found: redrawn(found[0], 9), data["text/html"])


@fault(THREE_OUTPUTS)
def the_order_of_outputs(cell):
    cell.outputs[:2] = cell.outputs[1::-1]


@fault(THREE_OUTPUTS)
def an_output_removed(cell):
    del cell.outputs[1]


@fault(NUMBER)
def an_output_added(cell):
    cell.outputs.append(v4.new_output("display_data", data={"text/plain": "more"}))


@fault(NUMBER)
def all_outputs_removed(cell):
    cell.outputs = []


@fault(THREE_OUTPUTS)
def the_kind_of_an_output(cell):
    cell.outputs[1] = v4.new_output("execute_result", data=cell.outputs[1].data, execution_count=cell.execution_count)


@fault(NUMBER)
def a_stream_by_another_name(cell):
    cell.outputs[0].name = "stderr"


@fault(NUMBER)
def an_execution_count(cell):
    cell.execution_count += 1


@fault(NUMBER)
def a_cell_never_run(cell):
    cell.execution_count, cell.outputs = None, []


@fault(ERROR)
def another_error(cell):
    cell.outputs[0].evalue = "w is 0.6"


@fault(ERROR)
def an_error_nobody_announced(cell):
    del cell.metadata["tags"]


@fault(NUMBER)
def an_error_that_never_comes(cell):
    cell.metadata["tags"] = ["raises-exception"]


@fault(BAR)
def a_widget(cell):
    cell.outputs = [v4.new_output("display_data", data={"text/plain": "bar", WIDGET: {"model_id": "0"}})]


@fault(NUMBER)
def a_tag_that_skips(cell):
    cell.metadata["tags"] = ["nbval-skip"]


@fault(NUMBER)
def a_tag_that_ignores_the_output(cell):
    cell.metadata["tags"] = ["nbval-ignore-output"]


@fault(NUMBER)
def a_tag_that_keeps_the_cell_from_running(cell):
    cell.metadata["tags"] = ["skip-execution"]


@fault(NUMBER)
def a_comment_that_skips(cell):
    cell.source += "\n# NBVAL_SKIP"


@fault("pass")
def a_cell_that_ends_the_kernel(cell):
    cell.source = "import os\nos._exit(1)"


def png(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def redrawn(picture, pixels):
    """A PNG (base64) in which so many of its white pixels have become grey."""
    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    for x in range(20, 20 + pixels):
        image.putpixel((x, 1), (128, 128, 128))
    return png(image)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What `pytest --nbval` says of three copies of a notebook: {(copy, cell number): "PASSED" or "FAILED"}."""
    folder = tmp_path_factory.mktemp("notebooks")
    cells = [v4.new_code_cell(source) for _, source, _ in FAULTS]
    for cell in cells:
        cell.metadata["tags"] = ["raises-exception"] if cell.source == ERROR else []
    nbformat.write(v4.new_notebook(cells=cells), folder / "sound.ipynb")
    store(folder / "sound.ipynb")

    tolerable = nbformat.read(folder / "sound.ipynb", 4)
    for cell in tolerable.cells:
        if cell.source == PICTURE.strip():
            cell.outputs[0].data["image/png"] = redrawn(cell.outputs[0].data["image/png"], 8)
    nbformat.write(tolerable, folder / "tolerable.ipynb")

    faulty = nbformat.read(folder / "sound.ipynb", 4)
    for cell, (_, _, plant) in zip(faulty.cells, FAULTS):
        plant(cell)
    nbformat.write(faulty, folder / "faulty.ipynb")

    command = [sys.executable, "-m", "pytest", "-p", "tests.strict_nbval", "-p", "no:cacheprovider", "--nbval", "-rA",
               "-c", ROOT / "pyproject.toml", f"--rootdir={folder}", folder]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    verdict = re.compile(r"^(PASSED|FAILED) .*?(\w+)\.ipynb::Cell (\d+)", re.M)
    return {(copy, int(cell)): word for word, copy, cell in verdict.findall(told)}


@pytest.mark.parametrize("copy", ["sound", "tolerable"])
def test_what_a_fresh_run_gives_passes(verdicts, copy):
    assert [verdicts[copy, number] for number in range(len(FAULTS))] == ["PASSED"] * len(FAULTS)


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[name for name, _, _ in FAULTS])
def test_a_fault_fails(verdicts, number):
    assert verdicts["faulty", number] == "FAILED"
