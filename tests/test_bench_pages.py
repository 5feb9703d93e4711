"""The benchmark of the pages: it counts what crosses the wire, waits for life, and its tables name the worst."""
import gzip

import pytest

from benchmarks import bench_8_pages as bench

SLIDER = """
<label class="nn-slider"><input type="range" min="0" max="9" value="4"><span class="nn-number">4</span></label>
<script>
  const wake = () => document.querySelector("input").addEventListener("input", ({ target }) => {
    target.nextElementSibling.textContent = target.value;
  });
  setTimeout(wake, 300);
</script>"""


@pytest.fixture
def page(tmp_path):
    """The address of a page with a style, a picture of another host and a slider that wakes late."""
    (tmp_path / "style.css").write_text("p { color: #123 }" * 1000)
    (tmp_path / "page.html").write_text(f"""<!doctype html><title>A page</title><link rel="stylesheet" href="style.css">
        <p>{"Much text. " * 1000}</p><img src="https://example.org/picture.png" alt="">{SLIDER}""")
    with bench.compressed(tmp_path) as address:
        yield f"{address}/page.html"


def test_requests_and_compressed_bytes_are_counted_and_other_hosts_apart(browser, page, tmp_path):
    requests, size, foreign = bench.weight(browser, page)
    packed = sum(len(gzip.compress((tmp_path / name).read_bytes())) for name in ("page.html", "style.css"))
    assert (requests, foreign) == (2, 1) and packed < size < packed + 1000      # with the headers of both


def test_a_page_is_ready_when_its_slider_answers(browser, page):
    painted, ready = bench.visited(browser, page)
    assert 0 < painted < ready and ready > 0.3


def test_the_tables_name_the_worst():
    weights = {"book/a": (9, 200_400, 0), "lessons/b": (14, 349_600, 0)}
    measured = {"cover": (9, 200_400, 0, 0.42, 0.9), "a lesson": (14, 349_600, 0, 0.37, 1.234)}
    goals, rows = bench.report(weights, measured, (28, 950_000, 3, 1.5, 2.5)).split("\n\n")
    assert "| most requests (lessons/b) | 14 | 15 |\n| most bytes (lessons/b) | 350 kB | 350 kB |\n" in goals
    assert "(cover) | 0.42 s | 1 s |\n" in goals and goals.endswith("(a lesson) | 1.23 s | 2 s |")
    assert rows.splitlines()[2:] == [
        "| cover | 9 | 200 | 0 | 0.42 | 0.90 |",
        "| a lesson | 14 | 350 | 0 | 0.37 | 1.23 |",
        "| that lesson, stock theme | 28 | 950 | 3 | 1.50 | 2.50 |",
    ]
