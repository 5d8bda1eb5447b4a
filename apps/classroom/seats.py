"""A learner before one video of their cohort: what every page about watching is made from."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.cohorts.selectors import learner_membership
from apps.core.glyph import GlyphState, PassState, glyph_state
from apps.core.glyph_words import glyph_words
from apps.curriculum.models import Placement, Video
from apps.curriculum.outline import VideoOutline
from apps.curriculum.selectors import revision_outline
from apps.progress import selectors as progress
from apps.progress.completion import LIGHT, share_covered
from apps.progress.models import FIRST_PASS, SECOND_PASS, Evidence, Viewing
from apps.reminders.models import Rewatch
from apps.reminders.selectors import rewatch_state, rewatches_of


@dataclass(frozen=True, slots=True)
class Seat:
    """The membership, the video in its place, what was watched of it so far and what is promised."""

    membership: Membership
    placement: Placement
    viewings: tuple[Viewing, ...]
    rewatch: Rewatch | None

    @property
    def video(self) -> Video:
        return self.placement.video

    @property
    def outline(self) -> VideoOutline:
        """The video as its curriculum describes it."""
        outline = revision_outline(revision_id=self.placement.revision_id)
        return next(video for video in outline.videos if video.id == self.video.pk)

    @property
    def first(self) -> Viewing | None:
        return self.numbered(FIRST_PASS)

    @property
    def second(self) -> Viewing | None:
        return self.numbered(SECOND_PASS)

    @property
    def extras(self) -> tuple[Viewing, ...]:
        return tuple(viewing for viewing in self.viewings if viewing.number > SECOND_PASS)

    @property
    def next_extra_number(self) -> int:
        """The number that a new extra pass would have."""
        return max([SECOND_PASS, *(viewing.number for viewing in self.viewings)]) + 1

    def numbered(self, number: int) -> Viewing | None:
        """The viewing of this number, or None before it was opened."""
        return next((viewing for viewing in self.viewings if viewing.number == number), None)

    def percent(self, viewing: Viewing | None) -> int:
        """Coverage in whole per cent, rounded down."""
        if viewing is None:
            return 0
        return int(share_covered(viewing.covered_ms, self.video.duration_seconds) * 100)

    def today(self, now: datetime) -> date:
        """The calendar day of `now` where the learner lives."""
        return now.astimezone(self.membership.user.zone).date()

    def address(self, page: str) -> str:
        """The address of one of this video's pages: `first`, `scaffold`, `recall`, `second`.."""
        names = {"cohort": self.membership.cohort.slug, "video": self.video.slug}
        return reverse(f"classroom:{page}", kwargs=names)

    def glyph(self, now: datetime) -> GlyphState:
        """The two rings of this video."""
        state = rewatch_state(self.rewatch, self.today(now)) if self.rewatch else None
        return glyph_state(self._mark(self.first), self._mark(self.second), state)

    def glyph_words(self, now: datetime) -> str:
        """The same as a sentence."""
        today = self.today(now)
        return glyph_words(
            self._mark(self.first),
            self._mark(self.second),
            today=today,
            first_on=self._completed_on(self.first),
            second_on=self._completed_on(self.second),
            rewatch=rewatch_state(self.rewatch, today) if self.rewatch else None,
            due_on=self.rewatch.due_on if self.rewatch else None,
        )

    def _completed_on(self, viewing: Viewing | None) -> date | None:
        if viewing is None or viewing.completed_at is None:
            return None
        return self.today(viewing.completed_at)

    def _mark(self, viewing: Viewing | None) -> PassState:
        if viewing is None:
            return PassState()
        return PassState(
            percent=self.percent(viewing),
            is_completed=viewing.is_completed,
            is_self_reported=viewing.evidence == Evidence.SELF_REPORTED,
            is_light=LIGHT in viewing.flags,
        )


def learner_seat(*, user: User, cohort: str, video: str) -> Seat:
    """The learner's seat by the slugs of an address; raises NotFound or RoleRequired."""
    membership = learner_membership(user=user, cohort_slug=cohort)
    placement = progress.placed_video(membership=membership, video_slug=video)
    viewings = list(progress.viewings_of(membership=membership).filter(video_id=placement.video_id))
    for viewing in viewings:
        viewing.membership, viewing.video = membership, placement.video
    return Seat(
        membership=membership,
        placement=placement,
        viewings=tuple(viewings),
        rewatch=rewatches_of(membership=membership).filter(video_id=placement.video_id).first(),
    )
