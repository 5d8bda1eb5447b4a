"""The mails about an account: a code, a link to a new password, notices of what was changed.

Each lies in `templates/emails/<name>/` as subject, text and HTML; `name` is allauth's own.
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


def account_message(
    *, name: str, to: list[str], context: dict[str, Any], language: str
) -> EmailMultiAlternatives:
    """The mail `name` to `to` in `language`, not yet sent; the context may hold code and addresses."""
    with translation.override(language):
        context = context | {"site_url": settings.SITE_URL}
        subject = " ".join(render_to_string(f"emails/{name}/subject.txt", context).split())
        text = render_to_string(f"emails/{name}/body.txt", context)
        html = render_to_string(f"emails/{name}/body.html", context | {"subject": subject})
    message = EmailMultiAlternatives(subject, text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, to)
    message.attach_alternative(html, "text/html")
    return message
