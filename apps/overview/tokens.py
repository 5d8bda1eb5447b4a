"""Making access tokens where cohorts are known: one that is limited to a cohort names one of its owner's."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.tokens import MadeToken, make_token
from apps.cohorts.selectors import membership_in
from apps.core.errors import InvalidValue, NotFound


def make_own_token(
    *,
    user: User,
    name: str,
    scopes: Sequence[str],
    now: datetime,
    expires_at: datetime | None = None,
    cohort_slug: str = "",
    secret: str = "",
) -> MadeToken:
    """`accounts.tokens.make_token` for a person; InvalidValue too for a cohort that they are not in."""
    if cohort_slug:
        try:
            membership_in(user=user, cohort_slug=cohort_slug)
        except NotFound:
            raise InvalidValue(_("You are in no cohort of this name."), field="cohort") from None
    return make_token(
        user=user,
        name=name,
        scopes=scopes,
        expires_at=expires_at,
        cohort=cohort_slug,
        now=now,
        secret=secret,
    )
