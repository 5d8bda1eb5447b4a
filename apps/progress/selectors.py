"""Questions about watching, each scoped to who asks: a stranger meets NotFound."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.limits import within
from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.core.errors import NotFound
from apps.curriculum.models import Placement
from apps.curriculum.selectors import revision_outline
from apps.progress.models import Built, Summary, Viewing
from apps.progress.order import Place
from apps.progress.summary import VideoState, states_of


def own_viewing(*, user: User, viewing_id: int | str) -> Viewing:
    """The viewing, if it is the asker's own and they have not left; with cohort and video."""
    return _one(
        _with_context().filter(
            within(user, "membership__cohort"),
            membership__user=user,
            membership__ended_at__isnull=True,
        ),
        viewing_id,
    )


def readable_viewing(*, user: User, viewing_id: int | str) -> Viewing:
    """The asker's own viewing (also after leaving), or one of a cohort whose figures they read."""
    viewing = _one(_with_context().filter(within(user, "membership__cohort")), viewing_id)
    if viewing.membership.user_id == user.pk:
        return viewing
    reads = Membership.objects.active().filter(
        cohort_id=viewing.membership.cohort_id,
        user=user,
        role__in=[Membership.Role.INSTRUCTOR, Membership.Role.OBSERVER],
    )
    if viewing.membership.ended_at is None and reads.exists():
        return viewing
    raise NotFound


def readable_built(*, user: User, built_id: int) -> Built:
    """What the asker built, or somebody in a cohort that they instruct."""
    built = Built.objects.select_related("viewing__membership").filter(pk=built_id).first()
    if built is None or not may_open_built(user=user, membership=built.viewing.membership):
        raise NotFound
    return built


def may_open_built(*, user: User, membership: Membership) -> bool:
    """Its learner may, and the instructors of the cohort while the learner has not left."""
    if membership.user_id == user.pk:
        return True
    if membership.ended_at is not None:
        return False
    instructs = Membership.objects.active().filter(
        cohort_id=membership.cohort_id, user=user, role=Membership.Role.INSTRUCTOR
    )
    return instructs.exists()


def _with_context() -> QuerySet[Viewing]:
    return Viewing.objects.select_related(
        "membership__cohort__revision__curriculum", "membership__user", "video"
    )


def _one(viewings: QuerySet[Viewing], viewing_id: int | str) -> Viewing:
    # Ids are opaque to clients: what is no number of ours is simply not there.
    if not str(viewing_id).isdecimal() or int(viewing_id) >= 2**63:
        raise NotFound
    viewing = viewings.filter(pk=viewing_id).first()
    if viewing is None:
        raise NotFound
    return viewing


def viewing_of(*, membership: Membership, video_id: int, number: int) -> Viewing | None:
    """The membership's viewing of this number, or None before it was opened."""
    return Viewing.objects.filter(membership=membership, video_id=video_id, number=number).first()


def viewings_of(*, membership: Membership) -> QuerySet[Viewing]:
    """All viewings of a membership, in the order they were opened."""
    return Viewing.objects.filter(membership=membership).order_by("opened_at", "id")


def placed_video(*, membership: Membership, video_slug: str) -> Placement:
    """The place of a video in the cohort's revision, with video and phase; NotFound if it has none."""
    placement = (
        Placement.objects.select_related("video", "phase")
        .filter(revision_id=membership.cohort.revision_id, video__slug=video_slug)
        .first()
    )
    if placement is None:
        raise NotFound(_("This video is not part of your cohort’s curriculum."))
    return placement


def places_of(*, cohort: Cohort) -> list[Place]:
    """Every video's place in the cohort's revision, in order."""
    rows = Placement.objects.filter(revision_id=cohort.revision_id).order_by("position")
    return [
        Place(video_id=video_id, position=position, is_bonus=is_bonus)
        for video_id, position, is_bonus in rows.values_list("video_id", "position", "is_bonus")
    ]


def bonus_videos(*, cohort: Cohort) -> frozenset[int]:
    """Ids of the bonus videos of the cohort's revision, from its kept outline: every heartbeat asks."""
    outline = revision_outline(revision_id=cohort.revision_id)
    return frozenset(video.id for video in outline.videos if video.is_bonus)


def summary_of(*, membership: Membership) -> Summary | None:
    return Summary.objects.filter(membership=membership).first()


def video_states(*, membership: Membership) -> dict[int, VideoState]:
    """The compact state of every video this membership has touched, by video id; one query."""
    summary = summary_of(membership=membership)
    return states_of(summary) if summary else {}


def first_passes_ahead(*, summary: Summary | None) -> int:
    """How many owed first passes run ahead of second ones (rule 4's soft limit)."""
    if summary is None:
        return 0
    return max(0, summary.owed_first_passes - summary.owed_second_passes)


def learners_at(*, cohort: Cohort, video_ids: Collection[int]) -> int:
    """How many active learners of a cohort have begun any of these videos."""
    members = cohort.memberships.active().learners()
    begun = Viewing.objects.filter(membership__in=members, video_id__in=video_ids)
    return begun.values("membership").distinct().count()
