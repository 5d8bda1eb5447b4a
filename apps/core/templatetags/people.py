"""Template filters about people's names."""

from django import template

register = template.Library()


@register.filter
def initials(name: str) -> str:
    """At most two letters for the round mark in the bar: "Nadia Kowalska" gives NK, "anna" gives A."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [name.strip()[:1]]
    return "".join(letters).upper()
