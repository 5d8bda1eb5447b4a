"""The form of what was built: a link or a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.progress.built import FILE_TYPES, LONGEST_LINK


class BuiltForm(forms.Form):
    link = forms.CharField(
        label=_("Link"),
        required=False,
        max_length=LONGEST_LINK,
        help_text=_("A repository, a notebook, a page."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("Up to 10 MB. You and your instructors can open it."),
        widget=forms.FileInput(attrs={"accept": ",".join(FILE_TYPES)}),
    )
