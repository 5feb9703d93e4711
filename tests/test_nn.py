"""Modules: the parameters they find, what they compute, how they are saved, and errors that name the layer's place."""
import copy
import io
import pickle

import numpy as np
import pytest

from errors import says
from nnlib import functional as F, nn, optim, tensor


def rng(seed=0):
    return np.random.default_rng(seed)


def mlp(seed=0, **options):
    g = rng(seed)
    return nn.Sequential(nn.Linear(2, 3, generator=g, **options), nn.ReLU(),
                         nn.Linear(3, 1, bias=False, generator=g, **options))


class Twice(nn.Module):
    """One layer applied twice, known under two names, beside a parameter of its own."""

    def __init__(self):
        self.first = nn.Linear(2, 2, generator=rng(), dtype=np.float64)
        self.scale = nn.Parameter(np.array(2.0))
        self.again = self.first
        self.note = "not a parameter"

    def forward(self, x): return self.again(F.tanh(self.first(x))) * self.scale


# -- parameters ------------------------------------------------------------------------------------

def test_parameters_are_found_by_name_in_order():
    model = mlp()
    assert [(name, p.shape) for name, p in model.named_parameters()] == [
        ("0.weight", (3, 2)), ("0.bias", (3,)), ("2.weight", (1, 3))]
    assert all(p is q for p, (_, q) in zip(model.parameters(), model.named_parameters(), strict=True))
    outer = nn.Sequential(model, nn.Tanh())
    assert [name for name, _ in outer.named_parameters()] == ["0.0.weight", "0.0.bias", "0.2.weight"]
    assert [name for name, _ in model.named_children()] == ["0", "1", "2"]


def test_a_shared_parameter_comes_once_and_collects_both_gradients():
    model = Twice()
    assert [name for name, _ in model.named_parameters()] == ["first.weight", "first.bias", "scale"]
    x = tensor(rng().standard_normal((4, 2)))
    model(x).sum().backward()
    w, b = model.first.weight.data, model.first.bias.data
    h = np.tanh(x.data @ w.T + b)
    g = np.full((4, 2), 2.0)
    inner = (g @ w) * (1 - h ** 2)
    np.testing.assert_allclose(model.first.weight.grad, g.T @ h + inner.T @ x.data, rtol=1e-13)
    np.testing.assert_allclose(model.first.bias.grad, g.sum(0) + inner.sum(0), rtol=1e-13)
    np.testing.assert_allclose(model.scale.grad, (h @ w.T + b).sum(), rtol=1e-13)
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_a_parameter_wants_a_gradient_from_the_start():
    assert nn.Parameter(np.ones(2)).requires_grad and not nn.Parameter(np.ones(2), requires_grad=False).requires_grad


def test_a_slip_in_the_name_of_an_attribute_is_an_error():
    with pytest.raises(AttributeError):
        nn.Parameter(np.ones(2)).gard = np.zeros(2)


# -- layers ----------------------------------------------------------------------------------------

def test_linear_is_the_formula():
    layer = nn.Linear(3, 2, generator=rng(), dtype=np.float64)
    x = rng(1).standard_normal((5, 3))
    np.testing.assert_allclose(layer(x).data, x @ layer.weight.data.T + layer.bias.data, rtol=1e-14)
    bare = nn.Linear(3, 2, bias=False, generator=rng(), dtype=np.float64)
    assert bare.bias is None
    np.testing.assert_allclose(bare(tensor(x)).data, x @ bare.weight.data.T, rtol=1e-14)


def test_linear_starts_within_its_bounds():
    layer = nn.Linear(16, 500, generator=rng())
    for p in layer.parameters():
        assert p.dtype == np.float32 and np.abs(p.data).max() <= 0.25
        assert p.data.min() == pytest.approx(-0.25, abs=0.005) and p.data.max() == pytest.approx(0.25, abs=0.005)
        assert p.data.std() == pytest.approx(0.25 / 3 ** 0.5, rel=0.05)
    assert np.array_equal(nn.Linear(4, 4, generator=rng(7)).weight.data, nn.Linear(4, 4, generator=rng(7)).weight.data)


def test_activations_and_losses_are_their_functions():
    x, labels = tensor(rng().standard_normal((4, 3))), np.array([0, 2, 1, 1])
    for module, function in [(nn.ReLU(), F.relu), (nn.Sigmoid(), F.sigmoid), (nn.Tanh(), F.tanh),
                             (nn.Softmax(), F.softmax)]:
        assert np.array_equal(module(x).data, function(x).data)
    assert np.array_equal(nn.Softmax(dim=0)(x).data, F.softmax(x, dim=0).data)
    assert np.array_equal(nn.Softmax()(x[0]).data, F.softmax(x[0], dim=0).data)
    assert nn.CrossEntropyLoss()(x, labels).item() == F.cross_entropy(x, labels).item()
    for module, function in (nn.MSELoss(), F.mse_loss), (nn.BCEWithLogitsLoss(), F.binary_cross_entropy_with_logits):
        assert module(x, np.ones((4, 3))).item() == function(x, np.ones((4, 3))).item()


def test_dropout_follows_train_and_eval_through_all_levels():
    model = nn.Sequential(nn.Sequential(nn.Dropout(0.5, generator=rng())), nn.Tanh())
    x = tensor(np.ones((10, 10)))
    assert model.training and (model(x).data == 0).any()
    assert model.eval() is model and not model[0][0].training
    assert np.array_equal(model(x).data, np.tanh(x.data))
    assert model.train()[0][0].training


def test_sequential_is_a_list_of_layers():
    model = mlp()
    assert len(model) == 3 and model[0].in_features == 2 and isinstance(model[-1], nn.Linear)
    assert repr(model) == ("Sequential(\n  (0): Linear(in_features=2, out_features=3)\n  (1): ReLU()\n"
                           "  (2): Linear(in_features=3, out_features=1, bias=False)\n)")
    assert repr(nn.Sequential(nn.Sequential(nn.Tanh()), nn.Dropout(0.2, generator=rng()), nn.Softmax(dim=0))) == (
        "Sequential(\n  (0): Sequential(\n    (0): Tanh()\n  )\n  (1): Dropout(p=0.2)\n  (2): Softmax(dim=0)\n)")
    assert repr(Twice()) == "Twice()"


# -- saving and loading ----------------------------------------------------------------------------

def test_state_dict_is_a_copy_that_loads_back():
    model, other = mlp(), mlp(seed=9)
    state, weight = model.state_dict(), model[0].weight.data.copy()
    model[0].weight.data += 1
    other.load_state_dict(state)
    state["0.weight"][:] = 0
    assert np.array_equal(other[0].weight.data, weight)


@pytest.mark.parametrize("change, text", [
    (lambda s: s.pop("0.bias"), "the state does not fit this model: only one of the two has 0.bias"),
    (lambda s: s.update(extra=0), "the state does not fit this model: only one of the two has extra"),
    (lambda s: s.update({"2.weight": np.ones((3, 1))}),
     "2.weight has shape (1, 3) in this model, but (3, 1) in the state")])
def test_a_state_that_does_not_fit_changes_nothing(change, text):
    model = mlp()
    before, state = model.state_dict(), {name: value + 1 for name, value in model.state_dict().items()}
    change(state)
    with says(ValueError, text):
        model.load_state_dict(state)
    assert all(np.array_equal(before[name], p.data) for name, p in model.named_parameters())


def test_save_and_load_keep_every_bit(tmp_path):
    model, path = mlp(), tmp_path / "model.npz"
    nn.save(model.state_dict(), path)
    loaded = nn.load(path)
    assert loaded.keys() == model.state_dict().keys() and [p.name for p in tmp_path.iterdir()] == ["model.npz"]
    for name, p in model.named_parameters():
        assert loaded[name].dtype == np.float32 and np.array_equal(loaded[name], p.data)
    nn.save(model.state_dict(), str(path))


def test_an_interrupted_save_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    nn.save({"w": np.ones(2)}, path)

    def interrupted(file, **state):
        file.write(b"half")
        raise KeyboardInterrupt
    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        nn.save({"w": np.zeros(2)}, path)
    assert nn.load(path)["w"].tolist() == [1.0, 1.0]


def test_loading_what_is_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / "none.npz")
    whole = tmp_path / "whole.npz"
    nn.save({"w": np.arange(1000.0)}, whole)
    objects = io.BytesIO()
    np.savez(objects, w=np.array([print], dtype=object))                # would run whatever it likes when loaded
    for damaged in whole.read_bytes()[:-100], b"", b"no archive", objects.getvalue():
        broken = tmp_path / "broken.npz"
        broken.write_bytes(damaged)
        with says(ValueError, "broken.npz is no whole .npz file of parameters, as nn.save writes them"):
            nn.load(broken)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copied_model_trains_on_its_own(duplicate):
    model = mlp()
    optim.SGD(model.parameters(), lr=0.1)               # its parameters are parts of one vector now
    twin = duplicate(model)
    before = model.state_dict()
    moved = optim.SGD(twin.parameters(), lr=0.1)
    F.mse_loss(twin(np.ones((4, 2), np.float32)), np.ones((4, 1), np.float32)).backward()
    moved.step()
    assert all(np.array_equal(before[name], p.data) for name, p in model.named_parameters())
    assert not np.array_equal(before["2.weight"], twin[2].weight.data)


# -- errors that teach -----------------------------------------------------------------------------

def test_a_layer_that_does_not_fit_names_itself_its_place_and_both_shapes():
    g = rng()
    model = nn.Sequential(nn.Linear(2, 3, generator=g), nn.ReLU(), nn.Linear(4, 1, generator=g))
    with says(ValueError, "in layer 2: Linear(in_features=4, out_features=1) wants inputs of shape (batch, 4), "
                          "but got (5, 3)"):
        model(np.ones((5, 2), np.float32))
    with says(ValueError, "in layer 1: in layer 0: Linear(in_features=2, out_features=2, bias=False) wants inputs"):
        nn.Sequential(nn.Tanh(), nn.Sequential(nn.Linear(2, 2, bias=False, generator=g)))(np.ones((5, 3), np.float32))
    with says(ValueError, "wants inputs of shape (batch, 2), but got (2,)"):
        nn.Linear(2, 3, generator=g)(np.ones(2, np.float32))


def test_data_of_another_dtype_names_the_layer_and_the_remedy():
    with says(TypeError, "in layer 0: linear: float64 and float32 and float32 do not mix. Convert the data, "
                         "for example with X.astype(np.float32), or make the layers with dtype=np.float64"):
        mlp()(np.ones((5, 2)))
    with says(TypeError, "in layer 0: linear: float32 and float64 and float64 do not mix"):
        mlp(dtype=np.float64)(np.ones((5, 2), np.float32))


def test_text_for_numbers_is_an_error_of_the_layer():
    with says(TypeError, "in layer 0: linear: "):
        mlp()(np.array([["a", "b"]]))


@pytest.mark.parametrize("mistake", [nn.ReLU, F.relu, None])
def test_sequential_takes_modules(mistake):
    with says(TypeError, "Sequential takes modules, such as nn.ReLU(), but argument 1 is "):
        nn.Sequential(nn.Linear(2, 2, generator=rng()), mistake)
