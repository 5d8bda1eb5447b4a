"""Inviting many by mail: each once, stored line by line, and only the one it was meant for comes in."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.errors import InvitationForAnother, InvitationRevoked
from apps.cohorts.mailings import mailings_of, rows_of_mailing, tally_of
from apps.cohorts.models import Cohort, Invitation, Letter, Mailing
from apps.conftest import make_user
from apps.core.errors import InvalidValue

LATER = timedelta(hours=1)


def invite(cohort: Cohort, user: User, text: str, now: datetime) -> Mailing:
    return services.invite_by_mail(cohort=cohort, user=user, text=text, now=now)


def outcomes(mailing: Mailing) -> list[str]:
    return [row.outcome for row in rows_of_mailing(mailing=mailing)]


def post(now: datetime) -> int:
    return services.post_letters(now=now, rate=100, most=100, refused=lambda addresses: ())


def confirmed(address: str) -> User:
    user = make_user(f"Guest {address[0]}")
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=False)
    return user


def test_every_line_is_stored_with_what_became_of_it(
    cohort: Cohort, instructor: User, learner: User, now: datetime
) -> None:
    services.set_external_id(
        membership=cohort.memberships.get(user=learner), external_id="17", now=now
    )
    text = (
        f"email,external id\na@x.org,1\nA@X.org,2\n{learner.email.upper()},3\nnobody,4\n,5\n"
        f"b@x.org,17\nc@x.org,1\nd@x.org,{'9' * 65}\ne@x.org,\n"
    )

    mailing = invite(cohort, instructor, text, now)

    assert outcomes(mailing) == [
        "invited", "repeated", "member", "bad_address", "no_address",
        "id_taken", "id_taken", "bad_id", "invited",
    ]  # fmt: skip
    assert sorted(Invitation.objects.values_list("email", "max_uses", "external_id")) == [
        ("a@x.org", 1, "1"),
        ("e@x.org", 1, ""),
    ]
    assert tally_of(mailing=mailing).troubled == 7


def test_the_mail_leads_in_and_the_report_says_so(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    mailing = invite(cohort, instructor, "email,id\nada@x.org,S-1", now)

    assert post(now) == 1
    (message,) = mail.outbox
    assert message.to == ["ada@x.org"]
    assert message.reply_to == [instructor.email]
    assert message.subject == "Emma Visser invites you to Autumn"
    invitation = Invitation.objects.get()
    assert f"/join/{invitation.code}/" in message.body
    with pytest.raises(InvitationForAnother):
        services.join_by_invitation(user=make_user("Other"), code=invitation.code, now=now)
    membership = services.join_by_invitation(
        user=confirmed("ada@x.org"), code=invitation.code, now=now
    )

    assert membership.external_id == "S-1"
    tally = tally_of(mailing=mailing)
    assert (tally.lines, tally.joined, tally.sent, tally.waiting, tally.troubled) == (1, 1, 0, 0, 0)


def test_a_list_sent_twice_writes_to_nobody_twice(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    invite(cohort, instructor, "a@x.org\nb@x.org", now)
    post(now)

    again = invite(cohort, instructor, "b@x.org\nA@x.org\nc@x.org", now + LATER)
    post(now + LATER)

    assert outcomes(again) == ["invited_before", "invited_before", "invited"]
    assert sorted(message.to[0] for message in mail.outbox) == ["a@x.org", "b@x.org", "c@x.org"]


def test_who_got_no_mail_can_be_invited_again(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    invite(cohort, instructor, "a@x.org", now)
    services.post_letters(now=now, rate=9, most=9, refused=lambda addresses: addresses)

    again = invite(cohort, instructor, "a@x.org", now + LATER)

    assert outcomes(again) == ["invited"]


def test_stopping_keeps_the_rest_at_home_and_their_links_shut(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    mailing = invite(cohort, instructor, "a@x.org\nb@x.org\nc@x.org", now)
    services.post_letters(now=now, rate=1, most=1, refused=lambda addresses: ())

    assert services.stop_mailing(mailing=mailing, by=instructor, now=now) == 2
    assert services.stop_mailing(mailing=mailing, by=instructor, now=now) == 0

    assert post(now + LATER) == 0
    tally = tally_of(mailing=mailing)
    assert (tally.sent, tally.waiting, tally.troubled) == (1, 0, 2)
    stopped = Invitation.objects.filter(letter__state=Letter.State.STOPPED).first()
    assert stopped is not None
    with pytest.raises(InvitationRevoked):
        services.join_by_invitation(user=confirmed(stopped.email), code=stopped.code, now=now)


def test_an_invitation_that_ran_out_is_not_sent(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    services.invite_by_mail(
        cohort=cohort, user=instructor, text="a@x.org", expires_at=now + LATER, now=now
    )

    assert post(now + LATER * 2) == 0
    assert mail.outbox == []
    assert Letter.objects.get().state == "stopped"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": " "}, "text"),
        ({"role": "owner"}, "role"),
        ({"text": "a@x.org\n" * 10_001}, "text"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(
    cohort: Cohort, instructor: User, now: datetime, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        services.invite_by_mail(
            cohort=cohort, user=instructor, now=now, **({"text": "a@x.org"} | values)
        )
    assert refused.value.field == field
    assert not Mailing.objects.exists()


def test_thousands_are_stored_in_a_number_of_statements_that_hardly_grows(
    cohort: Cohort,
    instructor: User,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    text = "\n".join(f"person{number}@x.org" for number in range(3000))

    with django_assert_max_num_queries(30):
        mailing = invite(cohort, instructor, text, now)

    listed: Any = mailings_of(cohort=cohort).get()
    assert tally_of(mailing=mailing).waiting == 3000
    assert (listed.line_count, listed.unsent_count) == (3000, 3000)


def test_a_place_on_the_waiting_list_keeps_the_external_id_and_the_report_says_so(
    cohort: Cohort, instructor: User, learner: User, now: datetime
) -> None:
    cohort = services.change_cohort(cohort=cohort, now=now, capacity=1)
    mailing = invite(cohort, instructor, "email,external id\na@x.org,17\nb@x.org,18\n", now)
    first, second = (row.invitation for row in rows_of_mailing(mailing=mailing))
    assert first is not None
    assert second is not None
    guests = {address: confirmed(address) for address in ("a@x.org", "b@x.org")}
    services.wait_by_invitation(user=guests["a@x.org"], code=first.code, now=now)
    services.wait_by_invitation(user=guests["b@x.org"], code=second.code, now=now)

    queued = tally_of(mailing=mailing)
    states = [getattr(row, "place") for row in rows_of_mailing(mailing=mailing)]  # noqa: B009 - annotated
    services.withdraw_request(user=guests["b@x.org"], cohort_slug=cohort.slug, now=now)
    cohort = services.change_cohort(cohort=cohort, now=now, capacity=2)
    services.fill_places(cohort=cohort, now=now)

    assert (queued.joined, queued.queued, queued.troubled) == (0, 2, 0)
    assert states == ["waiting", "waiting"]
    assert cohort.memberships.get(user=guests["a@x.org"]).external_id == "17"
    settled = tally_of(mailing=mailing)
    assert (settled.joined, settled.queued, settled.lines) == (1, 0, 2)


def test_a_link_that_was_used_up_brings_its_id_by_another_door_too(
    cohort: Cohort, instructor: User, learner: User, now: datetime
) -> None:
    cohort = services.change_cohort(cohort=cohort, now=now, capacity=1, is_open=True)
    mailing = invite(cohort, instructor, "email,external id\na@x.org,17\n", now)
    link = Invitation.objects.get(mailing_row__mailing=mailing)
    guest = confirmed("a@x.org")
    services.wait_by_invitation(user=guest, code=link.code, now=now)
    services.withdraw_request(user=guest, cohort_slug=cohort.slug, now=now)

    services.wait_for_open_cohort(user=guest, cohort_slug=cohort.slug, now=now)
    services.fill_places(cohort=services.change_cohort(cohort=cohort, now=now, capacity=2), now=now)

    assert cohort.memberships.get(user=guest).external_id == "17"
