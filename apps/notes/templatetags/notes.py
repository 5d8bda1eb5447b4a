"""Template filters of the notebook."""

from django import template
from django.utils.safestring import SafeString

from apps.notes.markdown import render

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """A note's text as safe HTML."""
    return render(text)
