"""The core stays small enough to be read: lines that compute are counted, and lines that say what is wrong."""
import ast
from pathlib import Path

import nnlib

CORE = ("autograd", "functional", "nn", "init", "optim", "data", "training", "gradcheck", "graph")
COMPUTES, REFUSES = 700, 120            # lines of code in all nine files, without comments and docstrings
A_SITTING = 400                         # lines of a file, with all that is said in it


def code_lines(source):
    """The numbers of the lines that hold code."""
    said = {number for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            for number in range(node.lineno, node.end_lineno + 1)}
    return {number for number, line in enumerate(source.splitlines(), 1)
            if line.strip() and not line.strip().startswith("#") and number not in said}


def refusing_lines(source):
    """The numbers of the lines that do nothing but refuse bad input: raise, and the condition or handler around it."""
    return {number for node in ast.walk(ast.parse(source)) if refuses(node)
            for number in range(node.lineno, node.end_lineno + 1)}


def refuses(node):
    if isinstance(node, (ast.If, ast.For)) and not node.orelse:
        return all(map(refuses, node.body))
    return isinstance(node, ast.Raise) or isinstance(node, ast.ExceptHandler) and refuses(node.body[-1])


def test_what_counts():
    source = ('"""Said,\n\ntwice."""\n\nx = 1    # one\n# none\ny = """not\nsaid"""\n'
              "if x > 2:\n    raise ValueError(\n        y)\n")
    assert code_lines(source) == {5, 7, 8, 9, 10, 11} and refusing_lines(source) == {9, 10, 11}
    assert refusing_lines("if x:\n    y = 1\nelse:\n    raise E\n") == {4}
    assert refusing_lines("try:\n    f()\nexcept E:\n    z()\n    raise\nfor x in y:\n    if x:\n        raise E\n") \
        == {3, 4, 5, 6, 7, 8}


def test_the_core_is_short_and_each_file_is_read_in_one_sitting():
    sources = {name: (Path(nnlib.__file__).parent / f"{name}.py").read_text(encoding="utf-8") for name in CORE}
    counts = {name: (len(code_lines(source) - refusing_lines(source)), len(code_lines(source) & refusing_lines(source)))
              for name, source in sources.items()}
    computes, refuses = map(sum, zip(*counts.values()))
    for name, (lines, errors) in [*counts.items(), ("in all", (computes, refuses))]:
        print(f"{name:12}{lines:4} that compute, {errors:3} that refuse")
    assert computes <= COMPUTES and refuses <= REFUSES
    assert {name: len(source.splitlines()) for name, source in sources.items()
            if len(source.splitlines()) > A_SITTING} == {}
