"""On what a measurement was made: processor, system, versions."""
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ["numpy", "torch", "jax", "autograd", "tinygrad", "micrograd", "scikit-learn"]


def described():
    """One sentence for the page."""
    return (f"{processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
            + ", ".join(f"{name} {version_of(name)}" for name in PACKAGES))


def processor():
    info = Path("/proc/cpuinfo")
    names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines()
             if line.startswith("model name")] if info.exists() else []
    return names[0] if names else platform.processor() or platform.machine()


def version_of(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
