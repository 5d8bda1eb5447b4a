"""The number beside "Inbox" in the bar."""

from django import template
from django.template import Context

from apps.accounts.models import User
from apps.reminders import selectors

register = template.Library()


@register.simple_tag(takes_context=True)
def new_messages(context: Context) -> int:
    """How many messages the reader has not looked at yet, exactly: one query, and none on the inbox itself, where
    they are being looked at."""
    user = context.get("user")
    if not isinstance(user, User) or context.get("nav_current") == "inbox":
        return 0
    return selectors.unread_messages(user=user)
