"""The benchmark of the live figures: it finds them, its numbers are numbers, and its tables can be read."""
import math

import pytest

from benchmarks import bench_5_figures as bench
from browser import page
from nnlib import live
from nnlib.live.page import STATIC
from nnlib.look import palette

FIGURE = live.figure(live.points(live.slider("x", 0, 1, 0.5), 0), xlim=(0, 1), ylim=(-1, 1), alt="A point.")


def html(figure):
    style = palette.css() + (STATIC / "live.css").read_text(encoding="utf-8")
    return f"<!doctype html><style>{style}</style><main style='width: 640px'>{figure}<p>Text below.</p></main>"


@pytest.fixture
def tab(browser):
    with page(browser, reduced_motion="reduce") as tab:
        yield tab


def test_every_figure_of_a_built_book_is_found_with_its_picture(tmp_path):
    other = '<img src="data:image/png;base64,AAAA">'
    for name, figures in {"book/intro": 1, "lessons/01/slope": 2, "lessons/01/index": 0}.items():
        path = tmp_path / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html(FIGURE.html() * figures + other), encoding="utf-8")
    size = len(FIGURE.picture.png)
    assert list(bench.book(tmp_path)) == [
        ("book/intro.html", [("book/intro 1", size)]),
        ("lessons/01/slope.html", [("01/slope 1", size), ("01/slope 2", size)]),
    ]


def test_the_tables_name_the_heaviest_and_stand_beside_the_goals():
    figures = {"a 1": ([0.5, 2.25], 9000), "b 1": ([1.5, 8.7], 4000), "b 2": (None, 14000)}
    goals, rows = bench.report(figures, [(59.6, 58.8, 4.3), (34.2, 17.1, 10.7)], 0, 29_240).split("\n\n")
    assert "| a slider's move, heaviest figure (b 1) | 1.5 ms | 4 ms | 0.7–4.3 ms |\n" in goals
    assert "| the same, slowed 4× | 8.7 ms | 12 ms | 3.7–20 ms |\n" in goals
    assert "decision boundary: frames a second | 60 | 60 | 59 |\n| the same, slowed 4× | 34 | 30 | 16 |\n" in goals
    assert "| how many of these draw | 59 |  |  |\n| the same, slowed 4× | 17 |  |  |\n" in goals
    assert "| 29.2 kB | 35 kB |" in goals and "(b 2) | 14.0 kB | 15 kB |" in goals and "| 0.000 | 0 |" in goals
    assert rows.splitlines()[2:] == [
        "| a 1 | 0.50 | 2.25 | 9.0 |",
        "| b 1 | 1.50 | 8.70 | 4.0 |",
        "| b 2 | – | – | 14.0 |",
    ]


def test_what_a_move_costs_is_a_number_at_both_speeds(tab, monkeypatch):
    monkeypatch.setattr(bench, "ROUNDS", 3)
    tab.set_content(html(FIGURE.html()))
    bench.woken(tab)
    usual, slowed = bench.moving(bench.Account(tab), 0)
    assert 0 < usual < math.inf and 0 < slowed < math.inf
    assert tab.evaluate("document.querySelector('figure').nnLive.graph.version") > 3 * bench.MOVES


def test_a_shift_is_seen_where_a_figure_takes_room_that_was_not_kept_for_it(tab):
    tab.set_content(html(FIGURE.html()))
    assert bench.woken(tab) == 0
    tab.set_content(html(FIGURE.html().replace("--nn-wide", "--unknown").replace("<img", "<img hidden")))
    assert bench.woken(tab) > 0.002


def test_the_network_trains_and_its_frames_are_counted(tab, monkeypatch):
    monkeypatch.setattr(bench, "SECONDS", 0.5)
    tab.set_content(bench.network())
    tab.wait_for_selector(".nn-figure")
    (rate, drawn, frame), (slow_rate, slow_drawn, slow_frame) = bench.trained(bench.Account(tab))
    assert 1 < slow_rate < 70 and 1 < rate < 70 and 0.1 < frame < slow_frame
    assert 0 < drawn <= rate + 1 and 0 < slow_drawn <= slow_rate + 1
    assert tab.evaluate("document.querySelector('figure').nnLive.training.steps") > 3
    assert tab.errors == []
