"""The days of a ladder, as people write them: "4, 8, 16, 30"."""

from collections.abc import Mapping
from itertools import pairwise

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.cohorts.models import Cohort

RUNGS_AT_MOST, LAST_DAY = 6, 365


class LadderForm(forms.Form):
    """Days after the first pass, growing; commas or spaces between."""

    days = forms.CharField(
        label=_("Days after the first pass"),
        max_length=60,
        help_text=_(
            "Such as 4, 8, 16, 30: due on the first, reminded of again on each other one while it is left undone."
        ),
        error_messages={"required": _("Write at least one day.")},
    )

    def __init__(
        self, data: Mapping[str, str] | None = None, *, cohort: Cohort, may_change: bool
    ) -> None:
        super().__init__(data, initial={"days": ", ".join(map(str, cohort.ladder))})
        self.fields["days"].disabled = not may_change

    def clean_days(self) -> list[int]:
        parts = self.cleaned_data["days"].replace(",", " ").split()
        if not all(part.isascii() and part.isdecimal() and len(part) <= 3 for part in parts):
            raise forms.ValidationError(_("Write whole numbers, such as 4, 8, 16, 30."))
        days = [int(part) for part in parts]
        if len(days) > RUNGS_AT_MOST:
            raise forms.ValidationError(_("Six days at most: more than that is nagging."))
        if days[0] < 1 or days[-1] > LAST_DAY or any(b <= a for a, b in pairwise(days)):
            raise forms.ValidationError(_("The days must grow, from 1 to 365."))
        return days
