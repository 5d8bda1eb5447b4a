"""The two-ring glyph as a sentence, so that nothing it says is in shape or colour alone."""

from datetime import date
from functools import lru_cache

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.dates import date_words, day_words
from apps.core.glyph import PassState, RewatchState


def glyph_words(
    first: PassState,
    second: PassState,
    *,
    today: date,
    first_on: date | None = None,
    second_on: date | None = None,
    rewatch: RewatchState | None = None,
    due_on: date | None = None,
) -> str:
    """ "First pass done on 3 May, second pass 40 %, due tomorrow". Days are the learner's own."""
    return _words(get_language(), first, second, today, first_on, second_on, rewatch, due_on)


@lru_cache(maxsize=16384)
def _words(
    language: str | None,
    first: PassState,
    second: PassState,
    today: date,
    first_on: date | None,
    second_on: date | None,
    rewatch: RewatchState | None,
    due_on: date | None,
) -> str:
    """A cohort of ten thousand says the same few thousand sentences again and again."""
    parts = [_first_words(first, first_on, today), _second_words(second, second_on, today)]
    if not second.is_completed and due_on is not None:
        parts.append(_due_words(rewatch, due_on, today))
    return capfirst(", ".join(part for part in parts if part))


def _first_words(state: PassState, on: date | None, today: date) -> str:
    if state.is_completed:
        day = date_words(on, today) if on else ""
        if state.is_self_reported:
            return (
                _("first pass self-reported on %(day)s") % {"day": day}
                if day
                else _("first pass self-reported")
            )
        return _("first pass done on %(day)s") % {"day": day} if day else _("first pass done")
    if state.percent:
        return _("first pass %(percent)d %%") % {"percent": state.percent}
    return _("not watched yet")


def _second_words(state: PassState, on: date | None, today: date) -> str:
    if state.is_completed:
        day = date_words(on, today) if on else ""
        if state.is_self_reported:
            return (
                _("second pass self-reported on %(day)s") % {"day": day}
                if day
                else _("second pass self-reported")
            )
        if state.is_light:
            return (
                _("light second pass on %(day)s") % {"day": day} if day else _("light second pass")
            )
        return _("second pass done on %(day)s") % {"day": day} if day else _("second pass done")
    if state.percent:
        return _("second pass %(percent)d %%") % {"percent": state.percent}
    return ""


def _due_words(rewatch: RewatchState | None, due_on: date, today: date) -> str:
    if rewatch == "overdue":
        return _("second pass overdue since %(day)s") % {"day": date_words(due_on, today)}
    if rewatch == "due" or rewatch == "waiting":
        return _("second pass due %(day)s") % {"day": day_words(due_on, today)}
    return ""
