"""Small bugs in the script of the live figures, judged by those of its tests that run in Node."""
import io
import json
import os
import random
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

from . import ROOT, Fault

HERE = Path(__file__).parent
JS = ROOT / "nnlib" / "live" / "js"
SAMPLE = 80
TESTS = {                               # a script, and the tests of what it computes
    "ops.js": ["test_live_ops.py"],
    "evaluate.js": ["test_live_ops.py"],
    "optim.js": ["test_live_ops.py"],
}
EQUIVALENT = HERE / "equivalent_in_scripts.txt"


def planted(most=None):
    mutants = everyone()
    chosen = random.Random(0).sample(mutants, min(most or SAMPLE, len(mutants)))
    chosen = [mutant for mutant in chosen if named(mutant) not in equivalents()]
    if not passes({"path": "none", "source": ""}, sum(TESTS.values(), [])):
        raise RuntimeError("the script's tests fail before anything is planted: run them first")
    with ProcessPoolExecutor(2) as processes:
        survived = processes.map(passes, chosen, [TESTS[Path(mutant["path"]).name] for mutant in chosen])
        return [Fault("a small bug in the live figures' script", named(mutant), not lives)
                for mutant, lives in zip(chosen, survived)]


def everyone():
    """Every mutant, as {path, name, source}."""
    paths = json.dumps([str(JS / name) for name in TESTS])
    made = subprocess.run(["node", HERE / "mutate.mjs"], input=paths, capture_output=True, text=True, check=True)
    return json.loads(made.stdout)


def named(mutant):
    return f"{Path(mutant['path']).name}: {mutant['name']}"


def equivalents():
    """The names of those that change nothing which anybody could notice; the reason follows each in the file."""
    return {line.rsplit(" | ", 1)[0] for line in EQUIVALENT.read_text(encoding="utf-8").splitlines() if " | " in line}


def passes(mutant, tests):
    """Whether the tests pass with a mutant in place of its script.  Node starts anew each time, Python does not."""
    with tempfile.NamedTemporaryFile("w", suffix=".js", encoding="utf-8") as planted:
        planted.write(mutant["source"])
        planted.flush()
        told = {"NODE_OPTIONS": f"--import={(HERE / 'instead.mjs').as_uri()}", "INSTEAD": planted.name,
                "PLANTED": Path(mutant["path"]).absolute().as_uri(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        with mock.patch.dict(os.environ, told), redirect_stdout(io.StringIO()):
            return pytest.main(["-x", "-q", "--tb=no", "--noconftest", "-p", "no:cacheprovider",
                                "-p", "no:unraisableexception", "-o", "addopts=",
                                *(str(ROOT / "tests" / test) for test in dict.fromkeys(tests))]) == 0
