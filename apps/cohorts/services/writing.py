"""Put a letter to somebody with an account into the queue; `posting` sends it."""

from datetime import datetime

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Letter


def write_letter(*, kind: str, cohort: Cohort, user: User, now: datetime) -> Letter:
    """In the transaction of what the letter is about: no letter without it, nothing without its letter."""
    return Letter.objects.create(
        kind=kind,
        cohort=cohort,
        user=user,
        address=user.email,
        language=user.language,
        made_at=now,
        next_at=now,
    )
