"""Makes nbval strict: every code cell is run, in one fresh run of its notebook, and every output compared.

nbval still collects and reports.  Its own comparison passes a notebook that was never run, a changed picture, outputs
in another order and whatever is marked to be skipped; here each of those fails.
"""
import base64
import difflib
import io
import json
import platform
import re

import numpy as np
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, metadata_tags
from PIL import Image

from tools.notebooks import fresh_run

LEVEL, PIXELS = 2, 8            # of 255 grey levels, a difference nobody sees; and how many pixels may differ by more
MARKERS = set(metadata_tags) - {"raises-exception"} | {"skip-execution"}
EMBEDDED = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=]+")


def pytest_addoption(parser):
    parser.getgroup("nbval").addoption("--nbval-other", action="store_true",
                                       help="Run the notebooks with other instructions of the processor")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    collected = yield
    return [Notebook.from_parent(parent, path=file.path) if type(file) is IPyNbFile else file for file in collected]


class Notebook(IPyNbFile):
    """A notebook, run once from top to bottom in a fresh kernel before its cells are compared."""

    def collect(self):
        for cell in super().collect():
            yield Cell.from_parent(self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=cell.options)

    def setup(self):
        asked = self.config.option
        self.fresh = fresh_run(self.nb, self.path.parent, timeout=int(asked.nbval_cell_timeout),
                               **(other_arithmetic() if asked.nbval_other else {}))

    def teardown(self):
        del self.fresh


class Cell(IPyNbCell):
    """One code cell: what is stored against what the fresh run gave."""

    def setup(self):
        pass

    def runtest(self):
        fresh = self.parent.fresh[self.cell_num]
        meant_to_raise = "raises-exception" in self.cell.metadata.get("tags", [])
        error = next((output for output in fresh.outputs if output.output_type == "error"), None)
        if marked(self.cell):
            self.fail("no cell may be skipped, and no output ignored")
        if error and not meant_to_raise:
            self.fail(f"the cell raises {error.ename}: {error.evalue}")
        if meant_to_raise and not error:
            self.fail("the cell is tagged raises-exception and raises nothing")
        if self.cell.execution_count != fresh.execution_count:
            self.fail(f"execution count: {self.cell.execution_count} stored, {fresh.execution_count} in a fresh run")
        if found := difference(plain(self.cell.outputs), plain(fresh.outputs), "outputs"):
            self.fail(found)

    def fail(self, reason):
        advice = "(if the fresh run is right, `make notebooks` stores it)"
        pytest.fail(f"{reason}\n{advice}\n\n{self.cell.source}", pytrace=False)

    repr_failure = pytest.Item.repr_failure


def other_arithmetic():
    """An environment where sums end in other last digits: an old BLAS kernel, no SIMD that NumPy can do without."""
    simd = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    kernel = "Nehalem" if platform.machine() in ("x86_64", "AMD64") else "ARMV8"
    return {"OPENBLAS_CORETYPE": kernel, "NPY_DISABLE_CPU_FEATURES": " ".join(simd)}


def marked(cell):
    """Whether a cell asks, by a tag or a comment, to be treated less strictly."""
    comments = [line.strip().lstrip("# ") for line in cell.source.splitlines() if line.strip().startswith("#")]
    comments = {comment.lower().replace("_", "-") for comment in comments}
    tags = {tag.lower() for tag in cell.metadata.get("tags", [])}
    return bool((comments | tags) & MARKERS)


def plain(outputs):
    return json.loads(json.dumps(outputs))


def difference(stored, fresh, where):
    """"" if two JSON values agree (pictures by their pixels), else a line that says where they do not."""
    if type(stored) is not type(fresh):
        return f"{where}: stored {stored!r}, now {fresh!r}"
    if isinstance(stored, dict):
        if unmatched := sorted(stored.keys() ^ fresh.keys()):
            return f"{where}: only in one of the two: {', '.join(unmatched)}"
        return first(difference(stored[key], fresh[key], f"{where}/{key}") for key in stored)
    if isinstance(stored, list):
        if len(stored) != len(fresh):
            return f"{where}: {len(stored)} stored, {len(fresh)} now"
        return first(difference(a, b, f"{where}/{place}") for place, (a, b) in enumerate(zip(stored, fresh)))
    if where.endswith("/image/png"):
        return difference_of_pictures(stored, fresh, where)
    if where.endswith("/text/html") and '<figure class="nn-live"' in stored:
        pictures = zip(EMBEDDED.findall(stored), EMBEDDED.findall(fresh))
        return (difference(EMBEDDED.sub("", stored), EMBEDDED.sub("", fresh), where + " (without its picture)")
                or first(difference_of_pictures(a, b, where) for a, b in pictures))
    if isinstance(stored, str) and stored != fresh:
        return f"{where}:\n" + "\n".join(difflib.ndiff(excerpt(stored, fresh), excerpt(fresh, stored)))
    return "" if stored == fresh else f"{where}: stored {stored!r}, now {fresh!r}"


def difference_of_pictures(stored, fresh, where):
    """"" if two PNGs (base64) have one size and all but a few pixels are alike."""
    stored, fresh = pixels(stored), pixels(fresh)
    if stored.shape != fresh.shape:
        return f"{where}: {stored.shape[1]}×{stored.shape[0]} pixels stored, {fresh.shape[1]}×{fresh.shape[0]} now"
    differing = int((np.abs(stored - fresh).max(axis=-1) > LEVEL).sum())
    return f"{where}: {differing} pixels differ" if differing > PIXELS else ""


def pixels(png):
    """A PNG (base64) as an array, (height, width, 4)."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"), int)


def excerpt(text, other, before=60, length=200):
    """The lines of `text` from shortly before where it departs from `other`."""
    start = next((place for place, (a, b) in enumerate(zip(text, other)) if a != b), min(len(text), len(other)))
    return text[max(0, start - before):start + length].splitlines()


def first(differences):
    return next(filter(None, differences), "")
