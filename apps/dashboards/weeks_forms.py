"""What an instructor sets by hand in a plan: the week of a video, and breaks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.cohorts.models import Cohort
from apps.cohorts.services.planning import LAST_WEEK, LONGEST_NAME
from apps.curriculum.outline import Outline
from apps.dashboards.forms import day_input, switch


class WeeksForm(forms.Form):
    """One number for each video; an empty one lets the hours a week decide."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, cohort: Cohort, outline: Outline, may_change: bool
    ) -> None:
        super().__init__(data)
        self._videos = {f"week_{video.id}": str(video.id) for video in outline.videos}
        for video in outline.videos:
            self.fields[f"week_{video.id}"] = forms.IntegerField(
                label=f"{video.position}. {video.title}",
                required=False,
                min_value=1,
                max_value=LAST_WEEK,
                initial=cohort.set_weeks.get(str(video.id)),
                disabled=not may_change,
                widget=forms.NumberInput(attrs={"class": "input--week", "inputmode": "numeric"}),
            )

    @property
    def weeks(self) -> dict[str, int]:
        """By video id, once the form is valid."""
        found = {key: self.cleaned_data[name] for name, key in self._videos.items()}
        return {key: week for key, week in found.items() if week is not None}


class BreakForm(forms.Form):
    """A new break."""

    first_on = forms.DateField(label=gettext_lazy("First day"), widget=day_input())
    last_on = forms.DateField(label=gettext_lazy("Last day"), widget=day_input())
    name = forms.CharField(
        label=pgettext_lazy("a break", "Name"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy(
            "As learners read it, such as “Winter holidays”. It may stay empty."
        ),
    )
    is_quiet = forms.BooleanField(
        label=gettext_lazy("No reminders about this cohort meanwhile"),
        required=False,
        widget=switch(),
        help_text=gettext_lazy(
            "What falls due waits for the first day after it. Otherwise reminders go on:"
            " a break is a good time to catch up."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first_on: date | None = cleaned.get("first_on")
        last_on: date | None = cleaned.get("last_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", _("A break ends after it begins."))
        return cleaned
