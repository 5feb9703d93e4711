"""Backpropagation bugs that were published: exercise 4.7 refuses each by name, and two easier tests do not."""
import numpy as np
import pytest

from nnlib.exercises import find
from nnlib.exercises.message import paragraphs
from tools.notebooks import ROOT, read

PUBLISHED = {           # a wrong answer of exercise 4.7, and where the bug, or what leads to it, was described
    "sigmoid_slope_left_out": "github.com/iamtrask/Grokking-Deep-Learning/issues/50",
    "sigmoid_slope_taken_at_a": "github.com/deeplearning4j/deeplearning4j/pull/364",
    "sigmoid_slope_in_z": "github.com/BoltzmannEntropy/interviews.ai/issues/4",
    "slope_at_a_linear_output": "github.com/mnielsen/neural-networks-and-deep-learning/pull/77",
    "bias_gradients_averaged": "github.com/kvfrans/notes/issues/5",
    "bias_gradients_summed_along_rows": "github.com/deeplearning4j/deeplearning4j/pull/364",
    "bias_gradients_not_summed": "github.com/jimfleming/differentiation/issues/1",
    "bias_gradients_from_the_weights":
        "github.com/rust0258/Deeplearning.ai-Natural-Language-Processing-Specialization/issues/64",
    "biases_never_moved": "github.com/glouw/tinn/issues/30",
    "gradients_of_the_last_row": "dev.to/shrsv/fixing-a-bug-in-micrograd-backprop-as-explained-by-karpathy-47j4",
    "weight_gradients_turned_over": "github.com/iamtrask/Grokking-Deep-Learning/pull/22",
    "w2_gradient_before_the_bend": "github.com/maziarraissi/backprop/issues/1",
    "mean_forgotten": "github.com/hunkim/DeepLearningZeroToAll/issues/173",
    "mean_taken_twice": "github.com/d2l-ai/d2l-en/pull/1000",
    "two_too_many": "github.com/davisking/dlib/issues/1169",
    "planted_factors": "github.com/bighuang624/Andrew-Ng-Deep-Learning-notes/issues/10",
    "sign_turned_in_a_batch": "github.com/iamtrask/Grokking-Deep-Learning/issues/37",
    "w2_moved_before_the_message": "github.com/joelgrus/data-science-from-scratch/issues/31",
    "error_split_by_weights": "github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/77",
}

e = find("4.7")
right = e.answer
BANK = {wrong.function.__name__: wrong for wrong in e.bank}
TINY = tuple(np.array(a) for a in ([[1.0]], [[1.0]], [[0.5]], [0.1], [[0.8]], [0.2]))
each_bug = pytest.mark.parametrize("name", PUBLISHED)


def lesson():
    """What the cells of lesson 4.2 define, up to its list of slips."""
    names = {}
    for cell in read(ROOT / "lessons" / "04_backprop" / "02_layers.ipynb").cells:
        if cell.cell_type == "code" and "slips" not in names:
            exec(cell.source, names)
    return names


LESSON = lesson()
BATCH = LESSON["X"], LESSON["Y"], *LESSON["params"]


def passes(step, network, lr=0.1):
    """Whether a step on this network is the right one."""
    try:
        found = step(*network, lr)
    except ValueError:                  # the shapes do not fit
        return False
    return all(np.size(a) == np.size(b) and np.allclose(np.ravel(a), np.ravel(b), atol=1e-9)
               for a, b in zip(found, right(*network, lr)))


def loss(X, Y, *params):
    A1, Y_hat = LESSON["forward"](X, *params)
    return ((Y_hat - Y) ** 2).sum() / 2 / len(X)


def falls(step, network=BATCH, lr=0.1):
    """Whether a hundred such steps lower the loss."""
    X, Y, *params = network
    try:
        with np.errstate(all="ignore"):         # a wrong step may well climb beyond all bounds
            for _ in range(100):
                params = step(X, Y, *params, lr)
            return loss(X, Y, *params) < loss(*network)
    except ValueError:
        return False


@each_bug
def test_a_published_bug_is_refused_with_its_own_message(name, answer):
    message = answer("4.7", BANK[name].function)
    assert message.state == "wrong"
    assert list(message.paragraphs[:-1]) == paragraphs(BANK[name].explanation)


def test_they_are_at_least_fourteen_and_each_says_something_else():
    assert len(PUBLISHED) >= 14
    assert len({BANK[name].explanation for name in PUBLISHED}) == len(PUBLISHED)


@each_bug
def test_a_step_on_a_batch_tells_a_published_bug_from_the_right_answer(name):
    assert passes(right, BATCH) and not passes(BANK[name].function, BATCH)


def test_the_tiny_network_with_one_example_lets_seven_of_nineteen_pass():
    assert {name for name in PUBLISHED if passes(BANK[name].function, TINY)} == {
        "bias_gradients_averaged", "bias_gradients_summed_along_rows", "bias_gradients_not_summed",
        "gradients_of_the_last_row", "weight_gradients_turned_over", "mean_forgotten", "mean_taken_twice",
    }


def test_a_falling_loss_lets_fourteen_of_nineteen_pass():
    assert {name for name in PUBLISHED if not falls(BANK[name].function)} == {
        "bias_gradients_summed_along_rows", "weight_gradients_turned_over", "sign_turned_in_a_batch",
        "sigmoid_slope_in_z", "slope_at_a_linear_output",
    }


# ---- the fourteen slips of lesson 4.2 ----

SLIPS = {name: slip for name, slip in LESSON["slips"].items() if slip}


def slipped(name):
    """A slip of the lesson as a step."""
    def step(X, Y, *inputs):
        *params, lr = inputs
        gradients = LESSON["backward"](X, Y, *params, SLIPS[name])
        return [p - lr * g for p, g in zip(params, gradients)]
    return step


@pytest.mark.parametrize("name", [name for name in SLIPS if name != "W₂ turned over"])
def test_a_slip_of_the_lesson_is_one_wrong_answer_of_the_exercise(name):
    """On the lesson's own batch; the slip that moves W₂ first knows no rate but the lesson's, 0.1."""
    expected = slipped(name)(*BATCH, 0.1)

    def alike(wrong):
        try:
            found = wrong.function(*map(np.copy, BATCH), 0.1)
        except ValueError:
            return False
        return all(a.shape == b.shape and np.allclose(a, b, atol=1e-12) for a, b in zip(found, expected))
    assert len([wrong for wrong in e.bank if alike(wrong)]) == 1


def test_the_slip_whose_shapes_do_not_fit_is_explained_too(answer):
    message = answer("4.7", slipped("W₂ turned over"))
    assert list(message.paragraphs[:-1]) == paragraphs(BANK["w2_turned_over"].explanation)


def test_the_lesson_counts_its_slips_rightly():
    said = (sum(passes(slipped(name), TINY) for name in SLIPS), sum(falls(slipped(name)) for name in SLIPS), len(SLIPS))
    [table] = [cell.outputs[0].text for cell in read(ROOT / "lessons" / "04_backprop" / "02_layers.ipynb").cells
               if cell.id == "count-table"]
    assert table.splitlines()[-1].split(":")[1].split() == ["0", str(said[0]), str(said[1]), "of", str(said[2])]
