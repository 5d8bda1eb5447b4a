"""What the pages of reminders take from a browser."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.zones import zone_choices
from apps.reminders import slots
from apps.reminders.errors import HourAtNight
from apps.reminders.models import Channel, Wake
from apps.reminders.planning import ITEMS_AT_MOST, MESSAGES_A_WEEK
from apps.reminders.services.rewatches import SNOOZE_AT_MOST_DAYS
from apps.reminders.spacing import tomorrow

HOURS = range(slots.EARLIEST_HOUR, slots.LATEST_HOUR + 1)


class WishesForm(forms.Form):
    """Hour, zone, quiet days, channels and caps; the zones show what the clock says there `now`."""

    hour = forms.TypedChoiceField(
        label=_("Hour"),
        coerce=int,
        help_text=_("Within ten minutes after it, and never between 22:00 and 7:00."),
        error_messages={"invalid_choice": HourAtNight.title},
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Of everything here, not of the reminders alone."),
        error_messages={"invalid_choice": _("“%(value)s” is not a time zone we know.")},
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label=_("Quiet days"),
        choices=list(WEEKDAYS_ABBR.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-shape": "choice--small"}),
        help_text=_("What falls due on a quiet day comes with the next message."),
    )
    email = forms.BooleanField(
        label=_("E-mail"), required=False, widget=forms.CheckboxInput(attrs={"role": "switch"})
    )
    inbox = forms.BooleanField(
        label=_("In the app"),
        required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
        help_text=_("The same message under Inbox, nothing else"),
    )
    rewatches_a_message = forms.TypedChoiceField(
        label=_("Rewatches in a message, at most"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, ITEMS_AT_MOST + 1)],
        help_text=_("There is one message a day. What does not fit comes in the next one."),
    )
    messages_a_week = forms.TypedChoiceField(
        label=_("Messages in a week, at most"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, MESSAGES_A_WEEK + 1)],
        help_text=_("A week begins on Monday."),
    )

    def __init__(self, *args: Any, user: User, wake: Wake, now: datetime, **kwargs: Any) -> None:
        is_mail_on = Channel.EMAIL.value in wake.channels and wake.unsubscribed_at is None
        kwargs["initial"] = {
            "hour": wake.hour,
            "time_zone": user.time_zone,
            "rewatches_a_message": wake.rewatches_a_message,
            "messages_a_week": wake.messages_a_week,
            "quiet_days": [day for day in WEEKDAYS_ABBR if wake.quiet_days >> day & 1],
            "email": is_mail_on,
            "inbox": Channel.INBOX.value in wake.channels,
        }
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = user.email
        hours = [(hour, _("about %(hour)s") % {"hour": f"{hour}:00"}) for hour in HOURS]
        cast(forms.ChoiceField, self.fields["hour"]).choices = hours
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = zone_choices(
            now, user.time_zone
        )

    def full_clean(self) -> None:
        """What a select cannot show again is shown as it is saved: sending the form once more must not change an
        hour that nobody chose to what happens to stand first in the list."""
        super().full_clean()
        wrong = [
            name for name in self.errors if isinstance(self.fields.get(name), forms.ChoiceField)
        ]
        if wrong and isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            for name in wrong:
                if not isinstance(self.fields[name], forms.MultipleChoiceField):
                    self.data[name] = str(self.initial[name])

    @property
    def wishes(self) -> dict[str, Any]:
        """The form, once it is valid, as `change_reminder_settings` takes it."""
        named = ("hour", "time_zone", "quiet_days", "rewatches_a_message", "messages_a_week")
        return {name: self.cleaned_data[name] for name in named} | {"channels": self.channels}

    @property
    def channels(self) -> list[str]:
        """The chosen channels, once the form is valid."""
        return [channel.value for channel in Channel if self.cleaned_data[channel.value]]


class PauseForm(forms.Form):
    """A break until a day of one's choice."""

    until = forms.DateField(
        label=_("Pause until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The first day with messages again."),
    )

    def __init__(self, *args: Any, tomorrow: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].widget.attrs["min"] = tomorrow.isoformat()


class SnoozeForm(forms.Form):
    """The day that rewatches move to."""

    until = forms.DateField(
        label=_("Move to"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = tomorrow(today), today + timedelta(days=SNOOZE_AT_MOST_DAYS)
        self.fields["until"].widget.attrs |= {
            "min": self.first.isoformat(),
            "max": self.last.isoformat(),
        }

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.first:
            raise forms.ValidationError(_("Choose a day after today"))
        if until > self.last:
            raise forms.ValidationError(_("A rewatch can be moved by a year at most"))
        return until
