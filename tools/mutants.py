"""Plants small bugs in the core of nnlib, one at a time, and counts how many its tests catch.

    python tools/mutants.py [MODULE ...]

A mutant is the core with one operator, number, comparison or line changed.  Each runs the core's tests in a
forked child, in which everything but nnlib is imported already, and is caught when a test fails.  One that nobody
could notice stands in tools/equivalent_mutants.txt, with the reason: it is not run.
"""
import ast
import copy
import importlib.util
import math
import os
import resource
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = ["functional", "optim", "autograd", "replay", "nn", "init", "data", "training", "gradcheck", "graph", "mnist"]
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
WORKERS = 2
PATIENCE = 4                            # one that computes so many times longer than the core runs for ever: caught
MEMORY = 8 << 30                        # bytes; one that wants more grows for ever
LONG = "nudging or float32_stays"       # tests of autograd that draw hundreds of examples

SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
         ast.MatMult: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Add, ast.BitXor: ast.BitAnd,
         ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
         ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And}


# -- the mutants of a module -----------------------------------------------------------------------

def variants(node):
    """Every node that could stand in place of this one as a small bug."""
    if isinstance(node, (ast.BinOp, ast.AugAssign, ast.BoolOp)) and type(node.op) in SWAPS:
        yield changed(node, op=SWAPS[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for i, comparison in enumerate(node.ops):
            yield changed(node, ops=[*node.ops[:i], SWAPS[type(comparison)](), *node.ops[i + 1:]])
    elif isinstance(node, ast.UnaryOp):
        yield node.operand              # without its minus, or its not
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield changed(node, value=node.value + 1)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield changed(node, value=not node.value)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.If):
        yield changed(node, test=ast.Constant(False))
    if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign)) and not is_text(node):
        yield ast.Pass()


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def changed(node, **fields):
    node = copy.copy(node)
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def mutants(module):
    """(name, tree) for every mutant of a module: always the same tree, changed until the next mutant is asked for."""
    tree = ast.parse((ROOT / "nnlib" / f"{module}.py").read_text(encoding="utf-8"))
    met = Counter()
    for name in changes(tree, tree, module):
        met[name] += 1
        yield name if met[name] == 1 else f"{name} ({met[name]})", tree


def changes(parent, around, place):
    """Make each change below `parent`, yield its name, undo it.  `around` is the function, class or module it is in."""
    for field, value in ast.iter_fields(parent):
        for i, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST) or isinstance(node, ast.JoinedStr):
                continue                                # what an f-string says is for the tests of errors to hold
            for new in variants(node):
                before = ast.unparse(around)
                put(parent, field, i, new)
                yield f"{place}: {difference(before, ast.unparse(around))}"
                put(parent, field, i, node)
            named = isinstance(node, (ast.FunctionDef, ast.ClassDef))
            yield from changes(node, node if named else around, f"{place}.{node.name}" if named else place)


def put(parent, field, i, node):
    value = getattr(parent, field)
    if isinstance(value, list):
        value[i] = node
    else:
        setattr(parent, field, node)


def difference(before, after):
    """The one line that differs, as it was and as it is."""
    lines = zip(before.split("\n"), after.split("\n"))
    return next(f"{old.strip()} -> {new.strip()}" for old, new in lines if old != new)


# -- the tests in a child --------------------------------------------------------------------------

def start_tests(module, tree, seconds):
    """The process id of a child that runs the tests with `tree` as nnlib/`module`.py; it ends with 0 if all pass."""
    child = os.fork()
    if child:
        return child
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        plant(module, tree)
        import pytest
        sys.modules["torch"] = None                     # PyTorch's results are kept in a file: no need to ask it again
        options = ["-x", "-q", "--tb=no", "--noconftest", "-p", "no:cacheprovider", "-o", "addopts="]
        passed = all(pytest.main([*options, *tests]) == 0 for tests in tests_for(module))
    except BaseException:
        passed = False
    os._exit(0 if passed else 1)


def plant(module, tree):
    """Have `import nnlib.<module>` run this tree."""
    path = str(ROOT / "nnlib" / f"{module}.py")

    class Planted:
        def find_spec(self, name, *_):
            return importlib.util.spec_from_loader(name, self, origin=path) if name == f"nnlib.{module}" else None

        def create_module(self, spec): return None

        def exec_module(self, made):
            made.__file__ = path
            exec(compile(ast.fix_missing_locations(tree), path, "exec"), made.__dict__)

    sys.meta_path.insert(0, Planted())


def tests_for(module):
    """The core's tests, as arguments of pytest: the likeliest to notice, the module's own, first; the longest last."""
    order = dict.fromkeys([module, "torch", "functional", "optim", "nn", "replay", *CORE, "signatures"])
    files = {name: str(ROOT / "tests" / f"test_{name}.py") for name in order}
    quick = [[path, "-k", f"not ({LONG})"] for path in files.values()]
    return [*quick, [files["autograd"], "-k", LONG]]


# -- the run ---------------------------------------------------------------------------------------

def main(modules):
    if unknown := sorted(set(modules) - set(CORE)):
        sys.exit(f"no module of the core is called {', '.join(unknown)}; these are: {', '.join(CORE)}")
    began = time.monotonic()
    everyone = {name for module in modules for name, _ in mutants(module)}
    planted = everyone - equivalents().keys()
    survived = 0
    for number, (name, caught) in enumerate(outcomes(modules, planted), 1):
        if not caught:
            survived += 1
            print(f"survived: {name}", flush=True)
        if number % 50 == 0:
            print(f"{number} of {len(planted)} mutants, {survived} survived, {time.monotonic() - began:.0f} s", flush=True)
    print(f"{len(everyone)} mutants: {len(everyone) - len(planted)} change nothing; of the others "
          f"{1 - survived / max(len(planted), 1):.1%} caught, {survived} survived")
    return 1 if survived else 0


def outcomes(modules, chosen):
    """(name, whether the tests catch it) of each chosen mutant of these modules, as they come to an end."""
    import hypothesis.extra.numpy, numpy, pytest, tqdm.auto  # noqa: E401, F401 (imported once, here, for all children)
    once = [hypothesis.Phase.explicit, hypothesis.Phase.generate]       # no search for a simpler failure
    hypothesis.settings.register_profile("mutants", phases=once)
    hypothesis.settings.load_profile("mutants")
    seconds, running = time_of_tests() * PATIENCE, {}

    def ended():
        child, status = os.wait()
        return running.pop(child), status != 0

    for module in modules:
        for name, tree in mutants(module):
            if name in chosen:
                running[start_tests(module, tree, seconds)] = name
                if len(running) == WORKERS:
                    yield ended()
        while running:
            yield ended()


def time_of_tests():
    """The processor seconds that the tests take, which must pass while nothing is planted."""
    module = CORE[0]
    tree = ast.parse((ROOT / "nnlib" / f"{module}.py").read_text(encoding="utf-8"))
    _, status, used = os.wait4(start_tests(module, tree, resource.RLIM_INFINITY), 0)
    if status:
        sys.exit("the core's tests fail before anything is planted: run them first")
    return math.ceil(used.ru_utime + used.ru_stime)


def equivalents():
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines() if EQUIVALENT.exists() else []
    return dict(line.rsplit(" | ", 1) for line in lines if " | " in line)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.exit(main(sys.argv[1:] or CORE))
