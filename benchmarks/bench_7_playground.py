"""What the playground costs: frames a second while it trains, and the processor's time for each."""
import sys
from pathlib import Path

from nnlib import live
from nnlib.live.page import STATIC
from nnlib.look import palette

from .bench_5_figures import SECONDS, SLOWED, Account
from .timing import table

sys.path.append(str(Path(__file__).parents[1] / "tests"))               # the tests' browser
NETWORKS = {
    "2-4-4-1, all 100 points at once": "layers:4-4",
    "2-8-8-1, all 100 points at once": "layers:8-8",
    "2-8-8-8-1, batches of ten, dropout": "layers:8-8-8,batch_size:10,dropout:0.2",
}
INTRODUCTION = (
    "## The playground\n\n"
    "It trains and draws everything it has: the border, the picture of every unit, weights, gradients and both curves. "
    "An epoch a frame; the frames a second are those of the clock, a frame's cost is the browser's processor time for "
    "script, style and layout."
)
TRAIN = """async (seconds) => {
  const { nnPlayground } = document.querySelector(".nn-playground"), { player, run } = nnPlayground;
  let frames = 0;
  player.play();
  const start = performance.now(), passed = () => (performance.now() - start) / 1000;
  while (passed() < seconds) {
    await new Promise(requestAnimationFrame);
    frames++;
  }
  player.pause();
  return { frames, epochs: run.steps / run.perEpoch, seconds: passed() };
}"""
COSTS = "ScriptDuration", "LayoutDuration", "RecalcStyleDuration"


def sections():
    yield INTRODUCTION
    rows = [[name, *told] for name, told in measured()]
    head = ["network", "frames a second", "ms a frame", "slowed 4×: frames a second", "ms a frame"]
    yield table(head, rows)


def measured():
    """(network, what `trained` tells at both speeds) for each network."""
    from browser import FLAGS, chromium, page
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        for name, address in NETWORKS.items():
            with page(browser) as tab:
                tab.set_content(html(address))
                yield name, [told for pair in trained(Account(tab)) for told in pair]
        browser.close()


def trained(account):
    """(frames a second, processor milliseconds of one) of training, also slowed."""
    for times in SLOWED:
        with account.slowed(times):
            before = cost(account)
            told = account.tab.evaluate(TRAIN, SECONDS)
            spent = cost(account) - before
        yield f"{told['frames'] / told['seconds']:.0f}", f"{1000 * spent / told['frames']:.1f}"


def cost(account):
    metrics = account.session.send("Performance.getMetrics")["metrics"]
    return sum(m["value"] for m in metrics if m["name"] in COSTS)


def html(address):
    """A page with a playground."""
    style = palette.css() + "".join((STATIC / name).read_text("utf-8") for name in ("live.css", "playground.css"))
    script = (STATIC / "playground.js").read_text(encoding="utf-8")
    figure = live.playground(address).html()
    return f"<!doctype html><style>{style}</style><main style='width: 900px'>{figure}</main><script>{script}</script>"
