"""The reader's progress: a table of the book's exercises, as plain text and as HTML."""

import html

from . import answers
from .bank import exercises, stars


class Progress:
    """The exercises as (number, title, stars, minutes, state), as the reader's file has them now."""

    def __init__(self):
        kept, self.note = _kept_and_note()
        self.rows = [(e.id, e.title, stars(e), f"{e.minutes} min", "passed" if e.id in kept.answers else "open")
                     for e in exercises.values()]
        passed = sum(row[-1] == "passed" for row in self.rows)
        self.heading = f"{passed} of {len(self.rows)} exercises passed"

    def __repr__(self):
        wide = [max(map(len, column)) for column in zip(*self.rows)]
        lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, wide)).rstrip() for row in self.rows]
        return "\n".join([self.heading, "", *lines, "", self.note])

    def _repr_html_(self):
        rows = ["<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in self.rows]
        head = "<tr><th>Exercise</th><th>Title</th><th>Stars</th><th>Time</th><th>State</th></tr>"
        return "\n".join(['<div class="nn-check">', f"<p><strong>{self.heading}</strong></p>",
                          f"<table>\n<thead>{head}</thead>\n<tbody>", *rows, "</tbody>\n</table>",
                          f"<p>{html.escape(self.note)}</p>", "</div>"])


def _kept_and_note():
    """What is kept, and a sentence about the file it is in."""
    file, nothing = answers.place(), answers.Kept()
    if file is None:
        return nothing, "Answers are not kept in this session."
    try:
        kept = answers.read(file)
    except OSError as problem:
        return nothing, f"{file} can't be read: {problem.strerror or problem}."
    if kept.damage:
        return kept, (f"{file} is damaged: {kept.damage}. The answers in it that still pass are counted here; when the "
                      "next one passes, the file is set aside and written anew.")
    return kept, f"Answers that pass are kept in {file}."
