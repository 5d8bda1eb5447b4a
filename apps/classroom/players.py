"""What the player on a page needs to know: where the film lies, where one stopped, where to report."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.urls import reverse

from apps.classroom.seats import Seat
from apps.classroom.sources import SourceChoice, chosen_source, source_choices
from apps.core.localized import language_name
from apps.curriculum.models import Provider, Video
from apps.curriculum.outline import SourceOutline
from apps.progress.completion import needed_share
from apps.progress.models import FIRST_PASS, SECOND_PASS, Viewing

# So close to the end there is nothing to resume.
END_MS = 3000
SALT = "classroom.players.handed-out"
MAX_AGE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption track of a file: language and address."""

    language: str
    address: str


@dataclass(frozen=True, slots=True)
class PlayerSetup:
    """Parameters of `components/player.html`. Times in milliseconds."""

    kind: str
    video: Video
    source: SourceOutline
    choices: tuple[SourceChoice, ...]
    choice_address: str
    page: str
    number: int
    address: str
    captions: tuple[Caption, ...]
    open_address: str
    handed_out: str
    heartbeat_address: str
    start_ms: int
    needed_percent: int
    is_completed: bool
    asks_before_youtube: bool
    coverage: Sequence[tuple[int, int]]
    server_now_ms: int
    note_moments: Sequence[int] = field(default=())

    @property
    def is_youtube(self) -> bool:
        return self.source.provider == Provider.YOUTUBE

    @property
    def is_link(self) -> bool:
        return self.source.provider == Provider.LINK

    @property
    def spoken(self) -> str:
        """The name of the language that is spoken."""
        return language_name(self.source.language)

    @property
    def facts(self) -> dict[str, Any]:
        """What the page's module reads as JSON."""
        return {
            "coverage": [list(pair) for pair in self.coverage],
            "notes": list(self.note_moments),
        }


def player_setup(
    *,
    seat: Seat,
    viewing: Viewing | None,
    number: int,
    page: str,
    now: datetime,
    wish: str = "",
    note_moments: Sequence[int] = (),
    start_ms: int | None = None,
) -> PlayerSetup:
    """The player of one pass; before it is opened, `open_address` is where playing opens it.

    Without `start_ms` it begins where one stopped. `wish` is the source chosen last on this device.
    """
    video, outline = seat.video, seat.outline
    source = chosen_source(outline, wish)
    names = {"cohort": seat.membership.cohort.slug, "video": video.slug}
    return PlayerSetup(
        kind={FIRST_PASS: "first", SECOND_PASS: "second"}.get(number, "extra"),
        video=video,
        source=source,
        choices=source_choices(outline, source),
        choice_address=seat.address("source"),
        page=page,
        number=number,
        address=_film_address(seat, source),
        captions=tuple(
            Caption(
                language=track["language"],
                address=reverse(
                    "classroom:captions", kwargs=names | {"language": track["language"]}
                ),
            )
            for track in video.captions
        ),
        open_address=seat.address(page),
        handed_out=_handed_out(seat, page, now),
        heartbeat_address=heartbeat_address(viewing) if viewing else "",
        start_ms=_resume_ms(viewing, video) if start_ms is None else start_ms,
        needed_percent=round(needed_share(number) * 100),
        asks_before_youtube=seat.membership.cohort.youtube_on_click,
        is_completed=viewing is not None and viewing.is_completed,
        coverage=viewing.coverage if viewing else (),
        server_now_ms=int(now.timestamp() * 1000),
        note_moments=note_moments,
    )


def handed_out_at(*, seat: Seat, page: str, token: str) -> datetime | None:
    """When this page of this learner was handed out, by its token; None where it proves nothing."""
    try:
        person, video, name, seconds = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if (person, video, name) != (seat.membership.user_id, seat.video.pk, page):
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)


def _handed_out(seat: Seat, page: str, now: datetime) -> str:
    """Signed, so that a pass which is opened late, without a network, counts from its page on."""
    what = [seat.membership.user_id, seat.video.pk, page, now.timestamp()]
    return signing.dumps(what, salt=SALT)


def heartbeat_address(viewing: Viewing) -> str:
    """Where the player reports: the REST door, with the session's cookie and CSRF token."""
    return reverse("api:viewing-heartbeats", kwargs={"viewing_id": viewing.pk})


def _film_address(seat: Seat, source: SourceOutline) -> str:
    if source.provider != Provider.FILE:
        return source.address
    address = seat.address("media")
    return address if source.position == 1 else f"{address}?source={source.position}"


def _resume_ms(viewing: Viewing | None, video: Video) -> int:
    """Where one stopped; at the end, the first place that was left out."""
    if viewing is None:
        return 0
    if viewing.position_ms < video.duration_ms - END_MS:
        return viewing.position_ms
    place = 0
    for begin, end in viewing.coverage:
        if begin > place:
            break
        place = end
    return place if place < video.duration_ms - END_MS else 0
