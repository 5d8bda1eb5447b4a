"""Take a learner, with all that hangs on the membership, to another cohort on the same curriculum."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cohorts import access, selectors
from apps.cohorts.errors import CannotMove, CohortFull
from apps.cohorts.models import Care, Cohort, Event, JoinRequest, Letter, Look, Membership
from apps.cohorts.services.events import record
from apps.cohorts.services.joining import lock_membership
from apps.cohorts.services.making import locked_cohort
from apps.cohorts.services.writing import write_letter


def move_membership(*, membership: Membership, to: Cohort, by: User, now: datetime) -> Membership:
    """The same membership in another cohort, so history, notes and promises come along; a mail tells.

    The day of joining stays. An external id that somebody has over there is dropped. Raises CannotMove,
    CohortFull, CohortArchived, CohortEnded.
    """
    with transaction.atomic():
        # In the order of their ids, so that two moves in opposite directions do not wait for each other.
        locked = {pk: locked_cohort(pk) for pk in sorted({membership.cohort_id, to.pk})}
        source, target = locked[membership.cohort_id], locked[to.pk]
        membership = lock_membership(membership)
        _check(membership, source, target)
        refusal = access.refusal_of_cohort(target, now)
        if refusal is not None:
            raise refusal
        if not selectors.has_room(cohort=target):
            raise CohortFull
        taken = target.memberships.filter(external_id=membership.external_id)
        if membership.external_id and taken.exists():
            membership.external_id = ""
        membership.cohort = target
        membership.save(update_fields=["cohort", "external_id"])
        # What the old instructors did about them is not the new ones'.
        Care.objects.filter(membership=membership).delete()
        Look.objects.filter(learner=membership).delete()
        person = membership.user
        target.requests.filter(user=person, state__in=JoinRequest.OPEN).update(
            state=JoinRequest.State.ACCEPTED, settled_at=now, settled_by=by
        )
        record(cohort=source, kind=Event.Kind.MOVED_AWAY, actor=by, subject=person, now=now)
        record(cohort=target, kind=Event.Kind.MOVED_HERE, actor=by, subject=person, now=now)
        write_letter(kind=Letter.Kind.MOVED, cohort=target, user=person, now=now)
    return membership


def _check(membership: Membership, source: Cohort, target: Cohort) -> None:
    if membership.cohort_id != source.pk or source.pk == target.pk:
        raise CannotMove(_("They are not in this cohort any more."))
    if membership.ended_at is not None or membership.role != Membership.Role.LEARNER:
        raise CannotMove(_("Only learners who are in the cohort are moved."))
    if source.is_solo or target.is_solo:
        raise CannotMove(_("A cohort of one stays with its one."))
    if source.revision.curriculum_id != target.revision.curriculum_id:
        raise CannotMove(_("That cohort has another curriculum, where this history means nothing."))
    if target.memberships.filter(user=membership.user).exists():
        raise CannotMove(
            _("They have been in that cohort before, with a history of its own there.")
        )
