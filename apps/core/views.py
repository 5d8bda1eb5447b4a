"""Pages that belong to no app."""

from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from apps.core.errors import NotFound
from apps.core.mailbox import stored_mail, stored_mails
from apps.core.styleguide import (
    COLOURS,
    GLYPHS,
    KINDS,
    SIZES,
    SampleForm,
    sample_built,
    sample_notes,
    sample_player,
)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about a person, and who reads it."""
    return render(request, "core/privacy.html")


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """What the mail sink of this machine took; where there is no sink there is no page."""
    return render(request, "core/mails.html", {"mails": stored_mails(folder=_mail_folder())})


@require_safe
@csp_replace({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no arguments
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One message: its headers, its text, and its HTML part in a sandbox."""
    return render(
        request, "core/mail.html", {"mail": stored_mail(folder=_mail_folder(), name=name)}
    )


@require_safe
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]  # its types know no arguments
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": ["data:"],
        "frame-ancestors": [SELF],
        # No scripts, no forms, an origin of its own; links may open a new window.
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, as a mail program would draw it: its inline styles and nothing else."""
    html = stored_mail(folder=_mail_folder(), name=name).html
    # Our pages refuse to be framed, so the message's links open beside it.
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state; for staff, and for everyone on one's own machine."""
    user = request.user
    if not (getattr(settings, "STYLEGUIDE_IS_OPEN", False) or (user.is_active and user.is_staff)):
        raise NotFound
    context = {
        "glyphs": GLYPHS,
        "shown_states": [shown.state for shown in GLYPHS],
        "colours": COLOURS,
        "sizes": SIZES,
        "kinds": KINDS,
        "notes": sample_notes(),
        "player": sample_player(),
        "built": sample_built(),
        "form": SampleForm(),
        "faulty": SampleForm({"faulty-email": "nadia@example"}, prefix="faulty"),
    }
    return render(request, "core/styleguide.html", context)


def _mail_folder() -> Path:
    """The sink's folder; only local settings have one."""
    folder = getattr(settings, "MAIL_ROOT", "")
    if not folder:
        raise NotFound
    return Path(folder)
