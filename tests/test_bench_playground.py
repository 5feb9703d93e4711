"""The benchmark of the playground: it trains in a page as a reader sees it, and what it tells are numbers."""
from benchmarks import bench_7_playground as bench
from benchmarks.bench_5_figures import Account
from browser import page


def test_it_trains_and_counts_at_both_speeds(browser, monkeypatch):
    monkeypatch.setattr(bench, "SECONDS", 0.5)
    with page(browser) as tab:
        tab.set_content(bench.html(bench.NETWORKS["2-4-4-1, all 100 points at once"]))
        told = list(bench.trained(Account(tab)))
        assert len(told) == 2 and all(float(rate) > 0 and float(cost) > 0 for rate, cost in told)
        assert tab.evaluate("document.querySelector('.nn-playground').nnPlayground.run.steps") > 1
