"""What a newer revision changes for those who follow an older one, in the reader's words.

Titles, lengths and sources belong to the videos and are the same in every revision, so only the
plan is compared: which videos, in which order and phase, which are bonus, phases and outcomes.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.curriculum.document.differences import moved_slugs
from apps.curriculum.outline import Outline, VideoOutline


def plan_differences(old: Outline, new: Outline) -> tuple[str, ...]:
    """A sentence for each; empty when learners would notice nothing."""
    return tuple(_differences(old, new))


def videos_gone(old: Outline, new: Outline) -> tuple[VideoOutline, ...]:
    """The videos that the newer revision does not place any more."""
    return tuple(each for each in old.videos if each.slug not in new.videos_by_slug)


def _differences(old: Outline, new: Outline) -> Iterator[str]:
    for video in videos_gone(old, new):
        yield _("“%(title)s” goes.") % {"title": video.title}
    moved = moved_slugs(tuple(old.videos_by_slug), tuple(new.videos_by_slug))
    for video in new.videos:
        before = old.videos_by_slug.get(video.slug)
        if before is None:
            yield _came(video)
            continue
        if before.phase_number != video.phase_number or video.slug in moved:
            yield _(
                "“%(title)s” moves: number %(before)d in phase %(old_phase)d so far,"
                " number %(after)d in phase %(phase)d then."
            ) % {
                "title": video.title,
                "before": before.position,
                "old_phase": before.phase_number,
                "after": video.position,
                "phase": video.phase_number,
            }
        if video.is_bonus and not before.is_bonus:
            yield _("“%(title)s” becomes a bonus: it counts for nothing any more.") % {
                "title": video.title
            }
        if before.is_bonus and not video.is_bonus:
            yield _("“%(title)s” is no bonus any more: it counts.") % {"title": video.title}
    yield from _phases(old, new)
    yield from _words(old, new)


def _came(video: VideoOutline) -> str:
    values = {"title": video.title, "number": video.position, "phase": video.phase_number}
    if video.is_bonus:
        return _("“%(title)s” comes as number %(number)d, in phase %(phase)d, a bonus.") % values
    return _("“%(title)s” comes as number %(number)d, in phase %(phase)d.") % values


def _phases(old: Outline, new: Outline) -> Iterator[str]:
    for number in range(1, max(len(old.phases), len(new.phases)) + 1):
        before = old.phases[number - 1] if number <= len(old.phases) else None
        after = new.phases[number - 1] if number <= len(new.phases) else None
        if after is None:
            yield _("Phase %(number)d goes.") % {"number": number}
        elif before is None:
            yield _("Phase %(number)d comes: “%(title)s”.") % {
                "number": number,
                "title": after.title,
            }
        elif str(before.title) != str(after.title):
            yield _("Phase %(number)d is called “%(after)s”, so far “%(before)s”.") % {
                "number": number,
                "before": before.title,
                "after": after.title,
            }
        elif (before.goal, before.prerequisites, before.hours) != (
            after.goal,
            after.prerequisites,
            after.hours,
        ):
            yield _("Phase %(number)d: goal, prerequisites or hours are worded otherwise.") % {
                "number": number
            }


def _words(old: Outline, new: Outline) -> Iterator[str]:
    if str(old.title) != str(new.title):
        yield _("The curriculum is called “%(after)s”, so far “%(before)s”.") % {
            "before": old.title,
            "after": new.title,
        }
    before, after = old.outcomes_by_slug, new.outcomes_by_slug
    for slug, outcome in after.items():
        if slug not in before:
            yield _("New outcome: %(text)s") % {"text": outcome.text}
        elif str(before[slug].text) != str(outcome.text):
            yield _("Outcome worded otherwise: %(text)s") % {"text": outcome.text}
    for slug, outcome in before.items():
        if slug not in after:
            yield _("Outcome gone: %(text)s") % {"text": outcome.text}
