"""Questions about who wants to be in a cohort: requests to answer, the waiting list, one's own place on it."""

from datetime import datetime, timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.cohorts.models import Cohort, JoinRequest, Membership
from apps.core.errors import NotFound


def asked_of(*, cohort: Cohort) -> QuerySet[JoinRequest]:
    """Requests that wait for an instructor, the oldest first, with their people."""
    return cohort.requests.asked().select_related("user")


def waiting_of(*, cohort: Cohort) -> QuerySet[JoinRequest]:
    """The waiting list in its order, with its people."""
    return cohort.requests.waiting().select_related("user")


def request_of(*, cohort: Cohort, request_id: int) -> JoinRequest:
    """An open request of this cohort by id, for its instructors; NotFound."""
    found = None
    if request_id < 2**63:
        found = (
            cohort.requests.filter(pk=request_id, state__in=JoinRequest.OPEN)
            .select_related("user")
            .first()
        )
    if found is None:
        raise NotFound
    return found


def own_requests(*, user: User) -> QuerySet[JoinRequest]:
    """A person's open requests in cohorts that run, each with `place`: who is before them, and they."""
    before = (
        JoinRequest.objects.filter(cohort=OuterRef("cohort"), state=JoinRequest.State.WAITING)
        .filter(
            Q(asked_at__lt=OuterRef("asked_at"))
            | Q(asked_at=OuterRef("asked_at"), pk__lte=OuterRef("pk"))
        )
        .order_by()
        .values("cohort")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        user.join_requests.filter(
            state__in=JoinRequest.OPEN,
            cohort__archived_at__isnull=True,
        )
        .select_related("cohort__revision__curriculum")
        .annotate(place=Coalesce(Subquery(before), 0))
        .order_by("asked_at", "pk")
    )


def cohorts_to_join(*, now: datetime) -> QuerySet[Cohort]:
    """Cohorts that anyone signed in may join or ask to join, latest start first; those over are left out.

    Each has `learner_count` and `waiting_count`; `is_full` of a cohort follows from them.
    """
    return (
        Cohort.objects.listed()
        # A day of grace for zones behind UTC; joining asks the cohort's own calendar.
        .exclude(ends_on__lt=now.date() - timedelta(days=1))
        .select_related("revision__curriculum")
        .annotate(
            learner_count=Coalesce(_count(Membership.objects.active().learners()), 0),
            waiting_count=Coalesce(_count(JoinRequest.objects.waiting()), 0),
        )
        .annotate(free=F("capacity") - F("learner_count") - F("waiting_count"))
        .order_by("-starts_on", "-pk")
    )


def _count(rows: QuerySet[Membership] | QuerySet[JoinRequest]) -> Subquery:
    counted = (
        rows.filter(cohort=OuterRef("pk"))
        .order_by()
        .values("cohort")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Subquery(counted)
