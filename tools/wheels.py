"""Asks the package index whether what is pinned can be installed, as wheels, on every Python and system of the book."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.txt", "requirements-dev.txt"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SYSTEMS = {                             # by the names that uv has for them
    "Linux": "x86_64-unknown-linux-gnu",
    "Linux, ARM": "aarch64-unknown-linux-gnu",
    "macOS": "aarch64-apple-darwin",
    "macOS, Intel": "x86_64-apple-darwin",
    "Windows": "x86_64-pc-windows-msvc",
}


def pins(lock):
    """The lines of a lock that pin something; nnlib, which is in this folder, is none of them."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if re.match(r"[\w.-]+==", line)]


def trouble(lines, python, system):
    """Why these pins and no more cannot be installed there, or "" if they can."""
    run = subprocess.run([sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--no-header", "--no-annotate",
                          "--only-binary", ":all:", "--python-version", python, "--python-platform", system],
                         input="\n".join(lines), capture_output=True, text=True)
    if run.returncode:
        return run.stderr.strip()
    pinned = {line.partition(" ")[0] for line in lines}
    missing = sorted({line for line in run.stdout.split() if "==" in line} - pinned)
    return f"needed there, and not pinned: {', '.join(missing)}" if missing else ""


def main():
    lines = sorted({line for lock in LOCKS for line in pins(lock)})
    found = {(python, name): trouble(lines, python, system) for python in PYTHONS for name, system in SYSTEMS.items()}
    print(f"{len(lines)} pins, as wheels")
    print("Python  " + "  ".join(SYSTEMS))
    for python in PYTHONS:
        print(f"{python:6}  " + "  ".join(f"{'no' if found[python, name] else 'yes':{len(name)}}" for name in SYSTEMS))
    sys.exit("\n\n".join(f"Python {python}, {name}: {why}" for (python, name), why in found.items() if why))


if __name__ == "__main__":
    main()
