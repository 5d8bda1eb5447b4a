"""What begins a curriculum, and a document that is brought into its draft."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.curriculum.draft.checking import part_faults
from apps.dashboards.curriculum_words import LABELS

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class BeginForm(forms.Form):
    """A new curriculum: from nothing or from another one."""

    use_required_attribute = False
    title_en = forms.CharField(
        label=format_lazy("{} · {}", LABELS["title"], _("English")), max_length=200
    )
    title_ru = forms.CharField(
        label=format_lazy("{} · {}", LABELS["title"], _("Russian")), max_length=200, required=False
    )
    slug = forms.RegexField(
        SLUG,
        label=_("Name in addresses"),
        max_length=80,
        help_text=_("Small Latin letters, digits and hyphens. It never changes."),
        error_messages={
            "invalid": _(
                "Only small Latin letters, digits and single hyphens may stand here, at most 80."
            )
        },
    )
    copied = forms.ChoiceField(label=_("Begin with"), required=False)

    def __init__(self, data: Any = None, *, known: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["copied"]
        field.choices = [  # type: ignore[attr-defined]  # it is the one above
            ("", _("nothing")),
            *((slug, gettext("a copy of “%(title)s”") % {"title": title}) for slug, title in known),
        ]

    def clean(self) -> None:
        for language in ("en", "ru"):
            title = {language: self.cleaned_data.get(f"title_{language}", "")}
            for fault in part_faults("about", {"title": title}):
                self.add_error(f"title_{language}", fault.reason)


class DocumentForm(forms.Form):
    """A document, pasted or chosen as a file; its reader says what is wrong, by its lines."""

    use_required_attribute = False
    text = forms.CharField(
        label=_("Document"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "mono"}),
        help_text=_("YAML or JSON."),
    )
    file = forms.FileField(label=_("or a file"), required=False)
