"""The cohort that pages of no cohort lead back to."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join
from apps.overview.home import home_membership
from apps.overview.templatetags.navigation import bar_membership
from apps.progress.models import Summary


@pytest.fixture
def newer(learner: User, other_cohort: Cohort, join: Join) -> Membership:
    membership = join(learner, other_cohort)
    membership.joined_at = datetime(2026, 10, 30, tzinfo=UTC)
    membership.save()
    return membership


def test_home_is_the_newest_cohort_until_one_was_active(
    learner: User, membership: Membership, newer: Membership
) -> None:
    assert home_membership(user=learner) == newer
    moment = datetime(2026, 11, 1, tzinfo=UTC)

    Summary.objects.create(membership=membership, last_active_at=moment, updated_at=moment)

    assert home_membership(user=learner) == membership


def test_a_cohort_one_left_is_no_home(learner: User, membership: Membership) -> None:
    membership.ended_at = datetime(2026, 11, 1, tzinfo=UTC)
    membership.save()

    assert home_membership(user=learner) is None


def test_an_archived_cohort_is_no_home(learner: User, cohort: Cohort) -> None:
    cohort.archived_at = datetime(2026, 11, 1, tzinfo=UTC)
    cohort.save()

    assert home_membership(user=learner) is None


def test_the_bar_stands_for_the_page_s_own_cohort(
    learner: User,
    membership: Membership,
    newer: Membership,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    request = RequestFactory().get("/")
    request.user = learner
    with django_assert_num_queries(0):
        shown = bar_membership(Context({"request": request, "membership": membership}))

    assert shown == membership


def test_elsewhere_it_stands_for_home_and_asks_once(
    learner: User, newer: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/")
    request.user = learner
    with django_assert_num_queries(1):
        shown = [bar_membership(Context({"request": request})) for _part in range(2)]

    assert shown == [newer, newer]


def test_for_a_visitor_and_without_a_request_it_stands_for_nothing() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert bar_membership(Context({"request": request})) is None
    assert bar_membership(Context({})) is None
