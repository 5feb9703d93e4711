"""Stored outputs of notebooks, altered at random and judged by the comparison of `pytest --nbval`."""
import base64
import io
import random
import re
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from PIL import Image

from tests.strict_nbval import EMBEDDED, PIXELS, difference, pixels, plain
from tools.notebooks import fresh_run, read

from . import ROOT, Fault

EACH = 50                               # faults of each kind
NOTEBOOKS = ["00_big_picture", "01_derivatives/03_gradient", "02_chain_rule/02_graphs", "03_forward_pass/03_losses",
             "04_backprop/01_by_hand", "05_optimisers/01_descent", "06_overfitting/03_evaluation"]
SHOWN = ("text", "evalue", "text/plain", "text/html", "image/png")
SPECIFICATION = re.compile(r"(?<=data-live=')[^']*")
SIDE = (3, 12)                          # of an altered square, whose least area is just more than the comparison forgives
assert SIDE[0] ** 2 > PIXELS


def planted(most=None):
    rng = random.Random(0)
    cells = compared()
    return [fault for kind, alter in KINDS.items() for fault in altered(kind, alter, cells, most or EACH, rng)]


def compared():
    """(place, stored outputs, fresh outputs) of every code cell; the two agree as long as nothing is altered."""
    with ProcessPoolExecutor(2) as processes:
        cells = [cell for found in processes.map(cells_of, NOTEBOOKS) for cell in found]
    for place, stored, fresh in cells:
        if found := difference(stored, fresh, "outputs"):
            raise RuntimeError(f"before anything is altered, {place} is not what a fresh run gives: {found}")
    return cells


def cells_of(name):
    path = ROOT / "lessons" / f"{name}.ipynb"
    notebook = read(path)
    stored = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [(f"{name}, code cell {place}", plain(cell.outputs), plain(fresh.outputs))
            for place, (cell, fresh) in enumerate(zip(stored, fresh_run(notebook, path.parent)))]


def altered(kind, alter, cells, most, rng):
    """Faults of one kind, each in an output that has something to alter."""
    places = [(cell, k, key) for cell in cells for k, output in enumerate(cell[1])
              for key in SHOWN if key in home(output) and alter(home(output)[key], key, rng)]
    for (place, stored, fresh), k, key in rng.choices(places, k=most):
        spoilt = plain(stored)
        home(spoilt[k])[key] = alter(home(spoilt[k])[key], key, rng)
        yield Fault(kind, f"{place}, output {k}, {key}", bool(difference(spoilt, fresh, "outputs")))


def home(output):
    """Where an output has its texts."""
    return output.get("data", output)


# Each gives a text altered in one place, or None where there is nothing of its kind.

def digit(text, key, rng):
    return key != "image/png" and "nn-live" not in text and swapped(text, r"\d", "0123456789", rng)


def letter(text, key, rng):
    return key != "image/png" and "nn-live" not in text and swapped(text, r"[a-z]", "abcdefghijklmnopqrstuvwxyz", rng)


def specification(text, key, rng):
    found = SPECIFICATION.search(text)
    if key == "text/html" and found:
        return text[:found.start()] + swapped(found[0], r"(?<![&#\w])\d", "0123456789", rng) + text[found.end():]


def picture(text, key, rng):
    if key == "image/png":
        return redrawn(text, rng)
    if key == "text/html" and "nn-live" in text and EMBEDDED.search(text):
        return EMBEDDED.sub(lambda found: redrawn(found[0], rng), text, count=1)


KINDS = {
    "a digit of a stored output": digit,
    "a letter of a stored output": letter,
    "a digit of a stored figure's specification": specification,
    "a small square of a stored picture": picture,
}


def swapped(text, pattern, others, rng):
    """The text with one character that fits the pattern in place of another."""
    places = [found.start() for found in re.finditer(pattern, text)]
    if places:
        place = rng.choice(places)
        return text[:place] + rng.choice(others.replace(text[place], "")) + text[place + 1:]


def redrawn(png, rng):
    """A PNG (base64) in which a small square has other colours."""
    picture = pixels(png).astype(np.uint8)
    side = rng.randint(*SIDE)
    row, column = (rng.randrange(length - side) for length in picture.shape[:2])
    picture[row:row + side, column:column + side, :3] += 128        # of 256: black turns grey, white turns grey
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
