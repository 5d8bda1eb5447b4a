"""The form of the notebook: one note at a moment of the video, of one of five kinds."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from apps.core.durations import video_clock
from apps.notes.models import Note
from apps.notes.services import MAX_TEXT_LENGTH, TEXTS

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?\Z")


class MomentField(forms.Field):
    """A moment of a video as one reads it on the player, 9:12 or 1:10:52; gives milliseconds."""

    default_error_messages = {"clock": _("Write the moment as the player shows it, such as 9:12.")}

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        match = _CLOCK.match(text)
        if match is None:
            raise forms.ValidationError(self.error_messages["clock"], code="clock")
        hours, minutes, seconds, fraction = match.groups()
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        return whole * 1000 + int((fraction or "0").ljust(3, "0"))

    def prepare_value(self, value: Any) -> Any:
        return video_clock(value) if isinstance(value, int) else value


def _long_text(label: Any, rows: int, **attributes: str) -> forms.CharField:
    # Line ends come as the browser sends them; inside a note they are always "\n".
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows, **attributes}),
    )


def new_key() -> str:
    """The key of a draft that nobody has written yet."""
    return str(uuid4())


class NoteForm(forms.Form):
    """Every field of every kind; the page shows those of the chosen one."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Note.Kind.choices,
        initial=Note.Kind.CONCEPT,
        widget=forms.RadioSelect,
    )
    at = MomentField(
        label=_("Moment"),
        error_messages={"required": _("Say at which moment of the video.")},
    )
    body = _long_text(_("Note"), 4)
    code = _long_text(_("Code"), 6, spellcheck="false", autocapitalize="off", autocomplete="off")
    output = _long_text(_("Output"), 3, spellcheck="false", autocapitalize="off")
    changed = _long_text(_("I changed"), 2)
    expected = _long_text(_("I expect"), 2)
    happened = _long_text(_("It did"), 2)
    visibility = forms.ChoiceField(
        label=_("Who sees it"), choices=Note.Visibility.choices, initial=Note.Visibility.PRIVATE
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    # Names the draft, so that a save sent twice is one note.
    draft = forms.RegexField(
        r"[a-z0-9-]{1,36}\Z", required=False, initial=new_key, widget=forms.HiddenInput
    )
    # Both are told by the page; without JavaScript nobody knows.
    typed_share = forms.FloatField(
        required=False, min_value=0, max_value=1, widget=forms.HiddenInput
    )
    has_paste = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def error_lines(self) -> list[BoundField]:
        """The fields with something to put right."""
        return [field for field in self if field.errors]

    def note_values(self) -> dict[str, Any]:
        """The cleaned values as `notes.services` names them.

        Texts that the chosen kind does not ask for are kept too: whoever changed the kind while
        writing loses nothing.
        """
        data = self.cleaned_data
        kept: dict[str, Any] = {
            "kind": data["kind"],
            "at_ms": data["at"],
            "visibility": data["visibility"],
            "has_paste": data["has_paste"] and data["kind"] == Note.Kind.CONCEPT,
            "typed_share": data["typed_share"] if data["code"].strip() else None,
        }
        for name in TEXTS:
            text = data[name].replace("\r\n", "\n")
            kept[name] = text.strip("\n") if name in CODE_TEXTS else text.strip()
        return kept


CODE_TEXTS = ("code", "output")


def note_initial(note: Note) -> dict[str, Any]:
    """The form's values for an existing note."""
    return {name: getattr(note, name) for name in ("kind", *TEXTS, "visibility")} | {
        "at": note.at_ms,
        "draft": f"note-{note.pk}",
        "has_paste": note.has_paste or "",
        "typed_share": note.typed_share,
        "version": note.version,
    }
