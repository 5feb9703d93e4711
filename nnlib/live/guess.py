"""Questions that a reader answers before the page does, alone or in front of a figure, every wrong answer explained."""
import html
import math

import numpy as np

from .marks import Line, Points
from .page import Live, attribute, bold, compact
from .values import data

NEAR = 0.005  # a number typed with three significant digits is near enough


class Guess:
    """What is asked, which answer is right, and what each other answer has overlooked.

    choices: answer → what to say to whoever chose it; `answer` is then the right one of them.
    answer: a number, or a tensor of one.  mistakes: wrong number → the thought behind it and how it is mended.
    tolerance: how far off a number may be; without it 0.5 % of each number, so that three digits are enough.
    why: what to say about a right number, or about what was to be drawn.
    of: a line or a point of the figure, to be drawn by the reader.  hide: marks that would give the answer away; they
    are shown when the reader has guessed, as `of` is.
    Raises ValueError if the page could not tell right from wrong, or would leave an answer without a word.
    """

    lead, skip = "Predict.", "Skip the guess"

    def __init__(self, text, *, choices=None, answer=None, mistakes=None, tolerance=None, why=None,
                 of=None, hide=()):
        if not (text and text.strip()):
            raise ValueError("a question needs its text: what is the reader asked?")
        self.text = f"**{self.lead}** {text}"
        if choices is not None:
            if mistakes or tolerance or why or of:
                raise ValueError("mistakes=, tolerance=, why= and of= go without choices=, which explain themselves")
            self.parts = _choice(dict(choices), answer)
        elif of is not None:
            self.parts = _drawn(of, why)
        elif answer is not None:
            self.parts = _number(answer, mistakes or {}, tolerance, why)
        else:
            raise ValueError("a question needs choices={answer: explanation, …} with answer=, or a number as answer=")
        self.of, self.hidden = of, [*hide, *([of] if of else [])]

    def spec(self, panels=()):
        """As the page wants it; `panels` are those of the figure that `of` is drawn into."""
        places = [(i, p.marks.index(self.of)) for i, p in enumerate(panels) if self.of in getattr(p, "marks", ())]
        place = dict(zip(("panel", "mark"), places[0])) if self.of else {}
        return {"text": self.text, "skip": self.skip, **self.parts, **place}

    def rows(self):
        """The question as HTML for whoever runs no script, its answers folded, in the room that the page will take."""
        if self.parts["kind"] == "choice":
            answers = self.parts["options"]
        else:
            wrong = [f" If you had {_shown(value)}: {said}" for value, _, said in self.parts.get("mistakes", ())]
            answers = [("The answer", self.parts["told"] + "".join(wrong))]
        folded = "".join(
            f'<details class="nn-option"><summary>{html.escape(text)}</summary><p>{bold(said)}</p></details>'
            for text, said in answers
        )
        return f'<p class="nn-question">{bold(self.text)}</p>{folded}<div class="nn-room"><i class="nn-asking"></i></div>'


class Quick(Guess):
    """The same without a figure behind it."""

    lead, skip = "Quick question.", "Show the answer"


class Question(Live):
    """A question without a figure.  `live.question` makes it."""

    def __init__(self, guess):
        self.guess = guess
        self.initial = compact({"live": 1, "ask": guess.spec()})
        super().__init__(spec=self.initial)

    def html(self):
        return f"<div class=\"nn-live nn-ask\" data-live='{attribute(self.initial)}'>{self.guess.rows()}</div>"

    def __repr__(self):
        return self.guess.text.replace("**", "")


def question(text, **answers):
    """A quick question, answered in the page, wrong answers explained.  `live.question(text, …)` takes what Guess takes."""
    return Question(Quick(text, **answers))


def _choice(choices, answer):
    if len(choices) < 2:
        raise ValueError(f"a choice needs at least two answers, but has {len(choices)}")
    if answer not in choices:
        raise ValueError(f"answer= names the right one of the choices, {', '.join(choices)}; got {answer!r}")
    for text, said in choices.items():
        if not (said and said.strip()):
            raise ValueError(f'the choice "{text}" needs an explanation: what has whoever chose it thought?')
    return {"kind": "choice", "options": [[*pair] for pair in choices.items()], "right": [*choices].index(answer),
            "told": _told(answer, choices[answer])}


def _number(answer, mistakes, tolerance, why):
    if not (why and why.strip()):
        raise ValueError("a question for a number needs why=: what to say about the right one")
    if tolerance is not None and not 0 < tolerance < math.inf:
        raise ValueError(f"tolerance is how far off an answer may be, a number above 0, but is {tolerance}")
    answer = _rounded("answer", answer)
    wrong = {_rounded("a key of mistakes", value): said for value, said in mistakes.items()}
    told = [(value, _room(value, tolerance)) for value in [answer, *wrong]]
    for i, (value, room) in enumerate(told):
        for other, its_room in told[:i]:
            if abs(value - other) <= max(room, its_room):
                raise ValueError(
                    f"{_shown(value)} and {_shown(other)} are too near to be told apart: pass a smaller tolerance"
                )
    return {"kind": "number", "answer": answer, "tolerance": told[0][1], "told": _told(_shown(answer), why), "why": why,
            "mistakes": [[value, room, said] for (value, room), said in zip(told[1:], wrong.values())]}


def _drawn(mark, why):
    if not isinstance(mark, (Line, Points)) or isinstance(mark, Points) and mark.x.data.size != 1:
        raise ValueError("of= is what the reader draws: a live.line, or live.points of a single point")
    if not (why and why.strip()):
        raise ValueError("a guess that is drawn needs why=: what to say about the true one")
    return {"kind": "curve" if isinstance(mark, Line) else "point", "told": why, "why": why}


def _told(answer, why):
    return f"The answer is {answer}. {why}"


def _rounded(what, value):
    """A number as it may stand in a figure's text: without the last bits, which differ between machines."""
    value = np.asarray(getattr(value, "data", value), dtype=float)
    if value.size != 1 or not np.isfinite(value).all():
        raise ValueError(f"{what} is one finite number, but got {value}")
    return float(data(value.reshape(())))


def _room(value, tolerance):
    return tolerance or float(f"{NEAR * abs(value) or NEAR:.3g}")


def _shown(value):
    return f"{value:.4g}".replace("-", "−")
