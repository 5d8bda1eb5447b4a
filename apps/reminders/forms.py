"""What the pages of reminders take from a browser."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.reminders import slots
from apps.reminders.models import Channel, Wake
from apps.reminders.services.rewatches import SNOOZE_AT_MOST_DAYS
from apps.reminders.spacing import tomorrow

HOURS = [(hour, f"{hour}:00") for hour in range(slots.EARLIEST_HOUR, slots.LATEST_HOUR + 1)]


class WishesForm(forms.Form):
    """Hour, quiet days and channels."""

    hour = forms.TypedChoiceField(
        label=_("Hour"),
        choices=HOURS,
        coerce=int,
        help_text=_("About this time, in your own time zone; never between 22:00 and 7:00."),
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

    def __init__(self, *args: Any, user: User, wake: Wake, **kwargs: Any) -> None:
        is_mail_on = Channel.EMAIL.value in wake.channels and wake.unsubscribed_at is None
        kwargs["initial"] = {
            "hour": wake.hour,
            "quiet_days": [day for day in WEEKDAYS_ABBR if wake.quiet_days >> day & 1],
            "email": is_mail_on,
            "inbox": Channel.INBOX.value in wake.channels,
        }
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = user.email

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
