"""Template filters and tags that say lengths of time, days and moments in the reader's language."""

from collections.abc import Sequence
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext

from apps.core import dates, durations
from apps.core.localized import localized

register = template.Library()

register.filter("localized", localized)
register.filter("duration_words", durations.duration_words)
register.filter("duration_short", durations.duration_short)
register.filter("duration_about", durations.duration_about)
register.filter("hours_words", durations.hours_words)
register.filter("hours_short", durations.hours_short)
register.filter("video_clock", durations.video_clock)


@register.filter
def listed(words: Sequence[str]) -> str:
    """ "Ada", "Ada and Grace", "Ada, Grace and Emmy"."""
    return get_text_list(list(words), gettext("and"))


@register.simple_tag
def when(moment: datetime, now: datetime | None = None) -> SafeString:
    """A moment in words ("today at 19:05") inside `<time>`, the exact one in its title."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        dates.exact_moment(moment),
        dates.moment_words(moment, now or timezone.now()),
    )


@register.simple_tag
def since(moment: datetime, now: datetime | None = None) -> SafeString:
    """How long ago a moment was ("3 days ago") inside `<time>`, the exact one in its title."""
    today = timezone.localtime(now or timezone.now()).date()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        dates.exact_moment(moment),
        dates.days_ago_words(timezone.localtime(moment).date(), today),
    )


@register.simple_tag
def on_day(day: date, today: date | None = None) -> SafeString:
    """A day in words ("tomorrow", "21 November") inside `<time>`, in full in its title."""
    today = today or timezone.localdate()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        day.isoformat(),
        dates.exact_day(day),
        dates.day_words(day, today),
    )


@register.simple_tag
def in_days(day: date, today: date | None = None) -> SafeString:
    """How soon a day comes ("in 4 days, Friday") inside `<time>`, in full in its title."""
    today = today or timezone.localdate()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        day.isoformat(),
        dates.exact_day(day),
        dates.in_days_words(day, today),
    )
