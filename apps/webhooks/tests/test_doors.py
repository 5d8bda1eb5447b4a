"""Webhooks over REST and on their pages: the secret once, the log, the buttons."""

import re
from datetime import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Event
from apps.webhooks.models import Attempt, Message, Webhook
from apps.webhooks.services import MOST_WEBHOOKS, make_webhook, send_test

API = "/api/v1/cohorts/autumn/webhooks/"
PAGE = "/teach/autumn/settings/webhooks/"
WISH = {"url": "https://example.org/hook", "events": ["member.joined", "rewatch.due"]}


@pytest.fixture
def webhook(cohort: Cohort, instructor: User, now: datetime) -> Webhook:
    return make_webhook(
        cohort=cohort, url="https://example.org/", kinds=["member.left"], by=instructor, now=now
    )


@pytest.fixture
def signed_in(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def test_over_rest_it_is_made_listed_and_deleted(instructor: User) -> None:
    client = APIClient()
    client.force_login(instructor)

    made = client.post(API, WISH).json()
    (listed,) = client.get(API).json()["results"]
    gone = client.delete(f"{API}{made['id']}/")

    assert made["secret"].startswith("whsec_")
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    assert listed["events"] == ["rewatch.due", "member.joined"]
    assert (gone.status_code, Webhook.objects.count()) == (204, 0)
    kinds = Event.objects.filter(actor=instructor).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["webhook_made", "webhook_ended"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"url": "http://example.org/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["everything"]}, "events.0"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_what_is_wrong_is_said(instructor: User, wish: dict[str, object], field: str) -> None:
    client = APIClient()
    client.force_login(instructor)

    response = client.post(API, WISH | wish)

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field
    assert not Webhook.objects.exists()


def test_there_are_so_many_and_no_more(webhook: Webhook, instructor: User) -> None:
    client = APIClient()
    client.force_login(instructor)

    statuses = [client.post(API, WISH).status_code for _ in range(MOST_WEBHOOKS)]

    assert statuses == [201] * (MOST_WEBHOOKS - 1) + [409]


def test_on_the_page_the_secret_is_shown_once(signed_in: Client) -> None:
    made = signed_in.post(PAGE, WISH).content.decode()

    secret = Webhook.objects.get().secret
    assert re.findall(r"whsec_[\w+/=]+", made) == [secret]
    assert secret not in signed_in.get(PAGE).content.decode()


def test_an_address_that_is_refused_is_said_at_its_field(signed_in: Client) -> None:
    page = signed_in.post(PAGE, WISH | {"url": "https://[::1]/"}).content.decode()

    assert "private network" in page
    assert not Webhook.objects.exists()


def test_the_log_says_what_came_of_it(signed_in: Client, webhook: Webhook, now: datetime) -> None:
    send_test(webhook=webhook, now=now)
    message = Message.objects.get()
    Attempt.objects.create(message=message, at=now, milliseconds=87, status=502, answer="<b>bad")
    Attempt.objects.create(message=message, at=now, milliseconds=9, fault="slow")

    page = signed_in.get(f"{PAGE}{webhook.public_id}/").content.decode()

    for words in ("502", "87 ms", "&lt;b&gt;bad", "it took too long"):
        assert words in page
    assert webhook.secret not in page


def test_the_buttons_test_send_again_switch_and_delete(
    signed_in: Client, webhook: Webhook, now: datetime
) -> None:
    address = f"{PAGE}{webhook.public_id}/"

    signed_in.post(f"{address}test/")
    message = Message.objects.get()
    Message.objects.update(state="failed", tries=10)
    signed_in.post(f"{address}messages/{message.pk}/again/")
    message.refresh_from_db()
    assert (message.state, message.tries, message.is_again) == ("waiting", 0, True)

    signed_in.post(f"{address}switch/", {"on": "0"})
    webhook.refresh_from_db()
    assert webhook.disabled_for == "by_hand"
    signed_in.post(f"{address}test/")
    assert Message.objects.count() == 1
    signed_in.post(f"{address}switch/", {"on": "1"})
    webhook.refresh_from_db()
    assert webhook.disabled_at is None

    signed_in.post(f"{address}delete/")
    assert not Webhook.objects.exists()


def test_another_cohort_s_webhook_is_not_there(
    client: Client, webhook: Webhook, other_instructor: User
) -> None:
    client.force_login(other_instructor)

    assert client.get(f"/teach/winter/settings/webhooks/{webhook.public_id}/").status_code == 404
