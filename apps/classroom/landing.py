"""The front door: what Second Pass is, with the first roadmap's own figures; members go home."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.core.errors import NotFound
from apps.curriculum.outline import Outline, VideoOutline
from apps.curriculum.selectors import current_revision, revision_outline
from apps.overview.home import home_membership

FIRST_ROADMAP = "ml-engineer-50h"
HOURS_A_WEEK = 5
# The planned second pass of somebody who has done none yet (product.md, rule 9).
SECOND_PASS_FACTOR = 2.5


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The first roadmap as the landing page tells it."""

    outline: Outline

    @property
    def authors(self) -> list[str]:
        """Who made the videos, guests aside, in the order of the roadmap."""
        return list(
            dict.fromkeys(video.author for video in self.outline.videos if not video.is_guest)
        )

    @property
    def weeks(self) -> tuple[int, int]:
        """Weeks for both passes at five hours a week, at the least and the most."""
        week = HOURS_A_WEEK * 3600
        estimate = self.outline.estimate
        return round(estimate.both_low_seconds / week), round(estimate.both_high_seconds / week)

    @property
    def example(self) -> VideoOutline:
        """A video of ordinary length, to tell the story of one video with."""
        plain = [
            video for video in self.outline.videos if not video.is_bonus and not video.is_coding
        ]
        return min(
            plain or self.outline.videos, key=lambda video: abs(video.duration_seconds - 27 * 60)
        )

    @property
    def example_second_pass_seconds(self) -> float:
        return self.example.duration_seconds * SECOND_PASS_FACTOR


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The landing page for visitors; who is signed in goes home."""
    if isinstance(request.user, User):
        return redirect(home_address(request.user))
    return render(request, "classroom/landing.html", {"roadmap": first_roadmap()})


def first_roadmap() -> Roadmap | None:
    """The roadmap with its figures; None on a site that has not imported it."""
    try:
        revision = current_revision(slug=FIRST_ROADMAP)
    except NotFound:
        return None
    return Roadmap(revision_outline(revision_id=revision.pk))


def home_address(user: User) -> str:
    """Where the person left off: the cohort they were last active in, else the newest they joined.

    Learners land on their home, instructors and observers on the dashboard, people without a cohort
    where one is found.
    """
    membership = home_membership(user=user)
    if membership is None:
        return reverse("classroom:start")
    page = "classroom:home" if membership.role == Membership.Role.LEARNER else "dashboards:cohort"
    return reverse(page, kwargs={"cohort": membership.cohort.slug})
