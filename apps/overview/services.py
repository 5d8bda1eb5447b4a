"""Commands that span apps: a changed profile, and coming to or leaving a cohort with its rewatches."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User, sort_key
from apps.accounts.services import move_home
from apps.cohorts import services as cohorts
from apps.cohorts.models import Cohort, JoinRequest, Membership
from apps.core.errors import InvalidValue
from apps.curriculum.models import Revision
from apps.notes.services import hold_passes, take_back_shared
from apps.overview.telling import tell_of_joining, tell_of_leaving, tell_of_move
from apps.progress import services as watching
from apps.progress.services import rebuild_summary
from apps.reminders.ladders import follow_ladder
from apps.reminders.models import StopReason
from apps.reminders.services import (
    follow_bonus_rule,
    follow_breaks,
    is_following,
    reslot,
    restart_rewatches,
    stop_cohort,
    stop_rewatches,
)

logger = logging.getLogger(__name__)

LONGEST_NAME = 150
# So long a click waits for what follows it; the rest is a worker's.
CLICK_SECONDS = 1.0


def change_profile(
    *,
    user: User,
    now: datetime,
    name: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
    pastes_code: bool | None = None,
) -> User:
    """Change what is given. Another zone moves the next reminder to the same hour over there.

    Raises InvalidValue.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if name is not None:
            locked.name = _checked_name(name)
            locked.sort_name = sort_key(locked.name or locked.email)
        if language is not None:
            locked.language = _checked_language(language)
        if pastes_code is not None:
            locked.pastes_code = pastes_code
        locked.save(update_fields=["name", "sort_name", "language", "pastes_code"])
        if time_zone is not None and move_home(user=locked, time_zone=time_zone):
            locked.time_zone = time_zone
            reslot(user=locked, now=now)
    return locked


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidValue(
            _("A name has 1 to %(most)d characters.") % {"most": LONGEST_NAME}, field="name"
        )
    return name


def _checked_language(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise InvalidValue(_("We do not speak this language."), field="language")
    return language


def join_by_invitation(*, user: User, code: str, now: datetime) -> Membership:
    """Join by an invitation's code; who had left finds their rewatches again.

    Raises what `cohorts.services.join_by_invitation` raises.
    """
    with transaction.atomic():
        membership = cohorts.join_by_invitation(user=user, code=code, now=now)
        return _with_rewatches(membership, now)


def join_open(*, user: User, cohort_slug: str, now: datetime) -> Membership:
    """Join a cohort that is open to all."""
    with transaction.atomic():
        membership = cohorts.join_open_cohort(user=user, cohort_slug=cohort_slug, now=now)
        return _with_rewatches(membership, now)


def start_alone(*, user: User, curriculum_slug: str, now: datetime) -> Membership:
    """Begin, or go on with, a curriculum in a cohort of one."""
    with transaction.atomic():
        membership = cohorts.start_alone(user=user, curriculum_slug=curriculum_slug, now=now)
        return _with_rewatches(membership, now)


def wait_by_invitation(*, user: User, code: str, now: datetime) -> Membership | JoinRequest:
    """Come in by a link, or onto the waiting list of a full cohort."""
    with transaction.atomic():
        return _in_or_waiting(cohorts.wait_by_invitation(user=user, code=code, now=now), now)


def wait_for_open_cohort(
    *, user: User, cohort_slug: str, now: datetime
) -> Membership | JoinRequest:
    """Come into an open cohort, or onto its waiting list."""
    with transaction.atomic():
        found = cohorts.wait_for_open_cohort(user=user, cohort_slug=cohort_slug, now=now)
        return _in_or_waiting(found, now)


def accept_request(*, request: JoinRequest, by: User, now: datetime) -> Membership | JoinRequest:
    """An instructor lets somebody in who asked, or onto the waiting list."""
    with transaction.atomic():
        return _in_or_waiting(cohorts.accept_request(request=request, by=by, now=now), now)


def fill_places(*, cohort: Cohort, now: datetime) -> list[Membership]:
    """Let in who waits, as far as there is room."""
    with transaction.atomic():
        entered = cohorts.fill_places(cohort=cohort, now=now)
        return [_with_rewatches(membership, now) for membership in entered]


def fill_all_places(*, now: datetime) -> int:
    """Every cohort where somebody waits: for places that nobody's act made free, such as a deleted account's."""
    waited_for = Cohort.objects.running().filter(requests__state=JoinRequest.State.WAITING)
    entered = 0
    for cohort in waited_for.distinct():
        try:
            entered += len(fill_places(cohort=cohort, now=now))
        except Exception:  # one broken cohort must not keep the others waiting
            logger.exception("cohort %s could not be filled; it is tried again later", cohort.slug)
    return entered


def change_cohort(
    *, cohort: Cohort, now: datetime, by: User | None = None, **changes: Any
) -> Cohort:
    """Change a cohort's plan; more places let in who waits. Raises what `cohorts.services.change_cohort` raises.

    Open rewatches that nobody was reminded of follow another ladder. Its learners' days follow another zone, and open
    rewatches of bonus videos another rule about them: at once in an ordinary cohort, within minutes in a very large
    one (`is_settling`).
    """
    with transaction.atomic():
        changed = cohorts.change_cohort(cohort=cohort, now=now, by=by, **changes)
        if changed.time_zone != cohort.time_zone:
            watching.note_plan(was=cohort)
        # Who comes in is a matter of Cohort and Membership, which are locked before any Wake or Rewatch.
        if "capacity" in changes or "ends_on" in changes:
            fill_places(cohort=changed, now=now)
        if "breaks" in changes and changed.breaks != cohort.breaks:
            follow_breaks(cohort=changed, now=now)
        # Whatever the caller had seen before: rewatches follow what stands now.
        if "ladder" in changes:
            follow_ladder(cohort=changed)
    # Each learner in a transaction of their own: nobody waits for the others.
    if "time_zone" in changes:
        watching.recount_changed(now=now, seconds=CLICK_SECONDS, cohort=changed)
    if "bonus_is_owed" in changes:
        follow_bonus_rule(now=now, seconds=CLICK_SECONDS, cohort=changed)
    return changed


def take_revision(
    *, cohort: Cohort, revision: Revision, by: User | None = None, now: datetime
) -> Cohort:
    """Let a cohort follow a newer revision; figures and open rewatches of what is a bonus now follow, as above.

    Raises what `cohorts.services.take_revision` raises.
    """
    with transaction.atomic():
        changed = cohorts.take_revision(cohort=cohort, revision=revision, by=by, now=now)
        watching.note_plan(was=cohort)
    watching.recount_changed(now=now, seconds=CLICK_SECONDS, cohort=changed)
    follow_bonus_rule(now=now, seconds=CLICK_SECONDS, cohort=changed)
    return changed


def is_settling(*, cohort: Cohort) -> bool:
    """Whether a change of a large cohort still has days to count or rewatches to move."""
    return watching.is_recounting(cohort=cohort) or is_following(cohort=cohort)


def _in_or_waiting(found: Membership | JoinRequest, now: datetime) -> Membership | JoinRequest:
    return _with_rewatches(found, now) if isinstance(found, Membership) else found


def _with_rewatches(membership: Membership, now: datetime) -> Membership:
    tell_of_joining(membership=membership, now=now)
    if membership.role == Membership.Role.LEARNER:
        restart_rewatches(membership=membership, now=now)
    return membership


def leave_cohort(*, membership: Membership, now: datetime, by: User | None = None) -> Membership:
    """End a membership and its reminders; what was done stays readable for its learner.

    Also how an instructor takes somebody out. Who waits for the place gets it. Raises LastInstructor.
    """
    with transaction.atomic():
        ended = cohorts.end_membership(membership=membership, now=now, by=by)
        stop_rewatches(membership=ended, reason=StopReason.LEFT, now=now)
        tell_of_leaving(membership=ended, now=now)
        fill_places(cohort=ended.cohort, now=now)
    return ended


def change_role(
    *, membership: Membership, role: str, now: datetime, by: User | None = None
) -> Membership:
    """Give a member another role; who does not learn here any more is not reminded of it, either.

    Raises what `cohorts.services.change_role` raises.
    """
    with transaction.atomic():
        changed = cohorts.change_role(membership=membership, role=role, now=now, by=by)
        if changed.role == Membership.Role.LEARNER:
            restart_rewatches(membership=changed, now=now)
        else:
            stop_rewatches(membership=changed, reason=StopReason.LEFT, now=now)
            fill_places(cohort=changed.cohort, now=now)
    return changed


def move_member(*, membership: Membership, to: Cohort, by: User, now: datetime) -> Membership:
    """Take a learner to another cohort with their history; what they had shared becomes private.

    Rewatches stay promised as they are. Who waits for the place left behind gets it. Raises what
    `cohorts.services.move_membership` raises.
    """
    source = membership.cohort
    with transaction.atomic():
        hold_passes(membership=membership)
        moved = cohorts.move_membership(membership=membership, to=to, by=by, now=now)
        take_back_shared(membership=moved, now=now)
        rebuild_summary(membership=moved, now=now)
        tell_of_move(membership=moved, source=source, now=now)
        fill_places(cohort=source, now=now)
    return moved


def archive_cohort(*, cohort: Cohort, now: datetime, by: User | None = None) -> Cohort:
    """Close a cohort for good and stop every reminder about it."""
    with transaction.atomic():
        archived = cohorts.archive_cohort(cohort=cohort, now=now, by=by)
        stop_cohort(cohort=archived, now=now)
    return archived
