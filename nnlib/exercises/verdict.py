"""Checks a reader's function against an exercise and finds the words for what it did.

An answer that behaves like the reference passes; one that behaves like a wrong answer of the bank gets that answer's
explanation, even if both stop with an error later on; any other is shown the first input on which it departs.
"""

import dis
import inspect
import io
import linecache
import textwrap
import traceback
import types
import warnings
from contextlib import contextmanager, redirect_stdout

import numpy as np

from .bank import KINDS
from .behaviour import alike, behaviour, close, described, fits, same
from .deadline import StillRunning, within
from .message import Message, block, paragraphs

NEAR = 20       # an answer within so many tolerances everywhere is right but for lost digits

TIPS = {                                # the first that fits is said
    UnboundLocalError: "A name needs a value before it is used: the line that gives it one comes too late, or never.",
    NameError: "A name needs a value before it is used: look for another spelling. After a restart of the kernel, run "
               "the cell with the imports first.",
    RecursionError: "The function calls itself, and nothing ends that chain of calls.",
}


def check(e, function):
    """The message about a reader's `function` as an answer to exercise `e`: "open", "passed" or "wrong"."""
    if _instructions(getattr(function, "__code__", None)) == _instructions(e.start.__code__):
        return Message("open", f"Exercise {e.id} · not attempted yet",
                       f'{KINDS[e.kind]} `hint("{e.id}")` helps you on.')
    if complaint := _not_callable_as_asked(e, function):
        return _wrong(e, complaint)
    try:
        with _named(function), redirect_stdout(io.StringIO()) as out, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcomes = within(e.seconds, lambda: behaviour(e, function, out))
    except StillRunning as late:
        return _wrong(e, f"Your code was still running after {e.seconds} seconds, so it was stopped.",
                      *_place(function, late.frames),
                      "Is there a loop whose end is never reached?")
    return _judged(e, function, outcomes)


def _instructions(code):
    """What a function's code does, whatever its comments, its docstring and its place in a file.

    Python calls `np.exp` by other instructions in a file that imports np itself. These are not told apart, nor is how
    far a jump goes, which depends on them.
    """
    if not isinstance(code, types.CodeType):
        return code
    instructions = [(i.opname.replace("LOAD_METHOD", "LOAD_ATTR"), i.opcode in dis.hasjrel or _instructions(i.argval))
                    for i in dis.get_instructions(code)]
    return [i for i in instructions if i[0] not in ("RESUME", "NOP", "PUSH_NULL")]


def _not_callable_as_asked(e, function):
    """What keeps `function` from being called with the exercise's arguments; None if nothing does."""
    if not callable(function):
        return f'`@exercise("{e.id}")` belongs on the line above a function; here it got {described(function)}.'
    try:
        parameters = inspect.signature(function)
    except (ValueError, TypeError):     # a function written in C may not tell
        return None
    wanted, yours = e.names, list(parameters.parameters)
    try:
        parameters.bind(*wanted)
        in_order = yours == wanted or sorted(yours) != sorted(wanted)
    except TypeError:
        in_order = False
    if in_order:
        return None
    takes = f"yours takes `{', '.join(yours)}`" if yours else "yours takes none"
    if not wanted:
        return f"The function is called without arguments, but {takes}."
    return f"The function is called with `{', '.join(wanted)}`, in this order, but {takes}."


@contextmanager
def _named(function):
    """Lets a function that calls itself find itself: its cell binds its name only after the check."""
    names, name = getattr(function, "__globals__", {}), getattr(function, "__name__", "")
    before = {name: names[name]} if name in names else {}
    names[name] = function
    try:
        yield
    finally:
        names.pop(name, None)
        names.update(before)


def _judged(e, function, outcomes):
    expected = behaviour(e, e.answer)
    if alike(e, outcomes, expected):
        return Message("passed", f"Exercise {e.id} · passed", *_praise(e))
    departs = next(i for i, (a, b) in enumerate(zip(outcomes, expected)) if not same(e, a, b))
    error = outcomes[-1].error
    if error is None or departs < len(outcomes) - 1:    # numbers tell a slip; an error alone may have any cause
        for wrong in e.bank:
            if alike(e, outcomes, behaviour(e, wrong.function)):
                return _wrong(e, *paragraphs(wrong.explanation), _shown(e, departs, outcomes, expected))
    if error is not None:
        return _stopped(e, function, e.cases[len(outcomes) - 1], error)
    return _wrong(e, *_unknown(e, departs, outcomes, expected))


def _praise(e):
    if e.kind == "predict":
        return paragraphs(e.why)
    return [f"Your function agrees with the reference on all {len(e.cases)} inputs. "
            f'`solution("{e.id}")` shows how the book writes it.']


def _unknown(e, departs, outcomes, expected):
    """Paragraphs about an answer that no bank foresaw."""
    if unreadable := next((a for a in outcomes if a.problem), None):
        said = "Printing shows a value to you; `return` hands it to the code that called the function."
        return [unreadable.problem] + [said] * bool(unreadable.printed) + _printed(unreadable)
    if any(a.changed for a in outcomes):
        i, changed = next((i, a.changed) for i, a in enumerate(outcomes) if a.changed)
        return [f"Your function changes `{'` and `'.join(changed)}`, which whoever called it may still need. Make new "
                "values, or work on a copy.", block(e.call(e.cases[i]))]
    remark = _remark_on_prediction if e.kind == "predict" else _remark
    return [remark(e, outcomes, expected), _shown(e, departs, outcomes, expected), *_printed(outcomes[departs])]


def _remark_on_prediction(e, outcomes, expected):
    return (_one_slip_of_several(e, outcomes, expected)
            or "Not what comes out, and no answer that the exercise foresaw. The arrow shows where you depart.")


def _one_slip_of_several(e, outcomes, expected):
    """The explanation of a wrong answer that departs in some of the results in which this one does, and as it does."""
    for wrong in e.bank:
        theirs = behaviour(e, wrong.function)
        slip = all(a.results for a in theirs) and _departing(e, theirs, expected)
        if slip and not slip & _departing(e, outcomes, theirs):
            return " ".join(paragraphs(wrong.explanation)) + " (There is more to mend; one thing at a time.)"


def _departing(e, outcomes, others):
    """The names of the results in which two behaviours differ."""
    return {name for a, b in zip(outcomes, others) for name, x, y in zip(e.returns, a.results, b.results)
            if not close(e, x, y)}


def _remark(e, outcomes, expected):
    """What can be said about numbers that are wrong."""
    results = [(name, x, y) for a, b in zip(outcomes, expected) for name, x, y in zip(e.returns, a.results, b.results)]
    for name, x, y in results:
        if not fits(x, y):
            return f"`{name}` should be {_form(y)}, but yours is {_form(x)}."
        if not np.isfinite(x).all() and np.isfinite(y).all():
            return f"`{name}` is not a finite number: something was divided by zero, or grew beyond all bounds."
    if _constant(e, outcomes) and not _constant(e, expected):
        return ("Your function returns the same numbers whatever goes in. The example's numbers are there to compare "
                "with; the function has to compute its results from its inputs.")
    if set(order := _order(e, outcomes, expected)) == set(e.returns):
        return (f"These are the right numbers in another order: yours come as `{', '.join(order)}`, and asked for are "
                f"`{', '.join(e.returns)}`.")
    if alike(e, outcomes, expected, NEAR):
        return ("Very near, but not equal: the formula looks right, and digits are lost on the way. Is something "
                "rounded, or a slope measured with a wide step?")
    if [i for i, (a, b) in enumerate(zip(outcomes, expected)) if same(e, a, b)] == [0]:
        return ("Right on the example that is shown, and on no other input. Does a number of the example, or a "
                "variable of another cell, stand in your code where an input of the function belongs?")
    if e.kind == "complete" and (slip := _one_slip_of_several(e, outcomes, expected)):
        return slip
    wrong = _departing(e, outcomes, expected)
    good = [f"`{name}`" for name in e.returns if name not in wrong]
    right = f" {' and '.join(good)} {'is' if len(good) == 1 else 'are'} right on every input." if good else ""
    return "This is no slip that the exercise knows, so here is the first input on which your answer departs." + right


def _constant(e, outcomes):
    """Whether the results are the same whatever goes in."""
    return not any(_departing(e, outcomes[:1], [a]) for a in outcomes)


def _order(e, outcomes, expected):
    """For each of the reader's results the name of the one that it equals on every input, or None."""
    def equal(mine, right):
        return all(close(e, a.results[mine], b.results[right]) for a, b in zip(outcomes, expected))
    numbered = list(enumerate(e.returns))
    return [next((name for right, name in numbered if equal(mine, right)), None) for mine, _ in numbered]


def _stopped(e, function, case, error):
    said = traceback.format_exception_only(error)[-1].strip()
    tips = [tip for kind, tip in TIPS.items() if isinstance(error, kind)][:1]
    if "ellipsis" in said:
        tips = ["A place of the stub still holds its dots, `...`, where your code belongs."]
    return _wrong(e, "Your code stopped with an error.",
                  block(textwrap.fill(textwrap.shorten(said, 300), 76)),
                  *_place(function, traceback.walk_tb(error.__traceback__)), *tips,
                  "The call was", block(e.call(case)))


def _place(function, frames):
    """The innermost line of the reader's own code among `frames` (outermost first): one block, or none."""
    mine = [(frame, line) for frame, line in frames if frame.f_globals is getattr(function, "__globals__", None)]
    if not mine:
        return []
    frame, line = mine[-1]
    return [block(f"line {line}:  {linecache.getline(frame.f_code.co_filename, line).strip()}")]


def _shown(e, i, outcomes, expected):
    """A block with the call for input i and, where the results differ, those expected and the reader's."""
    mine, right = outcomes[i], expected[i]
    call = e.call(e.cases[i])
    if mine.problem or same(e, mine._replace(changed=()), right):
        return block(call)
    trios = list(zip(e.returns, right.results, mine.results))
    if e.kind == "predict":
        lines = [f"{name} = {_brief(x)}" + ("" if close(e, x, y) else "  ←") for name, y, x in trios]
        return block("\n".join([call, "", *lines]))
    if all(y.size == 1 for _, y, _ in trios):
        return block("\n".join([call, "", *_table(e, trios)]))
    parts = [f"{name}, {whose}:\n{np.array2string(z, precision=6)}"
             for name, y, x in trios if not close(e, x, y) for whose, z in [("expected", y), ("yours", x)]]
    return block("\n\n".join([call, *parts]))


def _table(e, trios):
    """Numbers side by side, an arrow at those that differ."""
    rows = [("", "expected", "yours", "")]
    rows += [(name, f"{y.item():.6g}", _brief(x), "" if close(e, x, y) else "  ←") for name, y, x in trios]
    wide = [max(len(row[k]) for row in rows) for k in range(3)]
    return [f"{n:<{wide[0]}}   {y:>{wide[1]}}   {x:>{wide[2]}}{mark}" for n, y, x, mark in rows]


def _brief(x):
    return f"{x.item():.6g}" if x.size == 1 else _form(x)


def _form(x):
    return f"an array of shape {x.shape}" if x.shape else "a number"


def _printed(outcome):
    """What the reader's code printed for an input, its first lines."""
    lines = outcome.printed.rstrip().splitlines()
    return ["Your code printed", block("\n".join(lines[:10] + ["…"] * (len(lines) > 10)))] if lines else []


def _wrong(e, *said):
    return Message("wrong", f"Exercise {e.id} · not yet", *said)
