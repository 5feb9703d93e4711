"""Plants small bugs in the core of nnlib, one at a time, and counts how many the tests catch: python tools/mutants.py [FILE ...]

A mutant is the core with one operator, number, comparison or line changed.  Each runs the core's tests in a forked
child, in which everything but nnlib is imported already, and is caught when a test fails.  Survivors that change
nothing anyone could see are listed, with the reason, in tools/equivalent_mutants.txt.
"""
import ast
import copy
import importlib.util
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = ["autograd", "functional", "nn", "init", "optim", "data", "training", "gradcheck", "graph"]
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
WORKERS = 2
SECONDS = 120                           # a mutant that takes longer runs for ever: caught

SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.MatMult: ast.Mult,
         ast.FloorDiv: ast.Div, ast.Mod: ast.Add, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
         ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
         ast.And: ast.Or, ast.Or: ast.And, ast.UAdd: ast.USub}


def variants(node):
    """Every node that could stand in place of this one as a small bug."""
    if isinstance(node, (ast.BinOp, ast.AugAssign, ast.BoolOp)) and type(node.op) in SWAPS:
        yield changed(node, op=SWAPS[type(node.op)]())
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield changed(node, ops=[SWAPS[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.UnaryOp):
        yield node.operand              # without its minus, or its not
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield changed(node, value=node.value + 1)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield changed(node, value=not node.value)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign)) and not is_text(node):
        yield ast.Pass()
    elif isinstance(node, ast.If):
        yield changed(node, test=ast.Constant(False))


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def changed(node, **fields):
    node = copy.copy(node)
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def mutants(source):
    """(description, tree) for every mutant of a source text, skipping what only words an error."""
    tree = ast.parse(source)
    yield from replacements(tree, tree, "module")


def replacements(tree, parent, place):
    for field, value in ast.iter_fields(parent):
        children = value if isinstance(value, list) else [value]
        for i, node in enumerate(children):
            if not isinstance(node, ast.AST) or isinstance(node, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
                continue
            for new in variants(node):
                ast.copy_location(new, node)
                put(parent, field, i, value, new)
                mutated = ast.fix_missing_locations(copy.deepcopy(tree))
                put(parent, field, i, value, node)
                yield f"{place}: {one_line(node)} -> {one_line(new)}", mutated
            named = isinstance(node, (ast.FunctionDef, ast.ClassDef))
            inside = f"{place}.{node.name}".removeprefix("module.") if named else place
            yield from replacements(tree, node, inside)


def put(parent, field, i, value, node):
    if isinstance(value, list):
        value[i] = node
    else:
        setattr(parent, field, node)


def one_line(node):
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else text[:87] + "..."


def run_tests(module, tree, tests):
    """In a child: 0 if every test passes with `tree` in place of nnlib/`module`.py, else 1."""
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        plant(module, tree)
        import pytest
        code = pytest.main(["-x", "-q", "--noconftest", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "not live", *tests])
    except BaseException:
        code = 1
    os._exit(0 if code == 0 else 1)


def plant(module, tree):
    """Have `import nnlib.<module>` run this tree."""
    path = ROOT / "nnlib" / f"{module}.py"

    class Planted:
        def find_spec(self, name, *_):
            if name == f"nnlib.{module}":
                return importlib.util.spec_from_loader(name, self, origin=str(path))

        def create_module(self, spec):
            return None

        def exec_module(self, made):
            made.__file__ = str(path)
            exec(compile(tree, str(path), "exec"), made.__dict__)

    sys.meta_path.insert(0, Planted())


def tests_for(module):
    """The core's test files, the module's own first: it is the likeliest to notice."""
    own = ROOT / "tests" / f"test_{module}.py"
    names = [f"test_{name}.py" for name in CORE] + ["test_torch.py", "test_signatures.py"]
    others = [ROOT / "tests" / name for name in names if (ROOT / "tests" / name).exists() and ROOT / "tests" / name != own]
    return [str(path) for path in [own, *others] if path.exists()]


def main(modules):
    equivalent = dict(line.split(" | ", 1) for line in EQUIVALENT.read_text().splitlines() if " | " in line) if EQUIVALENT.exists() else {}
    import hypothesis.extra.numpy, numpy, pytest, tqdm  # noqa: E401, F401 (imported once, here, for all children)
    queue = [(module, text, tree) for module in modules
             for text, tree in mutants((ROOT / "nnlib" / f"{module}.py").read_text(encoding="utf-8"))]
    running, survivors, caught, excused = {}, [], 0, 0
    began = time.monotonic()
    for done in range(len(queue) + WORKERS):
        if done < len(queue):
            module, text, tree = queue[done]
            name = f"{module}.{text}"
            if name in equivalent:
                excused += 1
                continue
            running[run_tests(module, tree, tests_for(module))] = name, time.monotonic()
        while running and (len(running) >= WORKERS or done >= len(queue)):
            name, alive = wait_for_one(running)
            caught += not alive
            if alive:
                survivors.append(name)
                print(f"survived: {name}", flush=True)
        if done % 50 == 49:
            print(f"{done + 1} of {len(queue)} mutants, {caught} caught, {len(survivors)} survived, "
                  f"{excused} equivalent, {time.monotonic() - began:.0f} s", flush=True)
    print(f"{len(queue)} mutants: {caught} caught, {excused} equivalent, {len(survivors)} survived")
    return 1 if survivors else 0


def wait_for_one(running):
    """The name of a mutant whose tests have ended, and whether it survived them."""
    while True:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child in running:
            return running.pop(child)[0], status == 0
        for late, (_, since) in running.items():
            if time.monotonic() - since > SECONDS:
                os.killpg(late, 9)
        time.sleep(0.02)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    sys.exit(main(sys.argv[1:] or CORE))
