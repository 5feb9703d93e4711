"""Chromium as the tests use it: headless, shut in, every error it meets kept."""
import functools
import http.server
import os
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "file:", "data:", "blob:")


def chromium() -> str:
    """Where Chromium is: what CHROMIUM says, or the first that the system knows. RuntimeError if there is none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise RuntimeError("These tests need a real browser, and no Chromium was found. On Debian and Ubuntu: "
                           "sudo apt install chromium. Anywhere else, install Chromium or Chrome and say where it is: "
                           "CHROMIUM=/path/to/chromium make test")
    return found


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(folder):
    """The address of a folder, served to this machine alone on a free port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def page(browser, **options):
    """A page that keeps what went wrong: `.errors` of the console, `.failed` requests, and `.foreign` ones (refused).

    `.requests` is every address it asked for. The options are those of Playwright's `new_context`.
    """
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    new = context.new_page()
    new.errors, new.failed, new.foreign, new.requests = [], [], [], []

    def guard(route):
        if route.request.url.startswith(OURS):
            return route.continue_()
        new.foreign.append(route.request.url)
        return route.abort()

    context.route("**/*", guard)
    new.on("request", lambda request: new.requests.append(request.url))
    new.on("requestfailed", lambda request: new.failed.append(request.url))
    new.on("response", lambda response: new.failed.append(response.url) if response.status >= 400 else None)
    new.on("console", lambda message: new.errors.append(message.text) if message.type == "error" else None)
    new.on("pageerror", lambda error: new.errors.append(str(error)))
    try:
        yield new
    finally:
        context.close()


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for all tests of a process."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        yield running
        running.close()
