"""Exercises that check themselves: `exercise` above a reader's function, `hint` and `solution` when they are stuck."""

from . import chapter_04        # each chapter's file makes its exercises known
from .bank import exercises, find, page, source, stub
from .message import Message, block, paragraphs, show
from .verdict import check

_hints_given = {}


def exercise(id):
    """Check the function below against an exercise and show how it did: `@exercise("4.1")`. It stays as it is."""
    e = find(id)

    def judge(function):
        show(check(e, function))
        return function
    return judge


def hint(id):
    """Show the next hint of an exercise; after the last, all of them."""
    e = find(id)
    given = _hints_given[id] = min(_hints_given.get(id, 0) + 1, len(e.hints) + 1)
    if given <= len(e.hints):
        show(Message("help", f"Exercise {id} · hint {given} of {len(e.hints)}", *paragraphs(e.hints[given - 1])))
    else:
        show(Message("help", f"Exercise {id} · these were all the hints", *map(" ".join, map(paragraphs, e.hints)),
                     f'`solution("{id}")` shows an answer.'))


def solution(id):
    """Show the reference answer of an exercise and why it works."""
    e = find(id)
    show(Message("help", f"Exercise {id} · an answer", block(source(e.answer)), *paragraphs(e.why)))
