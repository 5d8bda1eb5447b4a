"""What the supervisor says while the site is not ready."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from local.stack import what_is_missing

ANSWERS = {
    "parts": (503, b'{"status": "not ready", "parts": {"worker": "no answer", "database": "up"}}'),
    "broken": (500, b"<h1>Server Error (500)</h1>"),
    "ready": (200, b"{}"),
}


@pytest.fixture
def site() -> Iterator[str]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = ANSWERS[self.path.split("/")[1]]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("state", "words"),
    [("parts", "worker: no answer"), ("broken", "the site answers 500"), ("ready", "")],
)
def test_it_names_what_is_missing_and_survives_a_broken_site(
    site: str, state: str, words: str
) -> None:
    assert what_is_missing(f"{site}/{state}") == words
