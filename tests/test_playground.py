"""The playground: what the page trains is what nnlib trains, its address, and its controls in a reader's hands."""
import json
import re
import subprocess
from itertools import product

import numpy as np
import pytest

from browser import ROOT, objections, page, served
from nnlib import functional as F
from nnlib import live
from nnlib.live.page import STATIC
from nnlib.live.playground_run import ACTIVATIONS, OPTIMIZERS, Generator, Run
from nnlib.live.playground_settings import BY_NAME, defaults, parameters, read, write
from nnlib.look import palette
from nnlib.training import fit

BOUND = 1e-9
FIRST = live.playground()
RULES = json.loads(FIRST.initial)["rules"]


def in_node(*runs):
    """What the page's own modules make of these addresses: settings and, after some steps, weights, losses, slopes."""
    asked = {"rules": RULES, "runs": [dict(zip(("address", "steps"), run)) for run in runs]}
    command = ["node", ROOT / "tests" / "playground.mjs"]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


# --- What the page trains --------------------------------------------------------------------------------------------

LAYERS = ["4", "3-5", "8-2-3"]
FEEDS = [
    "data:moons,batch_size:10,points:50,weight_decay:0.01,dropout:0.3",
    "data:spirals,batch_size:1,points:20,weight_decay:0.1,dropout:0.5",
    "data:circles,noise:0.45",
    "data:xor,patience:10",
]
CONFIGURATIONS = [
    f"layers:{layers},activation:{activation},optimizer:{optimizer},seed:{seed},lr:0.03,{FEEDS[seed % len(FEEDS)]}"
    for seed, (optimizer, activation, layers) in enumerate(product(OPTIMIZERS, ACTIVATIONS, LAYERS))
]
STEPS = 100


@pytest.fixture(scope="module")
def trained():
    """address → what Node has after 100 steps."""
    return dict(zip(CONFIGURATIONS, in_node(*((address, STEPS) for address in CONFIGURATIONS))))


def flat(arrays):
    return np.concatenate([np.ravel(a) for a in arrays])


def far(page, python):
    page, python = np.array(page, dtype=float), np.array(python, dtype=float)
    assert page.shape == python.shape and np.isfinite(page).all() and np.isfinite(python).all()
    return float(np.max(np.abs(page - python) / np.maximum(1, np.abs(python))))


@pytest.mark.parametrize("address", CONFIGURATIONS)
def test_a_hundred_steps_are_nnlibs(address, trained):
    """Weights, both losses after every epoch, shares that are right, and the gradient of the training loss."""
    page, run = trained[address], Run(read(address))
    parameters = list(run.model.parameters())
    assert far(page["first"], flat(p.data for p in parameters)) < 1e-15
    while run.steps < STEPS and not run.stopped:
        run.step()
    assert page["steps"] == run.steps
    assert far(page["weights"], flat(p.data for p in parameters)) < BOUND
    epochs = run.steps // len(run.loader)
    for name in ("training", "validation"):
        told = run.history["train_loss" if name == "training" else "val_loss"]
        assert len(told) == epochs + 1 and far(page[name][: epochs + 1], told) < BOUND
    assert page["right"] == pytest.approx([run.accuracy(run.training), run.accuracy(run.validation)])
    run.model.eval()
    points, targets = run.training[:]
    run.model.zero_grad()
    F.binary_cross_entropy_with_logits(run.model(points), targets).backward()
    assert far(page["slopes"], flat(p.grad for p in parameters)) < BOUND


@pytest.mark.parametrize("data", BY_NAME["data"]["options"])
def test_a_run_is_nnlibs_fit(data):
    """The same epochs by nnlib's own loop: its validation losses, epoch by epoch."""
    settings = read(f"data:{data},points:50,batch_size:10,dropout:0.2,optimizer:RMSprop")
    run, other = Run(settings), Run(settings)
    run.train(12)
    validation = [(other.validation[:])]
    history = fit(other.model, other.loader, F.binary_cross_entropy_with_logits, other.optimizer,
                  epochs=12, val_loader=validation, progress=False)
    assert run.history["val_loss"][1:] == pytest.approx(history["val_loss"], abs=1e-12)


OVERFITS = "noise:0.6,points:20,layers:8-8,lr:0.05,patience:10"


def test_early_stopping_gives_back_the_best_weights_in_both():
    [page] = in_node((OVERFITS, 500))
    run = Run(read(OVERFITS))
    run.train(500)
    assert run.stopped and page["steps"] == run.steps < 300
    assert far(page["weights"], flat(p.data for p in run.model.parameters())) < BOUND
    losses = [*run.history["val_loss"]]
    assert losses[-1] == min(losses[1:]) == losses[-1 - 10] < losses[-2]
    run.train(3)
    assert not run.stopped and len(run.history["val_loss"]) == len(losses) + 3


def test_the_generator_is_mulberry32():
    """Its first numbers, as published with it, and the same whether drawn at once or one by one."""
    generator = Generator(0)
    assert generator.random((2,)) == pytest.approx([0.26642920868471265, 0.0003297457005828619], abs=1e-16)
    assert generator.random((1,)) == Generator(0).random((3,))[2:]
    many = Generator(7).random((10_000,))
    assert many.min() >= 0 and many.max() < 1 and np.histogram(many, 10, (0, 1))[0].min() > 900


# --- Its address -----------------------------------------------------------------------------------------------------

def random_settings(rng):
    """Any state that a reader could leave behind."""
    def value(setting):
        if setting["kind"] == "choice":
            return str(rng.choice(setting["options"]))
        if setting["kind"] == "layers":
            return rng.integers(1, 9, rng.integers(1, 4)).tolist()
        low, high = setting["min"], setting["max"]
        v = float(f"{rng.uniform(low, high):.2g}") if "log" in setting else low + setting["step"] * int(rng.integers(9))
        return int(v) if float(v).is_integer() else round(v, 6)

    settings = {name: value(setting) for name, setting in BY_NAME.items()}
    some = rng.integers(0, parameters(settings["layers"]) + 1)
    weights = [None if rng.random() < 0.5 else float(f"{rng.normal():.4g}") for _ in range(some)]
    while weights and weights[-1] is None:
        weights.pop()
    return settings | {"weights": weights}


def test_an_address_and_its_settings_are_the_same_in_python_and_in_the_page():
    rng = np.random.default_rng(0)
    states = [random_settings(rng) for _ in range(200)] + [defaults()]
    for state, page in zip(states, in_node(*((write(state),) for state in states))):
        assert page["wrong"] == [] and page["state"] == state == read(write(state)) == read(page["address"])
    assert write(defaults()) == "" and read("https://a.book/page.html#play=data:xor")["data"] == "xor"


WRONG = {
    "nonsense": "“nonsense” is no setting: write name:value, with one of the names data, noise,",
    "colour:red": "“colour:red” is no setting",
    "constructor:1": "“constructor:1” is no setting",
    "data:moon": "data is one of moons, spirals, circles, xor, not “moon”",
    "data:": "data is one of moons, spirals, circles, xor, not “”",
    "noise:-1": "noise is a number from 0 to 0.8, not “-1”",
    "lr:101": "lr is a number from 0.001 to 100, not “101”",
    "noise:1e999": "noise is a number from 0 to 0.8, not “1e999”",
    "noise:0x1": "not “0x1”",
    "noise:٣": "not “٣”",
    "noise:NaN": "not “NaN”",
    "seed:1.5": "seed is a whole number from 0 to 99, not “1.5”",
    "layers:8-8-8-8": "layers is one to 3 widths from 1 to 8, such as 8-8, not “8-8-8-8”",
    "layers:0": "layers is one to 3 widths from 1 to 8, such as 8-8, not “0”",
    "layers:9": "not “9”",
    "layers:-4": "not “-4”",
    "weights:1;a": "a weight is a number from −1000 to 1000, not “a”",
    "weights:1e9": "not “1e9”",
    "layers:1,weights:1;2;3;4;5;6": "weights lists 6 numbers, but this network has 5",
    "%E0%A4%A": "“%E0%A4%A” is no setting",
    "<img src=x>:1": "“<img src=x>:1” is no setting",
}


@pytest.fixture(scope="module")
def misread():
    """address → what Node makes of it."""
    return dict(zip(WRONG, in_node(*((address,) for address in WRONG))))


@pytest.mark.parametrize("address", WRONG)
def test_what_is_wrong_with_an_address_is_said_in_the_same_words(address, misread):
    with pytest.raises(ValueError) as refused:
        live.playground(address)
    page = misread[address]
    assert WRONG[address] in str(refused.value) and page["wrong"] == [str(refused.value)]
    name = address.rpartition(",")[2].partition(":")[0]
    assert page["state"].get(name) == defaults().get(name)


# --- In Python -------------------------------------------------------------------------------------------------------

def test_the_next_cell_gets_the_weights_as_nnlib_tensors():
    p = live.playground("layers:2,activation:relu")
    untrained = p.run().model.state_dict()
    assert all(np.array_equal(p.model().state_dict()[name], w) for name, w in untrained.items())
    p.weights = [float(k) for k in range(9)]        # what the page sends
    model = p.model()
    assert model[0].weight.numpy().tolist() == [[0, 1], [2, 3]] and model[2].weight.numpy().tolist() == [[6, 7]]
    assert [type(module).__name__ for module in model] == ["Linear", "ReLU", "Linear"]
    training, validation = p.data()
    assert len(training) == len(validation) == 100 and model(training[:][0]).shape == (100, 1)
    p.load("data:xor,layers:3")
    assert p.settings["data"] == "xor" and p.model()[0].weight.shape == (3, 2) and p.link == "#play=data:xor,layers:3"


def test_weights_by_hand_are_where_a_run_begins():
    first, drawn = (flat(live.playground(a).run().model.state_dict().values()) for a in ("layers:1,weights:1;;3", "layers:1"))
    assert first.tolist() == [1, drawn[1], 3, *drawn[3:]]


@pytest.mark.parametrize("address", ["", "layers:8-8-8", "data:xor,layers:1,noise:0.8", "data:spirals,activation:none"])
def test_its_picture_is_small(address):
    assert len(live.playground(address).picture.png) <= 15_000


# --- In the page -----------------------------------------------------------------------------------------------------

CAPTION = "**A playground.** Try it."
SHOWN = "document.querySelector('.nn-playground').nnPlayground"
FACES = "[...document.querySelectorAll('.np-unit canvas, .np-map canvas')].map(c => c.toDataURL()).join()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page with the playground, awake.html, and the same without its script, asleep.html."""
    folder = tmp_path_factory.mktemp("playground")
    style = palette.css() + "body { margin: 0; background: var(--paper) } figure { margin: 0 }"
    style += "".join((STATIC / name).read_text(encoding="utf-8") for name in ("live.css", "playground.css"))
    link = "<p><a href='#play=data:xor,layers:2,activation:none'>Try it</a></p>"
    figure = live.playground(caption=CAPTION).html()
    body = f"<main><h1>A page</h1>{figure}<div style='height: 1200px'></div>{link}</main>"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head += f"<title>A page</title><style>{style}</style>"
    (folder / "asleep.html").write_text(head + body, encoding="utf-8")
    script = (STATIC / "playground.js").read_text(encoding="utf-8")
    (folder / "awake.html").write_text(f"{head}{body}<script>{script}</script>", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def url(folder):
    with served(folder) as address:
        yield f"{address}/awake.html"


@pytest.fixture(scope="module")
def window(browser):
    with page(browser, reduced_motion="reduce", viewport={"width": 1000, "height": 900}) as window:
        window.set_default_timeout(10_000)
        yield window


@pytest.fixture
def tab(window, url):
    """The page as it opens, in the one window: opening a window takes longer."""
    window.errors.clear()
    window.emulate_media(color_scheme="light")
    window.goto("about:blank")
    window.goto(url)
    yield window
    assert (window.errors, window.foreign) == ([], [])


@pytest.fixture
def phone(browser, url):
    with page(browser, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True) as tab:
        tab.set_default_timeout(10_000)
        tab.goto(url)
        yield tab
        assert tab.errors == []


def visit(tab, url, address):
    tab.goto("about:blank")
    tab.goto(f"{url}#play={address}")


def fragment(tab):
    """The settings in the page's address, as Python reads them."""
    return read(tab.url.partition("#play=")[2])


def state(tab):
    return tab.evaluate(f"{SHOWN}.state")


def weights(tab):
    return tab.evaluate(f"{SHOWN}.run.weights()")


def told(tab):
    return tab.locator(".np-notes").inner_text()


def choice(tab, name):
    return tab.get_by_role("combobox", name=name, exact=True)


def press(tab, name):
    tab.get_by_role("button", name=name, exact=True).click()


def test_it_sleeps_until_the_reader_presses_train(tab):
    before = weights(tab)
    tab.wait_for_timeout(300)
    assert weights(tab) == before and "#" not in tab.url and told(tab).startswith("epoch 0")
    faces = tab.evaluate(FACES)
    press(tab, "Train")
    tab.wait_for_function(f"{SHOWN}.run.steps > 5")
    press(tab, "Pause")
    steps = tab.evaluate(f"{SHOWN}.run.steps")
    run = live.playground().run()
    run.train(steps)
    assert far(weights(tab), flat(p.data for p in run.model.parameters())) < BOUND
    assert told(tab).splitlines()[0].startswith(f"epoch {steps}") and tab.evaluate(FACES) != faces
    assert f"training loss {run.history['train_loss'][-1]:.4f}" in told(tab)
    assert tab.locator("[role=status]").text_content().startswith(f"epoch {steps}; training loss")


def test_one_step_and_back(tab):
    before = weights(tab)
    press(tab, "Step")
    assert told(tab).startswith("epoch 1") and weights(tab) != before
    press(tab, "Reset")
    assert told(tab).startswith("epoch 0") and weights(tab) == before


@pytest.mark.parametrize("name", [name for name, setting in BY_NAME.items() if setting["kind"] == "choice"])
def test_every_choice_is_in_the_address(name, tab, url):
    setting = BY_NAME[name]
    for place, option in enumerate(setting["options"]):
        if option != state(tab)[name]:
            choice(tab, setting["label"]).select_option(index=place)
            assert state(tab)[name] == option == fragment(tab)[name]
    there = tab.url
    tab.goto("about:blank")
    tab.goto(there)
    assert state(tab)[name] == setting["options"][-1] or setting["value"] == setting["options"][-1]


@pytest.mark.parametrize("name", [name for name, setting in BY_NAME.items() if setting["kind"] == "slider"])
def test_every_slider_by_keys_is_in_the_address(name, tab):
    setting = BY_NAME[name]
    slider = tab.get_by_role("slider", name=setting["label"], exact=True)
    slider.focus()
    tab.keyboard.press("End")
    assert state(tab)[name] == setting["max"] == fragment(tab)[name]
    tab.keyboard.press("Home")
    assert state(tab)[name] == setting["min"] == fragment(tab)[name]
    tab.keyboard.press("ArrowRight")
    assert setting["min"] < state(tab)[name] < setting["max"] and slider.evaluate("e => e === document.activeElement")
    tab.keyboard.press("Backspace")
    assert state(tab)[name] == setting["value"] == fragment(tab)[name]


def test_layers_and_their_widths(tab):
    choice(tab, "hidden layers").select_option("3")
    tab.get_by_role("slider", name="units in layer 3").press("End")
    tab.get_by_role("slider", name="units in layer 1").press("Home")
    assert state(tab)["layers"] == [1, 4, 8] == fragment(tab)["layers"]
    assert tab.locator("button.np-unit").count() == 1 + 4 + 8 + 1
    choice(tab, "hidden layers").select_option("1")
    assert state(tab)["layers"] == [1] and not tab.get_by_role("slider", name="units in layer 3").is_visible()


def test_what_ends_a_run_and_what_does_not(tab):
    press(tab, "Step")
    for name in ("noise", "η", "dropout"):
        tab.get_by_role("slider", name=name, exact=True).press("ArrowRight")
    for name in ("weight decay", "early stopping"):
        choice(tab, name).select_option(index=1)
    assert tab.evaluate(f"{SHOWN}.run.steps") == 1
    choice(tab, "optimiser").select_option("SGD")
    assert tab.evaluate(f"{SHOWN}.run.steps") == 0


def test_noise_moves_the_points_as_in_python(tab):
    tab.get_by_role("slider", name="noise", exact=True).press("End")
    x1 = tab.evaluate(f"Array.from({SHOWN}.run.graph.nodes[{SHOWN}.run.ids.training.x1].data)")
    training, _ = live.playground("noise:0.8").data()
    assert x1 == training[:][0].numpy()[:, 0].tolist()


def test_eta_acts_at_the_next_step(tab):
    press(tab, "Step")
    tab.get_by_role("slider", name="η", exact=True).press("End")
    press(tab, "Step")
    run = live.playground().run()
    run.step()
    run.optimizer.lr = 100
    run.step()
    assert far(weights(tab), flat(p.data for p in run.model.parameters())) < BOUND


def test_an_address_that_is_not_quite_right(tab, url):
    visit(tab, url, "data:xor,noise:loud,%E0%A4%A,layers:2")
    assert state(tab) == read("data:xor,layers:2")
    said = tab.get_by_role("alert").inner_text()
    assert "noise is a number from 0 to 0.8, not “loud”" in said and "“%E0%A4%A” is no setting" in said
    choice(tab, "kind").select_option("moons")
    assert tab.locator(".np-complaint").inner_text() == ""


def test_a_link_of_the_page_leads_to_its_settings(tab):
    press(tab, "Step")
    tab.get_by_role("link", name="Try it").click()
    assert state(tab) == read("data:xor,layers:2,activation:none") and told(tab).startswith("epoch 0")
    assert tab.evaluate("document.activeElement.className") == "np-figure"
    assert tab.evaluate("document.querySelector('.np-tools').getBoundingClientRect().top") < 200
    assert choice(tab, "activation").input_value() == "3"


def test_walking_over_the_units_by_keys(tab):
    unit = tab.get_by_role("button", name="layer 1, unit 1", exact=True)
    assert unit.get_attribute("aria-pressed") == "true"
    unit.focus()
    walk = {"ArrowDown": "layer 1, unit 2", "ArrowRight": "layer 2, unit 2", "ArrowUp": "layer 2, unit 1"}
    for key, name in walk.items():
        tab.keyboard.press(key)
        assert tab.evaluate("document.activeElement.getAttribute('aria-label')") == name
        assert tab.get_by_role("button", name=name, exact=True).get_attribute("aria-pressed") == "true"
        assert tab.locator(".np-chips legend").inner_text() == f"Into {name}"
    assert tab.locator("button.np-unit[tabindex='0']").count() == 1
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.type") == "radio"
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.activeElement.checked")
    assert tab.get_by_role("slider", name="weight from unit 2").is_visible()


def test_a_weight_moved_by_hand_is_in_the_address_and_a_double_click_takes_it_back(tab, url):
    drawn = weights(tab)
    tab.get_by_role("button", name="output", exact=True).click()
    tab.get_by_role("radio", name=re.compile("weight from unit 3")).check(force=True)
    slider = tab.get_by_role("slider", name="weight from unit 3")
    slider.press("End")
    place = 3 * 4 + 5 * 4 + 2
    assert weights(tab)[place] == 10 and weights(tab)[:place] == drawn[:place]
    assert fragment(tab)["weights"] == [None] * place + [10]
    here = tab.url
    tab.goto("about:blank")
    tab.goto(here)
    assert weights(tab)[place] == 10 and weights(tab)[:place] == drawn[:place]
    press(tab, "Step")
    press(tab, "Reset")
    assert weights(tab)[place] == 10
    assert far(weights(tab), flat(p.data for p in live.playground(tab.url).run().model.parameters())) < 1e-12


def test_gradients_beside_the_weights_are_nnlibs(tab):
    tab.get_by_role("button", name="layer 2, unit 3", exact=True).click()
    run = live.playground().run()
    points, targets = run.training[:]
    F.binary_cross_entropy_with_logits(run.model(points), targets).backward()
    slopes = [*run.model[2].weight.grad[2], run.model[2].bias.grad[2]]
    shown = [float(text.replace("−", "-")) for text in tab.locator(".np-slope").all_inner_texts()]
    assert shown == pytest.approx(slopes, abs=6e-5)
    before = tab.locator(".np-units svg").inner_html()
    choice(tab, "lines show").select_option("gradients")
    assert tab.locator(".np-units svg").inner_html() != before


def test_a_line_is_picked_by_mouse(tab):
    tab.evaluate("document.querySelectorAll('.np-hit')[1].dispatchEvent(new MouseEvent('click'))")
    assert tab.get_by_role("radio", name=re.compile("weight from x₂")).is_checked()


def test_by_touch(phone):
    unit = phone.get_by_role("button", name="layer 2, unit 4", exact=True)
    box = unit.bounding_box()
    assert box["width"] >= 40
    unit.tap()
    assert phone.locator(".np-chips legend").inner_text() == "Into layer 2, unit 4"
    slider = phone.get_by_role("slider", name="weight from unit 1")
    box = slider.bounding_box()
    assert box["height"] >= 44
    phone.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert weights(phone)[12 + 3 * 4] > 5
    phone.get_by_role("button", name="Train", exact=True).tap()
    phone.wait_for_function(f"{SHOWN}.run.steps > 3")


def test_early_stopping_stops_the_page(tab, url):
    visit(tab, url, OVERFITS)
    choice(tab, "speed").select_option("16×")
    press(tab, "Train")
    tab.get_by_role("button", name="Train", exact=True).wait_for()
    run = Run(read(OVERFITS))
    run.train(500)
    assert far(weights(tab), flat(p.data for p in run.model.parameters())) < BOUND
    best = f"epoch {run.steps - 10} of {run.steps}"
    assert tab.locator(".np-outcome").inner_text() == f"stopped: {best} was the best, and its weights are back"


def test_a_run_that_runs_away_says_so(tab, url):
    visit(tab, url, "optimizer:momentum,lr:100,activation:none,weight_decay:0.3")
    choice(tab, "speed").select_option("16×")
    press(tab, "Train")
    tab.get_by_role("button", name="Train", exact=True).wait_for()
    assert tab.locator(".np-outcome").inner_text() == "the loss is no longer a number: Reset, and lower η"


def test_copying_a_link_with_the_weights_of_this_moment(tab, url):
    press(tab, "Step")
    press(tab, "Copy link with these weights")
    assert fragment(tab)["weights"] == pytest.approx(weights(tab), rel=1e-3)
    assert tab.locator("[role=status]").text_content().startswith("The link is ")


@pytest.mark.parametrize("width", [320, 390, 700, 1280])
def test_nothing_moves_when_it_wakes(width, browser, url):
    with page(browser, viewport={"width": width, "height": 900}) as tab:
        heights = []
        for address in (url.replace("awake", "asleep"), url):
            tab.goto(address)
            heights.append(tab.locator(".nn-playground").bounding_box()["height"])
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert heights[1] == pytest.approx(heights[0], abs=1)


@pytest.mark.reach
def test_axe_finds_nothing_to_object_to(browser, url):
    with page(browser) as tab:
        tab.goto(f"{url}#play=layers:8-8-8,noise:x")
        assert objections(tab) == []


def test_it_repaints_when_the_page_turns_dark(tab):
    light = tab.evaluate(FACES)
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function(f"light => {FACES} !== light", arg=light)


def test_without_a_script_there_is_the_picture(browser, url):
    with page(browser, java_script_enabled=False) as tab:
        tab.goto(url)
        assert tab.locator(".nn-playground img").is_visible() and not tab.locator(".np-room").is_visible()
        assert "4 and 4 hidden units" in tab.locator(".nn-playground img").get_attribute("alt")


def test_a_damaged_specification_leaves_the_picture(browser, folder, url):
    damaged = (folder / "awake.html").read_text(encoding="utf-8").replace('"rules":', '"rulers":')
    (folder / "damaged.html").write_text(damaged, encoding="utf-8")
    with page(browser) as tab:
        tab.goto(url.replace("awake", "damaged"))
        assert "its specification is damaged" in tab.locator(".nn-complaint").inner_text()
        assert tab.locator(".nn-playground img").is_visible() and tab.errors == []
