"""The operator sees what there is and by whom, changes nothing of it, and no key to a cohort or a record."""

from datetime import date, datetime

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.models import (
    Cohort,
    CompletionRecord,
    Event,
    Invitation,
    JoinRequest,
    Letter,
    Mailing,
    MailingRow,
    Membership,
    Message,
    MessageCopy,
)
from apps.conftest import make_user


@pytest.fixture
def secrets(
    cohort: Cohort, instructor: User, membership: Membership, now: datetime
) -> tuple[str, ...]:
    """A cohort in which everything has happened; what must not be read in the admin."""
    link = services.create_invitation(cohort=cohort, user=instructor, now=now)
    services.change_cohort(cohort=cohort, now=now, takes_requests=True)
    services.ask_to_join(user=make_user("Anna Asks"), cohort_slug=cohort.slug, now=now)
    services.invite_by_mail(cohort=cohort, user=instructor, text="a@x.org", now=now)
    services.write_message(
        cohort=cohort, author=instructor, to=[membership], body="Between us two", now=now
    )
    record = CompletionRecord.objects.create(
        membership=membership,
        name="Nadia",
        cohort_name="Autumn",
        curriculum_title={"en": "Networks"},
        revision_number=1,
        videos=3,
        self_reported=0,
        light=0,
        notes=1,
        active_seconds=1,
        started_on=date(2026, 10, 1),
        finished_on=date(2026, 11, 1),
        issued_at=now,
    )
    mailed = Invitation.objects.get(email="a@x.org")
    return link.code, mailed.code, record.code, "Between us two"


@pytest.mark.parametrize(
    "model",
    [
        Cohort,
        Membership,
        Invitation,
        JoinRequest,
        Letter,
        Mailing,
        MailingRow,
        Message,
        MessageCopy,
        Event,
        CompletionRecord,
    ],
)
def test_the_admin_shows_everything_but_keys_and_letters(
    secrets: tuple[str, ...], model: type[Cohort]
) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("admin@example.org", "two-passes"))
    place = f"/admin/cohorts/{model._meta.model_name}/"
    one = model._default_manager.first()
    assert one is not None

    for address in (place, f"{place}{one.pk}/change/"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert not [secret for secret in secrets if secret in page.content.decode()]
    assert client.get(f"{place}add/").status_code == 403
    assert client.post(f"{place}{one.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_cohort_is_changed_on_its_pages_alone(cohort: Cohort) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("admin@example.org", "two-passes"))
    place = f"/admin/cohorts/cohort/{cohort.pk}/change/"
    before = Cohort.objects.filter(pk=cohort.pk).values().get()

    page = client.get(place).content.decode()
    refused = client.post(place, {"name": "Other", "slug": "other", "ladder": "1, 2", "_save": ""})

    assert refused.status_code == 403
    assert Cohort.objects.filter(pk=cohort.pk).values().get() == before
    assert 'name="_save"' not in page
    assert 'name="ladder"' not in page
