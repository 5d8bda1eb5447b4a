"""What becomes of shared notes when their learner goes to another cohort."""

from datetime import datetime

from django.db.models import F

from apps.cohorts.models import Membership
from apps.notes.models import Note


def take_back_shared(*, membership: Membership, now: datetime) -> int:
    """Make every shared note of a membership private: it was shared with these people, not with others."""
    shared = Note.objects.filter(viewing__membership=membership).exclude(
        visibility=Note.Visibility.PRIVATE
    )
    return shared.update(
        visibility=Note.Visibility.PRIVATE,
        shared_in=None,
        version=F("version") + 1,
        updated_at=now,
    )
