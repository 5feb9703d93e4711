"""Every work that nnlib or a notebook cites by author and year is among the references."""
import re

from tools.notebooks import ROOT, notebooks, read

ENTRIES = re.findall(r"^- (.+)$", (ROOT / "book" / "references.md").read_text(encoding="utf-8"), re.M)
CITED = re.compile(r"\b([A-Z][\w’-]+)(?: (?:&|and) [A-Z]\w+| et al\.)?,? \(?((?:19|20)\d\d)\b")


def texts():
    """Whatever may cite: the modules of nnlib and the cells of the notebooks."""
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "nnlib").rglob("*.py")]
    return modules + [cell.source for path in notebooks() for cell in read(path).cells]


def missing(texts):
    """What these texts cite, as pairs of author and year, and what is not among the references."""
    cited = {found for text in texts for found in CITED.findall(text)}
    return [work for work in cited if not any(all(part in entry for part in work) for entry in ENTRIES)]


def test_what_counts_as_a_citation():
    text = "Adam (Kingma & Ba 2015), as He et al. (2015) had it; in 2016 nobody did"
    assert CITED.findall(text) == [("Kingma", "2015"), ("He", "2015")]


def test_whatever_is_cited_is_among_the_references():
    assert missing(texts()) == []
