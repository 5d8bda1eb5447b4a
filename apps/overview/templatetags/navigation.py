"""Template tags of the bar: which cohort it stands for."""

from typing import cast

from django import template
from django.template import Context

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.overview.home import home_membership

register = template.Library()

KEPT = "_home_membership"


@register.simple_tag(takes_context=True)
def bar_membership(context: Context) -> Membership | None:
    """The page's own membership, else the one the person is at home in (one query a page)."""
    given = context.get("membership")
    request = context.get("request")
    if isinstance(given, Membership) or request is None:
        return given if isinstance(given, Membership) else None
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    if not hasattr(request, KEPT):
        setattr(request, KEPT, home_membership(user=user))
    return cast("Membership | None", getattr(request, KEPT))
