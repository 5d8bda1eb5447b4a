"""Tells the sign-in page of one's own machine which demo accounts there are."""

from django import template
from django.conf import settings

from apps.accounts.models import User

register = template.Library()

DEMO_EMAILS = tuple(
    f"{name}@example.org" for name in ("learner", "instructor", "observer", "admin")
)


@register.simple_tag
def demo_emails() -> list[str]:
    """The demo's addresses in the order of interest; none where there is no demo."""
    if not settings.DEMO_ALLOWED:
        return []
    there = set(User.objects.filter(email__in=DEMO_EMAILS).values_list("email", flat=True))
    return [email for email in DEMO_EMAILS if email in there]
