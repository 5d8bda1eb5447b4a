"""What is new to a reader since they last looked: at one learner, or at a whole cohort. Counts and names, no texts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.cohorts.models import Cohort, Event, Membership
from apps.dashboards.rows import LearnerRow

LEARNERS_NAMED = 20
PEOPLE_NAMED = 5
_CAME = (Event.Kind.JOINED, Event.Kind.MOVED_HERE)
_WENT = (Event.Kind.LEFT, Event.Kind.REMOVED, Event.Kind.MOVED_AWAY)


class Counts(NamedTuple):
    """What was finished, shared, asked and answered."""

    first_passes: int = 0
    second_passes: int = 0
    notes: int = 0
    questions: int = 0
    answers: int = 0

    @property
    def words(self) -> list[str]:
        """Each that is not nothing, as a phrase."""
        told = (
            ngettext("%(count)d first pass finished", "%(count)d first passes finished", self[0]),
            ngettext("%(count)d second pass finished", "%(count)d second passes finished", self[1]),
            ngettext(
                "%(count)d note shared or changed", "%(count)d notes shared or changed", self[2]
            ),
            ngettext("%(count)d question asked", "%(count)d questions asked", self[3]),
            ngettext("%(count)d answer to a reminder", "%(count)d answers to reminders", self[4]),
        )
        return [words % {"count": count} for words, count in zip(told, self, strict=True) if count]


@dataclass(frozen=True, slots=True)
class News:
    """`sentence` is empty where nothing is new. `learners`: whom it is about, most of it first."""

    since: datetime
    sentence: str
    learners: Sequence[tuple[LearnerRow, str]] = ()
    more: int = 0


def news_of(*, membership: Membership, since: datetime | None) -> News | None:
    """What one learner did; None at a reader's first visit."""
    if since is None:
        return None
    found, _people = _read(membership.cohort_id, since, membership.pk)
    return News(since, _sentence(found.get(membership.pk, Counts()).words))


def news_in(*, cohort: Cohort, rows: Iterable[LearnerRow], since: datetime | None) -> News | None:
    """What the learners of a cohort did, and who came and went; None at a reader's first visit."""
    if since is None:
        return None
    found, people = _read(cohort.pk, since, None)
    whole = Counts(*map(sum, zip(*found.values(), strict=True))) if found else Counts()
    about = [(row, found[row.membership_id]) for row in rows if row.membership_id in found]
    about.sort(key=lambda each: -sum(each[1]))
    return News(
        since,
        _sentence([*whole.words, *_came_and_went(people)]),
        [(row, capfirst(", ".join(counts.words))) for row, counts in about[:LEARNERS_NAMED]],
        more=max(0, len(about) - LEARNERS_NAMED),
    )


def _came_and_went(people: Sequence[tuple[str, str]]) -> Iterable[str]:
    came = [name for kind, name in people if kind in _CAME]
    went = [name for kind, name in people if kind in _WENT]
    if came:
        yield _("new here: %(names)s") % {"names": _named(came)}
    if went:
        yield _("no longer here: %(names)s") % {"names": _named(went)}


def _named(names: list[str]) -> str:
    """Each once, in order; the last words for those too many to name."""
    once = [name for name in Counter(names) if name]
    shown = once[:PEOPLE_NAMED]
    if more := len(once) - len(shown):
        shown.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return get_text_list(shown, _("and"))


def _sentence(parts: list[str]) -> str:
    return capfirst(f"{get_text_list(parts, _('and'))}.") if parts else ""


def _read(
    cohort_id: int, since: datetime, membership_id: int | None
) -> tuple[dict[int, Counts], list[tuple[str, str]]]:
    """Counts by membership, of active learners with anything new; and who came and went. One statement."""
    values: dict[str, Any] = {
        "cohort": cohort_id,
        "since": since,
        "membership": membership_id,
        "kinds": [] if membership_id else [*_CAME, *_WENT],
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, values)
        rows = cursor.fetchall()
    counts = {row[0]: Counts(*row[1:6]) for row in rows if row[0] is not None}
    return counts, [(kind, name) for pk, *_nothing, kind, name in rows if pk is None]


# A summary changes with every pass, so most learners are left out by its index; notes are found by that of shared ones.
_NEWS = """
WITH members AS MATERIALIZED (
    SELECT m.id, s.updated_at > %(since)s AS is_active
    FROM cohorts_membership m LEFT JOIN progress_summary s ON s.membership_id = m.id
    WHERE m.cohort_id = %(cohort)s AND m.role = 'learner' AND m.ended_at IS NULL
        AND (%(membership)s::bigint IS NULL OR m.id = %(membership)s)
), found AS (
    SELECT m.id, (v.number = 1)::int AS firsts, (v.number = 2)::int AS seconds,
        0 AS notes, 0 AS questions, 0 AS answers
    FROM members m JOIN progress_viewing v ON v.membership_id = m.id
    WHERE m.is_active AND v.completed_at > %(since)s
    UNION ALL
    SELECT m.id, 0, 0, (n.kind <> 'question')::int, (n.kind = 'question')::int, 0
    FROM notes_note n JOIN progress_viewing v ON v.id = n.viewing_id
    JOIN members m ON m.id = v.membership_id
    WHERE n.shared_in_id = %(cohort)s AND n.updated_at > %(since)s
    UNION ALL
    SELECT m.id, 0, 0, 0, 0, 1
    FROM members m JOIN reminders_rewatch r ON r.membership_id = m.id
    WHERE r.recall_answered_at > %(since)s
)
(SELECT id, sum(firsts)::int, sum(seconds)::int, sum(notes)::int, sum(questions)::int, sum(answers)::int,
    NULL AS kind, NULL AS name
FROM found GROUP BY id HAVING sum(firsts + seconds + notes + questions + answers) > 0)
UNION ALL
(SELECT NULL, 0, 0, 0, 0, 0, e.kind, coalesce(nullif(u.name, ''), split_part(u.email, '@', 1), '')
FROM cohorts_event e LEFT JOIN accounts_user u ON u.id = e.subject_id
WHERE e.cohort_id = %(cohort)s AND e.at > %(since)s AND e.kind = ANY(%(kinds)s)
ORDER BY e.at, e.id)
"""
