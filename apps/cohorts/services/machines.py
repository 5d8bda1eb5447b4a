"""Machine accounts: a cohort's programs. Their tokens outlive the people who made them.

A machine account is a membership as instructor or observer whose user cannot sign in. Its tokens see
this cohort alone. It is never a learner, and never counts as an instructor that others could turn to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Token, User
from apps.accounts.tokens import MadeToken, make_token, tokens_of
from apps.cohorts.errors import CohortArchived
from apps.cohorts.models import Cohort, Event, Membership
from apps.cohorts.services.events import record
from apps.cohorts.services.making import locked_cohort
from apps.core.errors import InvalidValue, NotFound

ROLES = (Membership.Role.OBSERVER, Membership.Role.INSTRUCTOR)
# What a program of a cohort may be made for: nobody's own notes, passes or reminders.
MACHINE_SCOPES = ("cohorts:read", "cohorts:write", "curricula:read", "progress:read")
MOST_MACHINES = 20
LONGEST_NAME = 100
# So long the old token works beside the new one, until every script has it.
OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewMachine:
    membership: Membership
    made: MadeToken


def make_machine(
    *, cohort: Cohort, name: str, role: str, scopes: Sequence[str], by: User, now: datetime
) -> NewMachine:
    """A machine account with its first token. Raises CohortArchived, InvalidValue."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidValue(
            _("A name has 1 to %(most)d characters.") % {"most": LONGEST_NAME}, field="name"
        )
    if role not in ROLES:
        raise InvalidValue(_("A machine account learns nothing."), field="role")
    if not set(scopes) <= set(MACHINE_SCOPES):
        raise InvalidValue(_("Choose at least one of the scopes there are."), field="scopes")
    with transaction.atomic():
        cohort = locked_cohort(cohort.pk)
        if cohort.archived_at is not None:
            raise CohortArchived(_("This cohort is archived; nothing in it changes any more."))
        if machines_of(cohort=cohort).count() >= MOST_MACHINES:
            raise InvalidValue(_("There are too many machine accounts; end some first."))
        user = accounts.make_machine(
            name=name, time_zone=cohort.time_zone, language=cohort.language
        )
        membership = Membership.objects.create(cohort=cohort, user=user, role=role, joined_at=now)
        made = make_token(user=user, name=name, scopes=scopes, cohort=cohort.slug, now=now)
        record(
            cohort=cohort,
            kind=Event.Kind.MACHINE_MADE,
            actor=by,
            subject=user,
            now=now,
            role=role,
            scopes=list(scopes),
        )
    return NewMachine(membership, made)


def rotate_token(*, machine: Membership, by: User, now: datetime) -> MadeToken:
    """A new token of the same scopes; the old ones end within a day. Raises NotFound for an ended machine."""
    with transaction.atomic():
        locked_cohort(machine.cohort_id)
        user = User.objects.select_for_update(no_key=True).get(pk=machine.user_id)
        newest = tokens_of(user=user).first()
        if not user.is_active or newest is None:
            raise NotFound
        until = now + OVERLAP
        Token.objects.filter(user=user, expiry__gt=until).update(expiry=until, warned_at=now)
        made = make_token(
            user=user, name=newest.name, scopes=newest.scopes, cohort=newest.cohort, now=now
        )
        Token.objects.filter(user=user, expiry__lte=now).delete()
        record(
            cohort=machine.cohort, kind=Event.Kind.MACHINE_TOKEN, actor=by, subject=user, now=now
        )
    return made


def end_machine(*, machine: Membership, by: User, now: datetime) -> None:
    """End the account: its tokens are refused from now on. Ending twice changes nothing."""
    with transaction.atomic():
        locked_cohort(machine.cohort_id)
        if Membership.objects.filter(pk=machine.pk, ended_at=None).update(ended_at=now):
            accounts.close_machine(user=machine.user)
            record(
                cohort=machine.cohort,
                kind=Event.Kind.MACHINE_ENDED,
                actor=by,
                subject=machine.user,
                now=now,
            )


def machines_of(*, cohort: Cohort) -> QuerySet[Membership]:
    """The cohort's machine accounts that were not ended, by name, with their users."""
    return (
        cohort.memberships.active()
        .filter(user__is_machine=True)
        .select_related("user", "cohort")
        .order_by("user__sort_name", "pk")
    )


def machine_of(*, cohort: Cohort, membership_id: int) -> Membership:
    """One of the cohort's machine accounts; NotFound."""
    found = machines_of(cohort=cohort).filter(pk=membership_id).first()
    if found is None:
        raise NotFound
    return found
