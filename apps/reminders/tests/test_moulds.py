"""A mail that is filled into its mould is the mail that the template engine would have written."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.reminders.moulds import Filling

TEMPLATES = "emails/rewatch_reminder"
NASTY = st.sampled_from(
    [
        "",
        "Backprop",
        "<b>“&”</b>",
        "100 % %(time)s %d",
        "{{ line }} {% if %}",
        "\ue0001\ue001",
        "Ой",
    ]
)
ADDRESSES = ("start", "tomorrow", "later", "another_day", "pause", "unsubscribe", "settings")


@st.composite
def contexts(draw: st.DrawFn) -> dict[str, Any]:
    answers = st.lists(st.fixed_dictionaries({"words": NASTY, "address": NASTY}), max_size=3)
    line = st.fixed_dictionaries(
        {"title": NASTY, "address": NASTY, "time": NASTY, "is_begun": st.booleans(),
         "facts": NASTY, "cue": NASTY, "answers": answers}
    )  # fmt: skip
    words = ("heading", "day", "subject", "later", "pause_until", "hour", "zone", "quiet_days")
    names = [*words, *(f"{name}_address" for name in ADDRESSES)]
    plain = draw(st.fixed_dictionaries(dict.fromkeys(names, NASTY)))
    return plain | {"lines": draw(st.lists(line, min_size=1, max_size=5))}


@settings(max_examples=60, deadline=None)
@given(contexts(), st.sampled_from(["en", "ru"]))
def test_filling_a_mould_is_rendering_the_template(context: dict[str, Any], language: str) -> None:
    with translation.override(language):
        filling = Filling(context)
        for name, filled in (("body.txt", filling.text), ("body.html", filling.html)):
            template = f"{TEMPLATES}/{name}"
            assert filled(template) == render_to_string(template, context)
