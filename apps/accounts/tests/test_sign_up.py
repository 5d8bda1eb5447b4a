"""Signing up, confirming by code, signing in, and choosing a new password, as a browser does it."""

import re
from collections.abc import Sequence

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import User
from apps.conftest import PASSWORD

SIGN_UP = "/accounts/signup/"
CONFIRM = "/accounts/confirm-email/"


@pytest.fixture(autouse=True)
def no_tries_yet(db: None) -> None:
    cache.clear()


def wish(**changes: str) -> dict[str, str]:
    return {
        "name": "Zoë Ёлкина",
        "email": "Zoe@Example.org",
        "password1": "three plain words",
        "time_zone": "Europe/Warsaw",
    } | changes


def sent_code() -> str:
    found = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def html_of(message: mail.EmailMessage) -> str:
    assert isinstance(message, mail.EmailMultiAlternatives)
    return str(message.alternatives[0][0])


def page_text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_who_signs_up_is_made_with_zone_and_language_of_the_browser(client: Client) -> None:
    response = client.post(SIGN_UP, wish(), headers={"accept-language": "ru"})

    assert response["Location"] == CONFIRM
    user = User.objects.get()
    assert (user.email, user.name, user.sort_name) == (
        "zoe@example.org",
        "Zoë Ёлкина",
        "zoë елкина",
    )
    assert (user.time_zone, user.language) == ("Europe/Warsaw", "ru")
    assert not EmailAddress.objects.get(user=user).verified


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 5000])
def test_a_zone_that_is_none_becomes_utc(client: Client, zone: str) -> None:
    client.post(SIGN_UP, wish(time_zone=zone))

    assert User.objects.get().time_zone == "UTC"


def test_the_mail_carries_the_code_in_both_parts(client: Client) -> None:
    client.post(SIGN_UP, wish())

    (message,) = mail.outbox
    code = sent_code()
    assert message.to == ["zoe@example.org"]
    assert message.subject == f"{code} is your code for Second Pass"
    assert code in html_of(message)
    assert "One step to your first pass" in html_of(message)


def test_the_code_signs_in_and_leads_on_to_where_one_came_from(client: Client) -> None:
    client.post(SIGN_UP, wish(next="/join/abc/"))

    response = client.post(CONFIRM, {"code": sent_code()})

    assert response["Location"] == "/join/abc/"
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert EmailAddress.objects.get().verified


def test_without_a_place_to_go_one_goes_home(client: Client) -> None:
    client.post(SIGN_UP, wish())

    assert client.post(CONFIRM, {"code": sent_code()})["Location"] == "/"


def test_another_site_is_no_place_to_go(client: Client) -> None:
    client.post(SIGN_UP, wish(next="https://evil.example/"))

    assert client.post(CONFIRM, {"code": sent_code()})["Location"] == "/"


def test_a_wrong_code_signs_nobody_in(client: Client) -> None:
    client.post(SIGN_UP, wish())

    response = client.post(CONFIRM, {"code": "WRONG-CODE"})

    assert "This is not the code we sent. Look for the newest mail." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_new_code_can_be_had(client: Client) -> None:
    client.post(SIGN_UP, wish())
    first = sent_code()
    cache.clear()

    client.post(CONFIRM, {"action": "resend"})

    assert len(mail.outbox) == 2
    assert sent_code() != first
    assert client.post(CONFIRM, {"code": sent_code()})["Location"] == "/"


def test_a_mistyped_address_can_be_put_right(client: Client) -> None:
    client.post(SIGN_UP, wish(email="zoo@example.org"))
    cache.clear()

    client.post(CONFIRM, {"action": "change", "email": "zoe@example.org"})

    assert mail.outbox[-1].to == ["zoe@example.org"]
    client.post(CONFIRM, {"code": sent_code()})
    assert User.objects.get().email == "zoe@example.org"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, ["This field is required."]),
        ({"name": "x" * 151}, ["at most 150 characters"]),
        ({"email": "zoe@example"}, ["Enter a valid email address."]),
        ({"password1": "sixsix"}, ["at least 10 characters"]),
        ({"password1": "1234567890"}, ["entirely numeric"]),
        ({"name": "", "email": ""}, ["2 things to put right"]),
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_nobody_is_made(
    client: Client, changes: dict[str, str], said: Sequence[str]
) -> None:
    page = client.post(SIGN_UP, wish(**changes)).content.decode()

    for words in said:
        assert words in page
    assert not User.objects.exists()
    assert not mail.outbox


def test_an_address_that_is_taken_is_told_only_to_its_owner(client: Client, learner: User) -> None:
    answer_to_a_new_one = client.post(SIGN_UP, wish())
    mail.outbox.clear()
    cache.clear()

    answer = Client().post(SIGN_UP, wish(email=learner.email))

    assert (answer.status_code, answer["Location"]) == (302, answer_to_a_new_one["Location"])
    assert User.objects.filter(email=learner.email).count() == 1
    (message,) = mail.outbox
    assert message.to == [learner.email]
    assert message.subject == "You already have an account on Second Pass"


def test_the_way_from_sign_up_to_sign_in_keeps_the_invitation(client: Client) -> None:
    page = page_text(client, SIGN_UP + "?next=/join/abc/")

    assert '<input type="hidden" name="next" value="/join/abc/">' in page
    assert 'href="/accounts/login/?next=%2Fjoin%2Fabc%2F"' in page


@pytest.fixture
def confirmed(learner: User) -> User:
    EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)
    return learner


def test_one_signs_in_by_e_mail_in_any_case(client: Client, confirmed: User) -> None:
    response = client.post(
        "/accounts/login/",
        {"login": confirmed.email.upper(), "password": PASSWORD, "next": "/notes/"},
    )

    assert response["Location"] == "/notes/"
    assert client.session["_auth_user_id"] == str(confirmed.pk)


@pytest.mark.parametrize("email", ["nadia.kowalska@example.org", "nobody@example.org"])
def test_a_failed_sign_in_does_not_tell_whether_the_account_exists(
    client: Client, confirmed: User, email: str
) -> None:
    page = client.post("/accounts/login/", {"login": email, "password": "wrong"}).content.decode()

    assert "The e-mail address and the password do not go together." in page


def test_too_many_failures_are_stopped(client: Client, confirmed: User) -> None:
    wrong = {"login": confirmed.email, "password": "wrong"}
    for _try in range(10):
        client.post("/accounts/login/", wrong)

    right = {"login": confirmed.email, "password": PASSWORD}
    page = client.post("/accounts/login/", right).content.decode()

    assert "Too many tries. Wait a few minutes and try again." in page
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_replaced_through_the_mail_s_link(
    client: Client, confirmed: User
) -> None:
    client.post("/accounts/password/reset/", {"email": confirmed.email})
    found = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert found
    form_address = client.get(found[1])["Location"]

    client.post(form_address, {"password1": "four other plain words"})

    confirmed.refresh_from_db()
    assert confirmed.check_password("four other plain words")
    assert [message.subject for message in mail.outbox] == [
        "A new password for Second Pass",
        "Your password was reset",
    ]
    assert "This link is used up" in page_text(Client(), found[1])


def test_a_mail_speaks_its_reader_s_language_not_the_asker_s(
    client: Client, confirmed: User
) -> None:
    confirmed.language = "ru"
    confirmed.save()

    client.post(
        "/accounts/password/reset/", {"email": confirmed.email}, headers={"accept-language": "en"}
    )

    assert '<html lang="ru">' in html_of(mail.outbox[0])


def test_a_reset_for_a_stranger_answers_alike_and_writes_to_the_address(client: Client) -> None:
    response = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert response["Location"] == "/accounts/password/reset/done/"
    assert mail.outbox[0].subject == "No account with this address on Second Pass"


def test_a_password_is_changed_with_the_old_one(client: Client, confirmed: User) -> None:
    client.force_login(confirmed)

    refused = client.post(
        "/accounts/password/change/", {"oldpassword": "wrong", "password1": "four plain words"}
    )
    taken = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "four plain words"}
    )

    assert "This is not your password." in refused.content.decode()
    assert taken["Location"] == "/settings/"
    confirmed.refresh_from_db()
    assert confirmed.check_password("four plain words")


def test_a_new_address_counts_once_its_code_was_typed(client: Client, confirmed: User) -> None:
    client.force_login(confirmed)
    ask_again = client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
    assert ask_again["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Femail%2F"
    assert not mail.outbox
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"})
    confirmed.refresh_from_db()
    assert confirmed.email == "nadia.kowalska@example.org"

    response = client.post(CONFIRM, {"code": sent_code()})

    assert response["Location"] == "/settings/"
    confirmed.refresh_from_db()
    assert confirmed.email == "new@example.org"
    assert mail.outbox[-1].to == ["nadia.kowalska@example.org"]
    assert mail.outbox[-1].subject == "Your e-mail address was changed"


def test_signing_out_asks_for_a_post(client: Client, confirmed: User) -> None:
    client.force_login(confirmed)

    assert "Sign out?" in page_text(client, "/accounts/logout/")
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session
