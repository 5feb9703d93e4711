"""Runs notebooks from top to bottom and stores each in its one canonical form: python tools/notebooks.py [PATH ...]

Without a path it does every notebook of the book.  Doing it twice gives the same bytes, so a diff shows what changed.
"""
import base64
import hashlib
import io
import json
import os
import re
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import matplotlib
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import v4
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
NEW_CELL = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
CELL_METADATA = {"exercise", "mystnb", "tags"}
MEDIA = ("text/plain", "text/html", "image/png")
WIDGET = "application/vnd.jupyter.widget-view+json"
NOTEBOOK_METADATA = {                                   # what JupyterLab would write: opening a lesson changes nothing
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebooks():
    """The paths of all notebooks of the book."""
    found = [path for folder in ("book", "lessons") for path in (ROOT / folder).rglob("*.ipynb")]
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def runnable():
    """The notebooks that can be run here: those that import PyTorch only where `make torch` has installed it."""
    return [path for path in notebooks() if find_spec("torch") or not imports_torch(path)]


def imports_torch(path):
    code = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "code")
    return bool(re.search(r"^\s*(?:import|from) torch\b", code, re.M))


def read(path):
    """A notebook, every cell with an id: its own, or one from its place and text where it has none to itself."""
    raw = json.loads(Path(path).read_text(encoding="utf-8"))
    seen = set()
    for place, cell in enumerate(raw["cells"]):
        if cell.get("id") in seen | {None}:
            cell["id"] = f"{place:02d}-{hashlib.sha256(''.join(cell['source']).encode()).hexdigest()[:8]}"
        seen.add(cell["id"])
    raw.update(nbformat=4, nbformat_minor=5)
    return v4.to_notebook(raw)


# ------------------------------------------------------------------------------------------------ running

def environment(folder):
    """What a lesson's kernel is told: no progress bars (they show times), one thread, nobody's settings and answers."""
    return {
        **os.environ,
        "NNLIB_ANSWERS": "",
        "TQDM_DISABLE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "IPYTHONDIR": folder,
        "MATPLOTLIBRC": matplotlib.get_data_path(),
    }


def fresh_run(notebook, folder, *, timeout=300, **changes):
    """Runs the code of a notebook in a new kernel, in `folder`, and returns its code cells with canonical outputs.

    Only the source of the cells is used: no tag can keep a cell from running.  A cell that raises has an output of type
    "error" and the next one runs all the same; one that takes longer than `timeout` seconds, or ends the kernel, has
    such an output, too, and those after it have no execution count.  `changes` go into the kernel's environment.
    """
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    fresh = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    reached = [0]
    client = NotebookClient(fresh, kernel_name="python3", timeout=timeout, allow_errors=True, record_timing=False,
                            store_widget_state=False, shutdown_kernel="immediate",
                            on_cell_execute=lambda cell, cell_index: reached.append(cell_index))
    client.create_kernel_manager()
    client.km.kernel_spec_manager.kernel_dirs = []      # this Python's own kernel, whatever else is called python3
    client.km.transport_encryption = "auto"             # otherwise the kernel warns that it is not
    with tempfile.TemporaryDirectory() as own:
        try:
            client.execute(cwd=str(folder), env={**environment(own), **changes})
        except CellTimeoutError:
            fresh.cells[reached[-1]].outputs = failed("Timeout", f"still running after {timeout} s")
        except DeadKernelError:
            fresh.cells[reached[-1]].outputs = failed("Dead kernel", "the kernel ended in this cell")
    for cell in fresh.cells:
        cell.outputs = canonical_outputs(cell.outputs)
    return fresh.cells


def failed(name, explanation):
    """The outputs of a cell that did not come to its end."""
    return [v4.new_output("error", ename=name, evalue=explanation)]


# ------------------------------------------------------------------------------------------------ canonical form

def canonical_outputs(outputs):
    """Outputs with neighbouring pieces of a stream joined, and nothing but text, HTML, PNG and errors without a trace.

    A widget means nothing once its kernel has ended.  One that has HTML besides is kept as that (a live figure); one
    that has not is left out (a progress bar).
    """
    result = []
    for output in outputs:
        kind = output.output_type
        if kind == "stream":
            if result and result[-1].get("name") == output.name:
                result[-1].text += output.text
            else:
                result.append(v4.new_output("stream", name=output.name, text=output.text))
        elif kind == "error":
            line = f"{output.ename}: {output.evalue}"
            result.append(v4.new_output("error", ename=output.ename, evalue=output.evalue, traceback=[line]))
        else:
            if WIDGET in output.data and "text/html" not in output.data:
                continue
            data = {media: output.data[media] for media in MEDIA if media in output.data}
            metadata = {media: output.metadata[media] for media in MEDIA if media in output.metadata}
            number = {"execution_count": output.execution_count} if kind == "execute_result" else {}
            if data:
                result.append(v4.new_output(kind, data=data, metadata=metadata, **number))
    return result


def canonical(notebook):
    """A copy of a notebook in canonical form, its outputs as they are but for what the form leaves out."""
    cells = []
    for cell in notebook.cells:
        kept = {key: value for key, value in cell.metadata.items() if key in CELL_METADATA and value}
        new = NEW_CELL[cell.cell_type](cell.source, id=cell.id, metadata=kept)
        if cell.cell_type == "code":
            new.execution_count, new.outputs = cell.execution_count, canonical_outputs(cell.outputs)
        cells.append(new)
    return v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA)


def text(notebook):
    """The text of a notebook's file."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def smaller(png):
    """The same picture (base64) in fewer bytes: compressed best, no comments, no alpha channel that says nothing."""
    image = Image.open(io.BytesIO(base64.b64decode(png)))
    if image.mode == "RGBA" and image.getextrema()[3] == (255, 255):
        image = image.convert("RGB")
    image.info.clear()
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


# ------------------------------------------------------------------------------------------------ storing

def refresh_exercises(notebook):
    """Exercise cells, marked by their metadata, get the text and the opening code that nnlib.exercises has for them."""
    for cell in notebook.cells:
        if number := cell.metadata.get("exercise"):
            from nnlib import exercises
            cell.source = exercises.stub(number) if cell.cell_type == "code" else exercises.page(number)


def store(path):
    """Runs one notebook and stores it.  Returns the seconds it took; ValueError if a cell raises and should not."""
    start = time.perf_counter()
    notebook = canonical(read(path))
    refresh_exercises(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for place, (cell, fresh) in enumerate(zip(code, fresh_run(notebook, path.parent))):
        error = next((output for output in fresh.outputs if output.output_type == "error"), None)
        if error and "raises-exception" not in cell.metadata.get("tags", []):
            raise ValueError(f"{path}, code cell {place}: {error.ename}: {error.evalue}\n\n{cell.source}")
        for output in fresh.outputs:
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = smaller(output.data["image/png"])
        cell.outputs, cell.execution_count = fresh.outputs, fresh.execution_count
    path.write_text(text(notebook), encoding="utf-8", newline="\n")
    return time.perf_counter() - start


def main(paths):
    with ProcessPoolExecutor(2) as processes:
        for path, done in [(path, processes.submit(store, path)) for path in paths]:
            try:
                print(f"{done.result():6.1f} s  {path}", flush=True)
            except ValueError as error:
                sys.exit(str(error))


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:]] or notebooks())
