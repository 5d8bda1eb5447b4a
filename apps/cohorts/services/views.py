"""An instructor's own ways to look at a cohort's table, kept under names."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.cohorts.models import LONGEST_VIEW, LONGEST_VIEW_NAME, MOST_VIEWS, Membership, SavedView
from apps.core.errors import InvalidValue


def save_view(*, membership: Membership, name: str, query: str, now: datetime) -> SavedView:
    """Keep a query string under a name; the same name again puts the new one in its place.

    Raises InvalidValue.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_VIEW_NAME or not name.isprintable():
        raise InvalidValue(
            _("A name has 1 to %(most)d characters.") % {"most": LONGEST_VIEW_NAME}, field="name"
        )
    if len(query) > LONGEST_VIEW:
        raise InvalidValue(_("This view asks for too much to be kept."), field="query")
    with transaction.atomic():
        # Two clicks at once must not make one view too many.
        Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
        mine = SavedView.objects.filter(membership=membership)
        if not mine.filter(name=name).exists() and mine.count() >= MOST_VIEWS:
            raise InvalidValue(
                _("%(most)d views are kept at most. Remove one first.") % {"most": MOST_VIEWS},
                field="name",
            )
        view, _made = SavedView.objects.update_or_create(
            membership=membership, name=name, defaults={"query": query, "made_at": now}
        )
    return view


def remove_view(*, membership: Membership, view_id: int) -> str:
    """Forget one of one's own views; its name, or nothing where it is gone already."""
    if view_id >= 2**63:
        return ""
    view = SavedView.objects.filter(membership=membership, pk=view_id).first()
    if view is None:
        return ""
    view.delete()
    return view.name
