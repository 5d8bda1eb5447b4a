"""What became of the messages to a learner, by day, and who nudged them."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime

from apps.accounts.models import User
from apps.cohorts.models import Event, Membership
from apps.reminders.findings import Code, Finding
from apps.reminders.models import Channel, Delivery, Purpose

SHOWN = 6
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def about(rewatch_ids: Collection[int], own: Collection[int] | None) -> int:
    """How many of these the question is about."""
    if own is None:
        return len(rewatch_ids)
    return sum(each in own for each in rewatch_ids)


OUTCOMES = {
    Delivery.Outcome.FAILED: Code.FAILED,
    Delivery.Outcome.BOUNCED: Code.BOUNCED,
    Delivery.Outcome.EXPIRED: Code.EXPIRED,
}
# What the gate writes into the log when a message is not wanted any more.
DROPPED = {
    "all done": Code.DROPPED_DONE,
    "paused": Code.DROPPED_PAUSED,
    "unsubscribed": Code.DROPPED_UNSUBSCRIBED,
    "account closed": Code.DROPPED_CLOSED,
}


def log_of(
    *, user: User, own: Collection[int] | None, membership: Membership | None
) -> tuple[Finding, ...]:
    """How the latest messages ended and who nudged, newest first; `own` are the rewatches it is about, None for all."""
    found = [*_deliveries(user, own), *_nudges(user, membership)]
    return tuple(sorted(found, key=lambda finding: finding.at or LONG_AGO, reverse=True))


def _deliveries(user: User, own: Collection[int] | None) -> Iterator[Finding]:
    """By day; a mail and its copy in the app are one message."""
    rows = Delivery.objects.filter(user=user, purpose=Purpose.REWATCH)
    if own is not None:
        rows = rows.filter(rewatches__overlap=sorted(own))
    by_day: dict[date, list[Delivery]] = {}
    for delivery in rows.order_by("-slot_on", "channel")[: SHOWN * len(Channel)]:
        by_day.setdefault(delivery.slot_on, []).append(delivery)
    for deliveries in list(by_day.values())[:SHOWN]:
        sent = [each for each in deliveries if _code_of(each) is Code.SENT]
        if sent:
            yield Finding(
                Code.SENT,
                at=min(each.settled_at for each in sent),
                count=about(sent[0].rewatches, own),
                channels=tuple(each.channel for each in sent),
            )
        for each in deliveries:
            if each not in sent:
                yield Finding(_code_of(each), on=each.slot_on, at=each.settled_at, said=each.detail)


def _nudges(user: User, membership: Membership | None) -> Iterator[Finding]:
    rows = Event.objects.filter(kind=Event.Kind.NUDGED, subject=user)
    if membership is not None:
        rows = rows.filter(cohort_id=membership.cohort_id)
    for event in rows.select_related("actor").order_by("-at")[:SHOWN]:
        count = int(event.details["rewatches"])
        yield Finding(Code.NUDGED, at=event.at, count=count, who=str(event.actor or ""))


def _code_of(delivery: Delivery) -> Code:
    outcome = Delivery.Outcome(delivery.outcome)
    if outcome is Delivery.Outcome.SENT:
        return Code.ASSUMED if delivery.settled_by == "assumed" else Code.SENT
    if outcome is Delivery.Outcome.SUPERSEDED:
        return DROPPED.get(delivery.detail.partition(";")[0], Code.DROPPED_DONE)
    return OUTCOMES[outcome]
