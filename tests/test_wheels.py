"""One lock for every Python and system: what it pins, and what is said where something is missing."""
import re
import subprocess
from itertools import product

import pytest
import yaml

from browser import ROOT
from tools import wheels

RUNNERS = {"Linux": "ubuntu-latest", "macOS": "macos-latest", "Windows": "windows-latest"}


@pytest.fixture
def uv(monkeypatch):
    """Stands for uv, which would ask the package index: a dict of (Python, system) -> (exit code, output, error)."""
    answers = {}

    def run(command, **options):
        python, system = (command[command.index(option) + 1] for option in ("--python-version", "--python-platform"))
        assert command[command.index("--only-binary") + 1] == ":all:"
        code, output, error = answers.get((python, system), (0, options["input"].partition("\n")[0], ""))
        return subprocess.CompletedProcess(command, code, output, error)
    monkeypatch.setattr(wheels.subprocess, "run", run)
    return answers


def names(file):
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [re.match(r"[\w.-]+", line)[0] for line in lines if re.match(r"\w", line)]


@pytest.mark.parametrize("lock", wheels.LOCKS)
def test_a_lock_pins_all_that_is_asked_for(lock):
    pinned = names(lock)
    assert set(names(lock.replace(".txt", ".in"))) <= set(pinned) and len(wheels.pins(lock)) == len(pinned)


def test_the_locks_agree():
    versions = [dict(line.partition(" ")[0].split("==") for line in wheels.pins(lock)) for lock in wheels.LOCKS]
    assert all(versions[1][name] == version for name, version in versions[0].items() if name in versions[1])


def test_the_workflow_runs_on_each_python_and_system():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))["jobs"]
    runs = {(python, system) for job in jobs.values() if (matrix := job.get("strategy", {}).get("matrix"))
            for python, system in product(matrix["python"], matrix.get("os", [job["runs-on"]]))}
    assert runs == set(product(wheels.PYTHONS, RUNNERS.values()))


def test_a_table_says_where_all_can_be_installed(uv, capsys):
    with pytest.raises(SystemExit) as end:
        wheels.main()
    table = capsys.readouterr().out
    assert not end.value.code and "no" not in table
    assert [line.count("yes") for line in table.splitlines()[2:]] == [len(wheels.SYSTEMS)] * len(wheels.PYTHONS)


def test_a_missing_wheel_is_named_with_its_place(uv, capsys):
    uv["3.14", wheels.SYSTEMS["Windows"]] = (1, "", "numpy==2.0.0 has no usable wheels\n")
    with pytest.raises(SystemExit, match="^Python 3.14, Windows: numpy==2.0.0 has no usable wheels$"):
        wheels.main()
    assert re.search(r"^3\.14 +yes +yes +yes +yes +no", capsys.readouterr().out, re.M)


def test_what_is_needed_and_not_pinned_is_named(uv):
    place = "3.11", wheels.SYSTEMS["macOS"]
    uv[place] = (0, "numpy==2.4.6\nappnope==1.0.0", "")
    assert wheels.trouble(["numpy==2.4.6"], *place) == "needed there, and not pinned: appnope==1.0.0"
    assert wheels.trouble(["numpy==2.4.6", "appnope==1.0.0 ; sys_platform == 'darwin'"], *place) == ""
