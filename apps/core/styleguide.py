"""What the style guide shows: every state of the glyph, every colour, one of each kind of field."""

from dataclasses import dataclass
from types import SimpleNamespace

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.glyph import Disc, GlyphState, Ring
from apps.core.localized import language_name


@dataclass(frozen=True, slots=True)
class Shown:
    """One state with its name."""

    name: Promise
    state: GlyphState


def _shown(name: Promise, disc: Disc, ring: Ring) -> Shown:
    return Shown(name, GlyphState(disc, ring))


GLYPHS = (
    _shown(_("not begun"), 0, 0),
    _shown(_("first pass 12 %"), 12, 0),
    _shown(_("first pass 62 %"), 62, 0),
    _shown(_("first pass done"), "done", 0),
    _shown(_("first pass self-reported"), "self_reported", 0),
    _shown(_("second pass 40 %"), "done", 40),
    _shown(_("due"), "done", "due"),
    _shown(_("40 % and due"), "done", (40, "due")),
    _shown(_("overdue"), "done", "overdue"),
    _shown(_("40 % and overdue"), "done", (40, "overdue")),
    _shown(_("light"), "done", "light"),
    _shown(_("self-reported and light"), "self_reported", "light"),
    _shown(_("both done"), "done", "done"),
)
COLOURS = (
    *("ground", "surface", "sunken", "ink", "ink-2", "ink-3", "line", "line-2", "line-3"),
    *("first", "first-ink", "first-wash", "second", "second-ink", "second-wash"),
    *("due", "due-ink", "due-wash", "ok", "err", "err-wash"),
)
SIZES = ("48", "28", "20", "17", "15", "13", "12", "11")
KINDS = (
    ("N", _("concept")),
    ("C", _("code")),
    ("E", _("experiment")),
    ("O", _("observation")),
    ("Q", _("question")),
)


class SampleForm(forms.Form):
    """One of each shape of field; bound and empty it shows their errors."""

    name = forms.CharField(label=_("Name"), help_text=_("As your cohort reads it."))
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    about = forms.CharField(label=_("In your own words"), required=False, widget=forms.Textarea)
    hours = forms.ChoiceField(
        label=_("Hours a week"), choices=[("3", "3"), ("5", "5"), ("8", "8")], initial="5"
    )
    rating = forms.ChoiceField(
        label=_("How did it go?"),
        choices=[
            ("again", _("Again")),
            ("hard", _("Hard")),
            ("good", _("Good")),
            ("easy", _("Easy")),
        ],
        widget=forms.RadioSelect,
        initial="good",
    )
    days = forms.MultipleChoiceField(
        label=_("Quiet days"),
        choices=[("6", _("Sat")), ("7", _("Sun"))],
        widget=forms.CheckboxSelectMultiple(attrs={"data-shape": "choice--small"}),
        required=False,
        initial=["7"],
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=[("read", _("Read notes")), ("write", _("Write notes"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    remind = forms.BooleanField(label=_("Remind me by e-mail"), initial=True)
    recall = forms.BooleanField(
        label=_("Recall prompts"),
        required=False,
        help_text=_("At most five in one message, oldest first."),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


def sample_built() -> SimpleNamespace:
    """A link to what was built along."""
    return SimpleNamespace(link="https://example.org/micrograd")


def sample_notes() -> list[SimpleNamespace]:
    """A note of each drawing, as the notebook hands it to its component."""
    empty = {
        "body": "",
        "code": "",
        "output": "",
        "changed": "",
        "expected": "",
        "happened": "",
        "typed_share": None,
        "visibility": "private",
    }
    return [
        SimpleNamespace(**(empty | own))
        for own in (
            {
                "pk": 1,
                "at_ms": 3_850_000,
                "kind": "concept",
                "get_kind_display": _("concept"),
                "body": "Each token asks with a *query* and offers a *key*.",
            },
            {
                "pk": 2,
                "at_ms": 4_113_000,
                "kind": "code",
                "get_kind_display": _("code"),
                "code": "wei = q @ k.transpose(-2, -1)\nwei = F.softmax(wei, dim=-1)",
                "output": "tensor([0.2391, 0.1187, 0.0926])",
                "typed_share": 1.0,
            },
            {
                "pk": 3,
                "at_ms": 4_252_000,
                "kind": "experiment",
                "get_kind_display": _("experiment"),
                "changed": "dropped the division by √head_size",
                "expected": "a slightly worse loss",
                "happened": "the weights went to one-hot at once",
                "visibility": "cohort",
            },
        )
    ]


def sample_player() -> SimpleNamespace:
    """The player as it stands before anything plays."""
    video = SimpleNamespace(
        duration_ms=6_980_000,
        duration_seconds=6980,
        title={"en": "Let’s build GPT", "ru": "Собираем GPT"},
        duration_is_approximate=False,
    )
    return SimpleNamespace(
        kind="second",
        video=video,
        source=SimpleNamespace(provider="youtube", language="en"),
        spoken=language_name("en"),
        is_youtube=True,
        is_completed=False,
        start_ms=4_252_000,
        needed_percent=90,
        server_now_ms=0,
    )
