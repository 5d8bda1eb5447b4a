"""Asking to be let in, waiting for a place, and who comes in when one is free."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.errors import AlreadyIn, CohortFull, ExternalIdTaken, RequestSettled
from apps.cohorts.models import Cohort, JoinRequest, Letter, Membership
from apps.cohorts.queue import cohorts_to_join, own_requests
from apps.conftest import Join, make_user
from apps.core.errors import InvalidValue, NotFound
from apps.overview import services as overview

MINUTE = timedelta(minutes=1)


def full(cohort: Cohort, now: datetime, **changes: Any) -> Cohort:
    taken = cohort.memberships.active().learners().count()
    return services.change_cohort(cohort=cohort, now=now, capacity=max(1, taken), **changes)


def queue_up(cohort: Cohort, now: datetime, *names: str) -> list[User]:
    people = [make_user(name) for name in names]
    for number, person in enumerate(people):
        services.wait_for_open_cohort(
            user=person, cohort_slug=cohort.slug, now=now + number * MINUTE
        )
    return people


def waiting(cohort: Cohort) -> list[User]:
    return [request.user for request in cohort.requests.waiting()]


def place_of(user: User) -> int:
    request: Any = own_requests(user=user).get()
    return int(request.place)


def learners(cohort: Cohort) -> set[User]:
    return {each.user for each in cohort.memberships.active().learners()}


def test_the_first_of_those_who_wait_gets_the_place_of_who_leaves(
    cohort: Cohort, membership: Membership, now: datetime
) -> None:
    full(cohort, now, is_open=True)
    first, second = queue_up(cohort, now, "First", "Second")

    overview.leave_cohort(membership=membership, now=now + timedelta(hours=1))

    assert learners(cohort) == {first}
    assert waiting(cohort) == [second]
    letter = Letter.objects.get()
    assert (letter.kind, letter.user, letter.address) == ("place", first, first.email)


def test_more_places_let_in_as_many_as_there_are(
    cohort: Cohort, learner: User, now: datetime
) -> None:
    full(cohort, now, is_open=True)
    first, second, third = queue_up(cohort, now, "First", "Second", "Third")

    overview.change_cohort(cohort=cohort, now=now, capacity=3)

    assert learners(cohort) == {learner, first, second}
    assert waiting(cohort) == [third]


def test_a_learner_who_becomes_an_instructor_gives_the_place_on(
    cohort: Cohort, membership: Membership, now: datetime
) -> None:
    full(cohort, now, is_open=True)
    (first,) = queue_up(cohort, now, "First")

    overview.change_role(membership=membership, role="instructor", now=now)

    assert learners(cohort) == {first}


def test_nobody_takes_the_place_of_who_waits(
    cohort: Cohort, learner: User, instructor: User, stranger: User, now: datetime
) -> None:
    full(cohort, now, is_open=True)
    queue_up(cohort, now, "First")
    link = services.create_invitation(cohort=cohort, user=instructor, now=now)
    # A deleted account frees a place without any act in the cohort.
    learner.delete()

    with pytest.raises(CohortFull):
        services.join_by_invitation(user=stranger, code=link.code, now=now)
    assert overview.fill_all_places(now=now) == 1
    assert waiting(cohort) == []


def test_a_place_on_the_list_uses_a_link_up(
    cohort: Cohort, learner: User, instructor: User, stranger: User, now: datetime
) -> None:
    full(cohort, now)
    link = services.create_invitation(cohort=cohort, user=instructor, max_uses=1, now=now)

    for _ in range(2):
        services.wait_by_invitation(user=stranger, code=link.code, now=now)

    link.refresh_from_db()
    assert link.uses == 1
    assert waiting(cohort) == [stranger]


def test_where_there_is_room_waiting_is_coming_in(
    cohort: Cohort, instructor: User, stranger: User, now: datetime
) -> None:
    link = services.create_invitation(cohort=cohort, user=instructor, now=now)

    services.wait_by_invitation(user=stranger, code=link.code, now=now)

    assert learners(cohort) == {stranger}


def test_a_request_is_answered_by_an_instructor(
    cohort: Cohort, instructor: User, stranger: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, takes_requests=True)
    request = services.ask_to_join(
        user=stranger, cohort_slug="autumn", words="  I am  Sam ", now=now
    )
    assert isinstance(request, JoinRequest)
    assert request.words == "I am Sam"

    services.accept_request(request=request, by=instructor, now=now)

    request.refresh_from_db()
    assert learners(cohort) == {stranger}
    assert (request.state, request.settled_by) == ("accepted", instructor)
    assert Letter.objects.get().kind == "accepted"
    with pytest.raises(RequestSettled):
        services.decline_request(request=request, by=instructor, now=now)
    with pytest.raises(AlreadyIn):
        services.ask_to_join(user=stranger, cohort_slug="autumn", now=now)


def test_a_request_accepted_in_a_full_cohort_waits(
    cohort: Cohort, learner: User, instructor: User, stranger: User, now: datetime
) -> None:
    full(cohort, now, takes_requests=True)
    request = services.ask_to_join(user=stranger, cohort_slug="autumn", now=now)
    assert isinstance(request, JoinRequest)

    services.accept_request(request=request, by=instructor, now=now)

    assert waiting(cohort) == [stranger]
    assert not Letter.objects.exists()


def test_who_was_declined_may_ask_again(
    cohort: Cohort, instructor: User, stranger: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, takes_requests=True)
    request = services.ask_to_join(user=stranger, cohort_slug="autumn", now=now)
    assert isinstance(request, JoinRequest)

    services.decline_request(request=request, by=instructor, now=now)
    again = services.ask_to_join(user=stranger, cohort_slug="autumn", now=now + MINUTE)

    assert again.pk == request.pk
    assert [each.cohort for each in own_requests(user=stranger)] == [cohort]
    assert Letter.objects.get().kind == "declined"


def test_what_was_taken_back_is_gone(cohort: Cohort, learner: User, now: datetime) -> None:
    full(cohort, now, is_open=True)
    first, second = queue_up(cohort, now, "First", "Second")
    assert place_of(second) == 2

    services.withdraw_request(user=first, cohort_slug="autumn", now=now)

    assert place_of(second) == 1
    assert not own_requests(user=first).exists()


@pytest.mark.parametrize("closed", ["no requests", "archived", "nowhere"])
def test_where_nobody_may_ask_nobody_learns_that_it_exists(
    cohort: Cohort, stranger: User, now: datetime, closed: str
) -> None:
    if closed == "archived":
        services.change_cohort(cohort=cohort, now=now, takes_requests=True)
        services.archive_cohort(cohort=cohort, now=now)

    with pytest.raises(NotFound):
        services.ask_to_join(
            user=stranger, cohort_slug="nowhere" if closed == "nowhere" else "autumn", now=now
        )


def test_many_words_are_refused(cohort: Cohort, stranger: User, now: datetime) -> None:
    services.change_cohort(cohort=cohort, now=now, takes_requests=True)

    with pytest.raises(InvalidValue):
        services.ask_to_join(user=stranger, cohort_slug="autumn", words="x" * 501, now=now)


def test_cohorts_to_join_tell_how_many_places_are_left(
    cohort: Cohort, other_cohort: Cohort, learner: User, cohort_mate: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, is_open=True, capacity=2)
    services.change_cohort(cohort=other_cohort, now=now, takes_requests=True)
    queue_up(cohort, now, "First")

    found: dict[str, Any] = {each.slug: each for each in cohorts_to_join(now=now)}

    assert (found["autumn"].learner_count, found["autumn"].waiting_count) == (2, 1)
    assert (found["autumn"].free, found["winter"].free) == (-1, None)


def test_a_student_id_is_of_one_member_and_of_who_has_left(
    cohort: Cohort, membership: Membership, cohort_mate: User, now: datetime
) -> None:
    services.set_external_id(membership=membership, external_id=" s  17 ", now=now)
    mate = cohort.memberships.get(user=cohort_mate)

    with pytest.raises(ExternalIdTaken):
        services.set_external_id(membership=mate, external_id="s 17", now=now)
    with pytest.raises(InvalidValue):
        services.set_external_id(membership=mate, external_id="x" * 65, now=now)
    membership.refresh_from_db()
    assert membership.external_id == "s 17"


def test_a_name_on_two_lists_is_on_both(
    cohort: Cohort, other_cohort: Cohort, learner: User, join: Join, now: datetime
) -> None:
    join(make_user("Other"), other_cohort)
    for each in (cohort, other_cohort):
        full(each, now, is_open=True)
    queue_up(cohort, now, "Elsewhere")
    (person,) = queue_up(cohort, now + MINUTE, "Both")
    services.wait_for_open_cohort(user=person, cohort_slug="winter", now=now)

    requests: Any = own_requests(user=person)
    assert {each.cohort.slug: each.place for each in requests} == {"autumn": 2, "winter": 1}


def test_a_cohort_that_cannot_be_filled_keeps_no_other_one_waiting(
    cohort: Cohort,
    other_cohort: Cohort,
    membership: Membership,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    really = services.fill_places

    def broken(*, cohort: Cohort, now: datetime) -> list[Membership]:
        if cohort.pk == membership.cohort_id:
            raise ValueError("a broken row")
        return really(cohort=cohort, now=now)

    for each in (cohort, other_cohort):
        full(each, now, is_open=True)
        queue_up(each, now, f"Waits for {each.slug}", f"Waits more for {each.slug}")
        Cohort.objects.filter(pk=each.pk).update(capacity=2)
    monkeypatch.setattr(services, "fill_places", broken)

    entered = overview.fill_all_places(now=now + timedelta(hours=1))

    assert entered == 1
    assert (len(waiting(cohort)), waiting(other_cohort)) == (2, [])
    assert f"cohort {cohort.slug} could not be filled" in caplog.text
