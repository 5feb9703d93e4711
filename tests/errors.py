"""Errors held to their words: they teach, so what they say is part of what is promised."""
from contextlib import contextmanager

import pytest


@contextmanager
def says(error, *phrases):
    """The block must raise this error, and its text must hold all these phrases, letter for letter."""
    with pytest.raises(error) as caught:
        yield
    for phrase in phrases:
        assert phrase in str(caught.value)
