"""Readers of the built book: passing by, running no script, at a desk with mouse and keyboard, with a phone."""
from contextlib import contextmanager

import pytest

from browser import page, served


@pytest.fixture(scope="module")
def address(site):
    """The book as a server shows it, below a folder of the address as on GitHub Pages."""
    with served(site.parent) as url:
        yield f"{url}/{site.name}"


@pytest.fixture(scope="module")
def window(browser):
    """A window for `visit`."""
    with page(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def still(browser):
    """A window of somebody who runs no script."""
    with page(browser, java_script_enabled=False) as opened:
        yield opened


@contextmanager
def reader(browser, address, **options):
    """A window of somebody who, unless told otherwise, wants no motion; nothing may go wrong in it."""
    with page(browser, **{"reduced_motion": "reduce", **options}) as tab:
        tab.book, tab.shown = address, None
        yield tab
        assert not tab.errors, tab.errors


@pytest.fixture(scope="module")
def desk(browser, address):
    """A window with mouse and keyboard."""
    with reader(browser, address) as tab:
        yield tab


@pytest.fixture(scope="module")
def phone(browser, address):
    with reader(browser, address, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True) as tab:
        yield tab
