"""What instructors do about a learner on the list of those who need help: shared by all of them, and undone by any."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.cohorts.errors import CohortArchived
from apps.cohorts.models import Care, Event, Membership
from apps.cohorts.services.events import record

HIDDEN_DAYS = 7


def mark_talked(
    *, membership: Membership, by: User, about: Iterable[str] = (), now: datetime
) -> Care:
    """Note that somebody talked to a learner; `about` are the reasons of that moment.

    A second click within a minute is the first one. Raises CohortArchived.
    """
    with transaction.atomic():
        care = _locked_care(membership)
        if care.talked_by_id == by.pk and care.talked_at and now - care.talked_at < _CLICK:
            return care
        care.talked_at, care.talked_by, care.talked_about = now, by, sorted(set(about))
        care.save(update_fields=["talked_at", "talked_by", "talked_about"])
        _record(membership, Event.Kind.TALKED, by, now)
    return care


def unmark_talked(*, membership: Membership, by: User, now: datetime) -> Care:
    """Take the mark away; the history keeps that it was there."""
    with transaction.atomic():
        care = _locked_care(membership)
        if care.talked_at is not None:
            care.talked_at, care.talked_by, care.talked_about = None, None, []
            care.save(update_fields=["talked_at", "talked_by", "talked_about"])
            _record(membership, Event.Kind.TALK_UNDONE, by, now)
    return care


def hide_learner(*, membership: Membership, by: User, now: datetime) -> date:
    """Leave a learner out of the list for a week; the day, in the cohort's zone, of their return.

    Raises CohortArchived.
    """
    until = membership.cohort.local_date(now) + timedelta(days=HIDDEN_DAYS)
    with transaction.atomic():
        care = _locked_care(membership)
        if care.hidden_until != until:
            care.hidden_until, care.hidden_by = until, by
            care.save(update_fields=["hidden_until", "hidden_by"])
            _record(membership, Event.Kind.HIDDEN, by, now)
    return until


def show_learner(*, membership: Membership, by: User, now: datetime) -> Care:
    """Put a hidden learner on the list again."""
    with transaction.atomic():
        care = _locked_care(membership)
        if care.hidden_until is not None:
            care.hidden_until, care.hidden_by = None, None
            care.save(update_fields=["hidden_until", "hidden_by"])
            _record(membership, Event.Kind.SHOWN, by, now)
    return care


_CLICK = timedelta(minutes=1)


def _locked_care(membership: Membership) -> Care:
    if membership.cohort.archived_at is not None:
        raise CohortArchived
    Care.objects.bulk_create([Care(membership=membership)], ignore_conflicts=True)
    return Care.objects.select_for_update(no_key=True).get(membership=membership)


def _record(membership: Membership, kind: str, by: User, now: datetime) -> None:
    record(cohort=membership.cohort, kind=kind, actor=by, subject=membership.user, now=now)
