"""Exercises that check themselves: `exercise` above a reader's function, `hint` and `solution` when they are stuck."""

# each chapter's file makes its exercises known
from . import answers, chapter_01, chapter_02, chapter_03, chapter_04, chapter_05, chapter_06
from .bank import exercises, find, page, source, stub
from .message import Message, block, paragraphs, show
from .parts import Parts
from .progress import Progress
from .verdict import check

_hints_given = {}


def exercise(id):
    """Check the function below against an exercise and show how it did: `@exercise("4.1")`. It stays as it is.

    One that passes is kept in the reader's file, my_answers.py.
    """
    e = find(id)

    def judge(function):
        message = check(e, function)
        show(message.followed_by(*answers.keep(e, function)) if message.state == "passed" else message)
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


def my_answer(id):
    """The function with which the reader passed an exercise; before that the book's own, with a word about it."""
    e = find(id)
    if own := answers.load(id):
        return own
    show(Message("help", f"Exercise {id} · the book's answer", "Yours has not passed yet, so this is the book's "
                 f"`{e.answer.__name__}`. Once it has, this cell gives you your own."))
    return e.answer


def progress():
    """Show a table of the book's exercises: which have passed, and which are open."""
    show(Progress())
