"""Small bugs in nnlib, judged by its tests: a sample of those that `make mutants` plants."""
import json
import os
import random
import subprocess
import sys

from . import ROOT, Fault

SAMPLE = 80


def planted(most=None):
    judge = [sys.executable, "-m", "faults.library", str(most or SAMPLE)]      # apart: here nnlib may be loaded already
    told = subprocess.run(judge, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [Fault("a small bug in nnlib", name, caught) for name, caught in json.loads(told)]


def judged(most):
    """(name, whether nnlib's tests catch it) of so many mutants, chosen from all at random."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    from tools import mutants

    everyone = {name for module in mutants.CORE for name, _ in mutants.mutants(module)}
    chosen = random.Random(0).sample(sorted(everyone - mutants.equivalents().keys()), most)
    return list(mutants.outcomes(mutants.CORE, chosen))


if __name__ == "__main__":
    print(json.dumps(judged(int(sys.argv[1]))))
