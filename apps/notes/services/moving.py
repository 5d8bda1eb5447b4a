"""What becomes of shared notes when their learner goes to another cohort."""

from datetime import datetime

from django.db.models import F

from apps.cohorts.models import Membership
from apps.notes.models import Note
from apps.progress.models import Viewing


def hold_passes(*, membership: Membership) -> None:
    """Lock all passes of a membership, for who is about to lock it itself: passes come first everywhere.

    Whoever is just sharing a note or finishing a pass comes before, or finds the other cohort.
    """
    held = Viewing.objects.select_for_update(of=("self",), no_key=True)
    list(held.filter(membership=membership).order_by("pk").values_list("pk", flat=True))


def take_back_shared(*, membership: Membership, now: datetime) -> int:
    """Make every shared note of a membership private: it was shared with these people, not with others."""
    hold_passes(membership=membership)
    shared = Note.objects.filter(viewing__membership=membership).exclude(
        visibility=Note.Visibility.PRIVATE
    )
    return shared.update(
        visibility=Note.Visibility.PRIVATE,
        shared_in=None,
        version=F("version") + 1,
        updated_at=now,
    )
