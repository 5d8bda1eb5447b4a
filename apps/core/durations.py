"""Lengths of time in words, in both languages: how long a step takes and where a video stands."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Up to here a step is told in minutes, as people say it; above, in hours and minutes.
LONGEST_IN_MINUTES = 99


def whole_minutes(seconds: float) -> int:
    """Seconds in minutes, rounded; something that lasts at all lasts a minute."""
    return max(1, round(seconds / 60)) if seconds > 0 else 0


def duration_words(seconds: float) -> str:
    """ "33 min", "1 h 35 min", "2 h": facts beside a title."""
    hours, minutes = divmod(whole_minutes(seconds), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def duration_short(seconds: float) -> str:
    """ "33 min", "1 h 29", "2 h": figures and columns, where room is short."""
    hours, minutes = divmod(whole_minutes(seconds), 60)
    if not hours or not minutes:
        return duration_words(seconds)
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}


def duration_about(seconds: float) -> str:
    """ "about 62 minutes", "about 4 h 40 min": what a step will cost, inside a sentence."""
    minutes = whole_minutes(seconds)
    if minutes <= LONGEST_IN_MINUTES:
        words = ngettext("about %(minutes)d minute", "about %(minutes)d minutes", minutes)
        return words % {"minutes": minutes}
    return _("about %(duration)s") % {"duration": duration_words(seconds)}


def hours_words(seconds: float) -> str:
    """ "1 hour", "21 hours": rounded whole hours inside a sentence; "6 min" of what takes no hour."""
    hours = round(seconds / 3600)
    if not hours and seconds > 0:
        return duration_words(seconds)
    return ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours}


def hours_short(seconds: float) -> str:
    """ "8.2 h": hours done, in figures and columns that are compared; "2 min" where that would be none."""
    if 0 < seconds < 180:
        return duration_words(seconds)
    return _("%(hours)s h") % {"hours": number_format(round(seconds / 3600, 1), decimal_pos=1)}


def video_clock(milliseconds: int) -> str:
    """A place in a video as its player shows it: "9:12", "1:10:52"."""
    seconds = max(0, milliseconds) // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    return f"{minutes}:{seconds:02}"
