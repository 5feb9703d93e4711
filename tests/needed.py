"""The part of a lesson's code that its live figures build on: running the rest would train networks for nothing.

Each name is followed from the figures back to the statements that bind it or may change it.  A statement that is left
out by mistake shows: the figure then is not the one that the notebook stores.
"""
import ast
import symtable

FIXED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)  # what these define, no call is taken to change


def needed(cells, figures):
    """The code of all cells, each without the statements that none of the cells numbered in `figures` needs."""
    code = [[Statement(node) for node in ast.parse(source).body] for source in cells]
    everything = [statement for cell in code for statement in cell]
    fixed = {name for statement in everything if isinstance(statement.node, FIXED) for name in statement.binds}
    inside = {}                         # name → what the functions that it may stand for read when they are called
    for statement in everything:
        for name in statement.binds:
            inside.setdefault(name, set()).update(statement.reads_inside)
    wanted = set()
    for number, cell in reversed(list(enumerate(code))):
        for statement in reversed(cell):
            statement.kept = number in figures or bool((statement.binds | statement.changes - fixed) & wanted)
            if statement.kept:
                wanted -= statement.sets
                wanted |= reached(statement.reads, inside)
    return [ast.unparse(ast.Module([s.node for s in cell if s.kept], [])) for cell in code]


def reached(names, inside):
    """These names, and all that the functions among them read, and so on."""
    found, new = set(), set(names)
    while new:
        found |= new
        new = set().union(*(inside.get(name, ()) for name in new)) - found
    return found


class Statement:
    """A statement of a cell and the names of the notebook that it reads, binds, sets for good or may change."""

    def __init__(self, node):
        self.node = node
        own = symtable.symtable(ast.unparse(node), "cell", "exec")
        self.reads_inside = {name for scope in own.get_children() for name in globals_of(scope)}
        self.reads = {symbol.get_name() for symbol in own.get_symbols() if symbol.is_referenced()} | self.reads_inside
        self.binds = {symbol.get_name() for symbol in own.get_symbols()
                      if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()}
        simple = isinstance(node, (ast.Assign, *FIXED))
        self.sets = self.binds - self.reads if simple else set()
        self.changes = set() if isinstance(node, FIXED) else set(changed(node))


def globals_of(scope):
    """The names of the notebook that a function or comprehension reads, whatever is defined within it included."""
    yield from (symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global())
    for child in scope.get_children():
        yield from globals_of(child)


def changed(node):
    """The names whose objects a statement may change: by a method, as an argument, by an index or an attribute."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and root(part.func) != "print":
            inputs = [*part.args, *(keyword.value for keyword in part.keywords)]
            yield from (given.id for given in inputs if isinstance(given, ast.Name))
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            yield root(part.func)
        if isinstance(part, (ast.Attribute, ast.Subscript)) and not isinstance(part.ctx, ast.Load):
            yield root(part)


def root(node):
    """The name at the bottom of a[0].b, say; None if there is none."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return getattr(node, "id", None)
