"""fit: what it does in every epoch, what it reports, when it stops, and what it says when a loss is no number."""
import numpy as np
import pytest
import tqdm.auto

from errors import says
from nnlib import data, functional as F, nn, optim
from nnlib.training import accuracy, evaluate, fit


def rng(seed=0):
    return np.random.default_rng(seed)


def model():
    return nn.Sequential(nn.Linear(2, 8, generator=rng(), dtype=np.float64), nn.Tanh(),
                         nn.Linear(8, 2, generator=rng(1), dtype=np.float64))


def loader(n=50, batch_size=8, seed=0, shuffle=True):
    x, y = data.moons(n, generator=rng(seed), dtype=np.float64)
    return data.DataLoader(data.TensorDataset(x, y), batch_size, shuffle, generator=rng())


def test_fit_is_the_loop_written_out():
    trained, by_hand = model(), model()
    history = fit(trained, loader(), F.cross_entropy, optim.Adam(trained.parameters(), 0.05), epochs=3, progress=False)
    moved, losses, batches = optim.Adam(by_hand.parameters(), 0.05), [], loader()
    for _ in range(3):
        total = 0
        for x, y in batches:
            loss = F.cross_entropy(by_hand(x), y)
            moved.zero_grad()
            loss.backward()
            moved.step()
            total += loss.item() * len(x)
        losses.append(total / 50)
    assert history == {"train_loss": pytest.approx(losses, rel=1e-14)}
    assert all(np.array_equal(p.data, q.data) for p, q in zip(trained.parameters(), by_hand.parameters()))


def test_fit_learns_the_moons_and_reports_validation():
    trained = model()
    history = fit(trained, loader(200), nn.CrossEntropyLoss(), optim.Adam(trained.parameters(), 0.05), epochs=30,
                  val_loader=loader(100, seed=1), metric=accuracy, progress=False)
    assert history.keys() == {"train_loss", "val_loss", "val_accuracy"}
    assert all(len(values) == 30 and np.isfinite(values).all() for values in history.values())
    assert history["train_loss"][-1] < 0.1 < history["train_loss"][0] and history["val_accuracy"][-1] >= 0.97
    assert history["val_loss"][-1] == pytest.approx(evaluate(trained, loader(100, seed=1), F.cross_entropy), rel=1e-12)
    assert not any(p.grad is None for p in trained.parameters())


def test_accuracy_counts_the_rows_that_are_right():
    assert accuracy(np.array([[2.0, 1.0], [0.0, 1.0], [5.0, -1.0]]), np.array([0, 1, 1])) == pytest.approx(2 / 3)


def test_evaluate_weighs_rows_equally_records_nothing_and_restores_the_mode():
    seen = []

    def measure(output, target):
        seen.append((output.requires_grad, watched.training, len(target)))
        return target.data.sum() / len(target)

    watched = nn.Sequential(nn.Linear(1, 1, generator=rng()), nn.Dropout(0.5, generator=rng()))
    batches = data.DataLoader(data.TensorDataset(np.zeros((5, 1), np.float32), np.array([1, 2, 3, 4, 10])), 2)
    assert evaluate(watched, batches, measure) == 4.0
    assert seen == [(False, False, 2), (False, False, 2), (False, False, 1)] and watched.training
    evaluate(watched.eval(), batches, measure)
    assert not watched.training


def test_dropout_is_on_while_training_and_off_for_validation():
    modes = []

    class Watched(nn.Linear):
        def forward(self, input):
            modes.append(self.training)
            return super().forward(input)

    watched = Watched(2, 2, generator=rng(), dtype=np.float64).eval()
    fit(watched, loader(8, 4), F.cross_entropy, optim.SGD(watched.parameters()), epochs=2, val_loader=loader(4, 4),
        progress=False)
    assert modes == [True, True, False] * 2


class Scripted(nn.Module):
    """A model with one weight that counts the steps, and whose validation loss is read from a list."""

    def __init__(self, val_losses):
        self.step, self.val_losses = nn.Parameter(np.zeros(1)), list(val_losses)

    def forward(self, x):
        return -self.step.sum() if self.training else F.mul(self.val_losses.pop(0), 1.0)


def scripted_fit(val_losses, **options):
    scripted = Scripted(val_losses)
    one = data.DataLoader(data.TensorDataset(np.zeros((1, 1)), np.zeros(1)))
    history = fit(scripted, one, lambda output, target: output, optim.SGD([scripted.step], 1.0), val_loader=one,
                  progress=False, **options)
    return scripted.step.item(), history


@pytest.mark.parametrize("val_losses, patience, epochs, kept", [
    ([5, 4, 3, 2, 1], 2, 5, 5),                         # always better: never stopped
    ([5, 3, 4, 4, 1], 2, 4, 2),                         # two epochs without progress: stopped, the best kept
    ([5, 3, 4, 2, 3], 2, 5, 4),                         # progress in time; the last epoch is not the best
    ([5, 5, 5, 5, 5], 3, 4, 1),                         # no better is not better
    ([1, 2, 0, 0, 0], 1, 2, 1),
    ([np.inf, np.inf, 1, 1, 1], 2, 2, 2)])              # never better than nothing: the last weights stay
def test_early_stopping_gives_back_the_best_weights(val_losses, patience, epochs, kept):
    step, history = scripted_fit(val_losses, epochs=5, patience=patience)
    assert (len(history["val_loss"]), step) == (epochs, kept)
    assert history["val_loss"] == val_losses[:epochs]


def test_without_patience_the_last_weights_stay():
    step, history = scripted_fit([1, 2, 3], epochs=3)
    assert (step, len(history["val_loss"])) == (3, 3)


def test_no_epochs_change_nothing():
    untouched, before = model(), model().state_dict()
    history = fit(untouched, loader(), F.cross_entropy, optim.SGD(untouched.parameters()), epochs=0, progress=False)
    assert history == {"train_loss": []}
    assert all(np.array_equal(before[name], p.data) for name, p in untouched.named_parameters())


def test_the_bar_counts_epochs_and_shows_the_latest_numbers(monkeypatch):
    shown = []

    class Bar(tqdm.std.tqdm):
        def set_postfix(self, numbers, refresh):
            assert not refresh                          # drawn when the next epoch is counted, not twice
            shown.append((self.total, self.disable, numbers))
    monkeypatch.setattr(tqdm.auto, "tqdm", Bar)
    history = scripted_fit([2, 1], epochs=2)[1]
    assert shown == [(2, True, {"train_loss": "0.0000", "val_loss": "2.0000"}),
                     (2, True, {"train_loss": "-1.0000", "val_loss": "1.0000"})]
    assert history == {"train_loss": [0.0, -1.0], "val_loss": [2.0, 1.0]}


def test_ten_epochs_unless_told_otherwise_and_a_bar_only_on_a_screen_that_vanishes(monkeypatch):
    asked = []

    def bar(epochs, *, disable, leave, unit):
        asked.append((list(epochs), disable, leave))
        return tqdm.std.tqdm(epochs, disable=True)
    monkeypatch.setattr(tqdm.auto, "tqdm", bar)
    for options in {}, {"progress": False}:
        trained = model()
        fit(trained, loader(16), F.cross_entropy, optim.SGD(trained.parameters()), **options)
    epochs = list(range(1, 11))
    assert asked == [(epochs, None, False), (epochs, True, False)]      # None: tqdm asks whether this is a screen


def test_the_bar_stays_away_where_nobody_watches(capsys):
    trained = model()
    fit(trained, loader(16), F.cross_entropy, optim.SGD(trained.parameters()), epochs=2)
    assert capsys.readouterr() == ("", "")


# -- errors that teach -----------------------------------------------------------------------------

@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_no_number_is_said_at_once(bad):
    x, y = data.moons(12, generator=rng(), dtype=np.float64)
    x[9, 0] = bad
    trained = nn.Sequential(nn.Linear(2, 1, generator=rng(), dtype=np.float64))
    batches = data.DataLoader(data.TensorDataset(x, y), 4)
    with np.errstate(all="ignore"), says(
            FloatingPointError, f"the loss became {bad} in epoch 1, batch 3. Usual causes: a learning rate that is too "
            "large (it is 0.25), NaN in the data, or a logarithm of 0. The model is as the step before left it"):
        fit(trained, batches, lambda z, t: (z * z).mean(), optim.SGD(trained.parameters(), 0.25), progress=False)
    assert all(np.isfinite(p.data).all() for p in trained.parameters())


def test_patience_wants_validation():
    with says(ValueError, "early stopping (patience) watches the validation loss: pass val_loader as well"):
        fit(model(), loader(), F.cross_entropy, optim.SGD(model().parameters()), patience=3, progress=False)


def test_a_loader_without_rows():
    trained, empty = model(), loader(4, 8)
    empty.drop_last = True
    text = ("the loader gave no rows: with drop_last, a dataset smaller than a batch has no batch, "
            "and a generator is used up after one epoch")
    with says(ValueError, text):
        fit(trained, empty, F.cross_entropy, optim.SGD(trained.parameters()), progress=False)
    with says(ValueError, text):
        evaluate(trained, empty, F.cross_entropy)
    once = iter(loader())
    with says(ValueError, text):
        fit(trained, once, F.cross_entropy, optim.SGD(trained.parameters()), epochs=2, progress=False)


def test_a_loss_for_every_row_is_no_loss():
    trained = model()
    with says(ValueError, "array of size 1"):
        fit(trained, loader(), lambda z, t: (z * z).sum(1), optim.SGD(trained.parameters()), progress=False)
