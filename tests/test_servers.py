"""The servers of `make book` and `make lab`: on this machine only, one folder and no more, nobody without the token."""
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import psutil
import pytest

from browser import ROOT
from tools import serve


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
    """The addresses and ports at which a process takes connections."""
    return {tuple(c.laddr) for c in psutil.Process(pid).net_connections("tcp") if c.status == psutil.CONN_LISTEN}


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


def test_one_line_and_a_quiet_end(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, ROOT / "tools" / "serve.py", folder, f"--port={port}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
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


@pytest.fixture
def lab(tmp_path):
    """JupyterLab as `make lab` starts it, in a home of its own: the process, and the address it prints."""
    command = [sys.executable, "-m", "jupyterlab", "--config=tools/lab_config.py", "--no-browser"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, env={**os.environ, "HOME": str(tmp_path)})
    try:
        for _ in range(600):
            if found := re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", (tmp_path / "log").read_text()):
                break
            time.sleep(0.1)
        yield process, found[0]
    finally:
        process.terminate()
        process.wait(20)


def status(address):
    try:
        return urllib.request.urlopen(address).status
    except urllib.error.HTTPError as error:
        return error.code


def test_jupyterlab_is_for_this_machine_and_for_those_with_its_token(lab):
    process, address = lab
    assert {host for host, _ in listening(process.pid)} == {"127.0.0.1"}
    root, token = address.split("/lab?")
    assert status(f"{root}/api/contents/lessons?{token}") == 200
    assert status(f"{root}/api/contents/lessons") == 403
