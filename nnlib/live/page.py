"""What everything live has in common: one script, one style, and how text and specification are written into HTML."""
import base64
import html
import json
from pathlib import Path

import anywidget
import traitlets

from ..look import palette

STATIC = Path(__file__).parent / "static"


def _colours():
    """The palette as CSS for homes other than the book, whose pages have it already."""
    dark = "[data-jp-theme-light=false] .nn-live, .vscode-dark .nn-live, [theme=dark] .nn-live"
    rules = {".nn-live": palette.variables("light"), dark: palette.variables("dark")}
    return "".join(
        f"{where}{{{''.join(f'--{name}:{value};' for name, value in colours.items())}}}"
        for where, colours in rules.items()
    )


class Live(anywidget.AnyWidget):
    """A widget where there is a kernel, and where there is none what its subclass's `html()` returns.

    `spec` goes to the page once.  A subclass has `picture`, its first state, with `alt`, that in words, and `caption`.
    """

    _esm = (STATIC / "live.js").read_text(encoding="utf-8") + "\nexport default { render: nnLive.render };\n"
    _css = _colours() + (STATIC / "live.css").read_text(encoding="utf-8")
    spec = traitlets.Unicode().tag(sync=True)

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**(data or {}), "text/plain": repr(self), "text/html": self.html()}, metadata

    def _image(self):
        """The first state as a picture, for whoever runs no script."""
        png = base64.b64encode(self.picture.png).decode()
        return (
            f'<img src="data:image/png;base64,{png}" alt="{html.escape(self.alt)}" '
            f'width="{self.picture.width}" height="{self.picture.height}">'
        )

    def _figcaption(self):
        return f"<figcaption>{bold(self.caption)}</figcaption>" if self.caption else ""


def compact(spec):
    """A specification as JSON."""
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def attribute(text):
    """Text for an attribute between single quotes, where JSON needs the fewest escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")


def bold(text):
    """HTML of a text in which **bold** is bold."""
    parts = html.escape(text, quote=False).split("**")
    return "".join(f"<strong>{part}</strong>" if i % 2 else part for i, part in enumerate(parts))
