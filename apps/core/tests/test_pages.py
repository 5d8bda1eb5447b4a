"""Privacy, the mail of one's own machine, the style guide, and the pages about what went wrong."""

import os
import re
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client, RequestFactory
from django.views import defaults
from pytest_django import Settings

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.core.mailbox import stored_mail, stored_mails

COMPONENTS = Path(__file__).resolve().parents[3] / "templates" / "components"
# They frame every page, the style guide among them.
FRAME = {"bar_end", "footer", "language_switch", "messages", "nav"}


@pytest.fixture
def mailbox(tmp_path: Path, settings: Settings) -> Path:
    settings.MAIL_ROOT = str(tmp_path)
    return tmp_path


def lay_down(folder: Path, name: str, subject: str, *, html: str = "", at: int = 0) -> None:
    message = EmailMultiAlternatives(subject, "Type this code: 1234", to=["nadia@example.org"])
    if html:
        message.attach_alternative(html, "text/html")
    (folder / name).write_bytes(message.message().as_bytes())
    os.utime(folder / name, (at, at))


def test_privacy_is_open_to_everyone(client: Client, db: None) -> None:
    response = client.get("/privacy/")

    assert response.status_code == 200
    assert "<h1>Privacy</h1>" in response.content.decode()


def test_stored_mails_come_newest_first(mailbox: Path) -> None:
    lay_down(mailbox, "b.eml", "Older", at=100)
    lay_down(mailbox, "a.eml", "Newer", at=200)
    (mailbox / "c.part").write_bytes(b"half a message")

    mails = stored_mails(folder=mailbox)

    assert [(mail.subject, mail.to) for mail in mails] == [
        ("Newer", "nadia@example.org"),
        ("Older", "nadia@example.org"),
    ]
    assert mails[0].text == "Type this code: 1234"
    assert mails[0].sent_at is not None
    assert mails[0].sent_at.tzinfo is not None


def test_an_empty_or_missing_sink_has_no_mail(tmp_path: Path) -> None:
    assert stored_mails(folder=tmp_path) == []
    assert stored_mails(folder=tmp_path / "nowhere") == []


@pytest.mark.parametrize("name", ["../secret.eml", "b", "b.eml/", ".eml", "a b.eml", "c.part"])
def test_only_a_message_of_the_sink_is_read(mailbox: Path, name: str) -> None:
    (mailbox.parent / "secret.eml").write_bytes(b"Subject: secret\n\n")
    (mailbox / "c.part").write_bytes(b"Subject: half\n\n")

    with pytest.raises(NotFound):
        stored_mail(folder=mailbox, name=name)


def test_the_mails_are_listed_and_one_is_opened(client: Client, db: None, mailbox: Path) -> None:
    lay_down(mailbox, "a.eml", "Code <b>", html="<html><head></head><p>hi</p></html>")

    listed = client.get("/mail/").content.decode()
    response = client.get("/mail/a.eml/")

    assert 'href="/mail/a.eml/"' in listed
    assert "Code &lt;b&gt;" in listed
    page = response.content.decode()
    assert "Type this code: 1234" in page
    assert '<iframe class="mail-frame" src="/mail/a.eml/html/"' in page
    assert "frame-src 'self'" in response["Content-Security-Policy"]


def test_the_html_of_a_mail_is_shut_in_a_sandbox_without_scripts(
    client: Client, db: None, mailbox: Path
) -> None:
    lay_down(mailbox, "a.eml", "Hi", html="<html><head></head><script>alert(1)</script></html>")

    response = client.get("/mail/a.eml/html/")

    policy = response["Content-Security-Policy"]
    assert "sandbox allow-popups allow-popups-to-escape-sandbox;" in policy + ";"
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/mail/", "/mail/a.eml/", "/mail/a.eml/html/"])
def test_without_a_sink_there_is_no_mail_page(
    client: Client, db: None, settings: Settings, path: str
) -> None:
    settings.MAIL_ROOT = ""

    assert client.get(path).status_code == 404


def test_the_style_guide_is_for_staff(client: Client, learner: User) -> None:
    assert client.get("/styleguide/").status_code == 404
    client.force_login(learner)
    assert client.get("/styleguide/").status_code == 404

    learner.is_staff = True
    learner.save()

    assert client.get("/styleguide/").status_code == 200


def test_the_style_guide_is_open_on_one_s_own_machine(
    client: Client, db: None, settings: Settings
) -> None:
    settings.STYLEGUIDE_IS_OPEN = True

    assert client.get("/styleguide/").status_code == 200


def test_the_style_guide_shows_every_component() -> None:
    guide = (COMPONENTS.parent / "core" / "styleguide.html").read_text()
    form = (COMPONENTS.parent / "forms" / "form.html").read_text()

    shown = set(re.findall(r"components/(\w+)\.html", guide + form))

    assert {path.stem for path in COMPONENTS.glob("*.html")} - FRAME - shown == set()


def test_every_component_opens_with_its_parameters() -> None:
    for path in COMPONENTS.glob("*.html"):
        opening = path.read_text().removeprefix("{% comment %}").partition("{% endcomment %}")[0]
        assert re.search(r"[Pp]arameter", opening), path.name


def test_what_is_not_there_says_so_and_offers_a_way_on(client: Client, learner: User) -> None:
    client.force_login(learner)

    response = client.get("/nowhere/")

    assert response.status_code == 404
    page = response.content.decode()
    assert "<h1>This page is not here</h1>" in page
    assert 'href="/">Go to today</a>' in page


def test_a_crash_has_a_page_that_needs_neither_person_nor_database() -> None:
    response = defaults.server_error(RequestFactory().get("/"))

    page = response.content.decode()
    assert "<h1>That was us, not you</h1>" in page
    assert "<nav" not in page
    assert "<form" not in page


def test_an_address_that_takes_only_forms_says_so_to_who_was_led_there(
    client: Client, learner: User
) -> None:
    client.force_login(learner)

    response = client.get("/settings/tokens/x/revoke/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "<h1>Nothing to read here</h1>" in response.content.decode()


def test_a_form_that_is_too_old_is_explained(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})

    assert response.status_code == 403
    assert "<h1>Please send it once more</h1>" in response.content.decode()


def test_a_visitor_changes_the_language_and_keeps_the_page(client: Client, db: None) -> None:
    response = client.post("/i18n/setlang/", {"language": "ru", "next": "/privacy/?a=1"})

    assert response.status_code == 302
    assert response["Location"] == "/privacy/?a=1"
    assert '<html lang="ru">' in client.get("/privacy/").content.decode()


def test_the_language_switch_leads_to_no_other_site(client: Client, db: None) -> None:
    response = client.post("/i18n/setlang/", {"language": "ru", "next": "https://evil.example/"})

    assert response["Location"] == "/"
