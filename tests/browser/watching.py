"""People and films for the journeys that watch: made by `manage.py shell`, beside whatever the demo holds."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from itertools import count
from typing import Any

from playwright.sync_api import Locator, Page, Request, Route

from local.demo_stories import STORIES
from local.demo_video import make_video
from local.place import ROOT
from local.site import Site

PASSWORD = "two-passes"
# Two journeys may call their people alike, in one process or in two.
NUMBERS = count(1)
API = "https://www.youtube.com/iframe_api"
EMBEDS = "https://www.youtube-nocookie.com/embed/**"

# A curriculum of the journeys' own, so that a shorter film spoils nobody else's; a YouTube one as it is.
MAKE = """
from datetime import date, timedelta
from allauth.account.models import EmailAddress
from django.utils import timezone
from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Curriculum, Phase, Placement, Revision, Source, Video
from tests.browser.hashing import hashed
now = timezone.now()
curriculum, is_new = Curriculum.objects.get_or_create(slug={slug!r}, defaults=dict(created_at=now))
if is_new:
    revision = Revision.objects.create(
        curriculum=curriculum, number=1, title=dict(en="Watching"), digest="0" * 64, created_at=now
    )
    phase = Phase.objects.create(revision=revision, position=1, title=dict(en="One film"))
    video = Video.objects.create(
        curriculum=curriculum, slug="film", provider=Video.Provider.FILE, address={film!r},
        title=dict(en="A film", ru="Фильм"), author="Second Pass", duration_seconds={seconds},
        captions=[dict(language="en", address={captions!r})],
    )
    Source.objects.create(video=video, position=2, provider="youtube", address="aircAruvnKk")
    Placement.objects.create(revision=revision, phase=phase, video=video, position=1)
user = User.objects.create(
    email={email!r}, password=hashed({password!r}), name="Nadia Kowalska", time_zone="Europe/Warsaw"
)
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
cohort, _ = Cohort.objects.get_or_create(
    slug={cohort!r},
    defaults=dict(
        name="Watchers", revision=curriculum.revisions.latest("number"),
        starts_on=date(2026, 11, 1), created_at=now,
    ),
)
Membership.objects.create(cohort=cohort, user=user, joined_at=now - timedelta(days=3))
"""

READ = """
import json
from apps.progress.models import Viewing
rows = Viewing.objects.filter(membership__user__email={email!r}, video__slug={video!r})
print(json.dumps([
    dict(number=v.number, coverage=v.coverage, covered_ms=v.covered_ms, active=v.active_seconds,
         pauses=v.pauses, rate=v.max_rate, position=v.position_ms, evidence=v.evidence, refused=v.refused_ms)
    for v in rows.order_by("number")
]))
"""


@dataclass(frozen=True)
class Watcher:
    """A learner in a cohort of the journeys' own, and what PostgreSQL knows about their watching."""

    site: Site
    email: str
    cohort: str

    def address(self, video: str, page: str = "") -> str:
        return (
            f"/c/{self.cohort}/videos/{video}/{page}/"
            if page
            else f"/c/{self.cohort}/videos/{video}/"
        )

    def viewings(self, video: str) -> list[dict[str, Any]]:
        said = self.site.python(READ.format(email=self.email, video=video))
        found: list[dict[str, Any]] = json.loads(said.strip().splitlines()[-1])
        return found


def make_watcher(site: Site, name: str, *, seconds: int = 12) -> Watcher:
    """A signed-up learner before a film of this length, the story of the two rings."""
    slug = f"watching-{seconds}"
    folder = site.place.media / slug
    with one_at_a_time(site):
        if not (folder / "two-passes.webm").exists():
            make_video(STORIES["two-passes"], folder, seconds)
        return _made(site, name, slug, film=f"{slug}/two-passes.webm", seconds=seconds)


def make_youtube_watcher(site: Site, name: str, *, cohort: str = "youtube") -> Watcher:
    """A signed-up learner of the real roadmap."""
    with one_at_a_time(site):
        return _made(site, name, "ml-engineer-50h", cohort=cohort)


@contextmanager
def one_at_a_time(site: Site) -> Iterator[None]:
    """Whoever comes first makes what all the workers of a run share."""
    with (site.place.run / "making").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def _made(
    site: Site, name: str, slug: str, *, cohort: str = "", film: str = "", seconds: int = 0
) -> Watcher:
    email = f"{name}.{os.getpid()}.{next(NUMBERS)}@watchers.example"
    values = {
        "slug": slug,
        "cohort": cohort or slug,
        "film": film,
        "captions": film.replace(".webm", ".en.vtt"),
        "seconds": seconds,
        "email": email,
        "password": PASSWORD,
    }
    site.python(MAKE.format(**values))
    return Watcher(site, email, cohort or slug)


def ready(page: Page) -> None:
    """Wait until the player knows its film."""
    page.locator("[data-player][data-ready]").wait_for()


def reach(page: Page, target: Locator) -> None:
    """Go to it with Tab alone, as somebody does who has no pointer."""
    target.wait_for()
    for _ in range(150):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to it with Tab alone and press this key there."""
    reach(page, target)
    page.keyboard.press(key)


def film(page: Page, expression: str) -> Any:
    """Something of the page's video element, such as `film(page, "currentTime")`."""
    return page.evaluate(f"document.querySelector('video').{expression}")


def until(page: Page, expression: str, *, seconds: float = 30) -> None:
    """Wait until the expression is true in the page; our Content-Security-Policy forbids it to poll."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        if time.monotonic() > end:
            raise AssertionError(f"never true within {seconds} s: {expression}")
        page.wait_for_timeout(50)


def playing(page: Page, *, past: float = 0) -> None:
    """Wait until the film plays and is past this second."""
    until(page, f"(v => !v.paused && v.currentTime > {past})(document.querySelector('video'))")


def stored(page: Page, count: int) -> None:
    """Wait until so many reports wait on this device."""
    until(
        page,
        """new Promise((resolve) => {
          const opening = indexedDB.open("second-pass", 1);
          opening.onsuccess = () => {
            const all = opening.result.transaction("reports").objectStore("reports").count();
            all.onsuccess = () => { opening.result.close(); resolve(all.result === COUNT); };
          };
        })""".replace("COUNT", str(count)),
    )


def stand_in_for_youtube(page: Page, *, duration: float, error: int = 0) -> list[Request]:
    """Answer YouTube's addresses as its documentation says; gives the requests for its frame."""
    source = (ROOT / "tests" / "browser" / "youtube_api.js").read_text()
    script = source.replace("__DURATION__", str(duration)).replace("__ERROR__", str(error))
    frames: list[Request] = []

    def frame(route: Route) -> None:
        frames.append(route.request)
        route.fulfill(content_type="text/html", body="<title>stand-in</title>")

    page.route(API, lambda route: route.fulfill(content_type="text/javascript", body=script))
    page.route(EMBEDS, frame)
    return frames
