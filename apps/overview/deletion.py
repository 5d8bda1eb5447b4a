"""The end of an account: what is the person's own goes, what others need stays without their name."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.tokens import EmailUnconfirmed, token_owner
from apps.cohorts.models import Cohort, Membership
from apps.core.errors import DomainError
from apps.overview.services import leave_cohort


class StillNeeded(DomainError):
    """Others would be left without an instructor; `cohorts` names where."""

    code = "still_needed"
    title = _("Somebody else has to teach your cohorts first")


def check_password(*, user: User, password: str, address: str, now: datetime) -> None:
    """Ask again before what cannot be undone; tries are limited as for access tokens. Raises WrongCredentials,
    TooManyTries, TriesNotCounted."""
    try:
        token_owner(email=user.email, password=password, address=address, now=now)
    except EmailUnconfirmed:
        # The password was right.
        return


def where_still_needed(*, user: User) -> list[Cohort]:
    """Running cohorts with other people where this person is the only instructor."""
    teaching = Membership.objects.active().filter(
        user=user, role=Membership.Role.INSTRUCTOR, cohort__archived_at__isnull=True
    )
    return [
        each.cohort
        for each in teaching.select_related("cohort").order_by("cohort__name")
        if _is_alone_with_others(each)
    ]


def _is_alone_with_others(membership: Membership) -> bool:
    others = membership.cohort.memberships.active().people().exclude(pk=membership.pk)
    return others.exists() and not others.filter(role=Membership.Role.INSTRUCTOR).exists()


def delete_account(*, user: User, now: datetime) -> None:
    """Delete the person with all that hangs on them: passes, notes, answers, rewatches, tokens, cohorts of one.

    They leave their cohorts first, so that places are filled and webhooks told; history keeps what was done, without
    a name. Raises StillNeeded.
    """
    with transaction.atomic():
        # Cohorts before the person, as everywhere: whoever takes them out of one, or lets them in, holds its row.
        mine = Cohort.objects.filter(memberships__in=Membership.objects.active().filter(user=user))
        list(mine.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
        locked = User.objects.select_for_update().get(pk=user.pk)
        needed = where_still_needed(user=locked)
        if needed:
            raise StillNeeded(
                _("You are the only instructor of: %(cohorts)s.")
                % {"cohorts": ", ".join(cohort.name for cohort in needed)},
                cohorts=[cohort.slug for cohort in needed],
            )
        active = Membership.objects.active().filter(user=locked)
        for membership in active.select_related("cohort__revision__curriculum", "user"):
            if membership.cohort.archived_at is None and not membership.cohort.is_solo:
                leave_cohort(membership=membership, now=now)
        Cohort.objects.filter(is_solo=True, memberships__user=locked).delete()
        locked.delete()
