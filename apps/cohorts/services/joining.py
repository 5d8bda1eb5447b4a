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
from apps.accounts.services import close_machine
from apps.cohorts import access, selectors
from apps.cohorts.errors import (
    CohortFull,
    ExternalIdTaken,
    InvitationForAnother,
    LastInstructor,
)
from apps.cohorts.models import (
    LONGEST_EXTERNAL_ID,
    Cohort,
    Event,
    Invitation,
    JoinRequest,
    Membership,
)
from apps.cohorts.services.events import record
from apps.cohorts.services.making import locked_cohort, save_with_slug
from apps.core.errors import InvalidValue, NotFound
from apps.core.localized import localized
from apps.curriculum.selectors import current_revision

ALONE_HOURS_PER_WEEK = Decimal("5.0")


def join_by_invitation(*, user: User, code: str, now: datetime) -> Membership:
    """Become a member in the invitation's role; who is one already stays as they are, at no use.

    Raises the errors of `selectors.invitation_by_code`, InvitationForAnother, CohortFull.
    """
    with transaction.atomic():
        cohort = locked_cohort(selectors.any_invitation(code=code).cohort_id)
        present = membership_of(user, cohort)
        if present is not None and present.ended_at is None:
            return present
        invitation = usable_invitation(code, user, now)
        _keep_room(cohort, invitation.role)
        membership = come_in(
            user, cohort, invitation.role, present, now, external_id=invitation.external_id
        )
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
        present = membership_of(user, cohort)
        if present is not None and present.ended_at is None:
            return present
        if not cohort.is_open or cohort.is_solo or cohort.archived_at is not None:
            raise NotFound
        refusal = access.refusal_of_cohort(cohort, now)
        if refusal is not None:
            raise refusal
        _keep_room(cohort, Membership.Role.LEARNER)
        return come_in(user, cohort, Membership.Role.LEARNER, present, now)


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
            return come_in(user, present.cohort, present.role, present, now)
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
        return come_in(user, cohort, Membership.Role.LEARNER, None, now)


def end_membership(*, membership: Membership, now: datetime, by: User | None = None) -> Membership:
    """Leave, or be taken out; what was done stays. Ending twice keeps the first moment.

    Raises LastInstructor where others would be left without one.
    """
    with transaction.atomic():
        cohort = locked_cohort(membership.cohort_id)
        membership = lock_membership(membership)
        if membership.ended_at is None:
            _keep_an_instructor(cohort, membership)
            membership.ended_at = now
            membership.save(update_fields=["ended_at"])
            person = membership.user
            if person.is_machine:
                close_machine(user=person)
            removed = by is not None and by != person
            record(
                cohort=cohort,
                kind=Event.Kind.REMOVED if removed else Event.Kind.LEFT,
                actor=by or person,
                subject=person,
                now=now,
            )
    return membership


def change_role(
    *, membership: Membership, role: str, now: datetime, by: User | None = None
) -> Membership:
    """Give an active member another role. Raises LastInstructor, CohortFull, NotFound when they left."""
    with transaction.atomic():
        cohort = locked_cohort(membership.cohort_id)
        membership = lock_membership(membership)
        if membership.ended_at is not None:
            raise NotFound
        if membership.user.is_machine and role == Membership.Role.LEARNER:
            raise InvalidValue(_("A machine account learns nothing."), field="role")
        if role != membership.role:
            _keep_an_instructor(cohort, membership)
            _keep_room(cohort, role)
            before, membership.role = membership.role, Membership.Role(role)
            membership.save(update_fields=["role"])
            record(
                cohort=cohort,
                kind=Event.Kind.ROLE_CHANGED,
                actor=by,
                subject=membership.user,
                now=now,
                before=str(before),
                after=str(membership.role),
            )
    return membership


def set_external_id(
    *, membership: Membership, external_id: str, now: datetime, by: User | None = None
) -> Membership:
    """What the school calls this member; empty takes it away. Raises ExternalIdTaken, InvalidValue, NotFound."""
    external_id = checked_external_id(external_id)
    with transaction.atomic():
        cohort = locked_cohort(membership.cohort_id)
        membership = lock_membership(membership)
        if membership.ended_at is not None:
            raise NotFound
        if external_id != membership.external_id:
            if external_id and cohort.memberships.filter(external_id=external_id).exists():
                raise ExternalIdTaken
            membership.external_id = external_id
            membership.save(update_fields=["external_id"])
            record(
                cohort=cohort,
                kind=Event.Kind.ID_CHANGED,
                actor=by,
                subject=membership.user,
                now=now,
            )
    return membership


def checked_external_id(external_id: str) -> str:
    """Printable, on one line, not too long. Raises InvalidValue."""
    external_id = " ".join(external_id.split())
    if len(external_id) > LONGEST_EXTERNAL_ID or not external_id.isprintable():
        raise InvalidValue(
            _("An external id has %(most)d characters at most.") % {"most": LONGEST_EXTERNAL_ID},
            field="external_id",
        )
    return external_id


def usable_invitation(code: str, user: User, now: datetime) -> Invitation:
    """The invitation, locked, if this person may come in by it now; the cohort is locked before."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("cohort").get(code=code)
    )
    refusal = access.refusal_of_invitation(invitation, now)
    if refusal is not None:
        raise refusal
    _check_address(invitation, user)
    return invitation


def membership_of(user: User, cohort: Cohort) -> Membership | None:
    membership = Membership.objects.filter(user=user, cohort=cohort).first()
    if membership is not None:
        membership.cohort = cohort
    return membership


def lock_membership(membership: Membership) -> Membership:
    """The membership's row, locked, with all that services reach through it."""
    return (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cohort__revision__curriculum", "user")
        .get(pk=membership.pk)
    )


def come_in(
    user: User,
    cohort: Cohort,
    role: str,
    present: Membership | None,
    now: datetime,
    *,
    by: User | None = None,
    external_id: str = "",
) -> Membership:
    """Make or reactivate the membership in a locked cohort that has room; an open request is settled by it."""
    if external_id and cohort.memberships.filter(external_id=external_id).exists():
        # Somebody has it by now; whoever comes is let in all the same.
        external_id = ""
    if present is None:
        present = Membership.objects.create(
            cohort=cohort, user=user, role=role, joined_at=now, external_id=external_id
        )
    else:
        present.ended_at = None
        present.role = Membership.Role(role)
        present.external_id = present.external_id or external_id
        present.save(update_fields=["ended_at", "role", "external_id"])
    cohort.requests.filter(user=user, state__in=JoinRequest.OPEN).update(
        state=JoinRequest.State.ACCEPTED, settled_at=now, settled_by=by
    )
    record(
        cohort=cohort, kind=Event.Kind.JOINED, actor=by or user, subject=user, now=now, role=role
    )
    return present


def _keep_room(cohort: Cohort, role: str) -> None:
    if role == Membership.Role.LEARNER and not selectors.has_room(cohort=cohort):
        raise CohortFull


def _keep_an_instructor(cohort: Cohort, leaving: Membership) -> None:
    is_teaching = leaving.role == Membership.Role.INSTRUCTOR and not leaving.user.is_machine
    if not is_teaching or cohort.archived_at is not None:
        return
    # A machine account is nobody who could look after the others.
    others = cohort.memberships.active().people().exclude(pk=leaving.pk)
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
