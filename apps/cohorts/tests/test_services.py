"""Joining and leaving: each rule once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.errors import (
    CohortArchived,
    CohortEnded,
    CohortFull,
    InvitationExpired,
    InvitationForAnother,
    InvitationInvalid,
    InvitationRevoked,
    InvitationUsedUp,
    LastInstructor,
)
from apps.cohorts.models import Cohort, Invitation, Membership
from apps.conftest import Join, make_user
from apps.core.errors import InvalidValue, NotFound
from apps.curriculum.models import Revision

LATER = timedelta(days=3)


@pytest.fixture
def invitation(cohort: Cohort, instructor: User, now: datetime) -> Invitation:
    return services.create_invitation(cohort=cohort, user=instructor, now=now)


def uses(invitation: Invitation) -> int:
    return Invitation.objects.get(pk=invitation.pk).uses


def test_a_link_makes_a_member_in_its_role(
    cohort: Cohort, instructor: User, stranger: User, now: datetime
) -> None:
    invitation = services.create_invitation(
        cohort=cohort, user=instructor, role="observer", max_uses=1, now=now
    )

    membership = services.join_by_invitation(user=stranger, code=invitation.code, now=now)

    assert (membership.cohort, membership.role, membership.joined_at) == (cohort, "observer", now)
    assert uses(invitation) == 1


def test_joining_twice_is_the_same_membership_and_one_use(
    invitation: Invitation, stranger: User, now: datetime
) -> None:
    first = services.join_by_invitation(user=stranger, code=invitation.code, now=now)
    again = services.join_by_invitation(user=stranger, code=invitation.code, now=now + LATER)

    assert (again.pk, again.joined_at, uses(invitation)) == (first.pk, now, 1)


def test_a_member_keeps_their_role_whatever_link_they_open(
    cohort: Cohort, instructor: User, invitation: Invitation, now: datetime
) -> None:
    membership = services.join_by_invitation(user=instructor, code=invitation.code, now=now)

    assert (membership.role, uses(invitation)) == ("instructor", 0)


def test_coming_back_finds_the_same_membership(
    membership: Membership, invitation: Invitation, now: datetime
) -> None:
    services.end_membership(membership=membership, now=now)

    back = services.join_by_invitation(user=membership.user, code=invitation.code, now=now + LATER)

    assert (back.pk, back.ended_at, back.joined_at) == (membership.pk, None, membership.joined_at)
    assert uses(invitation) == 1


def test_a_wrong_link_says_so(stranger: User, now: datetime) -> None:
    for code in ("nonsense", "", "x" * 5000, "a\0b"):
        with pytest.raises(InvitationInvalid):
            services.join_by_invitation(user=stranger, code=code, now=now)


def test_a_link_ends_at_its_moment(
    cohort: Cohort, instructor: User, stranger: User, cohort_mate: User, now: datetime
) -> None:
    invitation = services.create_invitation(
        cohort=cohort, user=instructor, expires_at=now + LATER, now=now
    )
    services.join_by_invitation(
        user=stranger, code=invitation.code, now=now + LATER - timedelta(seconds=1)
    )

    with pytest.raises(InvitationExpired):
        services.join_by_invitation(
            user=make_user("Late Larry"), code=invitation.code, now=now + LATER
        )


def test_a_used_up_link_lets_nobody_else_in(
    cohort: Cohort, instructor: User, stranger: User, now: datetime
) -> None:
    invitation = services.create_invitation(cohort=cohort, user=instructor, max_uses=1, now=now)
    services.join_by_invitation(user=stranger, code=invitation.code, now=now)

    with pytest.raises(InvitationUsedUp):
        services.join_by_invitation(user=make_user("Late Larry"), code=invitation.code, now=now)

    assert uses(invitation) == 1


def test_a_withdrawn_link_lets_nobody_in(
    invitation: Invitation, stranger: User, now: datetime
) -> None:
    services.revoke_invitation(invitation=invitation, now=now)
    services.revoke_invitation(invitation=invitation, now=now + LATER)

    with pytest.raises(InvitationRevoked):
        services.join_by_invitation(user=stranger, code=invitation.code, now=now)

    assert Invitation.objects.get(pk=invitation.pk).revoked_at == now


@pytest.mark.parametrize(
    ("bound", "confirmed", "fits"),
    [
        ({"email": "Sam@School.example"}, "sam@school.example", True),
        ({"email": "sam@school.example"}, "sam@other.example", False),
        ({"email_domain": "@school.example"}, "sam@School.example", True),
        ({"email_domain": "school.example"}, "sam@evil-school.example", False),
        ({"email_domain": "school.example"}, "sam@sub.school.example", False),
        ({"email_domain": "school.example"}, None, False),
    ],
)
def test_a_link_for_an_address_asks_for_that_address_confirmed(
    cohort: Cohort,
    instructor: User,
    stranger: User,
    now: datetime,
    bound: dict[str, Any],
    confirmed: str | None,
    fits: bool,
) -> None:
    invitation = services.create_invitation(cohort=cohort, user=instructor, now=now, **bound)
    if confirmed:
        EmailAddress.objects.create(user=stranger, email=confirmed, verified=True)
    EmailAddress.objects.create(user=stranger, email="sam2@school.example", verified=False)

    if fits:
        services.join_by_invitation(user=stranger, code=invitation.code, now=now)
    else:
        with pytest.raises(InvitationForAnother):
            services.join_by_invitation(user=stranger, code=invitation.code, now=now)

    assert cohort.memberships.filter(user=stranger).exists() == fits


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "owner"),
        ("max_uses", 0),
        ("max_uses", -1),
        ("email_domain", "no domain"),
        ("email", "no address"),
        ("expires_at", datetime(2026, 11, 2, 12, tzinfo=UTC)),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(
    cohort: Cohort, instructor: User, now: datetime, field: str, value: Any
) -> None:
    with pytest.raises(InvalidValue) as refused:
        services.create_invitation(cohort=cohort, user=instructor, now=now, **{field: value})

    assert refused.value.field == field


def test_nobody_joins_what_is_archived_or_over(
    cohort: Cohort, invitation: Invitation, stranger: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, ends_on=date(2026, 11, 1), is_open=True)
    with pytest.raises(CohortEnded):
        services.join_by_invitation(user=stranger, code=invitation.code, now=now)
    with pytest.raises(CohortEnded):
        services.join_open_cohort(user=stranger, cohort_slug=cohort.slug, now=now)

    services.archive_cohort(cohort=cohort, now=now)

    with pytest.raises(CohortArchived):
        services.join_by_invitation(user=stranger, code=invitation.code, now=now)
    with pytest.raises(NotFound):
        services.join_open_cohort(user=stranger, cohort_slug=cohort.slug, now=now)
    with pytest.raises(CohortArchived):
        services.create_invitation(cohort=cohort, user=stranger, now=now)


def test_on_its_last_day_a_cohort_still_lets_people_in(
    cohort: Cohort, invitation: Invitation, stranger: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, ends_on=date(2026, 11, 2))

    assert services.join_by_invitation(user=stranger, code=invitation.code, now=now).pk


def test_a_full_cohort_takes_no_learner_but_an_observer(
    cohort: Cohort, learner: User, instructor: User, stranger: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, capacity=1)
    links = {
        role: services.create_invitation(cohort=cohort, user=instructor, role=role, now=now)
        for role in ("learner", "observer")
    }

    with pytest.raises(CohortFull):
        services.join_by_invitation(user=stranger, code=links["learner"].code, now=now)
    services.join_by_invitation(user=stranger, code=links["observer"].code, now=now)

    assert (uses(links["learner"]), uses(links["observer"])) == (0, 1)


def test_a_place_that_someone_left_is_free_again(
    cohort: Cohort, membership: Membership, invitation: Invitation, stranger: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, capacity=1)
    services.end_membership(membership=membership, now=now)
    services.join_by_invitation(user=stranger, code=invitation.code, now=now)

    with pytest.raises(CohortFull):
        services.join_by_invitation(user=membership.user, code=invitation.code, now=now)


def test_anyone_joins_an_open_cohort_and_no_other(
    cohort: Cohort, other_cohort: Cohort, stranger: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, is_open=True)

    membership = services.join_open_cohort(user=stranger, cohort_slug="autumn", now=now)

    assert (membership.cohort, membership.role) == (cohort, "learner")
    for slug in ("winter", "nowhere"):
        with pytest.raises(NotFound):
            services.join_open_cohort(user=stranger, cohort_slug=slug, now=now)


def test_starting_alone_makes_a_cohort_of_one_once(stranger: User, revision: Revision) -> None:
    # Half past eleven in the evening of the 2nd in UTC is the 3rd in Warsaw.
    late = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)

    first = services.start_alone(user=stranger, curriculum_slug="networks", now=late)
    again = services.start_alone(user=stranger, curriculum_slug="networks", now=late)

    cohort = first.cohort
    assert first.pk == again.pk
    assert (cohort.is_solo, cohort.slug, cohort.starts_on) == (True, "networks", date(2026, 11, 3))
    assert (cohort.time_zone, cohort.capacity, first.role) == ("Europe/Warsaw", 1, "learner")


def test_who_left_their_own_cohort_of_one_comes_back_to_it(
    stranger: User, revision: Revision, now: datetime
) -> None:
    alone = services.start_alone(user=stranger, curriculum_slug="networks", now=now)
    services.end_membership(membership=alone, now=now)

    back = services.start_alone(user=stranger, curriculum_slug="networks", now=now + LATER)

    assert (back.pk, back.ended_at) == (alone.pk, None)


def test_nobody_else_joins_a_cohort_of_one(
    stranger: User, learner: User, revision: Revision, now: datetime
) -> None:
    alone = services.start_alone(user=stranger, curriculum_slug="networks", now=now)
    Cohort.objects.filter(pk=alone.cohort_id).update(is_open=True)

    with pytest.raises(NotFound):
        services.join_open_cohort(user=learner, cohort_slug=alone.cohort.slug, now=now)


def test_nobody_starts_alone_on_what_is_not_there(stranger: User, now: datetime) -> None:
    with pytest.raises(NotFound):
        services.start_alone(user=stranger, curriculum_slug="nothing", now=now)


def test_the_last_instructor_stays_while_others_are_there(
    cohort: Cohort, learner: User, instructor: User, stranger: User, join: Join, now: datetime
) -> None:
    membership = cohort.memberships.get(user=instructor)
    with pytest.raises(LastInstructor):
        services.end_membership(membership=membership, now=now)
    with pytest.raises(LastInstructor):
        services.change_role(membership=membership, role="observer", now=now)

    join(stranger, cohort, "instructor")

    assert services.end_membership(membership=membership, now=now).ended_at == now


def test_a_role_is_changed_within_the_capacity(
    cohort: Cohort, learner: User, observer: User, instructor: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, capacity=1)
    membership = cohort.memberships.get(user=observer)

    assert services.change_role(membership=membership, role="instructor", now=now).role == (
        "instructor"
    )
    with pytest.raises(CohortFull):
        services.change_role(membership=membership, role="learner", now=now)


def test_leaving_twice_keeps_the_first_moment(membership: Membership, now: datetime) -> None:
    services.end_membership(membership=membership, now=now)
    services.end_membership(membership=membership, now=now + LATER)

    membership.refresh_from_db()
    assert membership.ended_at == now
