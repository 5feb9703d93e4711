"""Plants every kind of fault and prints one table; with --write it becomes book/faults.md."""
import argparse
import sys
from importlib import import_module
from pathlib import Path

from . import ROOT

SOURCES = ["outputs", "arithmetic", "links", "library", "scripts", "planted_by_tests"]
PAGE = ROOT / "book" / "faults.md"


def main(arguments):
    asked = parser().parse_args(arguments)
    faults = []
    for source in asked.only:
        found = import_module(f"faults.{source}").planted(asked.most)
        print(table(found), end="\n\n", flush=True)
        faults += found
    if asked.write:
        introduction = Path(__file__).with_name("introduction.md").read_text(encoding="utf-8")
        PAGE.write_text(f"{introduction}\n{report(faults)}\n", encoding="utf-8")
        print(f"written to {PAGE.relative_to(ROOT)}")
    else:
        print(report(faults))
    return 0 if all(fault.caught for fault in faults) else 1


def parser():
    options = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    options.add_argument("--only", nargs="+", default=SOURCES, choices=SOURCES, help="some of the sources of faults")
    options.add_argument("--most", type=int, help="at most so many faults of each kind")
    options.add_argument("--write", action="store_true", help="store the table in the book")
    return options


def report(faults):
    """The table, and below it each fault that nothing caught."""
    loose = [f"- {fault.kind}: {fault.name}" for fault in faults if not fault.caught]
    told = "\n".join(["Not caught:", "", *loose]) if loose else "Every fault was caught."
    return f"{table(faults)}\n\n{told}"


def table(faults):
    """Markdown: kinds of fault, how many were planted, how many caught."""
    rows = ["| kind of fault | planted | caught |", "|:--|--:|--:|"]
    for kind in dict.fromkeys(fault.kind for fault in faults):
        caught = [fault.caught for fault in faults if fault.kind == kind]
        rows.append(f"| {kind} | {len(caught)} | {sum(caught)} |")
    return "\n".join([*rows, f"| **all** | {len(faults)} | {sum(fault.caught for fault in faults)} |"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
