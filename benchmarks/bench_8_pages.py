"""What the pages cost who opens them for the first time: requests, bytes, and the time until there is text and life."""
import gzip
import http.server
import json
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from .timing import table

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))                    # the tests' browser
SITE = ROOT / "_build" / "html"
LESSON = "lessons/04_backprop/01_by_hand"
KINDS = {"cover": "book/intro", "a lesson": LESSON, "exercises": "lessons/04_backprop/exercises",
         "glossary": "book/glossary", "playground": "lessons/07_beyond/02_playground", "functions of nnlib": "book/api"}
STOCK = "that lesson, stock theme"
REQUESTS, KILOBYTES, PAINTED, READY = 15, 350, 1.0, 2.0
ROUNDS = 9
SLOWED = 4
PACKED = {".woff2", ".webp"}                            # compressed already

INTRODUCTION = (
    "## Pages\n\n"
    "Every page, in headless Chromium that has never been here, from a server on this machine that compresses as "
    "static hosts do. Bytes are those on the wire. The times are those of the clock, medians of "
    f"{ROUNDS} visits on a processor that the browser makes {SLOWED} times slower; the network takes none. "
    "*Ready* is when the last long task has ended, and the first slider of the page, moved as soon as there is one, "
    "has moved its figure. Beside them stands the same lesson in the theme that Jupyter Book comes with, its look "
    "unchanged: no figure moves there, and what it asks of other hosts is refused at once and costs nothing here."
)
# The end of the last long task, and when the first slider answered; in the page before any script of its own.
WATCH = """(() => {
  const seen = (window.seen = { busy: 0, answered: 0 });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.busy = Math.max(seen.busy, startTime + duration);
  }).observe({ type: "longtask" });
  const timer = setInterval(() => {
    const slider = document.querySelector(".nn-slider input");
    if (!slider) return;
    const number = slider.parentElement.querySelector(".nn-number");
    const before = number.textContent;
    slider.value = slider.valueAsNumber < Number(slider.max) ? slider.max : slider.min;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    if (number.textContent === before) return;
    seen.answered = performance.now();
    clearInterval(timer);
  }, 10);
})()"""
TIMES = """() => {
  const [{ domContentLoadedEventEnd }] = performance.getEntriesByType("navigation");
  const [{ startTime: painted }] = performance.getEntriesByName("first-contentful-paint");
  return [painted, Math.max(painted, domContentLoadedEventEnd, seen.busy, seen.answered)].map((time) => time / 1000);
}"""


def sections():
    from browser import FLAGS, chromium
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        with compressed(SITE) as address:
            weights = {name: weight(browser, f"{address}/{name}.html") for name in pages(SITE)}
            heaviest = max((name for name in weights if "lessons/" in name), key=lambda name: weights[name][1])
            kinds = {**KINDS, f"the heaviest lesson ({heaviest.removeprefix('lessons/')})": heaviest}
            measured = {kind: (*weights[name], *times(browser, f"{address}/{name}.html"))
                        for kind, name in kinds.items()}
        with compressed(stock(Path(folder))) as address:
            stocks = *weight(browser, f"{address}/lesson.html"), *times(browser, f"{address}/lesson.html")
        browser.close()
    yield INTRODUCTION
    yield report(weights, measured, stocks)


def report(weights, measured, stocks):
    """Both tables, from what `weight` tells of all pages and, with what `times` tells, of a page of each kind."""
    most, fattest = (max(weights, key=lambda name: weights[name][place]) for place in (0, 1))
    latest, last = (max(measured, key=lambda kind: measured[kind][place]) for place in (3, 4))
    goals = table(["of all pages", "measured", "goal"], [
        [f"most requests ({most})", f"{weights[most][0]}", f"{REQUESTS}"],
        [f"most bytes ({fattest})", f"{weights[fattest][1] / 1000:.0f} kB", f"{KILOBYTES} kB"],
        ["requests to other hosts", f"{sum(foreign for _, _, foreign in weights.values())}", "0"],
        [f"first text or picture, slowed 4× ({latest})", f"{measured[latest][3]:.2f} s", f"{PAINTED:.0f} s"],
        [f"ready, slowed 4× ({last})", f"{measured[last][4]:.2f} s", f"{READY:.0f} s"],
    ])
    rows = [[kind, f"{requests}", f"{size / 1000:.0f}", f"{foreign}", f"{painted:.2f}", f"{ready:.2f}"]
            for kind, (requests, size, foreign, painted, ready) in {**measured, STOCK: stocks}.items()]
    head = ["page", "requests", "kB", "to other hosts", "seconds to first text or picture", "seconds to ready"]
    return f"{goals}\n\n{table(head, rows)}"


def pages(site):
    """The pages of a book, without the door that leads to its cover."""
    return [path.relative_to(site).with_suffix("").as_posix() for path in sorted(site.rglob("*.html"))
            if path != site / "index.html"]


# --- Visits ----------------------------------------------------------------------------------------------------------

def weight(browser, address):
    """(requests, bytes on the wire, requests to other hosts) of a first visit."""
    from browser import page

    with page(browser) as tab:
        sizes, session = [], tab.context.new_cdp_session(tab)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        tab.goto(address, wait_until="networkidle")
        return len(tab.requests), int(sum(sizes)), len(tab.foreign)


def times(browser, address):
    """(seconds to the first text or picture, seconds until the page is ready), each the median of slow first visits."""
    return tuple(map(statistics.median, zip(*(visited(browser, address) for _ in range(ROUNDS)))))


def visited(browser, address):
    from browser import page

    with page(browser) as tab:
        tab.context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        tab.add_init_script(WATCH)
        tab.goto(address, wait_until="networkidle")
        tab.wait_for_timeout(500)
        return tab.evaluate(TIMES)


# --- A static host ---------------------------------------------------------------------------------------------------

@cache
def packed(path):
    return path.read_bytes() if path.suffix in PACKED else gzip.compress(path.read_bytes())


class Host(http.server.SimpleHTTPRequestHandler):
    """Serves files as static hosts do: compressed, over connections that stay open."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        body = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        if path.suffix not in PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def compressed(folder):
    """The address of a folder, served to this machine alone, compressed."""
    from browser import served

    return served(folder, Host)


def stock(folder):
    """The pages that Jupyter Book makes of one lesson with the theme, scripts and settings that it comes with."""
    (folder / "lesson.ipynb").write_bytes((ROOT / LESSON).with_suffix(".ipynb").read_bytes())
    (folder / "_toc.yml").write_text("format: jb-book\nroot: lesson\n")
    pictures = {"nb_mime_priority_overrides": [["html", "text/html", 1]]}       # of live figures, as in the book
    settings = {"title": "One lesson", "execute": {"execute_notebooks": "off"}, "sphinx": {"config": pictures}}
    (folder / "_config.yml").write_text(json.dumps(settings))
    command = "from jupyter_book.cli.main import main; main()"
    subprocess.run([sys.executable, "-c", command, "build", "--quiet", str(folder)], capture_output=True, check=True)
    return folder / "_build" / "html"
