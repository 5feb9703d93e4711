"""Which kind of quantity a name stands for, and with that its colour."""
import re
import unicodedata

from ..look import CLASSES, TERM, palette

LETTERS = {"x": "input", "X": "input", "w": "weight", "W": "weight", "b": "bias"}
LETTERS |= {"a": "activation", "ŷ": "activation", "L": "loss"}
INKS = {"ink": palette.PAGE["ink"][0], "muted": palette.PAGE["ink-2"][0]}
SYMBOL = re.compile(r"(\w\u0302?)[₀-₉0-9ᵢⱼₙ′⁺*,]*(\[.*\])?")


def term_of(name):
    """The kind of quantity that a symbol such as w₁ or ŷ names; None for any other name, which is drawn in ink."""
    symbol = SYMBOL.fullmatch(unicodedata.normalize("NFC", name or ""))
    return LETTERS.get(symbol[1]) if symbol else None


def checked_term(term):
    if term is not None and term not in TERM and term not in INKS:
        raise ValueError(f'no kind of quantity is called "{term}": take one of {", ".join([*TERM, *INKS])}')
    return term


def colour(term, number=None):
    """The colour on white paper of a term, or of a class of points by its number."""
    if number is not None:
        return CLASSES[number % len(CLASSES)]
    return {**TERM, **INKS}[term or "ink"]
