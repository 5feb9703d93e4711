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
COLOURS = ["color-contrast", "link-in-text-block"]
BUT_COLOURS = {"rules": {rule: {"enabled": False} for rule in COLOURS}}
# How axe-core looks at a page.  Once it looks for everything.  In the dark only colours differ.  On a narrow screen
# things stand elsewhere, fold away or scroll, in the colours they had; and comparing colours takes most of its time.
LOOKS = [("light", 1280, {}), ("dark", 1280, {"runOnly": COLOURS}), ("light", 320, BUT_COLOURS)]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
    def do_GET(self):
        if self.path == "/favicon.ico":         # a browser asks for it by itself where a page names no icon
            self.send_response(204)
            return self.end_headers()
        return super().do_GET()

    def log_message(self, *_):
        pass


@contextmanager
def served(folder, handler=Quiet):
    """The address of a folder, served to this machine alone on a free port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def page(browser, **options):
    """A page that keeps what went wrong: `.errors` of the console, `.failed` requests, and `.foreign` ones.

    FLAGS make every foreign request fail.  `.requests` is every address it asked for since it was last sent somewhere
    by `visit`.  The options are those of Playwright's `new_context`.
    """
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    new = context.new_page()
    new.errors, new.failed, new.foreign, new.requests = [], [], [], []

    def asked(request):
        (new.requests if request.url.startswith(OURS) else new.foreign).append(request.url)

    new.on("request", asked)
    new.on("requestfailed", lambda request: new.failed.append(request.url))
    new.on("response", lambda response: new.failed.append(response.url) if response.status >= 400 else None)
    new.on("console", lambda message: new.errors.append(message.text) if message.type == "error" else None)
    new.on("pageerror", lambda error: new.errors.append(str(error)))
    try:
        yield new
    finally:
        context.close()


def visit(tab, url, until="load"):
    """Open another address in a window, as if in a new one: that would take three times as long."""
    tab.goto("about:blank")
    for kept in (tab.errors, tab.failed, tab.foreign, tab.requests):
        kept.clear()
    tab.emulate_media(color_scheme="light")
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.goto(url, wait_until=until)


def resize(tab, width):
    """Make the window so wide, and wait until the page is laid out for it."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


# Nine in ten elements of a lesson are words of code that differ in their letters alone.  Of each kind one stays, the
# others become plain text where they are; what it gives back undoes that.
UNMARK = """() => {
  const met = new Set(), undo = [];
  for (const word of document.querySelectorAll("pre span[class]:not(:has(*))")) {
    const kind = [];
    for (let e = word; e; e = e.parentElement) kind.push(e.className);
    if (met.has(String(kind)) && word.attributes.length === 1) {
      const text = document.createTextNode(word.textContent);
      word.replaceWith(text);
      undo.push(() => text.replaceWith(word));
    }
    met.add(String(kind));
  }
  return () => undo.forEach((mark) => mark());
}"""


def objections(tab, within="html", looks=LOOKS):
    """What axe-core objects to in a part of a page, as (theme, width, rule, element, what is wrong with it)."""
    assert AXE.exists(), "axe-core is missing: npm ci"
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    marked, found = tab.evaluate_handle(UNMARK), []
    for theme, width, options in looks:
        tab.emulate_media(color_scheme=theme)
        resize(tab, width)
        run = "([within, options]) => axe.run(within, options).then((run) => run.violations)"
        for rule in tab.evaluate(run, [within, {"resultTypes": ["violations"], **options}]):
            found += [(theme, width, rule["id"], node["html"], node["failureSummary"]) for node in rule["nodes"]]
    marked.evaluate("(mark) => mark()")
    return found


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for all tests of a process."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        yield running
        running.close()
