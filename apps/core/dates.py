"""Days and moments in the reader's words; the exact time stands in a title beside them.

Moments are shown in the zone that is active (the reader's, set by the middleware or by a mail's
task); days are plain dates of the zone they were made in.
"""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dateformat import time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

# Russian writes days of the week small; Django's catalogue does not. Named here, they stand in ours,
# which comes first. Whoever begins a line with one writes it large.
WEEKDAYS_IN_OUR_WORDS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
    gettext_noop("Mon"),
    gettext_noop("Tue"),
    gettext_noop("Wed"),
    gettext_noop("Thu"),
    gettext_noop("Fri"),
    gettext_noop("Sat"),
    gettext_noop("Sun"),
)


def date_words(day: date, today: date) -> str:
    """ "21 November", with the year when it is not this one."""
    return format_date(day, "j E" if day.year == today.year else "j E Y")


def day_words(day: date, today: date) -> str:
    """ "today", "tomorrow", "yesterday", else the date."""
    match (day - today).days:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
        case -1:
            return _("yesterday")
    return date_words(day, today)


def moment_words(moment: datetime, now: datetime) -> str:
    """ "today at 19:05", "yesterday at 8:30", else the date; in the active zone."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    if abs((local.date() - today).days) > 1:
        return date_words(local.date(), today)
    return _("%(day)s at %(time)s") % {
        "day": day_words(local.date(), today),
        "time": time_format(local, "G:i"),
    }


def exact_day(day: date) -> str:
    """ "Tuesday, 24 November 2026": for a title."""
    return capfirst(format_date(day, "l, j E Y"))


def exact_moment(moment: datetime) -> str:
    """ "Tuesday, 24 November 2026, 19:05, Europe/Warsaw": for a title."""
    local = timezone.localtime(moment)
    zone = timezone.get_current_timezone_name()
    return f"{exact_day(local)}, {time_format(local, 'G:i')}, {zone}"


def days_ago_words(day: date, today: date) -> str:
    """ "today", "yesterday", "3 days ago"."""
    days = (today - day).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}


def in_days_words(day: date, today: date) -> str:
    """ "today", "tomorrow, Tuesday", "in 4 days, Friday": a day to come, with its weekday."""
    days = (day - today).days
    if days <= 0:
        return _("today")
    weekday = format_date(day, "l")
    if days == 1:
        return _("tomorrow, %(weekday)s") % {"weekday": weekday}
    return ngettext("in %(days)d day, %(weekday)s", "in %(days)d days, %(weekday)s", days) % {
        "days": days,
        "weekday": weekday,
    }
