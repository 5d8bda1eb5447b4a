"""Two at once, each with a connection of its own: nothing is overrun."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.models import Cohort, Invitation, Membership
from apps.conftest import Join, make_user
from apps.core.errors import DomainError
from apps.curriculum.models import Revision

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run each act in a thread and connection of its own; "done" or the error's code for each."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            barrier.wait()
            act()
        except DomainError as error:
            return error.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def joiners(code: str, people: list[User], now: datetime) -> list[Callable[[], object]]:
    def joiner(user: User) -> Callable[[], object]:
        return lambda: services.join_by_invitation(user=user, code=code, now=now)

    return [joiner(user) for user in people]


def people(count: int) -> list[User]:
    return [make_user(f"Racer {number}") for number in range(count)]


def test_one_free_place_takes_one_of_many(cohort: Cohort, instructor: User, now: datetime) -> None:
    services.change_cohort(cohort=cohort, now=now, capacity=1)
    code = services.create_invitation(cohort=cohort, user=instructor, now=now).code

    answers = at_once(*joiners(code, people(5), now))

    assert answers == ["cohort_full"] * 4 + ["done"]
    assert Membership.objects.active().learners().filter(cohort=cohort).count() == 1


def test_two_links_share_one_capacity(cohort: Cohort, instructor: User, now: datetime) -> None:
    services.change_cohort(cohort=cohort, now=now, capacity=1)
    codes = [
        services.create_invitation(cohort=cohort, user=instructor, now=now).code for _ in range(2)
    ]

    first, second = people(2)
    answers = at_once(*joiners(codes[0], [first], now), *joiners(codes[1], [second], now))

    assert answers == ["cohort_full", "done"]


def test_a_link_is_used_no_more_often_than_it_may(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    link = services.create_invitation(cohort=cohort, user=instructor, max_uses=2, now=now)

    answers = at_once(*joiners(link.code, people(5), now))

    assert answers == ["done"] * 2 + ["invitation_used_up"] * 3
    assert Invitation.objects.get(pk=link.pk).uses == 2


def test_a_double_click_makes_one_membership(
    cohort: Cohort, instructor: User, stranger: User, now: datetime
) -> None:
    link = services.create_invitation(cohort=cohort, user=instructor, max_uses=1, now=now)

    answers = at_once(*joiners(link.code, [stranger] * 4, now))

    assert answers == ["done"] * 4
    assert Membership.objects.filter(user=stranger, cohort=cohort).count() == 1
    assert Invitation.objects.get(pk=link.pk).uses == 1


def test_two_last_instructors_do_not_both_leave(
    cohort: Cohort, learner: User, instructor: User, join: Join, now: datetime
) -> None:
    pair = [
        cohort.memberships.get(user=instructor),
        join(make_user("Second"), cohort, "instructor"),
    ]

    def leave(member: Membership) -> Callable[[], object]:
        return lambda: services.end_membership(membership=member, now=now)

    answers = at_once(*map(leave, pair))

    assert answers == ["done", "last_instructor"]


def test_starting_alone_by_a_double_click_makes_one_cohort(
    stranger: User, revision: Revision, now: datetime
) -> None:
    def start() -> object:
        return services.start_alone(user=stranger, curriculum_slug="networks", now=now)

    assert at_once(start, start, start) == ["done"] * 3
    assert Cohort.objects.filter(is_solo=True).count() == 1


def test_two_cohorts_of_one_name_get_two_addresses(
    instructor: User, revision: Revision, now: datetime
) -> None:
    def make() -> object:
        return services.create_cohort(
            user=instructor,
            revision=revision,
            name="Spring",
            starts_on=date(2026, 11, 2),
            hours_per_week=Decimal("5"),
            time_zone="UTC",
            language="en",
            now=now,
        )

    assert at_once(make, make, make) == ["done"] * 3
    slugs = Cohort.objects.filter(name="Spring").values_list("slug", flat=True)
    assert sorted(slugs) == ["spring", "spring-2", "spring-3"]
