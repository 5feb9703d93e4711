"""Answers that are no answers: each is refused kindly, and none hurts the kernel."""
import gc
import math
import sys
import threading
import time
from weakref import WeakSet

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import nnlib.exercises
from messages import assert_says
from nnlib.exercises import exercises, find
from nnlib.exercises.deadline import StillRunning, within


def right(x, y, w1, b1, w2, b2):
    return find("4.1").answer(x, y, w1, b1, w2, b2)


def divides(x, y, w1, b1, w2, b2):
    return x / 0


def unknown_name(x, y, w1, b1, w2, b2):
    return dz1 * x      # noqa: F821


def in_a_helper(x, y, w1, b1, w2, b2):
    return broken_helper(x)


def broken_helper(x):
    return [][7]


def prints(x, y, w1, b1, w2, b2):
    print(right(x, y, w1, b1, w2, b2))


def forgets_return(x, y, w1, b1, w2, b2):
    dw1 = x


def yields(x, y, w1, b1, w2, b2):
    yield from right(x, y, w1, b1, w2, b2)


async def awaited(x, y, w1, b1, w2, b2):
    return right(x, y, w1, b1, w2, b2)


def recursion(x, y, w1, b1, w2, b2):
    return recursion(x, y, w1, b1, w2, b2)


def leaves(x, y, w1, b1, w2, b2):
    sys.exit()


def interrupts(x, y, w1, b1, w2, b2):
    raise KeyboardInterrupt


class Hostile:
    def __str__(self): raise ValueError("no words for it")
    __repr__ = __float__ = __len__ = __array__ = __str__


class SpeechlessError(Exception):
    __str__ = __repr__ = Hostile.__str__


def raises_speechless(x, y, w1, b1, w2, b2):
    raise SpeechlessError


def shown_example_only(x, y, w1, b1, w2, b2):
    if (x, y, w1) == (2, 1, 0.5):
        return -0.059896, -0.029948, -0.149896, -0.199792
    return 0, 0, 0, 0


def variable_of_another_cell(x, y, w1, b1, w2, b2):
    return right(2.0, 1.0, 0.5, b1, 0.8, b2)


def rounds_early(x, y, w1, b1, w2, b2):
    a1 = round(1 / (1 + math.exp(-w1 * x - b1)), 4)
    error = w2 * a1 + b2 - y
    back = error * w2 * a1 * (1 - a1)
    return back * x, back, error * a1, error


def two_slips(x, y, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = right(x, y, w1, b1, w2, b2)
    return -2 * dw1, db1 ** 2, dw2, db2


def biases_swapped(x, y, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = right(x, y, w1, b1, w2, b2)
    return dw1, db2, dw2, db1


def nan_later(x, y, w1, b1, w2, b2):
    results = right(x, y, w1, b1, w2, b2)
    return results if x == 1 else [math.nan, *results[1:]]


def prints_on_the_way(x, y, w1, b1, w2, b2):
    for k in range(100):
        print("k is", k)
    return 0, 0, 0, w2


def returning(value):
    return lambda x, y, w1, b1, w2, b2: value


@pytest.mark.parametrize("function, said", [
    (divides, ["ZeroDivisionError", "line ", "return x / 0", "backward(x=2.0"]),
    (unknown_name, ["name 'dz1' is not defined", "return dz1 * x", "before it is used", "the cell with the imports"]),
    (in_a_helper, ["IndexError", "return [][7]"]),
    (prints, ["`None`", "`return`", "Printing shows"]),
    (forgets_return, ["`None`", "`return`"]),
    (yields, ["`yield`", "`return`"]),
    (awaited, ["4 results", "`coroutine`"]),
    (recursion, ["RecursionError", "calls itself", "return recursion("]),
    (leaves, ["SystemExit", "sys.exit()"]),
    (interrupts, ["KeyboardInterrupt"]),
    (raises_speechless, ["SpeechlessError", "raise SpeechlessError"]),
    (shown_example_only, ["on no other input", "x=1.0"]),
    (variable_of_another_cell, ["on no other input", "variable of another cell"]),
    (rounds_early, ["Very near", "rounded"]),
    (two_slips, ["`dw2` and `db2` are right on every input", "dw1", "←"]),
    (biases_swapped, ["another order", "`dw1, db2, dw2, db1`"]),
    (nan_later, ["`dw1` is not a finite number", "nan", "x=2.0"]),
    (prints_on_the_way, ["Your code printed", "k is 9 …"]),
    (returning((-0.051884, -0.051884, -0.183027, -0.283475)), ["same numbers whatever goes in"]),
    (returning((0, 0, 0, 0)), ["same numbers whatever goes in"]),
    (returning((math.inf, 0, 0, 0)), ["`dw1` is not a finite number"]),
    (returning(0.5), ["4 results", "0.5", "`float`"]),
    (returning(np.float64(0.5)), ["4 results"]),
    (returning(np.array(0.5)), ["4 results"]),
    (returning((1, 2, 3)), ["4 results", "returned 3"]),
    (returning([1, 2, 3, 4, 5]), ["4 results", "returned 5"]),
    (returning("0.51"), ["4 results", "`str`"]),
    (returning(("1", "2", "3", "4")), ["`dw1` should be a number", "`str`"]),
    (returning({"dw1": 1}), ["4 results", "`dict`"]),
    (returning((1, 2, 3, None)), ["`db2` should be a number", "`NoneType`"]),
    (returning((1, 2, [3, [4, 5]], 6)), ["`dw2` should be a number", "`list`"]),
    (returning((1j, 2, 3, 4)), ["`dw1` should be a number", "`complex`"]),
    (returning((1, Hostile(), 3, 4)), ["`db1` should be a number", "`Hostile`"]),
    (returning(Hostile()), ["4 results", "`Hostile`"]),
    (returning(print), ["4 results"]),
    (returning((np.ones(2), 2, 3, 4)), ["`dw1` should be a number", "shape (2,)"]),
    (returning(np.ones((4, 2))), ["`dw1` should be a number", "shape (2,)"]),
    (returning(([], 2, 3, 4)), ["`dw1` should be a number", "shape (0,)"]),
    (lambda x, y: 0, ["`x, y, w1, b1, w2, b2`", "takes `x, y`"]),
    (lambda x, y, w1, w2, b1, b2: 0, ["in this order", "`x, y, w1, w2, b1, b2`"]),
    (3, ["line above a function", "`3`"]),
    (None, ["line above a function"]),
])
def test_rubbish_is_refused_kindly(function, said, answer, capsys):
    message = answer("4.1", function)
    assert message.state == "wrong"
    assert_says(message, said)
    assert capsys.readouterr() == ("", ""), "nothing but the message is shown"


@pytest.mark.parametrize("id", exercises)
@pytest.mark.parametrize("value", [None, ..., math.nan, "text", [], {}, Hostile(), print, np.ones((3, 4, 5)), 12345.6])
def test_rubbish_passes_in_no_exercise(id, value, answer):
    several = [value] * len(find(id).returns)
    for returned in (value, several):
        message = answer(id, lambda *inputs: returned)
        assert message.state == "wrong" and message.paragraphs and message._repr_html_()


@pytest.mark.parametrize("id", exercises)
@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, KeyboardInterrupt, SpeechlessError])
def test_errors_are_told_in_every_exercise(id, error, answer):
    def stops(*inputs):
        raise error
    assert_says(answer(id, stops), [error.__name__, "raise error"])


def test_an_answer_that_changes_its_inputs_is_told_which(answer):
    def train_step(params, x, y, lr):
        params.append(0)
        return params[:4]
    assert "changes `params`" in repr(answer("4.2", train_step))


@pytest.fixture
def hurry(monkeypatch):
    """Endless code is stopped sooner, to keep these tests short."""
    monkeypatch.setattr(find("4.1"), "seconds", 0.3)


def endless(x, y, w1, b1, w2, b2):
    while True:
        x += 1


def endless_and_deaf(x, y, w1, b1, w2, b2):
    for _ in range(5):
        try:
            while True:
                x += 1
        except:     # noqa: E722
            pass


def endless_in_numpy(x, y, w1, b1, w2, b2):
    weights = np.ones(1000)
    while x:
        weights = weights * 1.0


def endless_printing(x, y, w1, b1, w2, b2):
    while True:
        print("still here")


def endless_doubling(x, y, w1, b1, w2, b2):
    try:
        endless_doubling(x, y, w1, b1, w2, b2)
    except RecursionError:
        endless_doubling(x, y, w1, b1, w2, b2)


@pytest.mark.parametrize("function, line", [
    (endless, "x += 1"), (endless_and_deaf, "x += 1"), (endless_in_numpy, "weights * 1.0"),
    (endless_printing, "print("), (endless_doubling, "endless_doubling("),
])
def test_endless_code_is_stopped_and_its_line_is_shown(function, line, answer, hurry, capsys):
    before = threading.enumerate()
    message = answer("4.1", function)
    assert set(threading.enumerate()) <= set(before), "it must not go on in the background"
    assert message.state == "wrong" and "still running after 0.3 seconds" in repr(message)
    assert any(words in repr(message) for words in (line, "while", "try:", "pass")), message
    print("the screen is ours again")
    assert capsys.readouterr().out == "the screen is ours again\n"
    assert answer("4.1", right).state == "passed"


class Knot:
    """An object in a circle of references, which only the garbage collector frees."""

    def __init__(self):
        self.self = self


def test_stopping_endless_code_writes_nothing_about_other_objects(monkeypatch):
    ignored, known = [], WeakSet()
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    monkeypatch.setattr(threading, "excepthook", ignored.append)
    thresholds = gc.get_threshold()
    gc.set_threshold(5)
    try:
        for _ in range(20):
            known.update([Knot() for _ in range(3000)])     # each has a finaliser that runs when it is collected
            with pytest.raises(StillRunning):
                within(0.02, lambda: endless_doubling(1, 1, 1, 1, 1, 1))
    finally:
        gc.set_threshold(*thresholds)
    assert ignored == [] and gc.isenabled()


def test_code_that_cannot_be_reached_is_left_behind_and_the_notebook_goes_on(answer, hurry):
    start = time.perf_counter()
    message = answer("4.1", lambda *inputs: time.sleep(4))
    assert time.perf_counter() - start < 3
    assert "still running after 0.3 seconds" in repr(message) and "time.sleep(4)" in repr(message)
    assert answer("4.1", right).state == "passed"


# ---- in a real kernel ----

CELLS = [
    "import numpy as np\nfrom nnlib.exercises import exercise, hint, solution",
    '@exercise("4.1")\ndef backward(x, y, w1, b1, w2, b2):\n    while True:\n        pass',
    '@exercise("4.1")\ndef backward(x, y, w1, b1, w2, b2):\n\n    return z1 * x',
    '@exercise("4.1")\ndef backward(x, y, w1, b1, w2, b2):\n    return backward(x, y, w1, b1, w2, b2)',
    '@exercise("4.1")\ndef backward(x, y, w1, b1, w2, b2):\n    raise SystemExit',
    '@exercise("4.1")\ndef backward(x, y, w1, b1, w2, b2):\n    return float(input("dw1? "))',
    '@exercise("4.1")\ndef backward(x, y, w1, b1, w2, b2):\n    print("on my way")\n    return 1, 2, 3, x',
    'hint("4.1")',
    'solution("4.1")',
    '@exercise("4.1")\n' + nnlib.exercises.bank.source(find("4.1").answer),
    'print(backward(1.0, 1.0, 0.5, 0.1, 0.8, 0.2)[3].round(6))',
]


@pytest.fixture(scope="module")
def kernel_run(tmp_path_factory):
    """The outputs of CELLS as (name of the mime type -> text), run in one kernel, and the seconds the whole took."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    client = NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=30, kernel_name="python3",
                            resources={"metadata": {"path": str(tmp_path_factory.mktemp("reader"))}})
    took = []
    with client.setup_kernel():
        for k, cell in enumerate(cells):
            start = time.perf_counter()
            client.execute_cell(cell, k)
            took.append(time.perf_counter() - start)
    return [cell.outputs for cell in cells], took


@pytest.mark.parametrize("k, said", [
    (1, ["still running after 2 seconds", "line "]),
    (2, ["NameError", "line 4:  return z1 * x"]),
    (3, ["RecursionError", "line 3:  return backward(x, y, w1, b1, w2, b2)"]),
    (4, ["SystemExit"]),
    (5, ["StdinNotImplementedError", "line 3:"]),
    (6, ["Your code printed", "on my way"]),
    (7, ["hint 1 of 3"]),
    (8, ["def backward", "Each gradient is"]),
    (9, ["passed"]),
])
def test_a_cell_shows_its_message_as_text_and_as_a_box(k, said, kernel_run):
    [output] = kernel_run[0][k]
    assert output.output_type == "display_data"
    assert set(output.data) == {"text/plain", "text/html"}
    for words in said:
        assert words in output.data["text/plain"]


def test_an_endless_loop_in_a_cell_is_stopped_within_seconds(kernel_run):
    assert kernel_run[1][1] < 4


def test_the_kernel_goes_on_after_all_of_them_with_the_readers_own_function(kernel_run):
    assert kernel_run[0][-1][0].text == "-0.283475\n"
