"""A learner's Wake row: locking it, reading it as the planner sees it, and setting the next moment.

Every change of what a learner is owed or wishes takes this row's lock first (Wake, Rewatch, Viewing, Summary,
OutboxMessage), and ends in `reslot_wake` inside the same transaction: an open rewatch never lacks a moment to wake for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from apps.accounts.models import User
from apps.reminders import planning, signing, slots
from apps.reminders.channels import open_channels
from apps.reminders.models import Channel, Rewatch, Wake
from apps.reminders.planning import Item, WakeState
from apps.reminders.slots import Rhythm, Slot
from apps.reminders.statements import planning as planning_sql


def lock_wake(*, user_id: int) -> Wake:
    """This learner's row with its person, locked until the transaction ends; made when there is none."""
    wake = _locked(user_id)
    if wake is None:
        Wake.objects.bulk_create([new_wake(user_id=user_id)], ignore_conflicts=True)
        wake = _locked(user_id)
    assert wake is not None  # noqa: S101  (just made, and nobody deletes them)
    return wake


def _locked(user_id: int) -> Wake | None:
    rows = Wake.objects.select_for_update(of=("self",)).select_related("user")
    return rows.filter(user_id=user_id).first()


def new_wake(*, user_id: int) -> Wake:
    """A learner's row before they wished for anything."""
    key = signing.keys()[0]
    return Wake(user_id=user_id, minute_offset=slots.minute_offset(user_id, key=key))


def rhythm_of(wake: Wake, user: User) -> Rhythm:
    return Rhythm(
        zone=user.zone,
        hour=wake.hour,
        minute=wake.minute_offset,
        quiet_days=wake.quiet_days,
        paused=wake.paused,
        paused_until=wake.paused_until,
    )


def channels_of(wake: Wake, *, is_suppressed: bool) -> list[Channel]:
    """The channels a message really goes out on: unsubscribing and a bounced address silence the mail."""
    return list(
        open_channels(
            tuple(wake.channels),
            is_unsubscribed=wake.unsubscribed_at is not None,
            is_suppressed=is_suppressed,
        )
    )


def suppressed_among(emails: Iterable[str]) -> set[str]:
    """Those of these addresses that must not be written to."""
    by_hash = {signing.address_hash(email): email for email in emails}
    return {by_hash[digest] for digest in planning_sql.suppressed_hashes(by_hash)}


def state_of(wake: Wake, user: User, *, channels: Collection[Channel]) -> WakeState:
    slot = None
    if wake.next_at is not None and wake.slot_on is not None:
        slot = Slot(at=wake.next_at, on=wake.slot_on)
    return WakeState(
        rhythm=rhythm_of(wake, user),
        slot=slot,
        last_slot_on=wake.last_slot_on,
        week_on=wake.week_on,
        week_used=wake.week_used,
        reachable=bool(channels),
        rewatches_a_message=wake.rewatches_a_message,
        messages_a_week=wake.messages_a_week,
    )


def items_of(*, user_ids: Collection[int], lock: bool = False) -> dict[int, list[Item]]:
    """What may still be reminded of, by learner; locked in the order of ids where it will change."""
    items: dict[int, list[Item]] = defaultdict(list)
    for user_id, item in planning_sql.items(user_ids, lock=lock):
        items[user_id].append(item)
    return items


def item_of(rewatch: Rewatch) -> Item:
    """A rewatch as the planner sees it."""
    return Item(
        rewatch_id=rewatch.pk,
        video_id=rewatch.video_id,
        due_on=rewatch.due_on,
        remind_on=rewatch.remind_on,
        rung=rewatch.rung,
        ladder=tuple(rewatch.ladder),
    )


def reslot_wake(wake: Wake, *, now: datetime) -> None:
    """Set and save the moment to wake this (locked) learner for, from what they are owed and wish."""
    suppressed = suppressed_among([wake.user.email])
    channels = channels_of(wake, is_suppressed=bool(suppressed))
    state = state_of(wake, wake.user, channels=channels)
    items = items_of(user_ids=[wake.user_id])[wake.user_id]
    slot = planning.next_wake_slot(state, items, now)
    wake.next_at = slot.at if slot else None
    wake.slot_on = slot.on if slot else None
    wake.save()
