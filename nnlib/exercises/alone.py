"""Writes a function down so that it stands alone: the source as the reader wrote it, below the imports and helpers it uses."""

import ast
import inspect
import symtable
import sys
import textwrap
import types


class NotAlone(Exception):
    """The function has no source of its own; the text says why."""


def alone(function):
    """The text of a module that ends with `function`. What it needs and what can't be written down is left out."""
    imports, definitions = {}, {}
    _define(getattr(function, "__name__", None), function, imports, definitions)
    first = ["\n".join(imports.values())] * bool(imports)
    return "\n\n\n".join([*first, *definitions.values()])


def _define(name, function, imports, definitions):
    """Add a function's source to the definitions, after everything that it uses."""
    definitions[name] = text = _source(function)
    names = function.__globals__
    for used in sorted(_used(symtable.symtable(text, name, "exec"))):
        if used in names and used not in imports and used not in definitions:
            _add(used, names[used], imports, definitions)
    definitions[name] = definitions.pop(name)


def _add(name, value, imports, definitions):
    """Add what gives `name` this value, if it is an import, a function of the reader's, or a plain value."""
    if line := _import(name, value):
        imports[name] = line
    elif isinstance(value, types.FunctionType) and value.__name__ == name:
        _define(name, value, imports, definitions)
    elif _plain(value):
        definitions[name] = f"{name} = {value!r}"


def _source(function):
    """A function's source as it was written, without the line that makes it an exercise."""
    try:
        text = textwrap.dedent(inspect.getsource(function))
        [definition] = ast.parse(text).body
        if not isinstance(definition, ast.FunctionDef) or function.__closure__:
            raise SyntaxError
    except (OSError, TypeError, AttributeError, SyntaxError, ValueError):
        raise NotAlone("only a plain function, written with `def` outside of others, can be kept") from None
    checked = [range(d.lineno, d.end_lineno + 1) for d in definition.decorator_list
               if isinstance(d, ast.Call) and ast.unparse(d.func).split(".")[-1] == "exercise"]
    lines = text.rstrip().splitlines()
    return "\n".join(line for number, line in enumerate(lines, 1) if not any(number in lines for lines in checked))


def _used(table):
    """The names that a piece of code takes from around it."""
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return own.union(*map(_used, table.get_children()))


def _import(name, value):
    """The line that imports `value` as `name`; None if there is none."""
    if isinstance(value, types.ModuleType):
        return f"import {value.__name__}" + ("" if value.__name__ == name else f" as {name}")
    home, original = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if home == "__main__" or not original or getattr(sys.modules.get(home), original, None) is not value:
        return None
    return f"from {home} import {original}" + ("" if original == name else f" as {name}")


def _plain(value):
    """Whether a value is written as it is read: a number, a text, or a list, tuple or dictionary of them."""
    try:
        return ast.literal_eval(repr(value)) == value
    except Exception:                   # whatever a strange object does, it is none of these
        return False
