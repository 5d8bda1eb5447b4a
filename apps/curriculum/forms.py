"""A pasted curriculum document."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.curriculum.document import DocumentRefused, read_document


class DocumentForm(forms.Form):
    """`cleaned_data["document"]` is a CurriculumDocument; every fault is an error that names its line."""

    document = forms.CharField(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("YAML or JSON."),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "cols": 100, "spellcheck": "false"}),
    )

    def clean_document(self) -> Any:
        try:
            return read_document(self.cleaned_data["document"])
        except DocumentRefused as error:
            raise forms.ValidationError(
                [
                    forms.ValidationError(
                        _("Line %(line)d, %(path)s: %(reason)s")
                        if fault.path
                        else _("Line %(line)d: %(reason)s"),
                        params={"line": fault.line, "path": fault.path, "reason": fault.reason},
                        code=fault.code,
                    )
                    for fault in error.faults
                ]
            ) from error
