"""What a reader sets in the playground, and how it is written in an address: data:xor,layers:4-4,lr:0.3"""
import math
import re

MARK = "#play="  # what stands before the settings in the address of a page
WIDEST, DEEPEST = 8, 3  # units of a hidden layer, hidden layers
LARGEST = 1000  # a weight given by hand
DIGITS = 4  # of a weight in an address
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def choice(group, name, label, value, *options):
    return {"group": group, "name": name, "label": label, "kind": "choice", "options": list(options), "value": value}


def slider(group, name, label, value, low, high, **more):
    limits = {"min": low, "max": high, **more}
    return {"group": group, "name": name, "label": label, "kind": "slider", **limits, "value": value}


# In the order in which they are shown; the names are nnlib's
SETTINGS = [
    choice("Data", "data", "kind", "moons", "moons", "spirals", "circles", "xor"),
    slider("Data", "noise", "noise", 0.2, 0, 0.8, step=0.05),
    choice("Data", "points", "training points", "100", "20", "50", "100"),
    choice("Network", "activation", "activation", "tanh", "relu", "tanh", "sigmoid", "none"),
    slider("Network", "seed", "seed", 0, 0, 99, step=1),
    {"group": "Network", "name": "layers", "label": "hidden layers", "kind": "layers", "value": [4, 4]},
    choice("Training", "optimizer", "optimiser", "Adam", "SGD", "momentum", "RMSprop", "Adam", "AdamW"),
    slider("Training", "lr", "η", 0.01, 0.001, 100, log=True),
    choice("Training", "batch_size", "batch size", "all", "1", "5", "10", "all"),
    choice("Remedies", "weight_decay", "weight decay", "0", "0", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3"),
    slider("Remedies", "dropout", "dropout", 0, 0, 0.8, step=0.1),
    choice("Remedies", "patience", "early stopping", "off", "off", "10", "50", "200"),
]
BY_NAME = {setting["name"]: setting for setting in SETTINGS}


def defaults():
    return {**{setting["name"]: setting["value"] for setting in SETTINGS}, "weights": []}


def read(address):
    """The settings that an address gives, and the defaults for all others.

    address: what stands behind "#play=", or a whole link with that in it.
    weights: those given by hand, in the order of all parameters of the network; None where the seed decides.
    Raises ValueError for whatever the playground does not know or could not do.
    """
    settings = defaults()
    for part in filter(None, address.split(MARK)[-1].split(",")):
        name, colon, text = part.partition(":")
        if not colon or name not in settings:
            raise ValueError(f"“{part}” is no setting: write name:value, with one of the names {', '.join(settings)}")
        settings[name] = _weights(text) if name == "weights" else _value(BY_NAME[name], text)
    most = parameters(settings["layers"])
    if len(settings["weights"]) > most:
        raise ValueError(f"weights lists {len(settings['weights'])} numbers, but this network has {most}")
    return settings


def write(settings):
    """The shortest address that gives these settings: what differs from the defaults."""
    first = defaults()
    return ",".join(f"{name}:{_text(name, value)}" for name, value in settings.items() if value != first[name])


def parameters(layers):
    """How many weights and biases a network has."""
    sizes = [2, *layers, 1]
    return sum((before + 1) * after for before, after in zip(sizes, sizes[1:]))


def _value(setting, text):
    kind = setting["kind"]
    if kind == "choice":
        if text in setting["options"]:
            return text
        raise ValueError(f"{setting['name']} is one of {', '.join(setting['options'])}, not “{text}”")
    if kind == "layers":
        widths = text.split("-")
        if len(widths) <= DEEPEST and all(w.isdecimal() and w.isascii() and 1 <= int(w) <= WIDEST for w in widths):
            return [int(w) for w in widths]
        raise ValueError(f"layers is one to {DEEPEST} widths from 1 to {WIDEST}, such as 8-8, not “{text}”")
    value, whole = _number(text), setting.get("step") == 1
    if value is not None and setting["min"] <= value <= setting["max"] and not (whole and value % 1):
        return int(value) if value.is_integer() else value
    what = "a whole number" if whole else "a number"
    raise ValueError(f"{setting['name']} is {what} from {setting['min']} to {setting['max']}, not “{text}”")


def _weights(text):
    weights = [_number(part) if part else None for part in text.split(";")] if text else []
    for part, value in zip(text.split(";"), weights):
        if part and (value is None or abs(value) > LARGEST):
            raise ValueError(f"a weight is a number from −{LARGEST} to {LARGEST}, not “{part}”")
    return weights


def _number(text):
    value = float(text) if NUMBER.fullmatch(text) and text.isascii() else math.nan
    return value if math.isfinite(value) else None


def _text(name, value):
    if name == "weights":
        return ";".join("" if v is None else f"{v:.{DIGITS}g}" for v in value)
    return "-".join(map(str, value)) if name == "layers" else f"{value}"
