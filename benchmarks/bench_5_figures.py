"""What the live figures of the book cost: script for a slider's move, frames of training, bytes, layout shift."""
import gzip
import re
import statistics
import sys
from base64 import b64decode
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from nnlib import functional as F
from nnlib import live, nn, optim
from nnlib.data import moons
from nnlib.live.page import STATIC
from nnlib.look import palette

from .timing import table

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))                    # the tests' browser
SCRIPT = (STATIC / "live.js").read_text(encoding="utf-8")
SITE = ROOT / "_build" / "html"
FIGURE = re.compile(r'<figure class="nn-live".*?<img src="data:image/[a-z]+;base64,([^"]*)"', re.DOTALL)
ROUNDS, MOVES = 7, 8                                    # a slider's cost is the median of rounds of so many moves
SECONDS = 3                                             # of training
SLOWED = 1, 4

INTRODUCTION = (
    "## Live figures\n\n"
    "Every live figure of the book, in headless Chromium, on its page as it is built. A slider's move computes and "
    "draws all that depends on it; a figure's number is that of its slowest slider, the median of "
    f"{ROUNDS} rounds of {MOVES} moves. It is processor time of the script, as the browser counts it, "
    "so that what else the machine did meanwhile counts little; the frames a second are those of the clock. "
    "For *slowed 4×* the browser makes its processor four times slower."
)

# A task of its own, so that the browser counts it as script: some moves, here and there in a slider's range.
MOVE = """([k, c, moves]) => new Promise((done) => setTimeout(() => {
  const { nnLive } = document.querySelectorAll("figure.nn-live")[k], slider = nnLive.spec.controls[c];
  const { min, max } = slider;
  for (let i = 1; i <= moves; i++) nnLive.move(slider, min + (max - min) * ((0.618 * i) % 1));
  done();
}))"""
SLIDERS = """(k) => document.querySelectorAll("figure.nn-live")[k].nnLive.spec.controls
  .flatMap(({ kind }, c) => (kind === "slider" ? [c] : []))"""
TRAIN = """async (seconds) => {
  const { nnLive } = document.querySelector("figure.nn-live"), { update } = nnLive;
  let frames = 0, drawn = 0;
  nnLive.update = function () { drawn++; update.call(this); };
  nnLive.reset();
  nnLive.player.play();
  const start = performance.now(), passed = () => (performance.now() - start) / 1000;
  while (passed() < seconds) {
    await new Promise(requestAnimationFrame);
    frames++;
  }
  nnLive.player.pause();
  return { frames, drawn, seconds: passed() };
}"""
# Wakes one sleeping figure after the other, each in sight, and sums what the browser calls layout shift.
WAKE = """async () => {
  const figures = [...document.querySelectorAll("figure.nn-live")], specs = figures.map((f) => f.dataset.live);
  for (const figure of figures) delete figure.dataset.live;
  const pause = () => new Promise((done) => setTimeout(done, 100));
  let shift = 0;
  const count = (entries) => entries.forEach((entry) => (shift += entry.value));
  await document.fonts.ready;
  for (const [k, figure] of figures.entries()) {
    figure.scrollIntoView({ block: "center", behavior: "instant" });
    await pause();
    const watch = new PerformanceObserver((list) => count(list.getEntries()));
    watch.observe({ type: "layout-shift" });
    figure.dataset.live = specs[k];
    nnLive.wake();
    await pause();
    count(watch.takeRecords());
    watch.disconnect();
  }
  return shift;
}"""


def sections():
    figures, training, shift = measured()
    yield INTRODUCTION
    yield report(figures, training, shift, len(gzip.compress(SCRIPT.encode(), 9)))


def report(figures, training, shift, script):
    """Both tables, from what `measured` found and the bytes of the script."""
    moved = {name: costs for name, (costs, _) in figures.items() if costs}
    heaviest = max(moved, key=lambda name: moved[name][1])
    fattest = max(figures, key=lambda name: figures[name][1])
    (rate, drawn, frame), (slow_rate, slow_drawn, slow_frame) = training
    goals = table(["of all figures", "measured", "goal", "a first sketch"], [
        [f"a slider's move, heaviest figure ({heaviest})", f"{moved[heaviest][0]:.1f} ms", "4 ms", "0.7–4.3 ms"],
        ["the same, slowed 4×", f"{moved[heaviest][1]:.1f} ms", "12 ms", "3.7–20 ms"],
        ["2-8-8-1 trains with its decision boundary: frames a second", f"{rate:.0f}", "60", "59"],
        ["the same, slowed 4×", f"{slow_rate:.0f}", "30", "16"],
        ["how many of these draw", f"{drawn:.0f}", "", ""],
        ["the same, slowed 4×", f"{slow_drawn:.0f}", "", ""],
        ["script of one such frame", f"{frame:.1f} ms", "", ""],
        ["the same, slowed 4×", f"{slow_frame:.1f} ms", "", ""],
        ["script of a page, compressed", f"{script / 1000:.1f} kB", "35 kB", ""],
        [f"largest picture inside ({fattest})", f"{figures[fattest][1] / 1000:.1f} kB", "15 kB", ""],
        ["layout shift while figures wake, worst page", f"{shift:.3f}", "0", ""],
    ])
    rows = [[name, *(f"{cost:.2f}" for cost in costs or ()), *([] if costs else ["–", "–"]), f"{size / 1000:.1f}"]
            for name, (costs, size) in figures.items()]
    return "\n\n".join([goals, table(["figure", "ms a move", "slowed 4×", "kB inside"], rows)])


def book(site):
    """(page, [(name, bytes of the picture inside) of each figure]) for every page of a book with live figures."""
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).with_suffix("").as_posix().removeprefix("lessons/")
        pictures = map(b64decode, FIGURE.findall(path.read_text(encoding="utf-8")))
        figures = [(f"{name} {k}", len(png)) for k, png in enumerate(pictures, 1)]
        if figures:
            yield path.relative_to(site).as_posix(), figures


def measured():
    """({figure: (what `moving` tells, bytes of its picture)}, what `trained` tells, the largest layout shift)"""
    from browser import FLAGS, chromium, page, served
    from playwright.sync_api import sync_playwright

    found, shifts = {}, []
    with sync_playwright() as playwright, served(SITE) as address:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        for path, figures in book(SITE):
            with page(browser, reduced_motion="reduce") as tab:
                tab.route("**/live.js*", lambda route: route.abort())   # the figures sleep until all else has come
                tab.goto(f"{address}/{path}")
                shifts.append(woken(tab))
                for k, (name, size) in enumerate(figures):
                    found[name] = moving(Account(tab), k), size
        with page(browser) as tab:
            tab.set_content(network())
            tab.wait_for_selector(".nn-figure")
            training = list(trained(Account(tab)))
        browser.close()
    return found, training, max(shifts)


def woken(tab):
    """Wake the figures of a page whose own script is kept from it; the layout shift that this makes."""
    tab.evaluate(SCRIPT)
    return tab.evaluate(WAKE)


class Account:
    """The browser's own account of a page: processor seconds of its scripts."""

    def __init__(self, tab):
        self.tab, self.session = tab, tab.context.new_cdp_session(tab)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def seconds(self):
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "ScriptDuration")

    def run(self, script, argument):
        """(what a script returns, milliseconds of the processor that scripts took meanwhile)"""
        before = self.seconds()
        return self.tab.evaluate(script, argument), 1000 * (self.seconds() - before)

    @contextmanager
    def slowed(self, times):
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": times})
        yield
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def moving(account, k):
    """Milliseconds for a move of the slowest slider of a page's k-th figure, also slowed; None without a slider."""
    sliders, costs = account.tab.evaluate(SLIDERS, k), []
    for times in SLOWED if sliders else ():
        with account.slowed(times):
            costs.append(max(statistics.median(account.run(MOVE, [k, c, MOVES])[1] for _ in range(ROUNDS)) / MOVES
                             for c in sliders))
    return costs or None


def trained(account):
    """(frames a second, how many of them draw, milliseconds of script a frame) of training, also slowed."""
    for times in SLOWED:
        with account.slowed(times):
            frames, cost = account.run(TRAIN, SECONDS)
        yield frames["frames"] / frames["seconds"], frames["drawn"] / frames["seconds"], cost / frames["frames"]


def network():
    """A page that trains a 2-8-8-1 network on 90 points and draws where it decides."""
    rng = np.random.default_rng(7)
    X, labels = moons(90, 0.13, generator=rng, dtype=np.float64)
    first, second, last = (nn.Linear(*size, generator=rng, dtype=np.float64) for size in ((2, 8), (8, 8), (8, 1)))
    model = nn.Sequential(first, nn.Tanh(), second, nn.Tanh(), last)
    loss = F.binary_cross_entropy_with_logits(model(X), labels.reshape(-1, 1).astype(float))
    xs, ys = np.linspace(-1.6, 2.6, 57), np.linspace(-1.1, 1.6, 41)
    answer = model(live.grid(xs, ys))
    figure = live.figure(
        live.heat_map(xs, ys, F.sigmoid(answer)),
        live.contour(xs, ys, answer),
        live.points(X[:, 0], X[:, 1], group=labels),
        train=live.train(loss, optim.SGD(model.parameters(), lr=0.5, momentum=0.9)),
        alt="Two crescents and the border between them.",
    )
    style = palette.css() + (STATIC / "live.css").read_text(encoding="utf-8")
    body = f"<main style='width: 640px'>{figure.html()}</main><script>{SCRIPT}</script>"
    return f"<!doctype html><style>{style}</style>{body}"
