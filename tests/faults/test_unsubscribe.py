"""The one click of a mail program (RFC 8058), against everything that could go wrong with it (T9)."""

import string
from datetime import datetime

import pytest
from django.test import Client

from apps.reminders import services, steps
from apps.reminders.links import unsubscribe_address
from apps.reminders.models import Delivery, Rewatch, Wake
from apps.reminders.steps import Step
from apps.reminders.tests.conftest import MailServer

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def stranger_client() -> Client:
    """A mail provider's machine: no cookie, no CSRF token, and the site checks for both."""
    return Client(enforce_csrf_checks=True)


def headers_of(raw: bytes) -> dict[bytes, bytes]:
    """As they stand in the bytes: a folded header would be two lines, and DKIM of some relays would break on it."""
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return dict(line.split(b": ", 1) for line in lines)


def sent_path(server: MailServer) -> str:
    address = headers_of(server.raw[0])[b"List-Unsubscribe"].decode().strip("<>")
    assert address.startswith(("https://", "http://"))
    return "/" + address.split("/", 3)[3]


@pytest.fixture
def path(rewatch: Rewatch, mail_server: MailServer, evening: datetime) -> str:
    """The address in the mail that went out."""
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)
    assert headers_of(mail_server.raw[0])[b"List-Unsubscribe-Post"] == b"List-Unsubscribe=One-Click"
    return sent_path(mail_server)


def test_one_click_without_cookie_or_token_is_enough_and_twice_is_once(
    path: str, stranger_client: Client
) -> None:
    first = stranger_client.post(path, ONE_CLICK)
    since = Wake.objects.get().unsubscribed_at
    second = stranger_client.post(path, ONE_CLICK)

    assert (first.status_code, second.status_code) == (200, 200)
    assert since is not None
    assert Wake.objects.get().unsubscribed_at == since


def test_whatever_only_looks_changes_nothing(path: str, stranger_client: Client) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        assert stranger_client.generic(method, path).status_code < 500
    assert Wake.objects.get().unsubscribed_at is None


def test_an_address_that_was_altered_by_one_character_is_nobodys(
    path: str, stranger_client: Client
) -> None:
    before, token = path.rstrip("/").rsplit("/", 1)
    for place in range(len(token)):
        letters = [each for each in string.ascii_letters + "-_.0" if each != token[place]]
        other = letters[place % len(letters)]
        forged = f"{before}/{token[:place]}{other}{token[place + 1 :]}/"
        assert stranger_client.post(forged, ONE_CLICK).status_code == 404, place
    assert Wake.objects.get().unsubscribed_at is None


def test_a_click_while_the_next_mail_waits_for_its_body_stops_that_mail(
    rewatch: Rewatch, mail_server: MailServer, stranger_client: Client, evening: datetime
) -> None:
    address = unsubscribe_address(user_id=rewatch.membership.user_id)
    services.plan_rewatches(now=evening)

    def click(at: Step) -> None:
        if at is Step.DATA:
            steps.watch(None)
            stranger_client.post("/" + address.split("/", 3)[3], ONE_CLICK)

    steps.watch(click)
    try:
        services.deliver_messages(now=evening)
    finally:
        steps.watch(None)

    assert mail_server.received == []
    log = Delivery.objects.get(channel="email")
    assert (log.outcome, log.detail) == ("superseded", "unsubscribed")
