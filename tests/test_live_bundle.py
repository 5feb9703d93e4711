"""The committed script is what its sources make, small, and made by no more than package.json says."""
import gzip
import json
import os
import subprocess

import pytest

from browser import ROOT

STATIC = ROOT / "nnlib" / "live" / "static"
KILOBYTE = 1000


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    subprocess.run(
        ["npm", "run", "--silent", "build"],
        cwd=ROOT,
        env={**os.environ, "OUT": str(folder)},
        check=True,
        capture_output=True,
    )
    return folder


@pytest.mark.parametrize("name", ["live.js", "live.css", "playground.js", "playground.css"])
def test_the_committed_file_is_what_the_sources_make(built, name):
    assert (STATIC / name).read_bytes() == (
        built / name
    ).read_bytes(), "the script is older than its sources: make live"


@pytest.mark.parametrize("name", ["live", "playground"])
def test_it_stays_small(name):
    assert len(gzip.compress((STATIC / f"{name}.js").read_bytes(), 9)) < 35 * KILOBYTE
    assert len(gzip.compress((STATIC / f"{name}.css").read_bytes(), 9)) < 3 * KILOBYTE


@pytest.mark.parametrize("name", ["live.js", "playground.js"])
def test_it_asks_nothing_of_any_other_host(name):
    script = (STATIC / name).read_text(encoding="utf-8")
    assert not [
        word for word in ("fetch(", "XMLHttpRequest", "WebSocket", "import(", "eval(", "new Function") if word in script
    ]


def test_the_lock_names_no_registry():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 5 and not any("resolved" in package for package in packages.values())
