"""Spans of time as a curriculum's pages write them: "9–12 h", "5–7 min", "about 5 h"."""

from django import template
from django.utils.translation import gettext as _

from apps.curriculum.estimates import Estimate
from apps.curriculum.texts import Hours

register = template.Library()

# Below this many seconds a span is told in minutes.
SHORTEST_IN_HOURS = 2 * 3600


@register.filter
def both_passes(estimate: Estimate) -> str:
    """What both passes take by the method, in whole hours or minutes."""
    low, high = estimate.both_low_seconds, estimate.both_high_seconds
    if high < SHORTEST_IN_HOURS:
        return _("%(low)d–%(high)d min") % {"low": round(low / 60), "high": round(high / 60)}
    return _("%(low)d–%(high)d h") % {"low": round(low / 3600), "high": round(high / 3600)}


@register.filter
def said_hours(hours: Hours) -> str:
    """An author's estimate."""
    if hours.is_about:
        return _("about %(hours)d h") % {"hours": hours.low}
    return _("%(low)d–%(high)d h") % {"low": hours.low, "high": hours.high}
