"""Forms for what is written between the passes: the scaffold and the recall."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from apps.progress.models import Rating
from apps.progress.services import MAX_CONCEPT_LENGTH, MAX_CONCEPTS, MAX_TEXT_LENGTH


class ScaffoldForm(forms.Form):
    """One to seven concepts, how they hang together, and the self-rating."""

    links = forms.CharField(
        label=_("How do they hang together?"),
        required=False,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rating = forms.ChoiceField(
        label=_("How did it go?"),
        choices=Rating.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it went: again, hard, good or easy.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MAX_CONCEPTS + 1):
            self.fields[f"concept_{number}"] = forms.CharField(
                label=_("Concept %(number)d") % {"number": number},
                required=False,
                max_length=MAX_CONCEPT_LENGTH,
                # The stylesheet shows the last lines once they are needed, told by the placeholder.
                widget=forms.TextInput(
                    attrs={
                        "placeholder": _("Another one, or leave it empty") if number > 2 else " "
                    }
                ),
            )
        # Errors are listed in the order of the page.
        concepts = [f"concept_{number}" for number in range(1, MAX_CONCEPTS + 1)]
        self.order_fields([*concepts, "links", "rating"])

    def concept_fields(self) -> Iterator[BoundField]:
        """The seven lines, in order."""
        return (self[f"concept_{number}"] for number in range(1, MAX_CONCEPTS + 1))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        concepts = [
            cleaned.get(f"concept_{number}", "").strip() for number in range(1, MAX_CONCEPTS + 1)
        ]
        cleaned["concepts"] = [concept for concept in concepts if concept]
        if not cleaned["concepts"] and not self.errors.keys() & set(self.fields) - {"rating"}:
            self.add_error("concept_1", _("Name one concept at least."))
        return cleaned


class RecallForm(forms.Form):
    """What is remembered before a second pass."""

    text = forms.CharField(
        label=_("What do you remember?"),
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7, "autofocus": True}),
        error_messages={"required": _("Write a word or two, or go on without.")},
    )
