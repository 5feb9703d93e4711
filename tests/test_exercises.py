"""Exercises: right answers pass in any style, every wrong one is told its own mistake, nothing hurts the kernel."""

import math
import sys
import threading
import time
from itertools import combinations
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import nnlib.exercises
from nnlib import functional as F
from nnlib import tensor
from nnlib.autograd import grad
from nnlib.exercises import exercise, exercises, find, hint, page, solution, stub, verdict
from nnlib.exercises.bank import Exercise
from nnlib.exercises.behaviour import alike, behaviour
from nnlib.exercises.message import paragraphs
from nnlib.exercises.verdict import NEAR

ROOT = Path(__file__).parents[1]
EXERCISES = list(exercises.values())
BANK = [pytest.param(e, wrong, id=f"{e.id}-{wrong.function.__name__}") for e in EXERCISES for wrong in e.bank]
each_exercise = pytest.mark.parametrize("e", EXERCISES, ids=lambda e: e.id)


@pytest.fixture
def shown(monkeypatch):
    """The messages that cells show."""
    messages = []
    monkeypatch.setattr(nnlib.exercises, "show", messages.append)
    return messages


@pytest.fixture
def answer(shown):
    """Runs a function as a cell would and gives the message that the cell shows."""
    def run(id, function):
        assert exercise(id)(function) is function, "the name must stay the reader's own function"
        return shown[-1]
    return run


@pytest.fixture
def hurry(monkeypatch):
    """Endless code is stopped sooner, to keep these tests short."""
    for e in EXERCISES:
        monkeypatch.setattr(e, "seconds", 0.3)


def assert_says(message, said):
    """All of these words are in the message, wherever its lines may break."""
    text = " ".join(repr(message).split())
    for words in said:
        assert words in text, message


# ---- the bank ----


@each_exercise
def test_the_reference_passes(e, answer):
    assert answer(e.id, e.answer).state == "passed"


@each_exercise
def test_the_stub_is_not_attempted_yet(e, answer):
    message = answer(e.id, e.start)
    assert message.state == "open" and "not attempted yet" in message.heading


def test_a_stub_with_other_comments_and_a_docstring_is_still_not_attempted(answer):
    def backward(x, y, w1, b1, w2, b2):
        """My answer."""
        # I have no idea
        pass
    assert answer("4.1", backward).state == "open"


def test_a_stub_that_holds_code_is_not_attempted_until_that_changes(make, answer):
    e = make("0.1", "total", lambda x: 2 * x, [(1.0,), (2.0,)])
    e.stub(lambda x: sum(k for k in [x]))
    assert answer("0.1", lambda x: sum(k for k in [x])).state == "open"
    assert answer("0.1", lambda x: sum(2 * k for k in [x])).state == "passed"


@pytest.mark.parametrize("e, wrong", BANK)
def test_every_wrong_answer_gets_its_own_explanation(e, wrong, answer):
    message = answer(e.id, wrong.function)
    assert message.state == "wrong"
    assert list(message.paragraphs[:-1]) == paragraphs(wrong.explanation)
    assert any(e.call(case) in message.paragraphs[-1] for case in e.cases), "the call that exposes it is shown"


@pytest.mark.parametrize("e, wrong", BANK)
def test_a_checker_that_accepts_a_wrong_answer_is_caught(e, wrong, answer, monkeypatch):
    monkeypatch.setattr(verdict, "alike", lambda *_: True)
    with pytest.raises(AssertionError):
        test_every_wrong_answer_gets_its_own_explanation(e, wrong, answer)


@each_exercise
def test_the_inputs_tell_all_answers_apart_by_far_more_than_rounding(e):
    answers = {"reference": behaviour(e, e.answer)}
    answers |= {wrong.function.__name__: behaviour(e, wrong.function) for wrong in e.bank}
    assert len(answers) == len(e.bank) + 1, "two wrong answers share a name"
    same = [(a, b) for a, b in combinations(answers, 2) if alike(e, answers[a], answers[b], NEAR)]
    assert not same


@each_exercise
def test_a_bank_is_worth_its_name(e):
    assert len(e.bank) >= 4
    assert len({wrong.explanation for wrong in e.bank}) == len(e.bank)
    assert len(e.hints) == 3 and e.why and 1 <= e.stars <= 3 and e.minutes > 0
    for text in [*e.hints, e.why, *(wrong.explanation for wrong in e.bank)]:
        plain = text.split("`")
        assert len(plain) % 2 == 1, f"a backtick is missing in {text!r}"
        assert not set("*_$<") & set("".join(plain[::2])), f"plain words and `code`, please, not Markdown: {text!r}"


# ---- the references are right ----


def loss(params, x, y):
    w1, b1, w2, b2 = params
    return (w2 / (1 + math.exp(-(w1 * x + b1))) + b2 - y) ** 2 / 2


def slopes(params, x, y, h=1e-5):
    """Central differences of the loss along each parameter."""
    moved = lambda k, by: [p + by * (j == k) for j, p in enumerate(params)]
    return [(loss(moved(k, h), x, y) - loss(moved(k, -h), x, y)) / (2 * h) for k in range(4)]


def test_the_four_gradients_are_the_slopes_of_the_loss():
    e = find("4.1")
    for x, y, *params in e.cases:
        np.testing.assert_allclose(e.answer(x, y, *params), slopes(params, x, y), rtol=1e-8, atol=1e-9)


def test_one_step_goes_against_the_slopes_of_the_loss_and_lowers_it():
    e = find("4.2")
    for params, x, y, lr in e.cases:
        stepped = e.answer(params, x, y, lr)
        np.testing.assert_allclose(stepped, np.array(params) - lr * np.array(slopes(params, x, y)), rtol=1e-8)
    params, x, y, lr = e.cases[0]
    assert loss(e.answer(params, x, y, lr), x, y) == pytest.approx(0.029130, abs=5e-7)
    assert loss(params, x, y) == pytest.approx(0.040179, abs=5e-7)


# ---- right answers in other styles ----


def with_math(x, y, w1, b1, w2, b2):
    a1 = 1 / (1 + math.exp(-w1 * x - b1))
    error = w2 * a1 + b2 - y
    back = error * w2 * a1 * (1 - a1)
    return [back * x, back, error * a1, error]


def in_single_precision(x, y, w1, b1, w2, b2):
    x, y, w1, b1, w2, b2 = np.float32([x, y, w1, b1, w2, b2])
    return tuple(map(np.float32, with_numpy(x, y, w1, b1, w2, b2)))


def with_numpy(x, y, w1, b1, w2, b2):
    a1 = 1 / (1 + np.exp(-(w1 * x + b1)))
    local = np.array([w2 * a1 * (1 - a1) * x, w2 * a1 * (1 - a1), a1, 1], dtype=a1.dtype)
    return local * (w2 * a1 + b2 - y)


def with_matrices(x, y, w1, b1, w2, b2):
    X, W1, W2 = np.array([[x]]), np.array([[w1]]), np.array([[w2]])
    A1 = 1 / (1 + np.exp(-(X @ W1.T + b1)))
    dY = A1 @ W2.T + b2 - y
    dZ1 = dY @ W2 * A1 * (1 - A1)
    return dZ1.T @ X, dZ1.sum(0), dY.T @ A1, dY.sum(0)


def with_autograd(x, y, w1, b1, w2, b2):
    w1, b1, w2, b2 = params = [tensor(p, requires_grad=True) for p in (w1, b1, w2, b2)]
    error = w2 * F.sigmoid(w1 * x + b1) + b2 - y
    return grad(error * error / 2, params)


def as_tensors(x, y, w1, b1, w2, b2):
    return [tensor(g) for g in with_math(x, y, w1, b1, w2, b2)]


def with_differences(x, y, w1, b1, w2, b2):
    return slopes([w1, b1, w2, b2], x, y)


buffer = np.zeros(4)


def in_one_buffer(x, y, w1, b1, w2, b2):
    buffer[:] = with_math(x, y, w1, b1, w2, b2)
    return buffer


def with_other_names(inp, target, a, b, c, d, verbose=False):
    if verbose:
        print("going back")
    return with_math(inp, target, a, b, c, d)


@pytest.mark.parametrize("function", [
    with_math, in_single_precision, with_numpy, with_matrices, with_autograd, as_tensors, with_differences,
    in_one_buffer, with_other_names, lambda *inputs: with_math(*inputs),
])
def test_a_right_answer_passes_in_any_style(function, answer):
    message = answer("4.1", function)
    assert message.state == "passed", message


def test_whole_numbers_pass_where_the_result_is_whole(make, answer):
    make("0.1", "double", lambda x: 2 * x, [(1.0,), (2.0,)])
    assert answer("0.1", lambda x: int(2 * x)).state == "passed"


def test_a_step_made_with_the_readers_own_functions_passes(answer):
    def train_step(params, x, y, lr):
        return np.array(params) - lr * with_numpy(x, y, *params)
    assert answer("4.2", train_step).state == "passed"


def test_a_function_may_call_itself_although_its_cell_has_not_named_it_yet(answer):
    names = {"with_math": with_math}
    exec("def again(*inputs, last=False): return with_math(*inputs) if last else again(*inputs, last=True)", names)
    again = names.pop("again")
    assert answer("4.1", again).state == "passed"
    assert "again" not in names


# ---- rubbish ----


def divides(x, y, w1, b1, w2, b2):
    return x / 0


def unknown_name(x, y, w1, b1, w2, b2):
    return dz1 * x      # noqa: F821


def in_a_helper(x, y, w1, b1, w2, b2):
    return broken_helper(x)


def broken_helper(x):
    return [][7]


def prints(x, y, w1, b1, w2, b2):
    print(with_math(x, y, w1, b1, w2, b2))


def forgets_return(x, y, w1, b1, w2, b2):
    dw1 = x


def yields(x, y, w1, b1, w2, b2):
    yield from with_math(x, y, w1, b1, w2, b2)


async def awaited(x, y, w1, b1, w2, b2):
    return with_math(x, y, w1, b1, w2, b2)


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
    return with_math(2.0, 1.0, 0.5, b1, 0.8, b2)


def rounds_early(x, y, w1, b1, w2, b2):
    a1 = round(1 / (1 + math.exp(-w1 * x - b1)), 4)
    error = w2 * a1 + b2 - y
    back = error * w2 * a1 * (1 - a1)
    return back * x, back, error * a1, error


def two_slips(x, y, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = with_math(x, y, w1, b1, w2, b2)
    return -2 * dw1, db1 ** 2, dw2, db2


def biases_swapped(x, y, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = with_math(x, y, w1, b1, w2, b2)
    return dw1, db2, dw2, db1


def nan_later(x, y, w1, b1, w2, b2):
    results = with_math(x, y, w1, b1, w2, b2)
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


def test_an_answer_that_changes_its_inputs_is_told_which(answer):
    def train_step(params, x, y, lr):
        params.append(0)
        return params[:4]
    assert "changes `params`" in repr(answer("4.2", train_step))


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
    assert answer("4.1", with_math).state == "passed"


def test_code_that_cannot_be_reached_is_left_behind_and_the_notebook_goes_on(answer, hurry):
    start = time.perf_counter()
    message = answer("4.1", lambda *inputs: time.sleep(4))
    assert time.perf_counter() - start < 3
    assert "still running after 0.3 seconds" in repr(message) and "time.sleep(4)" in repr(message)
    assert answer("4.1", with_math).state == "passed"


# ---- results that are arrays ----


@pytest.fixture
def make(monkeypatch):
    """Makes an exercise with one result that is gone after the test."""
    def exercise_of(id, result, reference, cases):
        monkeypatch.setitem(exercises, id, None)
        e = Exercise(id, "Made up", stars=1, minutes=1, returns=result, statement="", hints=[], why="")
        e.stub(lambda *_: "start here")
        e.reference(reference)
        e.inputs(lambda rng: cases)
        return e
    return exercise_of


@pytest.fixture
def outer(make):
    """dW = dZᵀX."""
    def weight_gradient(dZ, X):
        return dZ.T @ X
    return make("0.2", "dW", weight_gradient, [(np.ones((2, 1)), np.eye(2)), (np.arange(6.).reshape(2, 3), np.eye(2))])


@pytest.mark.parametrize("function, said", [
    (lambda dZ, X: X.T @ dZ, ["`dW` should be an array of shape (1, 2), but yours is an array of shape (2, 1)"]),
    (lambda dZ, X: 2 * dZ.T @ X, ["dW, expected:", "dW, yours:", "[[2. 2.]]"]),
    (lambda dZ, X: np.multiply(dZ, 2, out=dZ).T @ X / 2, ["changes `dZ`"]),
    (lambda dZ, X: None, ["`None`"]),
])
def test_arrays_are_compared_in_shape_and_value(function, said, outer, answer):
    message = answer("0.2", function)
    assert message.state == "wrong"
    assert_says(message, said)


def test_arrays_may_come_as_nested_lists(outer, answer):
    assert answer("0.2", lambda dZ, X: (dZ.T @ X).tolist()).state == "passed"


# ---- hints, solutions, ids ----


@each_exercise
def test_hints_come_one_at_a_time_and_end_with_all_of_them(e, shown, monkeypatch):
    monkeypatch.setattr(nnlib.exercises, "_hints_given", {})
    for k in range(5):
        hint(e.id)
    assert [m.heading.split(" · ")[1] for m in shown] == \
        ["hint 1 of 3", "hint 2 of 3", "hint 3 of 3"] + 2 * ["these were all the hints"]
    assert [m.paragraphs[0] for m in shown[:3]] == list(shown[3].paragraphs[:3])
    assert f'solution("{e.id}")' in shown[3].paragraphs[3]


@each_exercise
def test_the_solution_shown_is_code_that_passes(e, shown, answer):
    solution(e.id)
    namespace = {"np": np}
    exec("if True:\n" + shown[-1].paragraphs[0], namespace)
    assert answer(e.id, namespace[e.answer.__name__]).state == "passed"
    assert "".join(shown[-2].paragraphs[1:]) == "".join(paragraphs(e.why))


@pytest.mark.parametrize("ask", [exercise, hint, solution, page, stub])
def test_an_unknown_exercise_is_told_the_nearest(ask):
    with pytest.raises(LookupError, match='no exercise "4.11"; the nearest are 4.1'):
        ask("4.11")
    with pytest.raises(TypeError, match='in quotes, as in exercise\\("4.1"\\), but got 4.1'):
        ask(4.1)


def test_a_message_is_plain_text_and_a_box():
    message = verdict.Message("wrong", "Heading", "Is `a < b` here?", "    a  <  b\n\n    c")
    assert repr(message) == "Heading\n\nIs `a < b` here?\n\n    a  <  b\n\n    c"
    html = message._repr_html_()
    assert "<p>Is <code>a &lt; b</code> here?</p>" in html
    assert "<pre>a  &lt;  b\n\nc</pre>" in html


def test_messages_in_plain_text_are_80_columns_wide_and_keep_code_in_one_piece():
    message = verdict.Message("help", "Heading", "word " * 14 + "`w1 - lr * dw1` and on")
    assert "`w1 - lr * dw1`" in repr(message)
    assert max(map(len, repr(message).splitlines())) <= 80


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


# ---- the book ----


def exercise_cells():
    """(id, cell) of every cell of the book's exercise notebooks that belongs to an exercise."""
    notebooks = sorted((ROOT / "lessons").glob("**/exercises.ipynb"))
    return [(cell.metadata["exercise"], cell) for path in notebooks if ".ipynb_checkpoints" not in path.parts
            for cell in nbformat.read(path, 4).cells if "exercise" in cell.metadata]


@each_exercise
def test_the_book_shows_each_exercise_once_as_the_bank_has_it(e):
    cells = [cell for id, cell in exercise_cells() if id == e.id]
    assert [cell.cell_type for cell in cells] == ["markdown", "code"]
    assert [cell.source for cell in cells] == [page(e.id), stub(e.id)]


@each_exercise
def test_the_book_shows_each_exercise_unattempted(e):
    [output] = next(cell for id, cell in exercise_cells() if id == e.id and cell.cell_type == "code").outputs
    assert f"Exercise {e.id} · not attempted yet" in output.data["text/plain"]


def test_the_book_shows_no_exercise_that_no_bank_has():
    assert {id for id, _ in exercise_cells()} == set(exercises)


@each_exercise
def test_a_stub_fits_the_page(e):
    assert max(map(len, (stub(e.id) + "\n" + nnlib.exercises.bank.source(e.answer)).splitlines())) <= 72
