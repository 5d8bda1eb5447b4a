"""The calendar feed: every open rewatch as an event at the learner's hour, as long as it will take.

A channel that is pulled (`channels.CrashPolicy.PULLED`): nothing is sent, so there is nothing to lose or to repeat. Its
address is the secret. It is computed from the learner's `calendar_key` with REMINDER_KEYS and stands nowhere; with
another key the old address is worth nothing.
"""

import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from apps.accounts.models import User
from apps.core.dates import date_words
from apps.core.durations import duration_about
from apps.reminders import links, signing, slots, waking
from apps.reminders.channels import CrashPolicy
from apps.reminders.lines import DueLine, due_lines
from apps.reminders.models import Rewatch, Wake

ON_CRASH = CrashPolicy.PULLED
PURPOSE = "calendar"
SHORTEST = timedelta(minutes=5)
# How often a calendar program should ask; most have their own mind.
ASK_AGAIN = timedelta(hours=1)
ZONE_KNOWN_YEARS = 2


def calendar_address(wake: Wake) -> str:
    """The secret address of this learner's calendar; empty where there is none."""
    if wake.calendar_key is None:
        return ""
    path = reverse("api:calendar", kwargs={"secret": secret_of(wake)})
    return links.absolute(path)


def owner_of(secret: str) -> Wake | None:
    """The Wake, with its person, whose address this is; one query."""
    number = secret.partition("-")[0]
    if not (number.isascii() and number.isdecimal()) or len(number) > 18 or number[0] == "0":
        return None
    rows = Wake.objects.select_related("user").filter(calendar_key__isnull=False)
    wake = rows.filter(user_id=int(number), user__is_active=True).first()
    if wake is None or not signing.is_genuine(PURPOSE, _named(wake), _claimed(secret)):
        return None
    return wake


def calendar_file(*, wake: Wake, now: datetime) -> bytes:
    """The feed as iCalendar (RFC 5545) in the learner's language; three queries. The same bytes for the whole day
    while nothing changes."""
    user = wake.user
    today = slots.local_date(now, user.zone)
    rewatches = _open_rewatches(user)
    with translation.override(user.language):
        lines = {
            line.rewatch_id: line
            for line in due_lines(rewatch_ids=[one.pk for one in rewatches], today=today)
        }
        calendar = _empty(user)
        events = [
            _event(one, lines[one.pk], start, today)
            for one, start in _placed(rewatches, lines, wake, today)
        ]
    if events and user.time_zone != "UTC":
        years = [event.start.year for event in events]
        calendar.add_component(_timezone(user.time_zone, min(years), max(years) + ZONE_KNOWN_YEARS))
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _named(wake: Wake) -> str:
    assert wake.calendar_key is not None  # noqa: S101  (asked for by the callers)
    return f"{wake.user_id}:{wake.calendar_key.hex}"


def secret_of(wake: Wake) -> str:
    """What makes the address of a calendar that there is."""
    return f"{wake.user_id}-{links.packed(signing.mac(PURPOSE, _named(wake)))}"


def _claimed(secret: str) -> bytes:
    text = secret.partition("-")[2]
    try:
        return links.unpacked(text)
    except ValueError:
        return b""


def _open_rewatches(user: User) -> list[Rewatch]:
    """What is owed, a video once: the earliest promise of it."""
    owed = Rewatch.objects.owed().filter(membership__user=user, membership__ended_at__isnull=True)
    first: dict[int, Rewatch] = {}
    for rewatch in owed.order_by("due_on", "id"):
        first.setdefault(rewatch.video_id, rewatch)
    return list(first.values())


def _placed(
    rewatches: list[Rewatch], lines: dict[int, DueLine], wake: Wake, today: date
) -> list[tuple[Rewatch, datetime]]:
    """When each begins: on its day at the learner's hour, those of one day one after the other until the night.

    What is overdue stands today. What no longer fits before 22:00 begins at the hour, too.
    """
    rhythm = waking.rhythm_of(wake, wake.user)
    placed = []
    free: dict[date, datetime] = {}
    for rewatch in rewatches:
        day = max(rewatch.due_on, today)
        first = slots.slot_for(rhythm, day).at - timedelta(minutes=rhythm.minute)
        length = _length(lines[rewatch.pk])
        start = free.get(day, first)
        if start != first and _is_into_night(start + length, day, wake):
            start = first
        placed.append((rewatch, start.astimezone(wake.user.zone)))
        free[day] = start + length
    return placed


def _is_into_night(end: datetime, day: date, wake: Wake) -> bool:
    local = end.astimezone(wake.user.zone)
    night = local.replace(hour=slots.NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return local.date() != day or local > night


def _length(line: DueLine) -> timedelta:
    """The budget of what is left, in whole minutes."""
    return max(timedelta(minutes=round(line.seconds / 60)), SHORTEST)


def _empty(user: User) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Second Pass//Rewatches//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Second Pass"))
    calendar.add("x-wr-timezone", user.time_zone)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _event(rewatch: Rewatch, line: DueLine, start: datetime, today: date) -> Event:
    event = Event()
    event.add("uid", f"{_uid(rewatch)}@{signing.mail_domain()}")
    # What calendar programs compare; a later moment would make every hour's answer another one.
    event.add("dtstamp", datetime(today.year, today.month, today.day, tzinfo=UTC))
    event.add("dtstart", start)
    event.add("duration", _length(line))
    event.add("summary", _("Second pass: %(title)s") % {"title": line.title})
    address = links.absolute(line.path)
    event.add("description", f"{_words(rewatch, line, today)}\n{address}")
    event.add("url", address)
    # A wish, not an appointment: the time stays free for others.
    event.add("transp", "TRANSPARENT")
    return event


def _words(rewatch: Rewatch, line: DueLine, today: date) -> str:
    words = _("It takes %(about)s and starts with what you remember.") % {
        "about": duration_about(line.seconds)
    }
    if rewatch.due_on < today:
        due = _("Due since %(day)s.") % {"day": date_words(rewatch.due_on, today)}
        return f"{due} {words}"
    return words


def _uid(rewatch: Rewatch) -> uuid.UUID:
    return uuid.UUID(bytes=signing.mac(f"{PURPOSE}-event", str(rewatch.pk)))


def _timezone(name: str, first_year: int, last_year: int) -> Timezone:
    """The rules of a zone from the first day of a year to that of another."""
    return Timezone.from_tzinfo(
        ZoneInfo(name),
        first_date=date(first_year, 1, 1),
        last_date=date(last_year, 1, 1),
    )
