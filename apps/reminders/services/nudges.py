"""A nudge by hand: an instructor asks for a reminder that the ladder would not send now.

It sends nothing itself. It lets the engine speak of what is due in the learner's next message, at the learner's own
hour, under every cap and every wish; where those forbid a message, it says which one and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cohorts.models import Event, Membership
from apps.cohorts.services import record
from apps.reminders import waking
from apps.reminders.errors import NudgeRefused
from apps.reminders.findings import Code, Finding, Why
from apps.reminders.models import Rewatch
from apps.reminders.why import is_unspoken, why
from apps.reminders.why_words import sentence

# Whichever stands is the answer, the weightiest first.
FORBIDS: Sequence[Code] = (
    Code.COPY,
    Code.PLANNING_OFF,
    Code.ACCOUNT_CLOSED,
    Code.CANNOT_BE_PLANNED,
    Code.NO_CHANNEL,
    Code.PAUSED,
    Code.PAUSED_UNTIL,
    Code.NOTHING_OPEN,
    Code.ONLY_OFFERED,
    Code.NOTHING_DUE,
    Code.HAD_TODAYS,
    Code.WEEK_FULL,
)


@dataclass(frozen=True, slots=True)
class Nudged:
    """How many rewatches are spoken of now, and the sentence that says when."""

    rewatches: int
    comes: str


def nudge(*, membership: Membership, by: User, now: datetime) -> Nudged:
    """Remind this learner of what is due in this cohort, in their next message. Whoever nudged whom is noted.

    A nudge takes the next rung of each ladder: nobody gets more reminders than the ladder has, but for what is over
    already. Raises NudgeRefused with the reason.
    """
    user = membership.user
    with transaction.atomic():
        wake = waking.lock_wake(user_id=user.pk)
        before = why(user=user, now=now, membership=membership)
        if (reason := refusal_of(before)) is not None:
            raise NudgeRefused(sentence(reason, before))
        if not before.unspoken:
            raise NudgeRefused(
                _("A message comes anyway. %(next)s") % {"next": sentence(before.next, before)}
            )
        rows = Rewatch.objects.owed().filter(membership=membership)
        silent = [
            each
            for each in rows.select_for_update(of=("self",)).order_by("id")
            if is_unspoken(each, before.today)
        ]
        for rewatch in silent:
            rewatch.remind_on = before.today
        Rewatch.objects.bulk_update(silent, ["remind_on"])
        waking.reslot_wake(wake, now=now)
        after = why(user=user, now=now, membership=membership)
        record(
            cohort=membership.cohort,
            kind=Event.Kind.NUDGED,
            now=now,
            actor=by,
            subject=user,
            rewatches=len(silent),
            slot_on=after.next.on.isoformat() if after.next.on else "",
        )
    return Nudged(rewatches=len(silent), comes=sentence(after.next, after))


def refusal_of(found: Why) -> Finding | None:
    """What forbids a nudge as things stand."""
    standing = {finding.code: finding for finding in found.stands}
    return next((standing[code] for code in FORBIDS if code in standing), None)


def may_nudge(found: Why) -> bool:
    """Whether a nudge would be followed."""
    return refusal_of(found) is None and found.unspoken > 0
