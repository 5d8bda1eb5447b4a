"""Working in one's own Jupyter: time that counts although the desk does not see it, kept apart.

The learner says when it begins and when it ends; the clock is the server's. Without an answer to
"still there?" no more than 20 minutes count, and what is active time anyway counts only once.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.core.fields import Moments
from apps.progress import coverage
from apps.progress.models import SECOND_PASS, Viewing
from apps.progress.recording import record_change

ASKED_AFTER: Final = timedelta(minutes=20)


class SecondPassOnly(DomainError):
    code = "second_pass_only"
    title = _("One’s own Jupyter belongs to a second pass")


def work_elsewhere(*, viewing: Viewing, now: datetime) -> Viewing:
    """Begin, or say that one is still there: what has passed counts, at most 20 minutes of it.

    Raises SecondPassOnly.
    """
    if viewing.number != SECOND_PASS:
        raise SecondPassOnly
    return _folded(viewing, now, goes_on=True)


def come_back(*, viewing: Viewing, now: datetime) -> Viewing:
    """End it; ending what has not begun changes nothing. Raises SecondPassOnly."""
    if viewing.number != SECOND_PASS:
        raise SecondPassOnly
    return _folded(viewing, now, goes_on=False)


def asked_at(viewing: Viewing) -> datetime | None:
    """When the learner is asked again, and the time stops to count; None while at the desk."""
    return viewing.elsewhere_since and viewing.elsewhere_since + ASKED_AFTER


def apart(elsewhere: Moments, active: Moments) -> int:
    """Milliseconds elsewhere that are not active time."""
    return coverage.milliseconds(coverage.subtract(elsewhere, active))


def _folded(viewing: Viewing, now: datetime, *, goes_on: bool) -> Viewing:
    moment = now.replace(microsecond=now.microsecond // 1000 * 1000)
    with transaction.atomic():
        locked = Viewing.objects.select_for_update(of=("self",), no_key=True).get(pk=viewing.pk)
        locked.video, locked.membership = viewing.video, viewing.membership
        since = locked.elsewhere_since
        if since is None and not goes_on:
            return locked
        new = ((since, min(moment, since + ASKED_AFTER)),) if since is not None else ()
        added = coverage.subtract(coverage.subtract(new, locked.elsewhere), locked.active)
        before = apart(locked.elsewhere, locked.active) // 1000
        locked.elsewhere = coverage.merge((*locked.elsewhere, *new))
        more = apart(locked.elsewhere, locked.active) // 1000 - before
        locked.elsewhere_seconds += more
        # A clock that went back does not take anything away.
        locked.elsewhere_since = max(moment, since or moment) if goes_on else None
        record_change(
            viewing=locked,
            membership=viewing.membership,
            video=viewing.video,
            now=now,
            added_active=added,
            added_seconds=more,
            update_fields=["elsewhere", "elsewhere_seconds", "elsewhere_since"],
        )
    return locked
