"""What an operation computes, written as a reader would: w₁x + b₁, σ(z₁), ½(ŷ − y)²."""
from .terms import SYMBOL

FUNCTIONS = {"sigmoid": "σ", "relu": "ReLU", "sqrt": "√", "sum": "Σ"}
SUPERSCRIPT = str.maketrans("0123456789.-", "⁰¹²³⁴⁵⁶⁷⁸⁹·⁻")
FRACTIONS = {0.5: "½", 0.25: "¼", 0.75: "¾"}
SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a formula holds together


def formula(tensor):
    """The operation of a tensor in terms of the named tensors, leaves and numbers that it leads back to."""
    return _operation(tensor)[0]


def _written(t):
    """(text, how tightly it holds together)"""
    if t.name:
        return t.name, ATOM
    if t.op:
        return _operation(t)
    return (_number(t.item()), ATOM if t.item() >= 0 else SUM) if t.data.size == 1 else ("…", ATOM)


def _operation(t):
    parts = [_written(x) for x in t.inputs]
    if t.op == "add":
        return f"{parts[0][0]} + {parts[1][0]}", SUM
    if t.op == "sub":
        return f"{parts[0][0]} − {_within(parts[1], PRODUCT)}", SUM
    if t.op == "mul":
        left, right = _within(parts[0], PRODUCT), _within(parts[1], PRODUCT)
        return left + ("" if _may_touch(left, right) else "·") + right, PRODUCT
    if t.op == "div":
        return f"{_within(parts[0], PRODUCT)}/{_within(parts[1], POWER)}", PRODUCT
    if t.op == "neg":
        return "−" + _within(parts[0], PRODUCT), SUM
    if t.op == "pow":
        return _within(parts[0], ATOM) + f"{t.options['exponent']:g}".translate(SUPERSCRIPT), POWER
    if t.op == "grad":
        return f"∂{parts[0][0]}/∂{parts[1][0]}", ATOM
    return f"{FUNCTIONS.get(t.op, t.op)}({', '.join(text for text, _ in parts)})", ATOM


def _within(part, least):
    text, tightness = part
    return text if tightness >= least else f"({text})"


def _may_touch(left, right):
    """Side by side, factors read as a product if the first is a number or one symbol, and the second no number."""
    return (left in FRACTIONS.values() or left.isdigit() or bool(SYMBOL.fullmatch(left))) and not right[0].isdigit()


def _number(value):
    return FRACTIONS.get(value) or f"{value:g}".replace("-", "−")
