"""A message to the reader: a heading and paragraphs, in plain text and as a small coloured box."""

import html
import re
import textwrap

# Middle tones, seen on a light page as well as on a dark one; the heading says in words what the colour says.
COLOURS = {"open": "#8a857b", "passed": "#2a9d6a", "wrong": "#d0682f", "help": "#3f8fab"}


class Message:
    """What a cell shows.

    state: "open", "passed", "wrong" or "help"; it chooses the colour.
    paragraphs: texts with `code` between backticks; a text that starts with four spaces is a block, kept as it is.
    """

    def __init__(self, state, heading, *paragraphs):
        self.state, self.heading, self.paragraphs = state, heading, paragraphs

    def followed_by(self, *paragraphs):
        """The same message with more paragraphs."""
        return Message(self.state, self.heading, *self.paragraphs, *paragraphs)

    def __repr__(self):
        return "\n\n".join([self.heading, *map(_text, self.paragraphs)])

    def _repr_html_(self):
        style = f"border-left: 4px solid {COLOURS[self.state]}; padding: 0.2em 1em; margin: 0.4em 0"
        heading = f"<p><strong>{html.escape(self.heading)}</strong></p>"
        box = f'<div class="nn-check nn-check-{self.state}" style="{style}">'
        return "\n".join([box, heading, *map(_html, self.paragraphs), "</div>"])


def block(text):
    """Text as a block of a message: indented by four spaces."""
    return textwrap.indent(text, "    ")


def paragraphs(text):
    """The paragraphs of an author's text, each on one line."""
    return [" ".join(piece.split()) for piece in re.split(r"\n\s*\n", text.strip())]


def show(message):
    """Display a message in a notebook; print it elsewhere."""
    try:
        from IPython.display import display
    except ImportError:
        display = print
    display(message)


def _text(paragraph):
    """80 columns wide; `code` is not broken."""
    if paragraph.startswith("    "):
        return paragraph
    whole = re.sub("`[^`]+`", lambda code: code[0].replace(" ", "\0"), paragraph)
    return textwrap.fill(whole, 80, break_on_hyphens=False, break_long_words=False).replace("\0", " ")


def _html(paragraph):
    if paragraph.startswith("    "):
        return f"<pre>{html.escape(textwrap.dedent(paragraph))}</pre>"
    return "<p>" + re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(paragraph)) + "</p>"
