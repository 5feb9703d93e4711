"""Runs every bench_*.py and prints its tables; with --write, they become book/benchmarks.md."""
import signal
import sys
from importlib import import_module
from pathlib import Path

from .machine import described

HERE = Path(__file__).parent
PAGE = HERE.parent / "book" / "benchmarks.md"


def main(arguments):
    sections = []
    for path in sorted(HERE.glob("bench_*.py")):        # imports and memory come first, while this process is small
        for text in import_module(f"benchmarks.{path.stem}").sections():
            print(text, end="\n\n", flush=True)
            sections.append(text)
    if "--write" in arguments:
        introduction = (HERE / "introduction.md").read_text(encoding="utf-8").replace("MACHINE", described())
        PAGE.write_text("\n\n".join([introduction.strip(), *sections]) + "\n", encoding="utf-8")
        print(f"written to {PAGE.relative_to(HERE.parent)}")


signal.signal(signal.SIGINT, signal.default_int_handler)    # a shell's job in the background, and all it starts, ignores it
main(sys.argv[1:])
