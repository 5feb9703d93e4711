"""The servers of `make book` and `make lab`: on this machine only, one folder and no more, nobody without the token."""
import http.client
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress

import psutil
import pytest

from browser import ROOT
from tools import serve

pytestmark = pytest.mark.reach


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret").write_text("not for the web")
    (tmp_path / "html" / "lessons").mkdir(parents=True)
    (tmp_path / "html" / "index.html").write_text("<h1>The book</h1>")
    (tmp_path / "html" / "404.html").write_text("<h1>No such page</h1>")
    (tmp_path / "html" / "live.js").write_text("")
    (tmp_path / "html" / "way-out").symlink_to(tmp_path / "secret")
    return tmp_path / "html"


def listening(pid):
    """The addresses and ports at which a process, and all that it has started, take connections."""
    found = []
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):            # ended in this moment
            found += process.net_connections("tcp")
    return {tuple(c.laddr) for c in found if c.status == psutil.CONN_LISTEN}


@pytest.fixture
def get(folder):
    """Asks the server for a path, sent as it is."""
    with serve.server(folder, 18000) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def ask(path, method="GET"):
            connection = http.client.HTTPConnection(*server.server_address)
            connection.request(method, path)
            response = connection.getresponse()
            body = response.read().decode()
            connection.close()
            return response, body
        yield ask
        server.shutdown()


def test_pages(get):
    response, body = get("/")
    assert (response.status, body) == (200, "<h1>The book</h1>")
    assert get("/live.js")[0].getheader("Content-Type") == "text/javascript"


def test_a_missing_page_gets_the_books_own(get):
    response, body = get("/no/such/page.html")
    assert (response.status, body) == (404, "<h1>No such page</h1>")
    assert get("/no/such/page.html", "HEAD")[1] == ""


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/lessons/..%2f..%2fsecret", "//../secret",
                                  "/way-out"])
def test_nothing_outside_the_folder(get, path):
    response, body = get(path)
    assert response.status == 404 and "not for the web" not in body


def test_folders_are_not_listed(get):
    assert get("/lessons/")[0].status == 404


def test_a_busy_port_moves_on_to_the_next(folder):
    with serve.server(folder, 18000) as one, serve.server(folder, 18000) as other:
        assert other.server_port > one.server_port


def told_by_make(*goal):
    """The last command that `make` would run for a goal, with this Python for that of the virtual environment."""
    run = subprocess.run(["make", "--dry-run", *goal, f"PY={sys.executable}"], cwd=ROOT, capture_output=True, text=True,
                         env={"PATH": os.environ["PATH"]})      # not as a part of the `make test` that runs this
    return shlex.split(run.stdout.splitlines()[-1])


def test_one_line_and_a_quiet_end(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(folder) if part == "_build/html" else part for part in told_by_make("book", f"PORT={port}")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        where = listening(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=10)
    assert line == f"The book is at http://127.0.0.1:{port}/  (Ctrl-C ends it)\n" and where == {("127.0.0.1", port)}
    assert (rest.strip(), errors, process.returncode) == ("", "", 0)


def test_nothing_built_yet(tmp_path):
    run = subprocess.run([sys.executable, ROOT / "tools" / "serve.py", tmp_path], capture_output=True, text=True)
    assert run.returncode == 1 and run.stderr == f"{tmp_path} has no index.html: build the book first (make html)\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab as `make lab` starts it, in a home of its own: the process, its address, and its token."""
    home = tmp_path_factory.mktemp("home")
    command = told_by_make("lab", "LAB_FLAGS=--no-browser")
    with (home / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, env={**os.environ, "HOME": str(home)})
    try:
        for _ in range(600):
            if found := re.search(r"(http://127\.0\.0\.1:\d+)/lab\?token=(\w+)", (home / "log").read_text()):
                break
            time.sleep(0.1)
        yield process, *found.groups()
    finally:
        process.terminate()
        process.wait(20)


def asked(address, method="GET", **headers):
    """(status, address in the end) of a request that knows no cookies."""
    try:
        response = urllib.request.urlopen(urllib.request.Request(address, method=method, headers=headers))
        return response.status, response.url
    except urllib.error.HTTPError as error:
        return error.code, error.url


def test_jupyterlab_and_its_kernels_are_for_this_machine(lab):
    process, root, token = lab
    before = listening(process.pid)
    assert asked(f"{root}/api/kernels?token={token}", "POST")[0] == 201
    for _ in range(300):
        if len(now := listening(process.pid)) > len(before):
            break
        time.sleep(0.1)
    assert len(now) > len(before) > 0 and {host for host, _ in now} == {"127.0.0.1"}


@pytest.mark.parametrize("path, method", [("api/contents/lessons", "GET"), ("api/kernels", "POST"),
                                          ("api/terminals", "POST"), ("files/README.md", "GET"), ("lab", "GET")])
def test_jupyterlab_is_for_those_with_its_token(lab, path, method):
    _, root, token = lab

    def let_in(query):
        code, address = asked(f"{root}/{path}{query}", method)
        return code in (200, 201) and "/login?" not in address
    assert not any(let_in(query) for query in ("", "?token=", "?token=guessed"))
    assert let_in(f"?token={token}")


def test_jupyterlab_refuses_a_page_that_calls_this_machine_by_another_name(lab):
    _, root, token = lab
    assert asked(f"{root}/api/contents/lessons?token={token}", Host="somewhere.example.org")[0] == 403
