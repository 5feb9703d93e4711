"""The core stays small enough to be read: its lines of code, without comments and docstrings, are counted."""
import ast
from pathlib import Path

import nnlib

CORE = ("autograd", "functional", "nn", "init", "optim", "data", "training", "gradcheck", "graph")
MOST = 896                              # lines of code in all; the longest file has about a third of them
A_SITTING = 400                         # lines of a file, with all that is said in it


def code_lines(source):
    """How many lines hold code."""
    lines = source.splitlines()
    said = {number for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            for number in range(node.lineno, node.end_lineno + 1)}
    return sum(bool(line.strip()) and not line.strip().startswith("#") and number not in said
               for number, line in enumerate(lines, 1))


def test_what_counts():
    assert code_lines('"""Said,\n\ntwice."""\n\nx = 1    # one\n# none\ny = """not\nsaid"""\n') == 3


def test_the_core_is_short_and_each_file_is_read_in_one_sitting():
    sources = {name: (Path(nnlib.__file__).parent / f"{name}.py").read_text(encoding="utf-8") for name in CORE}
    counts = {name: code_lines(source) for name, source in sources.items()}
    for name, count in [*counts.items(), ("in all", sum(counts.values()))]:
        print(f"{name:12}{count:4}")
    assert sum(counts.values()) <= MOST
    assert {name: len(source.splitlines()) for name, source in sources.items()
            if len(source.splitlines()) > A_SITTING} == {}
