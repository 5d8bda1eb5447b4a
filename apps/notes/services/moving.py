"""What becomes of shared notes when their learner goes to another cohort."""

from datetime import datetime

from django.db.models import F

from apps.cohorts.models import Membership
from apps.notes.models import Note
from apps.progress.models import Viewing


def take_back_shared(*, membership: Membership, now: datetime) -> int:
    """Make every shared note of a membership private: it was shared with these people, not with others."""
    # Whoever is just sharing one comes first, or finds the other cohort.
    held = Viewing.objects.select_for_update(of=("self",), no_key=True)
    list(held.filter(membership=membership).order_by("pk").values_list("pk", flat=True))
    shared = Note.objects.filter(viewing__membership=membership).exclude(
        visibility=Note.Visibility.PRIVATE
    )
    return shared.update(
        visibility=Note.Visibility.PRIVATE,
        shared_in=None,
        version=F("version") + 1,
        updated_at=now,
    )
