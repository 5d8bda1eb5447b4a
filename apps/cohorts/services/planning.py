"""Breaks and videos set for a week, as an instructor or a client wrote them: checked and put in order."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import InvalidValue

MOST_BREAKS = 20
LONGEST_BREAK = timedelta(days=366)
LONGEST_NAME = 80
LAST_WEEK = 520
YEARS = range(1970, 3000)


def checked_breaks(breaks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """In their order, fit for JSON. Raises InvalidValue for days that make no sense or lie in two breaks."""
    found = [_checked_break(each) for each in breaks]
    if len(found) > MOST_BREAKS:
        raise InvalidValue(
            _("A plan has %(most)d breaks at most.") % {"most": MOST_BREAKS}, field="breaks"
        )
    found.sort(key=lambda each: each["first_on"])
    if any(later["first_on"] <= earlier["last_on"] for earlier, later in pairwise(found)):
        raise InvalidValue(_("A day lies in one break only."), field="breaks")
    return found


def _checked_break(each: Mapping[str, Any]) -> dict[str, Any]:
    first_on, last_on = _day(each["first_on"]), _day(each["last_on"])
    if first_on.year not in YEARS or last_on.year not in YEARS:
        raise InvalidValue(_("This moment is out of reach."), field="breaks")
    if last_on < first_on:
        raise InvalidValue(_("A break ends after it begins."), field="breaks")
    if last_on - first_on > LONGEST_BREAK:
        raise InvalidValue(_("A break lasts a year at most."), field="breaks")
    name = " ".join(str(each.get("name", "")).split())
    if len(name) > LONGEST_NAME:
        raise InvalidValue(
            _("Write %(most)d characters at most.") % {"most": LONGEST_NAME}, field="breaks"
        )
    return {
        "first_on": first_on.isoformat(),
        "last_on": last_on.isoformat(),
        "name": name,
        "is_quiet": bool(each.get("is_quiet", False)),
    }


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def checked_weeks(weeks: Mapping[str, int]) -> dict[str, int]:
    """Weeks from 1 by video id. Raises InvalidValue."""
    if any(not 1 <= week <= LAST_WEEK for week in weeks.values()):
        raise InvalidValue(
            _("Choose a number from 1 to %(most)d.") % {"most": LAST_WEEK}, field="set_weeks"
        )
    return {str(video_id): int(week) for video_id, week in weeks.items()}
