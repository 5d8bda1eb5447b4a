"""Questions about rewatches, debt and reminders. Days are days of the learner's own zone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import (
    Case,
    DateField,
    F,
    FloatField,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.aggregates import Count
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from apps.accounts.limits import within
from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership, MessageCopy
from apps.core.errors import NotFound
from apps.progress.models import SECOND_PASS, Viewing
from apps.reminders import signing, spacing, waking
from apps.reminders.budget import DEFAULT_RATIO, OWN_RATIO_FROM
from apps.reminders.models import (
    Delivery,
    Heartbeat,
    Purpose,
    Rewatch,
    RewatchQuerySet,
    Suppression,
    Wake,
)
from apps.reminders.slots import local_date
from apps.reminders.spacing import RewatchState

WAITING, DUE, OVERDUE, KEPT, STOPPED = "waiting", "due", "overdue", "kept", "stopped"
STATES = (WAITING, DUE, OVERDUE, KEPT, STOPPED)


def rewatches_of(*, membership: Membership) -> RewatchQuerySet:
    """Every rewatch of a membership, oldest promise first, with its video."""
    return (
        Rewatch.objects.filter(membership=membership)
        .select_related("video")
        .order_by("due_on", "id")
    )


def rewatches_of_person(*, user: User) -> RewatchQuerySet:
    """Every rewatch of a person in the cohorts they are in, with cohort and video."""
    rows = Rewatch.objects.filter(
        within(user, "membership__cohort"), membership__user=user, membership__ended_at__isnull=True
    )
    return rows.select_related("membership__cohort", "video").order_by("due_on", "id")


def own_rewatch(*, user: User, rewatch_id: int | str) -> Rewatch:
    """The rewatch, if it is the asker's own and they have not left; NotFound otherwise."""
    if str(rewatch_id).isdecimal() and int(rewatch_id) < 2**63:
        rows = rewatches_of_person(user=user).select_related("membership__user")
        rewatch = rows.filter(pk=rewatch_id).first()
        if rewatch is not None:
            return rewatch
    raise NotFound


def rewatch_state(rewatch: Rewatch, today: date) -> RewatchState:
    """`waiting`, `due`, `overdue`, `kept` or `stopped`, on a day of the learner's zone."""
    return spacing.state_on(
        today,
        due_on=rewatch.due_on,
        is_kept=rewatch.kept_at is not None,
        is_stopped=rewatch.stopped_at is not None,
    )


def rewatch_states(*, membership: Membership, today: date) -> dict[int, RewatchState]:
    """The state of each rewatch of a membership, by video id; one query."""
    rows = Rewatch.objects.filter(membership=membership)
    return {rewatch.video_id: rewatch_state(rewatch, today) for rewatch in rows}


def in_state(rewatches: RewatchQuerySet, state: str, *, today: date) -> RewatchQuerySet:
    """Only the rewatches in this state on `today`."""
    since = today - timedelta(days=spacing.OVERDUE_AFTER_DAYS)
    if state == KEPT:
        return rewatches.filter(kept_at__isnull=False)
    if state == STOPPED:
        return rewatches.filter(kept_at__isnull=True, stopped_at__isnull=False)
    if state == WAITING:
        return rewatches.open().filter(due_on__gt=today)
    if state == DUE:
        return rewatches.open().filter(due_on__lte=today, due_on__gt=since)
    return rewatches.open().filter(due_on__lte=since)


@dataclass(frozen=True, slots=True)
class Debt:
    """Due and overdue rewatches of a membership: how many, how long they will take, since when."""

    count: int = 0
    seconds: float = 0.0
    oldest_due_on: date | None = None
    overdue: int = 0


NO_DEBT = Debt()


def debt_by_membership(*, cohort: Cohort, now: datetime) -> dict[int, Debt]:
    """The debt of every membership of a cohort that has one; one statement, whatever the cohort's size."""
    return _debts(Rewatch.objects.filter(membership__cohort=cohort), now)


def debts_of(*, membership_ids: Collection[int], now: datetime) -> dict[int, Debt]:
    """The debt of those of these memberships that have one."""
    return _debts(Rewatch.objects.filter(membership_id__in=membership_ids), now)


def debt_of(*, membership: Membership, now: datetime) -> Debt:
    return debts_of(membership_ids=[membership.pk], now=now).get(membership.pk, NO_DEBT)


def _debts(rewatches: RewatchQuerySet, now: datetime) -> dict[int, Debt]:
    ratio = Case(
        When(
            membership__summary__second_passes__gte=OWN_RATIO_FROM,
            then=Coalesce(F("membership__summary__effort_ratio"), Value(DEFAULT_RATIO)),
        ),
        default=Value(DEFAULT_RATIO),
        output_field=FloatField(),
    )
    # What a begun second pass has left, as `budget.seconds_left` says it of one.
    rewatched = Subquery(
        Viewing.objects.filter(
            membership=OuterRef("membership"), video=OuterRef("video"), number=SECOND_PASS
        ).values("covered_ms")[:1],
        output_field=FloatField(),
    )
    share_left = Greatest(
        Value(0.0),
        1.0 - Coalesce(rewatched, Value(0.0)) / (F("video__duration_seconds") * 1000.0),
        output_field=FloatField(),
    )
    late = timedelta(days=spacing.OVERDUE_AFTER_DAYS)
    rows = (
        rewatches.owed()
        .filter(membership__ended_at__isnull=True)
        # The widest "today" there is, so that the index on due_on is used before zones are compared.
        .filter(due_on__lte=now.astimezone(UTC).date() + timedelta(days=1))
        .filter(due_on__lte=learners_today(now))
        .values("membership_id")
        .annotate(
            count=Count("id"),
            seconds=Sum(
                F("video__duration_seconds") * ratio * share_left, output_field=FloatField()
            ),
            oldest=Min("due_on"),
            overdue=Count(Case(When(due_on__lte=learners_today(now, less=late), then=Value(1)))),
        )
    )
    return {
        row["membership_id"]: Debt(row["count"], row["seconds"], row["oldest"], row["overdue"])
        for row in rows
    }


def learners_today(
    now: datetime, *, less: timedelta = timedelta(0), path: str = "membership__user__time_zone"
) -> Combinable:
    """The day it is for the learner at `path`, as SQL.

    Computed from our tzdata, not by AT TIME ZONE: a zone that PostgreSQL's own tzdata does not know yet would fail
    the statement for a whole cohort. At any moment the world has at most three dates.
    """
    utc_day = now.astimezone(UTC).date()
    behind, ahead = _zones_off(now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0))
    one = timedelta(days=1)
    return Case(
        When(**{f"{path}__in": ahead}, then=Value(utc_day + one - less)),
        When(**{f"{path}__in": behind}, then=Value(utc_day - one - less)),
        default=Value(utc_day - less),
        output_field=DateField(),
    )


@lru_cache(maxsize=4)
def _zones_off(quarter: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the zones where it is the day before, and the day after, the one in UTC; days change on quarters."""
    utc_day = quarter.astimezone(UTC).date()
    days = {name: local_date(quarter, ZoneInfo(name)) for name in available_timezones()}
    behind = tuple(sorted(name for name, day in days.items() if day < utc_day))
    ahead = tuple(sorted(name for name, day in days.items() if day > utc_day))
    return behind, ahead


def wake_of(*, user: User) -> Wake:
    """The person's wishes; a row that is not saved where they never wished for anything."""
    return Wake.objects.filter(user=user).first() or waking.new_wake(user_id=user.pk)


def suppression_of(*, user: User) -> Suppression | None:
    """Since when, and why, no mail goes to this person's address."""
    return Suppression.objects.filter(address_hash=signing.address_hash(user.email)).first()


def reminders_sent(*, user: User) -> QuerySet[Delivery]:
    """What really reached this person, newest first; a day's mail and its copy in the app are two rows."""
    sent = Delivery.objects.filter(user=user, outcome=Delivery.Outcome.SENT)
    return sent.filter(purpose=Purpose.REWATCH).order_by("-slot_on", "-id")


def unread_messages(*, user: User) -> int:
    """Messages in the app that were not looked at yet: reminders, and what instructors wrote. One statement."""
    reminders = reminders_sent(user=user).filter(channel="inbox", read_at__isnull=True)
    written = MessageCopy.objects.filter(membership__user=user, read_at__isnull=True)
    return reminders.order_by().values_list("pk").union(written.values_list("pk"), all=True).count()


def rewatches_by_id(*, rewatch_ids: Collection[int]) -> dict[int, Rewatch]:
    """These rewatches with video and cohort, by id."""
    return Rewatch.objects.select_related("video", "membership__cohort").in_bulk(list(rewatch_ids))


def heartbeat_ages(*, names: Sequence[str], now: datetime) -> dict[str, timedelta | None]:
    """How long ago each of these planners was alive; None for one that never was."""
    moments = dict(Heartbeat.objects.filter(name__in=names).values_list("name", "at"))
    return {name: now - moments[name] if name in moments else None for name in names}
