"""A program of parts: the reader's own answers where they serve, the book's where not, and a word about it."""
import textwrap

import numpy as np
import pytest
from nbformat import v4

from nnlib import tensor
from nnlib.exercises import answers, parts
from nnlib.exercises.parts import FALLEN, OPEN, YOURS, Parts
from tools.notebooks import ROOT, fresh_run, read


@pytest.fixture
def double(make):
    """Exercise 0.1: two times x."""
    return make("0.1", "y", lambda x: 2 * x, [(np.ones(2),), (np.array([3.0, -1.0]),)])


@pytest.fixture
def both(make):
    """Exercise 0.2: one more and one less."""
    return make("0.2", "more less", lambda x: (x + 1, x - 1), [(1.0,)])


@pytest.fixture
def said(monkeypatch):
    """The messages that were shown."""
    messages = []
    monkeypatch.setattr(parts, "show", messages.append)
    return messages


@pytest.fixture
def mine(monkeypatch):
    """Makes a function the reader's answer to every exercise."""
    return lambda function: monkeypatch.setattr(answers, "load", lambda id: function)


def test_before_it_has_passed_the_books_answer_serves(double, mine, said):
    mine(None)
    program = Parts()
    part = program.take("0.1", np.ones(3))
    assert part is double.answer and program.whose == {"0.1": OPEN} and said == []


def test_the_readers_own_answer_serves(double, mine, said):
    calls = []

    def twice(x):
        calls.append(x)
        return x + x

    mine(twice)
    program = Parts()
    part = program.take("0.1", np.ones(3))
    calls.clear()
    assert part(np.arange(3.0)).tolist() == [0, 2, 4] and len(calls) == 1
    assert program.whose == {"0.1": YOURS} and said == [] and part.__name__ == "twice"


@pytest.mark.parametrize("give", [lambda x: (2 * x).tolist(), lambda x: tensor(2 * x)])
def test_numbers_in_another_form_become_arrays(give, double, mine, said):
    mine(give)
    part = Parts().take("0.1", np.ones(3))
    assert isinstance(part(np.ones(3)), np.ndarray) and said == []


def test_several_results_stay_several(both, mine, said):
    mine(lambda x: [x + 1, x - 1])
    more, less = Parts().take("0.2", np.zeros(2))(np.zeros(2))
    assert more.tolist() == [1, 1] and less.tolist() == [-1, -1] and said == []


def test_arguments_may_have_other_names_in_the_readers_answer(double, mine, said):
    mine(lambda anything: anything + anything)
    part = Parts().take("0.1", np.ones(3))
    assert part(x=np.ones(2)).tolist() == [2, 2] and said == []


def forever(x):
    while True:
        pass


UNFIT = {
    "an error": (lambda x: 2 * x[:2] + 0 * x, "ValueError"),
    "an end of Python": (lambda x: exit(), "SystemExit"),
    "other numbers": (lambda x: 2 * np.minimum(x, 3), "something else than the book's"),
    "another shape": (lambda x: 2 * x[:2], "something else than the book's"),
    "nothing": (lambda x: None, "something else than the book's"),
    "its argument changed": (lambda x: x.__imul__(2), "something else than the book's"),
    "too slow": (lambda x: [parts.time.sleep(0.03), 2 * x][1], "one call takes it 0."),
    "no end": (forever, "still running after 0.5 seconds"),
}


@pytest.mark.parametrize("how", UNFIT)
def test_an_answer_that_does_not_serve_here_is_named_and_the_books_goes_on(how, double, mine, said, monkeypatch):
    monkeypatch.setattr(parts, "PATIENCE", 0.5)
    own, reason = UNFIT[how]
    mine(own)
    program = Parts()
    part = program.take("0.1", np.arange(5.0))
    assert part is double.answer and program.whose == {"0.1": FALLEN}
    [message] = said
    assert "Exercise 0.1" in message.heading and reason in message.paragraphs[0] and "has passed, but" in repr(message)


def test_an_answer_that_stops_later_is_replaced_there_and_then(double, mine, said):
    calls = []

    def fragile(x):
        calls.append(x)
        return 2 * x if len(x) > 1 else 1 / 0

    mine(fragile)
    program = Parts()
    part = program.take("0.1", np.ones(3))
    assert part(np.ones(1)).tolist() == [2] and program.whose == {"0.1": FALLEN}
    assert "`ZeroDivisionError: division by zero`" in said[0].paragraphs[0]
    calls.clear()
    assert part(np.ones(3)).tolist() == [2, 2, 2] and calls == [] and len(said) == 1


def test_a_file_that_cannot_be_run_costs_no_more_than_its_answers(double, monkeypatch, said):
    def load(id):
        raise NameError("name 'numpy' is not defined")

    monkeypatch.setattr(answers, "load", load)
    program = Parts()
    assert program.take("0.1", np.ones(2)) is double.answer and program.whose == {"0.1": FALLEN}
    assert "name 'numpy' is not defined" in said[0].paragraphs[0]


def test_the_table_says_whose_each_part_is(double, both, mine, said):
    program = Parts()
    mine(lambda x: 2 * x)
    program.take("0.1", np.ones(2))
    mine(None)
    program.take("0.2", np.ones(2))
    assert repr(program).startswith("1 of 2 parts are yours") and "0.1 · Made up" in repr(program)
    assert "<td>yours</td>" in program._repr_html_() and "<td>the book&#x27;s, until yours has passed</td>" in program._repr_html_()


def test_an_answer_in_the_readers_file_is_found(tmp_path, monkeypatch, said):
    """As exercise 3.2 is kept when it has passed."""
    file = tmp_path / "my_answers.py"
    file.write_text("# ---- 3.2 ----\n\nimport numpy as np\n\n\ndef layer(x, W, b):\n    return b + x.dot(W.T)\n\n\n"
                    "# ---- end ----\n", encoding="utf-8")
    monkeypatch.setenv("NNLIB_ANSWERS", str(file))
    program = Parts()
    layer = program.take("3.2", np.ones((4, 3)), np.ones((2, 3)), np.zeros(2))
    assert program.whose == {"3.2": YOURS} and layer(np.ones((1, 3)), np.ones((2, 3)), np.zeros(2)).tolist() == [[3, 3]]


# --- The capstone --------------------------------------------------------------------------------------------------

MINE = """
    # ---- 3.2 ----

    def layer(inputs, weights, biases):
        return inputs.dot(weights.T) + biases


    # ---- 5.7 ----

    import numpy as np


    def adamw_step(w, g, m, s, t, lr, decay):
        if t > 50:
            raise ValueError("so many steps")
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
        return (1 - lr * decay) * w - lr * m_hat / (np.sqrt(s_hat) + 1e-8), m, s


    # ---- 6.7 ----

    def confusion(y, y_hat, n_classes):
        return [[sum((y == i) & (y_hat == j)) for j in range(n_classes)] for i in range(n_classes)]


    # ---- end ----
"""


def test_the_capstone_learns_with_the_readers_parts_and_names_the_one_that_stops(tmp_path):
    """Few epochs and seeds are enough for that."""
    file = tmp_path / "my_answers.py"
    file.write_text(textwrap.dedent(MINE), encoding="utf-8")
    lesson = ROOT / "lessons" / "06_overfitting" / "capstone.ipynb"
    sources = [cell.source for cell in read(lesson).cells if cell.cell_type == "code"]
    short = [source.replace("range(60)", "range(4)").replace("in range(5)", "in range(2)") for source in sources]
    assert short != sources
    cells = fresh_run(v4.new_notebook(cells=[*map(v4.new_code_cell, short)]), lesson.parent, NNLIB_ANSWERS=str(file))
    outputs = [output for cell in cells for output in cell.outputs]
    told = "\n".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs)
    assert [output.evalue for output in outputs if output.output_type == "error"] == []
    assert "3 of 10 parts are yours" in told and "equal to eight decimals: False" not in told
    assert told.count("Exercise 5.7 · the book's answer goes on here") == 1 and "so many steps" in told
    assert "your functions read it as 3" in told
