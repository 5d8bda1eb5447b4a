"""Wait for a place, ask to be let in, be answered.

Who waits comes in by itself, in their order, when a place is free (`fill_places`); who asked waits
for an instructor. Lock order as everywhere: Cohort, Invitation, Membership; then JoinRequest.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cohorts import access, selectors
from apps.cohorts.errors import AlreadyIn, RequestSettled
from apps.cohorts.models import Cohort, Event, Invitation, JoinRequest, Letter, Membership
from apps.cohorts.services.events import record
from apps.cohorts.services.joining import come_in, membership_of, usable_invitation
from apps.cohorts.services.making import locked_cohort
from apps.cohorts.services.writing import write_letter
from apps.core.errors import InvalidValue, NotFound

LONGEST_WORDS = 500


def ask_to_join(
    *, user: User, cohort_slug: str, words: str = "", now: datetime
) -> Membership | JoinRequest:
    """Ask the instructors of a cohort that takes requests; asking twice is one request.

    Raises NotFound where there is none of that name or it takes none, CohortEnded, AlreadyIn, InvalidValue.
    """
    words = " ".join(words.split())
    if len(words) > LONGEST_WORDS:
        raise InvalidValue(
            _("Write %(most)d characters at most.") % {"most": LONGEST_WORDS}, field="words"
        )
    with transaction.atomic():
        cohort = _locked_by_slug(cohort_slug)
        _refuse_members(user, cohort)
        if not cohort.takes_requests or cohort.is_solo or cohort.archived_at is not None:
            raise NotFound
        refusal = access.refusal_of_cohort(cohort, now)
        if refusal is not None:
            raise refusal
        return _request(user, cohort, JoinRequest.State.ASKED, now, words=words)


def wait_for_open_cohort(
    *, user: User, cohort_slug: str, now: datetime
) -> Membership | JoinRequest:
    """Come into an open cohort, or onto its waiting list when it is full. Raises NotFound, CohortEnded."""
    with transaction.atomic():
        cohort = _locked_by_slug(cohort_slug)
        present = membership_of(user, cohort)
        if present is not None and present.ended_at is None:
            return present
        if not cohort.is_open or cohort.is_solo or cohort.archived_at is not None:
            raise NotFound
        refusal = access.refusal_of_cohort(cohort, now)
        if refusal is not None:
            raise refusal
        if selectors.has_room(cohort=cohort):
            return come_in(user, cohort, Membership.Role.LEARNER, present, now)
        return _request(user, cohort, JoinRequest.State.WAITING, now)


def wait_by_invitation(*, user: User, code: str, now: datetime) -> Membership | JoinRequest:
    """Come in by a learner's link, or onto the waiting list when the cohort is full.

    A place on the list uses the link up as coming in does. Raises what `join_by_invitation` raises
    but CohortFull.
    """
    with transaction.atomic():
        cohort = locked_cohort(selectors.any_invitation(code=code).cohort_id)
        present = membership_of(user, cohort)
        if present is not None and present.ended_at is None:
            return present
        waiting = cohort.requests.waiting().filter(user=user).first()
        if waiting is not None:
            return waiting
        invitation = usable_invitation(code, user, now)
        invitation.uses += 1
        invitation.save(update_fields=["uses"])
        if invitation.role != Membership.Role.LEARNER or selectors.has_room(cohort=cohort):
            return come_in(
                user, cohort, invitation.role, present, now, external_id=invitation.external_id
            )
        return _request(user, cohort, JoinRequest.State.WAITING, now, invitation=invitation)


def withdraw_request(*, user: User, cohort_slug: str, now: datetime) -> None:
    """Take one's own request or place on the list back; nothing to take back is no fault."""
    with transaction.atomic():
        cohort = _locked_by_slug(cohort_slug)
        cohort.requests.filter(user=user, state__in=JoinRequest.OPEN).update(
            state=JoinRequest.State.WITHDRAWN, settled_at=now
        )


def accept_request(*, request: JoinRequest, by: User, now: datetime) -> Membership | JoinRequest:
    """Let somebody in, or onto the waiting list when the cohort is full. Raises RequestSettled, CohortArchived."""
    with transaction.atomic():
        cohort = locked_cohort(request.cohort_id)
        request = _locked_request(request, JoinRequest.State.ASKED)
        refusal = access.refusal_of_cohort(cohort, now)
        if refusal is not None:
            raise refusal
        person = request.user
        record(cohort=cohort, kind=Event.Kind.ACCEPTED, actor=by, subject=person, now=now)
        if not selectors.has_room(cohort=cohort):
            request.state = JoinRequest.State.WAITING
            request.settled_by = by
            request.save(update_fields=["state", "settled_by"])
            return request
        present = membership_of(person, cohort)
        membership = _let_in(request, cohort, present, now, by=by)
        write_letter(kind=Letter.Kind.ACCEPTED, cohort=cohort, user=person, now=now)
        return membership


def decline_request(*, request: JoinRequest, by: User, now: datetime) -> JoinRequest:
    """Say no to a request, or take somebody off the waiting list. Raises RequestSettled."""
    with transaction.atomic():
        cohort = locked_cohort(request.cohort_id)
        request = _locked_request(request, *JoinRequest.OPEN)
        request.state = JoinRequest.State.DECLINED
        request.settled_at, request.settled_by = now, by
        request.save(update_fields=["state", "settled_at", "settled_by"])
        record(cohort=cohort, kind=Event.Kind.DECLINED, actor=by, subject=request.user, now=now)
        write_letter(kind=Letter.Kind.DECLINED, cohort=cohort, user=request.user, now=now)
    return request


def fill_places(*, cohort: Cohort, now: datetime) -> list[Membership]:
    """Let in who waits, in their order, as far as there are places; each is told by mail."""
    with transaction.atomic():
        cohort = locked_cohort(cohort.pk)
        if access.refusal_of_cohort(cohort, now) is not None:
            return []
        waiting = cohort.requests.waiting().select_related("user", "invitation")
        if cohort.capacity is not None:
            free = cohort.capacity - selectors.learners_of(cohort=cohort).count()
            waiting = waiting[: max(0, free)]
        entered = []
        for request in waiting:
            present = membership_of(request.user, cohort)
            if present is not None and present.ended_at is None:
                # Came in by another door, in another role.
                _settle(request, now)
                continue
            # Their own place on the list is theirs, so the list must not count against them.
            _settle(request, now)
            entered.append(_let_in(request, cohort, present, now))
            write_letter(kind=Letter.Kind.PLACE, cohort=cohort, user=request.user, now=now)
    return entered


def _let_in(
    request: JoinRequest,
    cohort: Cohort,
    present: Membership | None,
    now: datetime,
    *,
    by: User | None = None,
) -> Membership:
    """As a learner, with the external id of the link that was used up for the place."""
    link = request.invitation
    return come_in(
        request.user,
        cohort,
        Membership.Role.LEARNER,
        present,
        now,
        by=by,
        external_id=link.external_id if link else "",
    )


def _settle(request: JoinRequest, now: datetime) -> None:
    request.state, request.settled_at = JoinRequest.State.ACCEPTED, now
    request.save(update_fields=["state", "settled_at"])


def _locked_by_slug(cohort_slug: str) -> Cohort:
    found = Cohort.objects.filter(slug=cohort_slug).first()
    if found is None:
        raise NotFound
    return locked_cohort(found.pk)


def _refuse_members(user: User, cohort: Cohort) -> None:
    present = membership_of(user, cohort)
    if present is not None and present.ended_at is None:
        raise AlreadyIn


def _request(
    user: User,
    cohort: Cohort,
    state: str,
    now: datetime,
    *,
    words: str = "",
    invitation: Invitation | None = None,
) -> JoinRequest:
    present = JoinRequest.objects.select_for_update().filter(cohort=cohort, user=user).first()
    if present is not None and present.state in (state, JoinRequest.State.WAITING):
        return present
    request = present or JoinRequest(cohort=cohort, user=user)
    request.state, request.words = JoinRequest.State(state), words
    # A link that was used up stays theirs, by whatever door they ask again.
    request.invitation = invitation or request.invitation
    request.asked_at, request.settled_at, request.settled_by = now, None, None
    request.save()
    asked = state == JoinRequest.State.ASKED
    kind = Event.Kind.ASKED if asked else Event.Kind.QUEUED
    record(cohort=cohort, kind=kind, actor=user, subject=user, now=now)
    return request


def _locked_request(request: JoinRequest, *states: str) -> JoinRequest:
    locked = (
        JoinRequest.objects.select_for_update(of=("self",))
        .select_related("user", "invitation")
        .get(pk=request.pk)
    )
    if locked.state not in states:
        raise RequestSettled
    return locked
