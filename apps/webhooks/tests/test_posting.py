"""One POST to a real server on this machine, whatever that server does."""

import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from apps.webhooks.addresses import allowed_networks
from apps.webhooks.posting import Outcome, post
from apps.webhooks.tests.receiver import drip, flood, noise, receiving, say

HERE = allowed_networks(["127.0.0.0/8"])


def sent(url: str, **kwargs: Any) -> Outcome:
    arguments: dict[str, Any] = {"allowed": HERE, "seconds": 5.0} | kwargs
    return post(url, body=b'{"a": 1}', headers={"webhook-id": "msg_1"}, **arguments)


def test_body_and_headers_arrive_and_the_answer_is_kept() -> None:
    with receiving(say(201, b"thanks\x00\x1b[31m")) as receiver:
        outcome = sent(receiver.url)

    assert (outcome.status, outcome.fault, outcome.has_arrived) == (201, "", True)
    assert outcome.answer == "thanks  [31m"
    assert receiver.bodies == [b'{"a": 1}']
    assert receiver.headers[0]["webhook-id"] == "msg_1"
    assert receiver.headers[0]["content-type"] == "application/json"
    assert receiver.headers[0]["host"] == receiver.url.split("/")[2]


def test_without_a_word_of_the_operator_this_machine_is_not_reached() -> None:
    with receiving() as receiver:
        outcome = sent(receiver.url, allowed=())

    assert (outcome.status, outcome.fault) == (None, "address")
    assert receiver.bodies == []


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"]
)
def test_however_this_machine_is_written_it_is_not_reached(host: str) -> None:
    with receiving() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        outcome = sent(f"http://{host}:{port}/", allowed=())

    assert outcome.fault == "address"
    assert receiver.bodies == []


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with receiving() as inner, receiving(say(307, Location=inner.url)) as receiver:
        outcome = sent(receiver.url)

    assert (outcome.status, outcome.has_arrived) == (307, False)
    assert inner.bodies == []


def test_a_name_is_asked_once_and_the_line_goes_to_what_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is public when it is judged and private when it is connected to gains nothing."""
    asked: list[str] = []
    connected: list[Any] = []

    def resolve(host: str, port: int, **_kwargs: Any) -> Any:
        asked.append(host)
        address = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address: Any, **_kwargs: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)

    outcome = sent("https://rebind.example/", allowed=())

    assert outcome.fault == "unreachable"
    assert (asked, connected) == (["rebind.example"], [("8.8.8.8", 443)])


def test_a_name_with_one_private_address_among_others_is_not_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(socket.AF_INET, 1, 6, "", (each, 443)) for each in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)

    assert sent("https://mixed.example/", allowed=()).fault == "address"


def test_a_server_that_drips_is_cut_off() -> None:
    with receiving(drip) as receiver:
        outcome = sent(receiver.url, seconds=0.4)

    assert outcome.fault == "slow"
    assert 350 <= outcome.milliseconds < 2500


def test_of_a_flood_only_the_beginning_is_read() -> None:
    with receiving(flood) as receiver:
        outcome = sent(receiver.url)

    assert (outcome.status, outcome.answer) == (200, "x" * 500)


def test_what_is_no_http_is_said() -> None:
    with receiving(noise) as receiver:
        assert sent(receiver.url).fault == "broken"


def test_nobody_there_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert sent(f"http://127.0.0.1:{taken.getsockname()[1]}/").fault == "unreachable"


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subprocess.run(  # noqa: S603 - our own words
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    heard: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        line, _ = listening.accept()
        try:
            with context.wrap_socket(line, server_side=True) as safe:
                heard.append(safe.recv(100))
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=[listening])
        thread.start()
        outcome = sent(f"https://127.0.0.1:{listening.getsockname()[1]}/")
        thread.join()

    assert outcome.fault == "certificate"
    assert heard in ([], [b""])
