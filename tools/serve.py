"""Serves a folder of pages on this machine only: python tools/serve.py _build/html"""
import argparse
import functools
import http.server
import os
from pathlib import Path


class Pages(http.server.SimpleHTTPRequestHandler):
    """Files of one folder and nothing above it, with the book's own page for what is not there."""

    # Windows may keep other ideas of these in its registry.
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map,
                      ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
                      ".woff2": "font/woff2", ".webp": "image/webp", ".json": "application/json"}

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")       # a rebuilt page shows at the next reload
        super().end_headers()

    def send_error(self, code, message=None, explain=None):
        page = Path(self.directory, "404.html")
        if code != 404 or not page.is_file():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def list_directory(self, path):
        self.send_error(404)

    def translate_path(self, path):
        """The file a request names; one that a link would lead out of the folder becomes one that is not there."""
        file = super().translate_path(path)
        inside = Path(file).resolve().is_relative_to(Path(self.directory).resolve())
        return file if inside else os.path.join(self.directory, "no such page")

    def log_message(self, *_):
        pass


def server(folder, port):
    """An HTTP server for `folder` on 127.0.0.1, at `port` or, where that is taken, at one of the next hundred."""
    for candidate in range(port, port + 100):
        try:
            return Server(("127.0.0.1", candidate), functools.partial(Pages, directory=str(folder)))
        except OSError:
            continue
    raise SystemExit(f"no port from {port} to {port + 99} is free: choose another with --port (make book PORT=9000)")


class Server(http.server.ThreadingHTTPServer):
    """Takes a port only if nobody listens on it: on Windows, reusing an address would share the port."""
    daemon_threads = True
    allow_reuse_address = os.name == "posix"

    def handle_error(self, request, client_address):
        """A browser that closes its connection early is no error."""


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--port", type=int, default=8000)
    options = arguments.parse_args()
    if not (options.folder / "index.html").is_file():
        raise SystemExit(f"{options.folder} has no index.html: build the book first (make html)")
    with server(options.folder, options.port) as pages:
        print(f"The book is at http://127.0.0.1:{pages.server_port}/  (Ctrl-C ends it)", flush=True)
        try:
            pages.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
