"""What instructors write about people: an invitation, a list of addresses, a member."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.cohorts.address_lists import decoded
from apps.cohorts.models import LONGEST_EXTERNAL_ID, Cohort, Invitation, Membership
from apps.cohorts.schedule import day_start
from apps.dashboards.forms import LAST_YEAR, SMALL, day_input

INVITATION_DAYS = 30
LONGEST_LIST = 2_000_000


def role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Membership.Role.LEARNER, _("Learner")),
            (Membership.Role.INSTRUCTOR, _("Instructor")),
            (Membership.Role.OBSERVER, _("Observer")),
        ],
        widget=forms.RadioSelect(attrs=SMALL),
    )


class UntilForm(forms.Form):
    """A role, and until when one may come in."""

    role = role_field()
    expires_on = forms.DateField(
        label=_("Works until"),
        required=False,
        widget=day_input(),
        help_text=_("The end of that day in the cohort’s zone. Empty: until you withdraw it."),
    )

    def __init__(self, *args: Any, cohort: Cohort, now: datetime, **kwargs: Any) -> None:
        self.cohort, self.now = cohort, now
        in_a_month = cohort.local_date(now) + timedelta(days=INVITATION_DAYS)
        kwargs["initial"] = {"role": Membership.Role.LEARNER, "expires_on": in_a_month}
        super().__init__(*args, **kwargs)

    def clean_expires_on(self) -> date | None:
        expires_on: date | None = self.cleaned_data["expires_on"]
        if expires_on is not None and expires_on < self.cohort.local_date(self.now):
            raise forms.ValidationError(_("Choose today or a later day."))
        if expires_on is not None and expires_on.year > LAST_YEAR:
            raise forms.ValidationError(_("This moment is out of reach."))
        return expires_on

    def invitation(self) -> dict[str, Any]:
        """The values for the service."""
        values = dict(self.cleaned_data)
        last_day = values.pop("expires_on")
        if last_day is not None:
            values["expires_at"] = day_start(last_day + timedelta(days=1), self.cohort.zone)
        return values


class InvitationForm(UntilForm):
    """A link: into which role, until when, how often, for whom."""

    max_uses = forms.IntegerField(
        label=_("Uses at most"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Empty: any number of people."),
    )
    email_domain = forms.CharField(
        label=_("Only addresses at"),
        required=False,
        max_length=253,
        help_text=_("Such as school.example: the confirmed e-mail has to end in it."),
    )


class MailingForm(UntilForm):
    """Many addresses, pasted or from a file; each gets an invitation of its own."""

    field_order = ["text", "file", "role", "expires_on"]

    text = forms.CharField(
        label=_("Addresses"),
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("One a line or separated by commas, with or without names."),
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        required=False,
        help_text=_(
            "With a heading: a column “email”, and “external id” if you like. 10,000 people at most."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].help_text = _(
            "The end of that day in the cohort’s zone. Empty: the links do not end."
        )

    def clean_file(self) -> str:
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size is not None and file.size > LONGEST_LIST:
            raise forms.ValidationError(_("This file is too large: 2 MB at most."))
        return decoded(file.read())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        pasted, file = cleaned.get("text", "").strip(), cleaned.get("file", "").strip()
        if not self.errors and pasted and file:
            self.add_error("file", _("Paste addresses or choose a file, not both."))
        elif not self.errors and not pasted and not file:
            self.add_error("text", _("Paste addresses, or choose a file."))
        return cleaned

    def invitation(self) -> dict[str, Any]:
        values = super().invitation()
        file = values.pop("file")
        return values | {"text": values["text"] if values["text"].strip() else file}


# The form's field for a field that the service finds fault with.
FIELD_OF_INVITATION = {"expires_at": "expires_on", "email": "email_domain"}


class MoveForm(forms.Form):
    """Where a learner is moved to."""

    cohort = forms.ChoiceField(
        label=pgettext_lazy("where somebody is moved", "To the cohort"), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, cohorts: list[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["cohort"]).choices = [
            (each.slug, each.name) for each in cohorts
        ]


class MemberForm(forms.Form):
    """One member."""

    role = role_field()
    external_id = forms.CharField(
        label=_("External id"),
        required=False,
        max_length=LONGEST_EXTERNAL_ID,
        help_text=_("What your school calls them. Instructors see it here, in lists and in files."),
    )


def last_day(invitation: Invitation) -> date | None:
    """The last whole day on which a link works, in the cohort's zone."""
    if invitation.expires_at is None:
        return None
    return (invitation.expires_at.astimezone(invitation.cohort.zone) - timedelta(seconds=1)).date()
