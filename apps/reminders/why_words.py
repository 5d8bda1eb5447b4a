"""The sentences of `why`, one for each code, in the active language.

Days are the learner's, moments in the reader's zone.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from apps.core.dates import day_words, moment_words
from apps.reminders.findings import Code, Finding, Why
from apps.reminders.models import Channel

SENTENCES: Mapping[Code, str | Promise] = MappingProxyType(
    {
        Code.COPY: gettext_lazy(
            "This installation may be a copy of another: it writes to nobody until the operator confirms it."
        ),
        Code.PLANNING_OFF: gettext_lazy(
            "The operator has switched off the planning of messages, for everybody."
        ),
        Code.SENDING_OFF: gettext_lazy(
            "The operator has switched off the sending of mails, for everybody."
        ),
        Code.ACCOUNT_CLOSED: gettext_lazy("The account is closed."),
        Code.CANNOT_BE_PLANNED: ngettext_lazy(
            "The planner failed on this learner %(count)d time; it tries again every hour.",
            "The planner failed on this learner %(count)d times; it tries again every hour.",
            "count",
        ),
        Code.MAIL_OFF: gettext_lazy("E-mail is switched off in the learner's settings."),
        Code.UNSUBSCRIBED: gettext_lazy("The learner unsubscribed from mails (%(moment)s)."),
        Code.ADDRESS_BOUNCED: gettext_lazy(
            "Mails to the learner's address came back (%(moment)s): none is sent there until it is changed or believed"
            " again."
        ),
        Code.INBOX_OFF: gettext_lazy(
            "Messages in the app are switched off in the learner's settings."
        ),
        Code.NO_CHANNEL: gettext_lazy("No channel is left, so no message can come."),
        Code.PAUSED: gettext_lazy("The learner has paused their reminders until they resume them."),
        Code.PAUSED_UNTIL: gettext_lazy(
            "The learner has paused their reminders; they begin again %(day)s."
        ),
        Code.NOTHING_OPEN: gettext_lazy("No rewatch is open: nothing waits for its second pass."),
        Code.ONLY_OFFERED: gettext_lazy(
            "Only bonus videos wait for their second pass: offered, not owed, and never reminded of."
        ),
        Code.NOTHING_DUE: gettext_lazy("Nothing is due yet; the next rewatch is due %(day)s."),
        Code.BETWEEN_REMINDERS: ngettext_lazy(
            "%(count)d due rewatch was reminded of already; the ladder speaks of it again from %(day)s.",
            "%(count)d due rewatches were reminded of already; the ladder speaks of them again from %(day)s.",
            "count",
        ),
        Code.LADDER_OVER: ngettext_lazy(
            "%(count)d due rewatch has had all reminders of its ladder.",
            "%(count)d due rewatches have had all reminders of their ladders.",
            "count",
        ),
        Code.HAD_TODAYS: gettext_lazy("Today's one message has been written already."),
        Code.WEEK_FULL: ngettext_lazy(
            "The cap is reached: this week's one message is used.",
            "The cap is reached: this week's %(count)d messages are used.",
            "count",
        ),
        Code.QUIET_DAY: gettext_lazy("Today is a quiet day of the learner's choice."),
        Code.TOO_EARLY: gettext_lazy(
            "The learner's hour has not come yet: about %(hour)d:00, %(zone)s."
        ),
        Code.TOO_LATE: gettext_lazy(
            "The learner's hour is over for today: about %(hour)d:00, %(zone)s."
        ),
        Code.COMES_NOW: gettext_lazy(
            "Nothing stands in the way: the message is written within a minute."
        ),
        Code.ON_ITS_WAY: ngettext_lazy(
            "A mail about %(count)d rewatch is on its way to the mail server.",
            "A mail about %(count)d rewatches is on its way to the mail server.",
            "count",
        ),
        Code.PUT_OFF: ngettext_lazy(
            "The mail server did not take the mail at %(count)d try; the next one: %(moment)s.",
            "The mail server did not take the mail at %(count)d tries; the next one: %(moment)s.",
            "count",
        ),
        Code.UNKNOWN: gettext_lazy(
            "A mail was handed over (%(moment)s), but no answer came; whether it arrived is being found out."
        ),
        Code.SENT: ngettext_lazy(
            "Sent %(moment)s, %(channels)s: about %(count)d rewatch.",
            "Sent %(moment)s, %(channels)s: about %(count)d rewatches.",
            "count",
        ),
        Code.ASSUMED: gettext_lazy(
            "The mail of %(day)s was handed to the mail server; whether it arrived, nobody can say."
        ),
        Code.FAILED: gettext_lazy(
            "The mail of %(day)s was not sent: it was refused, and not because of the address."
        ),
        Code.BOUNCED: gettext_lazy("The mail of %(day)s came back: there is no such address."),
        Code.EXPIRED: gettext_lazy(
            "The mail of %(day)s could not go out in its three hours; what it was about comes in a later one."
        ),
        Code.DROPPED_DONE: gettext_lazy(
            "The mail of %(day)s was not sent: its rewatches were done or moved before."
        ),
        Code.DROPPED_PAUSED: gettext_lazy(
            "The mail of %(day)s was not sent: the learner paused before."
        ),
        Code.DROPPED_UNSUBSCRIBED: gettext_lazy(
            "The mail of %(day)s was not sent: the learner unsubscribed before."
        ),
        Code.DROPPED_CLOSED: gettext_lazy(
            "The mail of %(day)s was not sent: the account was closed before."
        ),
        Code.NUDGED: ngettext_lazy(
            "%(who)s asked to remind of %(count)d rewatch (%(moment)s).",
            "%(who)s asked to remind of %(count)d rewatches (%(moment)s).",
            "count",
        ),
        Code.NEXT: ngettext_lazy(
            "The next message comes %(day)s at about %(hour)d:00 (%(zone)s), about %(count)d rewatch.",
            "The next message comes %(day)s at about %(hour)d:00 (%(zone)s), about %(count)d rewatches.",
            "count",
        ),
        Code.NO_NEXT: gettext_lazy("No message is planned."),
    }
)


def sentence(finding: Finding, why: Why) -> str:
    """The finding in words."""
    names = [str(Channel(name).label) for name in finding.channels]
    words: str = SENTENCES[finding.code] % {
        "day": day_words(finding.on, why.today) if finding.on else "",
        "moment": moment_words(finding.at, why.now) if finding.at else "",
        "count": finding.count,
        "hour": finding.hour,
        # Who nudged may have closed their account since.
        "who": finding.who or _("An instructor"),
        "zone": finding.zone.replace("_", " "),
        "channels": get_text_list(names, _("and")),
    }
    return words
