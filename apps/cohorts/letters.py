"""The words of a cohort's letters: templates in `templates/emails/cohort_<kind>/`."""

from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation

from apps.accounts.emails import account_message
from apps.cohorts import access
from apps.cohorts.models import Letter
from apps.core.localized import localized


def message_of(letter: Letter, *, now: datetime, post: Any) -> EmailMultiAlternatives | None:
    """The mail, ready to be sent through `post`; None when it is no longer true."""
    cohort, invitation = letter.cohort, letter.invitation
    if invitation is not None:
        invitation.cohort = cohort
        if access.refusal_of_invitation(invitation, now) is not None:
            return None
    inviter = invitation.created_by if invitation is not None else None
    author = letter.message.author if letter.message is not None else None
    with translation.override(letter.language):
        context = {
            "letter": letter,
            "cohort": cohort,
            "curriculum": localized(cohort.revision.title, letter.language),
            "inviter": inviter,
            "address": _address(letter),
            "author": author,
        }
    message = account_message(
        name=f"cohort_{letter.kind}",
        to=[letter.address],
        context=context,
        language=letter.language,
    )
    message.connection = post
    message.extra_headers["Message-ID"] = _message_id(letter)
    if letter.message is None:
        message.extra_headers["Auto-Submitted"] = "auto-generated"
    answers_to = inviter or author
    if answers_to is not None:
        message.reply_to = [answers_to.email]
    return message


def _address(letter: Letter) -> str:
    if letter.invitation is not None:
        path = reverse("classroom:join", args=[letter.invitation.code])
    elif letter.kind == Letter.Kind.MESSAGE:
        path = reverse("reminders:inbox")
    elif letter.kind == Letter.Kind.WEBHOOK_OFF:
        path = reverse("dashboards:webhooks", args=[letter.cohort.slug])
    elif letter.kind == Letter.Kind.DECLINED:
        path = reverse("classroom:start")
    else:
        path = reverse("classroom:home", args=[letter.cohort.slug])
    return f"{settings.SITE_URL}{path}"


def _message_id(letter: Letter) -> str:
    """The same at every try, and of nobody else's letter."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<letter-{letter.pk}-{letter.made_at:%Y%m%d%H%M%S%f}@{domain}>"
