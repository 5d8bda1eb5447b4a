"""Questions about cohorts. Each is scoped to who asks: a stranger meets NotFound, a member without
the role RoleRequired."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.limits import within
from apps.accounts.models import User
from apps.cohorts import access
from apps.cohorts.errors import InvitationInvalid
from apps.cohorts.models import (
    Cohort,
    Event,
    Invitation,
    Look,
    Membership,
    MessageCopy,
)
from apps.core.errors import NotFound, RoleRequired
from apps.core.rows import Columns, read_parts
from apps.curriculum.models import Curriculum, Revision

# Asked by every page of a cohort, so the statement is built once; in the order in which it is read.
_OWN = (
    (Columns(Membership), "m"),
    (Columns(Cohort), "c"),
    (Columns(Revision), "r"),
    (Columns(Curriculum), "cu"),
    (Columns(User), "u"),
)
# Whose a page is, told to a member who has no business there.
FOR_LEARNERS = _("This is for the learners of “%(cohort)s”, and your role there is: %(role)s")
FOR_INSTRUCTORS = _("This is for the instructors of “%(cohort)s”, and your role there is: %(role)s")
FOR_READERS = _(
    "This is for the instructors and observers of “%(cohort)s”, and your role there is: %(role)s"
)
LONGEST_CODE = Invitation._meta.get_field("code").max_length or 0


def membership_in(*, user: User, cohort_slug: str) -> Membership:
    """The asker's active membership in any role, with cohort, revision, curriculum and user."""
    if user.limited_to not in ("", cohort_slug):
        raise NotFound
    found = read_parts(
        _OWN,
        "FROM cohorts_membership m JOIN cohorts_cohort c ON c.id = m.cohort_id"
        " JOIN curriculum_revision r ON r.id = c.revision_id"
        " JOIN curriculum_curriculum cu ON cu.id = r.curriculum_id"
        " JOIN accounts_user u ON u.id = m.user_id"
        " WHERE m.user_id = %s AND m.ended_at IS NULL AND c.slug = %s",
        [user.pk, cohort_slug],
    )
    if not found:
        raise NotFound
    ((membership, cohort, revision, curriculum, person),) = found
    revision.curriculum = curriculum
    cohort.revision = revision
    membership.cohort, membership.user = cohort, person
    return cast("Membership", membership)


def learner_membership(*, user: User, cohort_slug: str) -> Membership:
    """The asker's membership as a learner."""
    return _with_role(user, cohort_slug, access.is_learner, FOR_LEARNERS)


def instructor_membership(*, user: User, cohort_slug: str) -> Membership:
    """The asker's membership as an instructor."""
    return _with_role(user, cohort_slug, access.is_instructor, FOR_INSTRUCTORS)


def reading_membership(*, user: User, cohort_slug: str) -> Membership:
    """The asker's membership as an instructor or observer: they read the cohort's figures."""
    return _with_role(user, cohort_slug, access.may_read_figures, FOR_READERS)


def settings_membership(*, user: User, cohort_slug: str) -> Membership:
    """Who reads the cohort's settings: instructor, observer, and who is alone in it.

    Whether they may change them says `access.may_change_cohort`.
    """
    return _with_role(
        user,
        cohort_slug,
        lambda member: access.may_read_figures(member) or access.may_change_cohort(member),
        FOR_READERS,
    )


def member_of(*, cohort: Cohort, membership_id: int | str) -> Membership:
    """An active member of a cohort by id, for whoever may see its people; NotFound."""
    if not str(membership_id).isdecimal() or int(membership_id) >= 2**63:
        raise NotFound
    membership = (
        _memberships().filter(ended_at__isnull=True, cohort=cohort, pk=membership_id).first()
    )
    if membership is None:
        raise NotFound
    return membership


def memberships_of(*, user: User) -> QuerySet[Membership]:
    """The active memberships of a person in cohorts that still run, latest joined first."""
    return (
        _memberships()
        .filter(within(user), ended_at__isnull=True, user=user, cohort__archived_at__isnull=True)
        .order_by("-joined_at", "-pk")
    )


def all_memberships_of(*, user: User) -> QuerySet[Membership]:
    """Every membership a person ever had, running ones first: what was done in it stays theirs to read."""
    return (
        _memberships()
        .filter(within(user), user=user)
        .order_by(
            F("ended_at").asc(nulls_first=True),
            F("cohort__archived_at").asc(nulls_first=True),
            "-joined_at",
            "-pk",
        )
    )


def taught_by(*, user: User) -> QuerySet[Membership]:
    """Where a person is instructor or observer, running cohorts first, each with `learner_count`."""
    return (
        _memberships()
        .filter(within(user), ended_at__isnull=True, user=user, role__in=access.READING_ROLES)
        .annotate(
            learner_count=Count(
                "cohort__memberships", filter=_active_learners("cohort__memberships__")
            )
        )
        .order_by("-cohort__archived_at", "-cohort__starts_on", "-cohort_id")
    )


def learners_of(*, cohort: Cohort) -> QuerySet[Membership]:
    """The active learners of a cohort, with their users."""
    return cohort.memberships.active().learners().select_related("user")


def members_of(*, cohort: Cohort) -> QuerySet[Membership]:
    """All active people of a cohort, with their users, by name."""
    return (
        cohort.memberships.active()
        .select_related("user", "cohort")
        .order_by("user__sort_name", "pk")
    )


def invitations_of(*, cohort: Cohort) -> QuerySet[Invitation]:
    """The cohort's links that were not withdrawn, latest first; those sent by mail stand with their mailing."""
    return (
        Invitation.objects.filter(cohort=cohort, revoked_at__isnull=True, letter__isnull=True)
        .select_related("created_by", "cohort")
        .order_by("-created_at", "-pk")
    )


def invitation_of(*, cohort: Cohort, invitation_id: int) -> Invitation:
    """An invitation of this cohort by id, for its instructors; NotFound."""
    invitation = None
    if invitation_id < 2**63:
        invitation = Invitation.objects.filter(cohort=cohort, pk=invitation_id).first()
    if invitation is None:
        raise NotFound
    return invitation


def any_invitation(*, code: str) -> Invitation:
    """The invitation with this code, usable or not; raises InvitationInvalid."""
    # PostgreSQL cannot even be asked about a NUL byte.
    if not code or len(code) > LONGEST_CODE or "\0" in code:
        raise InvitationInvalid
    invitation = (
        Invitation.objects.select_related("cohort__revision__curriculum", "created_by")
        .filter(code=code)
        .first()
    )
    if invitation is None:
        raise InvitationInvalid
    return invitation


def invitation_by_code(*, code: str, now: datetime) -> Invitation:
    """A usable invitation, with cohort, curriculum and who made it.

    Raises InvitationInvalid, InvitationRevoked, InvitationExpired, InvitationUsedUp, CohortArchived or
    CohortEnded.
    """
    invitation = any_invitation(code=code)
    refusal = access.refusal_of_invitation(invitation, now)
    if refusal is not None:
        raise refusal
    return invitation


def events_of(*, cohort: Cohort) -> QuerySet[Event]:
    """The cohort's audit trail with its people, newest first."""
    return cohort.events.select_related("actor", "subject").order_by("-at", "-pk")


def last_look(*, reader: Membership, learner: Membership | None = None) -> datetime | None:
    """Since when what happened is new to a reader, as their page was told when it was loaded."""
    looks = Look.objects.filter(reader=reader, learner=learner)
    return looks.values_list("since", flat=True).first()


def messages_to(*, user: User) -> QuerySet[MessageCopy]:
    """What instructors wrote to a person, in whatever cohort, newest first."""
    return (
        MessageCopy.objects.filter(membership__user=user)
        .select_related("message__author", "message__cohort")
        .order_by("-message__made_at", "-pk")
    )


def messages_about(*, membership: Membership) -> QuerySet[MessageCopy]:
    """What instructors of this cohort wrote to one learner of it, newest first."""
    return (
        membership.messages.filter(message__cohort=membership.cohort_id)
        .select_related("message__author")
        .order_by("-message__made_at", "-pk")
    )


def cohorts_to_move_to(*, membership: Membership, user: User) -> QuerySet[Cohort]:
    """Running cohorts on the same curriculum where `user` is an instructor and this learner has never been."""
    source = membership.cohort
    return (
        Cohort.objects.running()
        .filter(
            is_solo=False,
            revision__curriculum=source.revision.curriculum_id,
            memberships__in=Membership.objects.active().filter(
                user=user, role=Membership.Role.INSTRUCTOR
            ),
        )
        .exclude(memberships__user=membership.user)
        .order_by("-starts_on", "-pk")
    )


def readers_among(*, cohort: Cohort, ids: Iterable[str]) -> list[Membership]:
    """The active learners of a cohort among these ids of memberships, by name; what is none is left out."""
    numbers = {int(each) for each in ids if each.isascii() and each.isdecimal() and len(each) < 19}
    return list(learners_of(cohort=cohort).filter(pk__in=numbers).order_by("user__sort_name", "pk"))


def has_room(*, cohort: Cohort) -> bool:
    """Whether one more learner fits in; the next places belong to those who wait."""
    if cohort.capacity is None:
        return True
    waiting = cohort.requests.waiting().count()
    return learners_of(cohort=cohort).count() + waiting < cohort.capacity


def may_create_cohorts(*, user: User) -> bool:
    """The right of a person, or of everyone by `COHORTS_BY_ANYONE`."""
    return bool(user.may_create_cohorts or settings.COHORTS_BY_ANYONE)


def _memberships() -> QuerySet[Membership]:
    return Membership.objects.select_related("cohort__revision__curriculum", "user")


def _active_learners(prefix: str) -> Q:
    return Q(
        **{f"{prefix}role": Membership.Role.LEARNER, f"{prefix}ended_at__isnull": True},
    )


def _with_role(
    user: User, cohort_slug: str, has_role: Callable[[Membership], bool], otherwise: Promise
) -> Membership:
    membership = membership_in(user=user, cohort_slug=cohort_slug)
    if not has_role(membership):
        names = {"cohort": membership.cohort.name, "role": membership.get_role_display()}
        raise RoleRequired(str(otherwise) % names)
    return membership
