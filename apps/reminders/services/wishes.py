"""What learners wish of their reminders: hour, quiet days, channels, a pause, none at all."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.services import move_home
from apps.core.errors import InvalidValue
from apps.reminders import slots, waking
from apps.reminders.errors import HourAtNight, NoLoudDay, PauseInThePast
from apps.reminders.models import Channel, Delivery, Wake
from apps.reminders.planning import ITEMS_AT_MOST, MESSAGES_A_WEEK


class Same(Enum):
    """Stands for a wish that stays as it is, where None would be a wish of its own."""

    SAME = "same"


SAME = Same.SAME
# The slots of the days after it have to be on a calendar, too.
LONGEST_PAUSE = timedelta(days=10 * 365)


def change_reminder_settings(
    *,
    user: User,
    now: datetime,
    hour: int | Same = SAME,
    quiet_days: Collection[int] | Same = SAME,
    channels: Collection[str] | Same = SAME,
    paused: bool | Same = SAME,
    paused_until: date | Same | None = SAME,
    rewatches_a_message: int | Same = SAME,
    messages_a_week: int | Same = SAME,
    time_zone: str | Same = SAME,
) -> Wake:
    """Change the wishes that are given, all at once, and find the next moment by them.

    Weekdays count from 0, Monday. Choosing e-mail takes back an unsubscription. `paused` without a date lasts until
    it is taken back. The zone is the person's everywhere. Raises HourAtNight, NoLoudDay, PauseInThePast,
    InvalidValue.
    """
    with transaction.atomic():
        if time_zone is not SAME:
            move_home(user=user, time_zone=time_zone)
        wake = waking.lock_wake(user_id=user.pk)
        today = slots.local_date(now, wake.user.zone)
        if rewatches_a_message is not SAME:
            wake.rewatches_a_message = _within(
                rewatches_a_message, ITEMS_AT_MOST, field="rewatches_a_message"
            )
        if messages_a_week is not SAME:
            wake.messages_a_week = _within(
                messages_a_week, MESSAGES_A_WEEK, field="messages_a_week"
            )
        if hour is not SAME:
            if not slots.EARLIEST_HOUR <= hour <= slots.LATEST_HOUR:
                raise HourAtNight(field="hour")
            wake.hour = hour
        if quiet_days is not SAME:
            wake.quiet_days = _mask(quiet_days)
        if channels is not SAME:
            _choose_channels(wake, channels, now)
        if paused_until is not SAME:
            if paused_until is not None and paused_until <= today:
                raise PauseInThePast(field="paused_until")
            if paused_until is not None and paused_until > today + LONGEST_PAUSE:
                raise InvalidValue(_("This moment is out of reach."), field="paused_until")
            wake.paused_until = paused_until
            wake.paused = paused_until is not None
        if paused is not SAME:
            wake.paused = paused
            if not paused:
                wake.paused_until = None
        wake.version += 1
        waking.reslot_wake(wake, now=now)
    return wake


def pause_reminders(*, user: User, until: date | None, now: datetime) -> Wake:
    """No messages before the day `until` (None: until resumed). Due dates stay where they are."""
    return change_reminder_settings(user=user, now=now, paused_until=until, paused=True)


def resume_reminders(*, user: User, now: datetime) -> Wake:
    """End a pause: what fell due meanwhile comes as one message."""
    return change_reminder_settings(user=user, now=now, paused=False)


def unsubscribe(*, user: User, now: datetime) -> Wake:
    """No mail any more from this moment on; messages in the app stay as they are chosen. Twice is once."""
    with transaction.atomic():
        wake = waking.lock_wake(user_id=user.pk)
        if wake.unsubscribed_at is None:
            wake.unsubscribed_at = now
            wake.version += 1
            waking.reslot_wake(wake, now=now)
    return wake


def renew_calendar(*, user: User) -> Wake:
    """Give this person's calendar a new secret address; whoever has the old one finds nothing there any more."""
    return _keep_calendar_key(user, uuid.uuid4())


def end_calendar(*, user: User) -> Wake:
    """No calendar any more, at no address. Twice is once."""
    return _keep_calendar_key(user, None)


def _keep_calendar_key(user: User, key: uuid.UUID | None) -> Wake:
    with transaction.atomic():
        wake = waking.lock_wake(user_id=user.pk)
        wake.calendar_key = key
        wake.save(update_fields=["calendar_key"])
    return wake


def mark_read(*, user: User, now: datetime) -> int:
    """The messages in the app were looked at."""
    return Delivery.objects.filter(user=user, channel=Channel.INBOX, read_at__isnull=True).update(
        read_at=now
    )


def reslot(*, user: User, now: datetime) -> Wake:
    """Find the next moment anew, after something that it depends on was changed elsewhere: zone or address."""
    with transaction.atomic():
        wake = waking.lock_wake(user_id=user.pk)
        waking.reslot_wake(wake, now=now)
    return wake


def _within(asked: int, most: int, *, field: str) -> int:
    if not 1 <= asked <= most:
        raise InvalidValue(_("Choose a number from 1 to %(most)d.") % {"most": most}, field=field)
    return asked


def _mask(weekdays: Collection[int]) -> int:
    if not all(0 <= weekday <= 6 for weekday in weekdays):
        raise InvalidValue(_("A weekday is a number from 0 to 6."), field="quiet_days")
    mask = sum(1 << weekday for weekday in set(weekdays))
    if mask == slots.ALL_QUIET_DAYS:
        raise NoLoudDay(field="quiet_days")
    return mask


def _choose_channels(wake: Wake, channels: Collection[str], now: datetime) -> None:
    unknown = set(channels) - set(Channel.values)
    if unknown:
        raise InvalidValue(_("There is no such channel."), field="channels")
    wake.channels = [channel.value for channel in Channel if channel.value in channels]
    if Channel.EMAIL in channels:
        wake.unsubscribed_at = None
