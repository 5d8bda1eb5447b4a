"""The places where one film can be watched, and which of them this learner's device plays from.

The choice is kept in a cookie of the device, since what can be reached depends on where it is.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.core.localized import language_name
from apps.curriculum.outline import SourceOutline, VideoOutline

COOKIE = "source"
COOKIE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """A source with the words for it."""

    source: SourceOutline
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class WayOut:
    """A page elsewhere that plays the film, and whose it is."""

    address: str
    place: str


def wish_of(request: HttpRequest) -> str:
    """What this device chose last, as `remember` wrote it; '' before any choice."""
    return request.COOKIES.get(COOKIE, "")


def remember(response: HttpResponse, source: SourceOutline, *, is_secure: bool) -> None:
    """Keep the choice on this device: the kind of place and the language spoken there."""
    response.set_cookie(
        COOKIE,
        f"{source.provider}.{source.language}",
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=is_secure,
    )


def chosen_source(video: VideoOutline, wish: str) -> SourceOutline:
    """The source most like the wish; the video's own where none is like it."""
    provider, _dot, language = wish.partition(".")
    alike = [source for source in video.sources if source.provider == provider]
    same = next((source for source in alike if source.language == language), None)
    return same or next(iter(alike), video.sources[0])


def source_choices(video: VideoOutline, chosen: SourceOutline) -> tuple[SourceChoice, ...]:
    """All sources to choose from, in their order; nothing where there is no choice."""
    if len(video.sources) < 2:
        return ()
    return tuple(
        SourceChoice(source, _label(source, video.spoken_language), source == chosen)
        for source in video.sources
    )


def ways_out(video: VideoOutline) -> tuple[WayOut, ...]:
    """Where the film is watched outside of this site."""
    return tuple(WayOut(source.link, source.place) for source in video.sources if source.link)


def _label(source: SourceOutline, spoken_language: str) -> str:
    place = source.place or _("this site")
    if source.language == spoken_language:
        return place
    return _("%(place)s, %(language)s") % {
        "place": place,
        "language": language_name(source.language),
    }
