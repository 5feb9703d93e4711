"""The planter of bugs: a mutant is a module with one line changed, and those that are excused exist."""
import ast

import pytest

from tools.mutants import CORE, ROOT, equivalents, main, mutants


def source(module):
    return ast.parse((ROOT / "nnlib" / f"{module}.py").read_text(encoding="utf-8"))


def test_a_mutant_is_the_module_with_the_line_changed_that_it_is_named_after():
    written = ast.unparse(source("graph")).splitlines()
    found = []
    for name, tree in mutants("graph"):
        changed = [pair for pair in zip(written, ast.unparse(tree).splitlines(), strict=True) if pair[0] != pair[1]]
        [(before, after)] = changed
        assert f": {before.strip()} -> {after.strip()}" in name
        found.append(name)
    assert len(found) == len(set(found)) > 20


def test_every_mutant_that_is_excused_exists():
    assert equivalents().keys() <= {name for module in CORE for name, _ in mutants(module)}


def test_a_module_that_does_not_exist_is_named():
    with pytest.raises(SystemExit, match="no module of the core is called optimm; these are: functional, optim, "):
        main(["optimm"])
