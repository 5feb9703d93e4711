"""Exercises: the reference passes, every wrong answer is told its own mistake, and the book shows what the bank has."""
import math
from itertools import combinations
from pathlib import Path

import nbformat
import numpy as np
import pytest

import nnlib.exercises
from messages import assert_says
from nnlib import tensor
from nnlib.exercises import exercise, exercises, find, hint, page, solution, stub, verdict
from nnlib.exercises.bank import KINDS, function, source
from nnlib.exercises.behaviour import alike, behaviour
from nnlib.exercises.message import block, paragraphs
from nnlib.exercises.verdict import NEAR

ROOT = Path(__file__).parents[1]
EXERCISES = list(exercises.values())
BANK = [pytest.param(e, wrong, id=f"{e.id}-{wrong.function.__name__}") for e in EXERCISES for wrong in e.bank]
each_exercise = pytest.mark.parametrize("e", EXERCISES, ids=lambda e: e.id)


# ---- the bank ----


@each_exercise
def test_the_reference_passes(e, answer):
    assert answer(e.id, e.answer).state == "passed"


DRESSES = {
    "lists": lambda result: np.asarray(result).tolist(),
    "single precision": np.float32,
    "tensors": lambda result: tensor(np.asarray(result, float)),
    "arrays": lambda result: np.array(result, ndmin=1),
    "whole numbers": lambda result: np.array(result).astype(int) if np.all(np.mod(result, 1) == 0) else result,
}


@each_exercise
@pytest.mark.parametrize("dress", DRESSES)
def test_right_numbers_pass_in_any_form(e, dress, answer):
    def dressed(*inputs):
        results = e.answer(*inputs)
        return DRESSES[dress](results) if len(e.returns) == 1 else [DRESSES[dress](result) for result in results]
    assert answer(e.id, dressed).state == "passed"


@each_exercise
def test_the_stub_is_not_attempted_yet(e, answer):
    message = answer(e.id, e.start)
    assert message.state == "open" and "not attempted yet" in message.heading


@each_exercise
def test_the_stub_in_a_cell_of_its_own_is_not_attempted_yet(e, answer):
    namespace = {"np": np}
    exec(source(e.start), namespace)
    assert answer(e.id, namespace[e.start.__name__]).state == "open"


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
    assert any(block(e.call(case)) in message.paragraphs[-1] for case in e.cases), "the call that exposes it is shown"


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
    tolerances = 1 if e.kind == "predict" else NEAR         # "very near" is never said of a prediction
    same = [(a, b) for a, b in combinations(answers, 2) if alike(e, answers[a], answers[b], tolerances)]
    assert not same


@each_exercise
def test_more_than_the_example_is_tried(e):
    assert len(e.cases) >= 3 or e.kind == "predict"


@each_exercise
def test_a_bank_is_worth_its_name(e):
    assert len(e.bank) >= 3
    assert len({wrong.explanation for wrong in e.bank}) == len(e.bank)
    assert len(e.hints) == 3 and e.why and 1 <= e.stars <= 3 and e.minutes > 0
    for text in [*e.hints, e.why, *(wrong.explanation for wrong in e.bank)]:
        plain = text.split("`")
        assert len(plain) % 2 == 1, f"a backtick is missing in {text!r}"
        assert not set("*_$<") & set("".join(plain[::2])), f"plain words and `code`, please, not Markdown: {text!r}"


# ---- kinds ----


@each_exercise
def test_a_stub_holds_what_its_kind_says(e):
    start, answer = source(e.start), source(e.answer)
    assert ("..." in start) == (e.kind in ("write", "complete", "predict"))
    if e.kind == "order":
        assert sorted(start.splitlines()) == sorted(answer.splitlines())
    if e.kind == "repair":
        assert any(alike(e, behaviour(e, e.start), behaviour(e, wrong.function)) for wrong in e.bank)


@pytest.mark.parametrize("kind, said", KINDS.items())
def test_an_untouched_stub_is_told_what_to_do_with_it(kind, said, make, answer):
    e = make("0.1", "y", lambda x: 2 * x, [(1.0,)], kind=kind)
    assert answer("0.1", e.start).paragraphs == (f'{said} `hint("0.1")` helps you on.',)


def test_an_unknown_kind_is_refused(make):
    with pytest.raises(ValueError, match="kind is one of write, complete, order, repair, predict, not 'guess'"):
        make("0.1", "y", lambda x: x, [(1.0,)], kind="guess")


@pytest.fixture
def guess(make):
    """A prediction of three numbers, with two wrong answers."""
    e = make("0.3", "a b c", lambda: (1, 2, 3), [()], kind="predict")
    e.wrong("`a` is taken for `b`.")(lambda: (2, 2, 3))
    e.wrong("`c` is turned.")(lambda: (1, 2, -3))
    return e


@pytest.mark.parametrize("function, said", [
    (lambda: (2, 2, 3), ["`a` is taken for `b`.", "a = 2 ←"]),
    (lambda: (1, 7, -3), ["`c` is turned.", "one thing at a time", "b = 7 ←", "c = -3 ←"]),
    (lambda: (2, 7, -3), ["`a` is taken for `b`.", "one thing at a time"]),
    (lambda: (7, 2, 3), ["no answer that the exercise foresaw", "a = 7 ←"]),
    (lambda: (1, 2, ...), ["`c` is still open"]),
    (lambda x: (1, 2, 3), ["called without arguments, but yours takes `x`"]),
])
def test_a_wrong_prediction_is_told_one_slip_and_never_the_right_numbers(function, said, guess, answer):
    message = answer("0.3", function)
    assert message.state == "wrong"
    assert_says(message, said)
    assert "expected" not in repr(message) and "whatever goes in" not in repr(message)


def test_of_several_gaps_that_are_wrong_one_is_explained(make, answer):
    e = make("0.1", "a b", lambda x: (x, 2 * x), [(1.0,), (3.0,)], kind="complete")
    e.wrong("Nothing comes back.")(lambda x: None)
    e.wrong("`b` lacks its 2.")(lambda x: (x, x))
    assert_says(answer("0.1", lambda x: (x + 7 * x ** 2, x)), ["`b` lacks its 2. (There is more to mend", "expected"])
    assert_says(answer("0.1", lambda x: (x + 7 * x ** 2, 7 * x)), ["no slip that the exercise knows"])


def test_a_right_prediction_is_told_why(guess, answer):
    message = answer("0.3", lambda: [1.0, np.float32(2), 3])
    assert message.state == "passed" and message.paragraphs == ("Why.",)


def test_the_book_shows_no_example_of_a_prediction():
    assert all(("For example" in page(e.id)) == (e.kind != "predict") for e in EXERCISES)


@pytest.mark.parametrize("function, said", [
    (lambda x: x * ..., "still holds its dots"), (lambda x: np.exp(...), "still holds its dots"),
    (lambda x: ..., "`y` is still open"),
])
def test_a_gap_that_is_still_open_is_named(function, said, make, answer):
    make("0.1", "y", lambda x: x * x, [(1.0,)])
    *_, last = [p for p in answer("0.1", function).paragraphs if said in p and "lambda" not in p]
    assert last


@pytest.mark.parametrize("result, said", [(math.inf, "something was divided by zero"), (1.0, "no slip")])
def test_infinity_is_a_slip_only_where_a_number_is_right(result, said, make, answer):
    make("0.1", "y z", lambda x: (x if result == math.inf else math.inf, x), [(1.0,), (2.0,)])
    assert_says(answer("0.1", lambda x: (math.inf, -x * x)), [said])


def test_the_same_numbers_whatever_goes_in_are_no_slip_where_they_are_right(make, answer):
    make("0.1", "y z", lambda x: (1.0, 2.0), [(1.0,), (2.0,)])
    assert "whatever goes in" not in repr(answer("0.1", lambda x: (1.0, 5.0)))
    make("0.2", "y", lambda x: x, [(1.0,), (2.0,)])
    assert "whatever goes in" in repr(answer("0.2", lambda x: 5.0))


# ---- arguments and results ----


def cube(x):
    return x ** 3


class Line:
    """A function that is an object; a copy is another object."""
    def __call__(self, x):
        return x


@pytest.mark.parametrize("value, shown", [
    (np.sin, "f(x=np.sin)"),
    (cube, "f(x=cube)"),
    (function("lambda t: t**2"), "f(x=lambda t: t**2)"),
    (np.array([[1.0, 2], [3, 4]]), "f(x=np.array([[1.0, 2.0], [3.0, 4.0]]))"),
    ([np.arange(2), 3], "f(x=[np.array([0, 1]), 3])"),
    ((1.0, "a"), "f(x=(1.0, 'a'))"),
])
def test_a_call_is_shown_as_it_would_be_written(value, shown, make):
    def f(x):
        return 0
    assert make("0.1", "y", f, [(value,)]).call((value,)) == shown


def test_a_long_call_has_an_argument_a_line(make):
    def f(x, y):
        return 0
    e = make("0.1", "z", f, [(np.arange(20), np.arange(3))])
    assert e.call(e.cases[0]) == f"f(\n    x=np.array({list(range(20))}),\n    y=np.array([0, 1, 2]))"


@pytest.mark.parametrize("returns, result, shown", [
    ("y", 0.5, "# 0.500000"), ("y", True, "# True"), ("best last", (3, np.int64(6)), "# (3, 6)"),
    ("y z", (1 / 3, np.array([1.0, -0.5])), "# (0.333333, [1.000000, -0.500000])"),
    ("y", np.eye(2), "# [[1.000000, 0.000000],\n#  [0.000000, 1.000000]]"),
    ("dW b", (np.eye(2), np.zeros(2)),
     "# dW = [[1.000000, 0.000000],\n#       [0.000000, 1.000000]]\n# b = [0.000000, 0.000000]"),
])
def test_the_example_shows_whole_numbers_as_they_are_and_others_to_six_decimals(returns, result, shown, make):
    def f(x):
        return result
    make("0.1", returns, f, [(2.0,)])
    assert f"```python\nf(x=2.0)\n{shown}\n```" in page("0.1")


@pytest.mark.parametrize("value", [
    np.sin, cube, Line(), function("lambda t: t"), math.nan, np.array([math.nan, 1]), {"w": np.ones(2)}, [np.ones(2), [1]],
    tensor([1.0, 2.0]), "text", None,
])
def test_an_argument_that_is_left_alone_counts_as_unchanged(value, make):
    e = make("0.1", "y", lambda x: 1.0, [(value,)])
    assert behaviour(e, e.answer)[0].changed == ()


@pytest.mark.parametrize("value, change", [
    (np.array([1.0, 2]), lambda x: x.sort() or x.fill(3)), ({"w": np.ones(2)}, lambda x: x["w"].fill(3)),
    ([1, 2], list.reverse), ([np.ones(2)], lambda x: x[0].fill(3)), (tensor([1.0]), lambda x: x.data.fill(3)),
    ({"w": 1}, dict.clear),
])
def test_a_changed_argument_is_named(value, change, make, answer):
    make("0.1", "y", lambda x: 1.0, [(value,)])
    assert_says(answer("0.1", lambda x: change(x) or 1.0), ["changes `x`"])


def test_whole_numbers_pass_where_the_result_is_whole(make, answer):
    make("0.1", "double", lambda x: 2 * x, [(1.0,), (2.0,)])
    assert answer("0.1", lambda x: int(2 * x)).state == "passed"


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


SQUARE, WIDE = (np.ones(2), np.array([[1.0, 2.0], [3.0, 4.0]])), (np.ones(3), np.ones((2, 3)))


@pytest.mark.parametrize("cases, told", [
    ([SQUARE, WIDE], ["W is turned.", "expected: [3. 7.]", "yours: [4. 6.]"]),
    ([WIDE, SQUARE], ["Your code stopped with an error.", "ValueError"]),
])
def test_a_slip_that_some_inputs_stop_is_told_by_the_numbers_that_came_before(cases, told, make, answer):
    e = make("0.2", "z", lambda x, W: W @ x, cases)
    e.wrong("W is turned.")(lambda x, W: x @ W)
    assert_says(answer("0.2", lambda x, W: W.T @ x), told)


def test_other_errors_after_the_same_numbers_are_another_slip(make, answer):
    e = make("0.2", "z", lambda x, W: W @ x, [SQUARE, WIDE])
    e.wrong("W is turned.")(lambda x, W: x @ W)
    assert_says(answer("0.2", lambda x, W: x @ W if len(x) == 2 else W[7]), ["IndexError"])


def test_numbers_that_overflow_raise_no_warning(make, answer):
    make("0.2", "z", lambda x: x, [(1000.0,), (1.0,)]).wrong("It overflows.")(lambda x: np.log(np.exp(x)))
    assert_says(answer("0.2", lambda x: np.log(np.exp(np.float64(x)))), ["It overflows.", "inf"])


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
    assert max(map(len, (stub(e.id) + "\n" + source(e.answer)).splitlines())) <= 72
