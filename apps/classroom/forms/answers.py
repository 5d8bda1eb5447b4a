"""The form of an answer to somebody's question."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.notes.services import LONGEST_ANSWER


class AnswerForm(forms.Form):
    """`version` comes with an answer that is changed."""

    body = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
