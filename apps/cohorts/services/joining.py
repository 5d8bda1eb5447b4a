"""Come into a cohort, leave it, come back to it, change the role in it.

A person has one membership in a cohort for good: who comes back finds their own record. Joining
twice changes nothing, so a double click or a second opening of the link is harmless.
"""

from datetime import datetime
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cohorts import access, selectors
from apps.cohorts.errors import CohortFull, InvitationForAnother, LastInstructor
from apps.cohorts.models import Cohort, Invitation, Membership
from apps.cohorts.services.making import locked_cohort, save_with_slug
from apps.core.errors import NotFound
from apps.core.localized import localized
from apps.curriculum.selectors import current_revision

ALONE_HOURS_PER_WEEK = Decimal("5.0")


def join_by_invitation(*, user: User, code: str, now: datetime) -> Membership:
    """Become a member in the invitation's role; who is one already stays as they are, at no use.

    Raises the errors of `selectors.invitation_by_code`, InvitationForAnother, CohortFull.
    """
    with transaction.atomic():
        cohort = locked_cohort(selectors.any_invitation(code=code).cohort_id)
        present = _membership(user, cohort)
        if present is not None and present.ended_at is None:
            return present
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("cohort")
            .get(code=code)
        )
        refusal = access.refusal_of_invitation(invitation, now)
        if refusal is not None:
            raise refusal
        _check_address(invitation, user)
        membership = _come_in(user, cohort, invitation.role, present, now)
        invitation.uses += 1
        invitation.save(update_fields=["uses"])
    return membership


def join_open_cohort(*, user: User, cohort_slug: str, now: datetime) -> Membership:
    """Become a learner of a cohort that is open to all.

    Raises NotFound where there is none of that name or it is not open (who is in it already stays),
    CohortEnded, CohortFull.
    """
    with transaction.atomic():
        found = Cohort.objects.filter(slug=cohort_slug).first()
        if found is None:
            raise NotFound
        cohort = locked_cohort(found.pk)
        present = _membership(user, cohort)
        if present is not None and present.ended_at is None:
            return present
        if not cohort.is_open or cohort.is_solo or cohort.archived_at is not None:
            raise NotFound
        refusal = access.refusal_of_cohort(cohort, now)
        if refusal is not None:
            raise refusal
        return _come_in(user, cohort, Membership.Role.LEARNER, present, now)


def start_alone(*, user: User, curriculum_slug: str, now: datetime) -> Membership:
    """A cohort of one on the newest revision, with the usual rules; starting twice is the same one.

    Who left theirs comes back to it. Raises NotFound for an unknown curriculum.
    """
    revision = current_revision(slug=curriculum_slug)
    with transaction.atomic():
        # Two clicks at once must not make two cohorts.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        present = (
            Membership.objects.select_related("cohort")
            .filter(
                user=user,
                cohort__is_solo=True,
                cohort__archived_at__isnull=True,
                cohort__revision__curriculum=revision.curriculum,
            )
            .order_by("-joined_at")
            .first()
        )
        if present is not None:
            if present.ended_at is None:
                return present
            return _come_in(user, present.cohort, present.role, present, now)
        cohort = Cohort(
            name=localized(revision.title, user.language),
            revision=revision,
            starts_on=now.astimezone(user.zone).date(),
            hours_per_week=ALONE_HOURS_PER_WEEK,
            time_zone=user.time_zone,
            language=user.language,
            is_solo=True,
            capacity=1,
            created_by=user,
            created_at=now,
        )
        save_with_slug(cohort)
        return _come_in(user, cohort, Membership.Role.LEARNER, None, now)


def end_membership(*, membership: Membership, now: datetime) -> Membership:
    """Leave, or be taken out; what was done stays. Ending twice keeps the first moment.

    Raises LastInstructor where others would be left without one.
    """
    with transaction.atomic():
        cohort = locked_cohort(membership.cohort_id)
        membership = _locked(membership)
        if membership.ended_at is None:
            _keep_an_instructor(cohort, membership)
            membership.ended_at = now
            membership.save(update_fields=["ended_at"])
    return membership


def change_role(*, membership: Membership, role: str, now: datetime) -> Membership:
    """Give an active member another role. Raises LastInstructor, CohortFull, NotFound when they left."""
    with transaction.atomic():
        cohort = locked_cohort(membership.cohort_id)
        membership = _locked(membership)
        if membership.ended_at is not None:
            raise NotFound
        if role != membership.role:
            _keep_an_instructor(cohort, membership)
            _keep_room(cohort, role)
            membership.role = Membership.Role(role)
            membership.save(update_fields=["role"])
    return membership


def _membership(user: User, cohort: Cohort) -> Membership | None:
    membership = Membership.objects.filter(user=user, cohort=cohort).first()
    if membership is not None:
        membership.cohort = cohort
    return membership


def _locked(membership: Membership) -> Membership:
    return (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cohort__revision__curriculum", "user")
        .get(pk=membership.pk)
    )


def _come_in(
    user: User, cohort: Cohort, role: str, present: Membership | None, now: datetime
) -> Membership:
    _keep_room(cohort, role)
    if present is None:
        return Membership.objects.create(cohort=cohort, user=user, role=role, joined_at=now)
    present.ended_at = None
    present.role = Membership.Role(role)
    present.save(update_fields=["ended_at", "role"])
    return present


def _keep_room(cohort: Cohort, role: str) -> None:
    if role == Membership.Role.LEARNER and not selectors.has_room(cohort=cohort):
        raise CohortFull


def _keep_an_instructor(cohort: Cohort, leaving: Membership) -> None:
    if leaving.role != Membership.Role.INSTRUCTOR or cohort.archived_at is not None:
        return
    others = cohort.memberships.active().exclude(pk=leaving.pk)
    if others.exists() and not others.filter(role=Membership.Role.INSTRUCTOR).exists():
        raise LastInstructor


def _check_address(invitation: Invitation, user: User) -> None:
    if not (invitation.email or invitation.email_domain):
        return
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list(
        "email", flat=True
    )
    if any(access.is_meant_for(invitation, address) for address in confirmed):
        return
    wanted = invitation.email or f"…@{invitation.email_domain}"
    raise InvitationForAnother(
        _("This invitation is for %(wanted)s. Sign in with that address, or ask for another link.")
        % {"wanted": wanted}
    )
