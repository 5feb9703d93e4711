"""JupyterLab for the tests: on a free port, in a folder of its own, with nobody's settings."""
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from browser import ROOT

OPTIONS = [
    "--no-browser",
    "--allow-root",
    "--ServerApp.port_retries=0",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.expose_app_in_browser=True",
    "--KernelManager.transport_encryption=auto",
]
PATIENCE = 90  # seconds for it to start


@contextmanager
def jupyterlab(folder, token="tests"):
    """The address of a JupyterLab that shows `folder`, and its token; nnlib is this tree's."""
    port, home = free_port(), Path(folder) / ".home"
    personal = {f"JUPYTER_{name.upper()}_DIR": str(home / name) for name in ("config", "data", "runtime")}
    environment = {
        **os.environ,
        **personal,
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": str(ROOT),
    }
    log = open(Path(folder) / "lab.log", "w")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            *OPTIONS,
            f"--port={port}",
            f"--ServerApp.root_dir={folder}",
            f"--IdentityProvider.token={token}",
        ],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/api?token={token}", process, log.name)
        yield url, token
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(url, process, log):
    """Wait until a server that `process` is starting answers; its log is named where it doesn't."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            return urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"Nothing answered at {url} within {PATIENCE} seconds, or the server ended; see {log}")
