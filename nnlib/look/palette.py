"""Every colour of the book, once: for equations, Matplotlib, live figures and the pages.

Colour means a quantity: an input, a weight, a bias, an activation, the loss and a gradient each keep one colour through
the whole book. A figure is drawn for white paper; a dark page shows it through one affine colour map, `DARK_MAP`, and
the dark theme's terms are that map of the light ones. So a curve, a slider and a symbol agree in both themes without a
second drawing.
"""

LIGHT = {"input": "#016a4d", "weight": "#243e7c", "bias": "#8451b4",
         "activation": "#8c672b", "loss": "#8b1905", "gradient": "#ae4380"}
DARK = {"input": "#71e0b7", "weight": "#abb7ff", "bias": "#b66de9",
        "activation": "#b89c49", "loss": "#ffa582", "gradient": "#e267b0"}

# Two classes of points are not terms; their shape tells them apart too.
CLASSES = {"light": ("#2f6db3", "#d07a12"), "dark": ("#79aef0", "#f0a23c")}

# From light to dark on sRGB values in 0..1: one row a channel, weights of red, green, blue and a constant.
DARK_MAP = ((0.4464, -1.1573, -0.1703, 0.9713),
            (-0.5786, 0.0759, -0.3646, 0.9604),
            (-0.5855, -1.1772, 0.9460, 0.9231))

PAGE = {  # name: (light, dark)
    "paper": ("#fdfcf9", "#17181b"), "card": ("#ffffff", "#1b1c20"), "wash": ("#f4f2ec", "#1f2125"),
    "ink": ("#1f1d1a", "#e7e4dd"), "ink-2": ("#5f5b53", "#aca7a1"),
    "rule": ("#e0dcd2", "#34363b"), "rule-2": ("#8a857b", "#74716a"),
    "accent": ("#14607a", "#7cc3da"), "focus": ("#0b6fae", "#8ad0f0"), "select": ("#fbe3b6", "#574415"),
    "predict": ("#14607a", "#7cc3da"), "predict-wash": ("#edf4f5", "#1a252a"),
    "wrong": ("#a3440f", "#f0a070"), "wrong-wash": ("#faf1ea", "#29201a"),
    "code-key": ("#7a2f73", "#dca3d6"), "code-string": ("#2d6a35", "#a3cf95"), "code-number": ("#8a4b00", "#e5b173"),
    "code-name": ("#23508f", "#93bdf2"), "code-comment": ("#68645b", "#9d988d"),
}


def variables(theme: str) -> dict[str, str]:
    """The CSS variables of a theme, "light" or "dark", without their leading dashes."""
    dark = theme == "dark"
    page = {name: pair[dark] for name, pair in PAGE.items()}
    terms = {f"t-{term}": colour for term, colour in (DARK if dark else LIGHT).items()}
    classes = {f"class-{i}": colour for i, colour in enumerate(CLASSES[theme])}
    figure = {"figure-blend": "lighten" if dark else "multiply",       # a figure's white becomes the paper
              "figure-filter": "url(#dark-figure)" if dark else "none"}
    return page | terms | classes | figure


def css() -> str:
    """A page's colours as CSS: the system's theme, unless `data-theme` names one; always light on paper."""
    light, dark = ("".join(f"--{key}: {value}; " for key, value in variables(name).items()) + f"color-scheme: {name};"
                   for name in ("light", "dark"))
    rules = [f":root {{ {light} }}",
             f"@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {dark} }} }}",
             f"@media screen {{ :root[data-theme=dark] {{ {dark} }} }}"]
    rules += [f".t-{term} {{ color: var(--t-{term}); }}" for term in LIGHT]
    return "\n".join(rules) + "\n"


def svg_filter() -> str:
    """The SVG filter `#dark-figure`, which is `DARK_MAP` for the pictures of a page; put it in the page's body."""
    rows = " ".join(f"{r} {g} {b} 0 {constant}" for r, g, b, constant in DARK_MAP)
    return ('<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false">'
            '<filter id="dark-figure" color-interpolation-filters="sRGB">'
            f'<feColorMatrix values="{rows} 0 0 0 1 0"/></filter></svg>')
