"""The page about the library: every public name with its signature and what its docstring says, as plain text."""
import inspect
import re
from html import unescape

import pytest

import cases

NAMES = list(cases.public_names())
STRAIGHT = str.maketrans("‘’“”", "''\"\"")


@pytest.fixture(scope="module")
def entries(site):
    """By anchor, the text of every signature of the page and of all that stands below it."""
    html = (site / "book" / "api.html").read_text(encoding="utf-8")
    parts = re.split(r'<dt class="sig sig-object py" id="([\w.]+)">', html)
    return {anchor: text(part).split("\n", 1) for anchor, part in zip(parts[1::2], parts[2::2])}


def text(html):
    """What a reader sees: a signature, a line break, and the rest with single spaces."""
    signature, _, rest = (unescape(re.sub(r"<[^>]+>", "", re.sub(r'<a class="headerlink".*?</a>', "", part)))
                          for part in html.partition("</dt>"))
    return " ".join(signature.split()) + "\n" + " ".join(rest.translate(STRAIGHT).split())


@pytest.mark.parametrize("module, name, thing", NAMES, ids=[f"{module}.{name}" for module, name, _ in NAMES])
def test_every_public_name_is_there_with_its_arguments_and_its_docstring(entries, module, name, thing):
    signature, below = entries[f"nnlib.{module}.{name}"]
    arguments = [p for p in inspect.signature(thing).parameters if p != "self"]
    assert re.findall(r"(?<=[(, *])[a-zA-Z]\w*(?==|,|\))", signature) == arguments
    words = " ".join((thing.__doc__ or "").replace("`", "").split())
    assert below.startswith(words)


def test_code_in_a_docstring_stays_code(site):
    html = (site / "book" / "api.html").read_text(encoding="utf-8")
    listing = re.search(r"<h2><code[^>]*><span class=\"pre\">nnlib.replay.*?<pre>(.*?)</pre>", html, re.DOTALL)[1]
    assert "    loss = step(x, y)" in re.sub("<[^>]+>", "", listing)


def test_default_values_are_written_as_in_the_source(entries):
    assert entries["nnlib.nn.Linear"][0] == \
        "class Linear(in_features, out_features, bias=True, *, generator, dtype=np.float32)"
