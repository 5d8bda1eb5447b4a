"""Why a change of rewatches or reminders is refused."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError, InvalidValue


class RewatchEnded(DomainError):
    code = "rewatch_ended"
    title = _("This rewatch is over already")


class AskedAgain(DomainError):
    code = "asked_again"
    title = _("A later reminder has asked again")


class SnoozeTooLong(InvalidValue):
    code = "snooze_too_long"
    title = _("A rewatch can be moved by a year at most")


class HourAtNight(InvalidValue):
    code = "hour_at_night"
    title = _("Choose an hour between 7:00 and 21:00")


class NoLoudDay(InvalidValue):
    code = "no_loud_day"
    title = _("Leave at least one day of the week, or pause your reminders")


class PauseInThePast(InvalidValue):
    code = "pause_in_the_past"
    title = _("Choose a day after today")


class NudgeRefused(DomainError):
    code = "nudge_refused"
    title = _("Nothing is sent")
