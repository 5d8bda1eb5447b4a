"""Make, change and archive a cohort."""

import json
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cohorts import selectors
from apps.cohorts.errors import (
    ChangedMeanwhile,
    CohortArchived,
    MayNotCreateCohorts,
    NameTaken,
    NoNewerRevision,
)
from apps.cohorts.models import Cohort, Event, Membership
from apps.cohorts.services.events import record
from apps.cohorts.services.planning import checked_breaks, checked_weeks
from apps.cohorts.slugs import candidates
from apps.core.errors import InvalidValue
from apps.curriculum.models import Revision

# A plan is counted on from its first day, and no calendar goes beyond the year 9999.
YEARS = range(1970, 3000)
# What an instructor may change afterwards; a newer revision of the curriculum is taken by `take_revision`.
CHANGEABLE = frozenset(
    {
        "name",
        "starts_on",
        "ends_on",
        "hours_per_week",
        "time_zone",
        "language",
        "order_rule",
        "night_rule",
        "soft_limit",
        "ladder",
        "bonus_is_owed",
        "youtube_on_click",
        "recall_first",
        "breaks",
        "set_weeks",
        "capacity",
        "is_open",
        "takes_requests",
    }
)


def create_cohort(
    *,
    user: User,
    revision: Revision,
    name: str,
    starts_on: date,
    hours_per_week: Decimal,
    time_zone: str,
    language: str,
    now: datetime,
    **policies: Any,
) -> Cohort:
    """Make a cohort and its maker its first instructor; the slug is made from the name.

    `policies` are further fields of `CHANGEABLE`. Raises MayNotCreateCohorts, NameTaken, InvalidValue.
    """
    if not selectors.may_create_cohorts(user=user):
        raise MayNotCreateCohorts
    cohort = Cohort(
        revision=revision,
        name=name,
        starts_on=starts_on,
        hours_per_week=hours_per_week,
        time_zone=time_zone,
        language=language,
        created_by=user,
        created_at=now,
    )
    _put(cohort, policies)
    with transaction.atomic():
        save_with_slug(cohort)
        Membership.objects.create(
            cohort=cohort, user=user, role=Membership.Role.INSTRUCTOR, joined_at=now
        )
        record(cohort=cohort, kind=Event.Kind.MADE, actor=user, now=now)
    return cohort


def save_with_slug(cohort: Cohort) -> None:
    """Save a new cohort under the first address made from its name that is free."""
    for slug in candidates(cohort.name):
        if Cohort.objects.filter(slug=slug).exists():
            continue
        cohort.slug = slug
        _check(cohort)
        try:
            # A savepoint: someone may have taken the address since we looked.
            with transaction.atomic():
                cohort.save(force_insert=True)
        except IntegrityError:
            continue
        return
    raise NameTaken


def copy_cohort(
    *, cohort: Cohort, user: User, revision: Revision, name: str, starts_on: date, now: datetime
) -> Cohort:
    """A new cohort with the plan and policies of another, and none of its people but who copies it.

    An end that was set keeps its distance from the start. Nobody gets in before its instructor opens
    it or invites. Raises what `create_cohort` raises.
    """
    # Breaks are days of a calendar, which is another one by then.
    fresh = {"name", "starts_on", "ends_on", "is_open", "takes_requests", "breaks"}
    policies = {each: getattr(cohort, each) for each in CHANGEABLE - fresh}
    if cohort.ends_on is not None:
        policies["ends_on"] = starts_on + (cohort.ends_on - cohort.starts_on)
    with transaction.atomic():
        copy = create_cohort(
            user=user, revision=revision, name=name, starts_on=starts_on, now=now, **policies
        )
        record(cohort=cohort, kind=Event.Kind.COPIED, actor=user, now=now, name=copy.name)
    return copy


def fingerprint(cohort: Cohort) -> str:
    """Of all that can be changed: two that differ were changed in between."""
    values = [_plain(getattr(cohort, name)) for name in sorted(CHANGEABLE)]
    return sha256(json.dumps(values).encode()).hexdigest()[:16]


def change_cohort(
    *,
    cohort: Cohort,
    now: datetime,
    by: User | None = None,
    seen: str | None = None,
    **changes: Any,
) -> Cohort:
    """Change fields of `CHANGEABLE`; the address stays.

    `seen` is the fingerprint of what the change is made from. Raises CohortArchived, InvalidValue,
    ChangedMeanwhile.
    """
    with transaction.atomic():
        locked = locked_cohort(cohort.pk)
        if locked.archived_at is not None:
            raise CohortArchived(_("This cohort is archived; nothing in it changes any more."))
        if seen and seen != fingerprint(locked):
            raise ChangedMeanwhile
        before = {name: getattr(locked, name, None) for name in changes}
        _put(locked, changes)
        _check(locked)
        locked.save(update_fields=sorted(changes))
        different = {
            name: [_plain(value), _plain(getattr(locked, name))]
            for name, value in before.items()
            if value != getattr(locked, name)
        }
        if different:
            record(cohort=locked, kind=Event.Kind.CHANGED, actor=by, now=now, fields=different)
    return locked


def _plain(value: Any) -> Any:
    """Fit for JSON."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def take_revision(
    *, cohort: Cohort, revision: Revision, by: User | None = None, now: datetime
) -> Cohort:
    """Let the cohort follow a newer revision of its curriculum. Raises CohortArchived, NoNewerRevision."""
    with transaction.atomic():
        locked = locked_cohort(cohort.pk)
        if locked.archived_at is not None:
            raise CohortArchived(_("This cohort is archived; nothing in it changes any more."))
        old = locked.revision
        if revision.curriculum_id != old.curriculum_id or revision.number <= old.number:
            raise NoNewerRevision
        locked.revision = revision
        locked.save(update_fields=["revision"])
        record(
            cohort=locked,
            kind=Event.Kind.REVISION_TAKEN,
            actor=by,
            now=now,
            before=old.number,
            after=revision.number,
        )
    return locked


def archive_cohort(*, cohort: Cohort, now: datetime, by: User | None = None) -> Cohort:
    """End the cohort for good: nobody joins and nothing new begins in it; all stays readable.

    Archiving twice keeps the first moment. Its rewatches are stopped by `overview`.
    """
    with transaction.atomic():
        locked = locked_cohort(cohort.pk)
        if locked.archived_at is None:
            locked.archived_at = now
            locked.save(update_fields=["archived_at"])
            record(cohort=locked, kind=Event.Kind.ARCHIVED, actor=by, now=now)
    return locked


def locked_cohort(pk: int) -> Cohort:
    """The cohort's row, locked against other changes of its people, with what hangs above it."""
    # NO KEY: rows that merely refer to the cohort may still be written.
    return (
        Cohort.objects.select_for_update(of=("self",), no_key=True)
        .select_related("revision__curriculum")
        .get(pk=pk)
    )


def _put(cohort: Cohort, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if name not in CHANGEABLE:
            raise InvalidValue(_("That cannot be changed."), field=name)
        setattr(cohort, name, value)
    if "breaks" in changes:
        cohort.breaks = checked_breaks(changes["breaks"])
    if "set_weeks" in changes:
        cohort.set_weeks = checked_weeks(changes["set_weeks"])


def _check(cohort: Cohort) -> None:
    ladder = list(cohort.ladder)
    if not ladder or any(later <= earlier for earlier, later in pairwise(ladder)):
        raise InvalidValue(_("The days of the ladder must grow."), field="ladder")
    for name in ("starts_on", "ends_on"):
        day = getattr(cohort, name)
        if day is not None and day.year not in YEARS:
            raise InvalidValue(_("This moment is out of reach."), field=name)
    if cohort.ends_on is not None and cohort.ends_on <= cohort.starts_on:
        raise InvalidValue(_("The cohort ends after it starts."), field="ends_on")
    try:
        # Who made it may be gone by now, which is nobody's fault who changes something else.
        cohort.clean_fields(exclude={"created_by"})
    except ValidationError as error:
        # Of several faults the first; forms have found them all before.
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidValue(messages[0], field=field) from error
