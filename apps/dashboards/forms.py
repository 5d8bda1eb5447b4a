"""What instructors write about a cohort as a whole: its plan and policies."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.zones import zone_choices
from apps.cohorts.models import Cohort
from apps.cohorts.services import fingerprint
from apps.core.localized import localized
from apps.curriculum.models import Revision

LAST_YEAR = 2999
SMALL = {"data-shape": "choice--small"}


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def switch() -> forms.CheckboxInput:
    return forms.CheckboxInput(attrs={"role": "switch"})


class CopyForm(forms.Form):
    """A new cohort on the plan of another."""

    name = forms.CharField(label=pgettext_lazy("a cohort", "Name"), max_length=120)
    starts_on = forms.DateField(label=_("Starts on"), widget=day_input())

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class PlanForm(forms.Form):
    """The fields that making and changing a cohort share."""

    name = forms.CharField(
        label=pgettext_lazy("a cohort", "Name"),
        max_length=120,
        help_text=_("As learners read it, such as “Autumn 2026”."),
    )
    starts_on = forms.DateField(label=_("Starts on"), widget=day_input())
    hours_per_week = forms.DecimalField(
        label=_("Hours a week"),
        min_value=Decimal("0.5"),
        max_value=Decimal("60"),
        max_digits=4,
        decimal_places=1,
        help_text=_("Both passes together. Pace and finishing date are counted from it."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("The cohort’s plan and weeks follow it; reminders follow each learner’s own."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        widget=forms.RadioSelect(attrs=SMALL),
        help_text=_("What the cohort speaks."),
    )
    order_rule = forms.ChoiceField(
        label=_("Order of first passes"),
        choices=[
            (Cohort.OrderRule.GUIDED, _("Guided: others open after a plain warning")),
            (Cohort.OrderRule.STRICT, _("Strict: the next one opens when the last is completed")),
            (Cohort.OrderRule.FREE, _("Free: any order")),
        ],
        widget=forms.RadioSelect,
        help_text=_("Bonus videos never block the order."),
    )
    is_open = forms.BooleanField(
        label=_("Anyone may join"),
        required=False,
        widget=switch(),
        help_text=_("Otherwise people need an invitation link."),
    )

    def __init__(self, *args: Any, now: datetime, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("time_zone", zone_choices(now, zone))
        self._offer(
            "language",
            [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class NewCohortForm(PlanForm):
    """A new cohort; its curriculum is chosen once and for all."""

    field_order = ["curriculum", "name"]

    curriculum = forms.ChoiceField(
        label=_("Curriculum"), help_text=_("It cannot be changed afterwards.")
    )

    def __init__(
        self, *args: Any, user: User, now: datetime, revisions: Iterable[Revision], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "starts_on": now.astimezone(user.zone).date(),
            "hours_per_week": Decimal("5"),
            "time_zone": user.time_zone,
            "language": user.language,
            "order_rule": Cohort.OrderRule.GUIDED,
        }
        super().__init__(*args, now=now, zone=user.time_zone, **kwargs)
        self.revisions = {revision.curriculum.slug: revision for revision in revisions}
        self._offer(
            "curriculum", [(slug, localized(each.title)) for slug, each in self.revisions.items()]
        )

    def cohort(self) -> dict[str, Any]:
        """The values for `create_cohort`."""
        values = dict(self.cleaned_data)
        return {"revision": self.revisions[values.pop("curriculum")], **values}


CONSEQUENCES = {
    "starts_on": _(
        "Weeks and planned hours are counted from here anew; who joined later has their own start."
    ),
    "hours_per_week": _(
        "Both passes together. Pace, planned hours and the end of the plan change for all at once."
    ),
    "time_zone": _(
        "Weeks and planned hours are cut anew; reminders follow each learner’s own zone."
    ),
    "language": _("What the cohort speaks: its invitations by mail are written in it."),
    "order_rule": _(
        "For first passes that are opened from now on. Bonus videos never block the order."
    ),
}


class CohortSettingsForm(PlanForm):
    """The plan and the policies of a cohort that is there; each field says what a change means."""

    field_order = [
        "name", "starts_on", "ends_on", "hours_per_week", "time_zone", "language", "order_rule",
        "soft_limit", "capacity", "is_open", "takes_requests", "night_rule", "recall_first",
        "bonus_is_owed", "youtube_on_click",
    ]  # fmt: skip

    # What the reader of the form has before them: another's change in between is not overwritten unseen.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    ends_on = forms.DateField(
        label=_("Ends on"),
        required=False,
        widget=day_input(),
        help_text=_("From the day after, nobody joins and no new reminders begin."),
    )
    takes_requests = forms.BooleanField(
        label=_("Anyone may ask to join"),
        required=False,
        widget=switch(),
        help_text=_("You answer each on the page People. Where anyone may join, nobody asks."),
    )
    night_rule = forms.BooleanField(
        label=_("A night between the two passes"),
        required=False,
        widget=switch(),
        help_text=_("A learner may go ahead all the same; it is recorded, not scolded."),
    )
    recall_first = forms.BooleanField(
        label=_("Ask what is remembered before a second pass"),
        required=False,
        widget=switch(),
        help_text=_(
            "A second pass opens on an empty field. Switched off, it opens at once; what was written stays."
        ),
    )
    soft_limit = forms.IntegerField(
        label=_("First passes ahead"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_(
            "From so many first passes without a second one, a rewatch is suggested first."
        ),
    )
    bonus_is_owed = forms.BooleanField(
        label=_("Rewatches of bonus videos are owed"),
        required=False,
        widget=switch(),
        help_text=_("Otherwise they are offered, and nobody is reminded of them."),
    )
    youtube_on_click = forms.BooleanField(
        label=_("YouTube only after a click"),
        required=False,
        widget=switch(),
        help_text=_("A watch page asks YouTube for nothing before the learner says so."),
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_(
            "Learners at most. Who is in already stays in; with more places, who waits comes in."
        ),
    )

    def __init__(self, *args: Any, cohort: Cohort, may_change: bool, now: datetime) -> None:
        names = [name for name in self.base_fields if not cohort.is_solo or name not in SHARED_ONLY]
        super().__init__(
            *args,
            now=now,
            zone=cohort.time_zone,
            initial={name: getattr(cohort, name, None) for name in names}
            | {"seen": fingerprint(cohort)},
        )
        for name, words in CONSEQUENCES.items():
            self.fields[name].help_text = words
        if cohort.is_solo:
            for name in SHARED_ONLY:
                del self.fields[name]
        for field in self.fields.values():
            field.disabled = not may_change

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("The cohort ends after it starts."))
        return cleaned


# What makes no sense in a cohort of one.
SHARED_ONLY = ("is_open", "takes_requests", "capacity")
