"""What is written about the parts of a curriculum's draft. What stands in a field must be right; it may be missing.

The rules are those of the curriculum document, and its reader says what is wrong, beside the field.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.curriculum.document import Fault
from apps.curriculum.draft.checking import part_faults
from apps.curriculum.draft.plan import Plain, filled
from apps.dashboards.curriculum_words import LABELS

LANGUAGES: tuple[tuple[str, Promise], ...] = (("en", _("English")), ("ru", _("Russian")))


class PartForm(forms.Form):
    """One part of a draft. `texts` are in both languages: name and whether it is long."""

    kind: ClassVar[str]
    texts: ClassVar[tuple[tuple[str, bool], ...]] = ()
    use_required_attribute = False

    def __init__(self, data: Any = None, *, part: Plain, codes: Iterable[str] = ()) -> None:
        super().__init__(data, initial=self.initial_of(part))
        self.codes = frozenset(codes)
        for name, is_long in self.texts:
            for language, word in LANGUAGES:
                widget = forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput()
                widget.attrs |= {"lang": language}
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=format_lazy("{} · {}", LABELS[name], word), required=False, widget=widget
                )

    def initial_of(self, part: Plain) -> dict[str, Any]:
        return {
            f"{name}_{language}": part.get(name, {}).get(language, "")
            for name, _is_long in self.texts
            for language, _word in LANGUAGES
        }

    def values(self) -> Plain:
        """The part as a draft keeps it."""
        data = self.cleaned_data
        return {
            name: {language: data.get(f"{name}_{language}", "") for language, _word in LANGUAGES}
            for name, _is_long in self.texts
        }

    def clean(self) -> None:
        for fault in part_faults(self.kind, self.values(), codes=self.codes):
            self.add_error(self.field_of(fault), self.words_of(fault))

    def field_of(self, fault: Fault) -> str | None:
        """The field that a place of the part is written in."""
        steps = [each.split("[")[0] for each in fault.path.split(".")]
        for count in (2, 1):
            if "_".join(steps[:count]) in self.fields:
                return "_".join(steps[:count])
        return f"{steps[0]}_min" if f"{steps[0]}_min" in self.fields else None

    def words_of(self, fault: Fault) -> str:
        line = re.match(r"\w+\[(\d+)\]", fault.path)
        if line and isinstance(self.fields.get(self.field_of(fault) or ""), LinesField):
            number = int(line[1]) + 1
            return gettext("Line %(line)d: %(reason)s") % {"line": number, "reason": fault.reason}
        return fault.reason


class LinesField(forms.CharField):
    """A thing on each line; lines without words are left out."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


def credit_lines(credit_entries: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(
        " | ".join(
            filter(
                None, (each["name"], *(each.get("for", {}).get(code, "") for code, _w in LANGUAGES))
            )
        )
        for each in credit_entries
    )


def credits_of(lines: Iterable[str]) -> list[Plain]:
    """`Name | what for, in English | in Russian`."""
    found = []
    for line in lines:
        parts = [part.strip() for part in line.split("|")]
        reason = dict(zip(("en", "ru"), parts[1:], strict=False))
        found.append({"name": parts[0]} | ({"for": reason} if any(reason.values()) else {}))
    return found


def credits_field() -> LinesField:
    return LinesField(
        label=_("Thanks to"),
        required=False,
        help_text=_("A line for each: name | what for, in English | in Russian."),
    )


def hours_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )


def hours_initial(part: Plain) -> dict[str, Any]:
    hours = part.get("hours")
    if isinstance(hours, dict):
        return {"hours_min": hours.get("min"), "hours_max": hours.get("max")}
    return {"hours_min": hours, "hours_max": hours}


def hours_of(data: Mapping[str, Any]) -> Any:
    low, high = data.get("hours_min", ""), data.get("hours_max", "")
    if low == high or not low or not high:
        return low or high
    return {"min": low, "max": high}


class AboutForm(PartForm):
    """The curriculum itself."""

    kind = "about"
    texts = (
        ("title", False),
        ("summary", True),
        ("role", False),
        ("result", True),
        ("prerequisites", True),
    )
    hours_min = hours_field(_("Hours, at least"))
    hours_max = hours_field(_("Hours, at most"))
    credits = credits_field()

    def initial_of(self, part: Plain) -> dict[str, Any]:
        return (
            super().initial_of(part)
            | hours_initial(part)
            | {"credits": credit_lines(part.get("credits", ()))}
        )

    def values(self) -> Plain:
        data = self.cleaned_data
        return super().values() | {
            "hours": hours_of(data),
            "credits": credits_of(data.get("credits", ())),
        }


class PhaseForm(PartForm):
    kind = "phase"
    texts = (("title", False), ("goal", True), ("prerequisites", True))
    hours_min = hours_field(_("Hours, at least"))
    hours_max = hours_field(_("Hours, at most"))

    def initial_of(self, part: Plain) -> dict[str, Any]:
        return super().initial_of(part) | hours_initial(part)

    def values(self) -> Plain:
        return super().values() | {"hours": hours_of(self.cleaned_data)}


class OutcomeForm(PartForm):
    """`heading` says which list it stands in; beside what one is not stands what one is."""

    kind = "outcome"

    def __init__(self, data: Any = None, *, part: Plain, heading: str) -> None:
        self.texts = (  # type: ignore[misc]  # each heading has its own
            (("is_not", True), ("is", True)) if heading == "is_not" else (("text", True),)
        )
        super().__init__(data, part=part)

    def clean(self) -> None:
        super().clean()
        if not self.errors and not filled(self.values()):
            self.add_error(f"{self.texts[0][0]}_en", gettext("Write it in one language at least."))
