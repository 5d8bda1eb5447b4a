"""Two at once, each with a connection of its own: nothing is overrun."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.models import Cohort, Invitation, JoinRequest, Letter, Membership
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


def test_two_instructors_who_save_at_once_do_not_overwrite_each_other(
    cohort: Cohort, now: datetime
) -> None:
    seen = services.fingerprint(cohort)

    def save(places: int) -> Callable[[], object]:
        return lambda: services.change_cohort(cohort=cohort, now=now, seen=seen, capacity=places)

    assert at_once(save(10), save(20), save(30)) == ["changed_meanwhile"] * 2 + ["done"]


def test_two_requests_accepted_at_once_share_one_place(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=now, capacity=1, takes_requests=True)
    for person in people(2):
        services.ask_to_join(user=person, cohort_slug=cohort.slug, now=now)

    def accept(request: JoinRequest) -> Callable[[], object]:
        return lambda: services.accept_request(request=request, by=instructor, now=now)

    answers = at_once(*map(accept, cohort.requests.asked()))

    assert answers == ["done"] * 2
    assert cohort.memberships.active().learners().count() == 1
    assert cohort.requests.waiting().count() == 1


def test_a_list_sent_by_two_at_once_invites_each_once(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    text = "\n".join(f"person{number}@x.org" for number in range(50))

    def invite() -> object:
        return services.invite_by_mail(cohort=cohort, user=instructor, text=text, now=now)

    assert at_once(invite, invite, invite) == ["done"] * 3
    assert Invitation.objects.values("email").distinct().count() == 50
    assert Invitation.objects.count() == 50


def test_two_senders_at_once_send_each_letter_once_and_keep_the_rate(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    text = "\n".join(f"person{number}@x.org" for number in range(30))
    services.invite_by_mail(cohort=cohort, user=instructor, text=text, now=now)

    def post() -> object:
        return services.post_letters(now=now, rate=20, most=15, refused=lambda addresses: ())

    assert at_once(post, post, post) == ["done"] * 3
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 20
    assert Letter.objects.filter(state=Letter.State.SENT).count() == 20


def test_two_learners_change_places_between_two_cohorts_at_once(
    cohort: Cohort, other_cohort: Cohort, instructor: User, join: Join, now: datetime
) -> None:
    here, there = join(make_user("Here"), cohort), join(make_user("There"), other_cohort)

    def move(member: Membership, to: Cohort) -> Callable[[], object]:
        return lambda: services.move_membership(membership=member, to=to, by=instructor, now=now)

    assert at_once(move(here, other_cohort), move(there, cohort)) == ["done"] * 2
    for member, target in ((here, other_cohort), (there, cohort)):
        member.refresh_from_db()
        assert member.cohort == target
