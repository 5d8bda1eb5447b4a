"""What is written about one video: its own facts, the same in every revision, and what its place here says."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.localized import localized
from apps.curriculum.document.patterns import is_file_name
from apps.curriculum.draft.pasting import youtube_id_of
from apps.curriculum.draft.plan import Plain
from apps.dashboards.curriculum_parts import (
    LinesField,
    PartForm,
    credit_lines,
    credits_field,
    credits_of,
)


class VideoForm(PartForm):
    """A video's own facts, the same in every revision, and what its place in this one says."""

    kind = "video"
    texts = (("title", False), ("topics", False), ("description", True), ("hint", True))
    author = forms.CharField(label=_("Author"), required=False)
    duration = forms.CharField(
        label=_("Length"),
        required=False,
        help_text=_("As 19:00 or 1:02:03. Learners’ figures are counted anew by it."),
    )
    duration_is_approximate = forms.BooleanField(
        label=_("The length is approximate"),
        required=False,
        help_text=_("YouTube’s player may then correct it once, by at most 20 %."),
    )
    language = forms.CharField(
        label=_("Spoken language"),
        required=False,
        help_text=_("A code such as en or ru."),
    )
    file = forms.CharField(label=_("File below the media folder"), required=False)
    sources = LinesField(
        label=_("Other places to watch it"),
        required=False,
        help_text=_(
            "A link on each line; after it the language, where another one is spoken there."
        ),
    )
    captions = LinesField(
        label=_("Captions"),
        required=False,
        help_text=_("Only for files: the language and the .vtt file, a line for each."),
    )
    credits = credits_field()
    is_bonus = forms.BooleanField(
        label=_("Bonus"),
        required=False,
        help_text=_("Blocks no order; pace and finishing count without it."),
    )
    is_guest = forms.BooleanField(label=_("By a guest"), required=False)
    is_coding = forms.BooleanField(label=_("Code is typed by hand"), required=False)
    needs_torch = forms.BooleanField(label=_("Needs PyTorch"), required=False)
    outcomes = forms.MultipleChoiceField(
        label=_("Outcomes it serves"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, data: Any = None, *, part: Plain, outcomes: Iterable[tuple[str, Plain]]
    ) -> None:
        choices = [
            (outcome["code"], outcome_words(heading, outcome)) for heading, outcome in outcomes
        ]
        super().__init__(data, part=part, codes=[code for code, _text in choices])
        field = self.fields["outcomes"]
        field.choices = choices  # type: ignore[attr-defined]  # it is the one above
        self.place: Plain = {key: part[key] for key in ("youtube", "slug") if key in part}
        if "youtube" in part:
            del self.fields["file"]

    def initial_of(self, part: Plain) -> dict[str, Any]:
        plain = {
            name: part.get(name)
            for name in (
                "author", "duration", "duration_is_approximate", "file", "is_bonus", "is_guest",
                "is_coding", "needs_torch", "outcomes",
            )
        }  # fmt: skip
        return (
            super().initial_of(part)
            | plain
            | {
                "language": part.get("language", "en"),
                "sources": "\n".join(source_line(each) for each in part.get("sources", ())),
                "captions": "\n".join(
                    f"{language} {file}" for language, file in part.get("captions", {}).items()
                ),
                "credits": credit_lines(part.get("credits", ())),
            }
        )

    def values(self) -> Plain:
        data = self.cleaned_data
        flags = ("duration_is_approximate", "is_bonus", "is_guest", "is_coding", "needs_torch")
        return (
            self.place
            | super().values()
            | {name: data.get(name, "") for name in ("author", "duration", "language", "file")}
            | {name: bool(data.get(name)) for name in flags}
            | {
                "sources": [source_of(line) for line in data.get("sources", ())],
                "captions": captions_of(data.get("captions", ())),
                "credits": credits_of(data.get("credits", ())),
                "outcomes": sorted(data.get("outcomes", ())),
            }
        )


def outcome_words(heading: str, outcome: Plain) -> str:
    text = localized(outcome.get("is_not" if heading == "is_not" else "text", {}))
    if heading == "is_not":
        return gettext("Not: %(text)s") % {"text": text}
    return text or str(outcome["code"])


def source_line(source: Plain) -> str:
    if "youtube" in source:
        address = f"https://youtu.be/{source['youtube']}"
    else:
        address = source.get("link") or source.get("file", "")
    return f"{address} {source.get('language', '')}".strip()


def source_of(line: str) -> Plain:
    """A link of YouTube in any of its forms, a file, or a link elsewhere; then maybe a language."""
    address, _space, language = line.partition(" ")
    found = youtube_id_of(address)
    if found:
        place = {"youtube": found}
    elif is_file_name(address) and address.endswith((".webm", ".mp4")):
        place = {"file": address}
    else:
        place = {"link": address}
    return place | ({"language": language.strip()} if language.strip() else {})


def captions_of(lines: Iterable[str]) -> Plain:
    found: Plain = {}
    for line in lines:
        language, _space, file = line.partition(" ")
        found[language] = file.strip() or "-"
    return found
