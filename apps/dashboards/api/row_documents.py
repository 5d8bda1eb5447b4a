"""A cohort's learners as rows of JSON, from the rows of its board: thousands a second, in flat memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from rest_framework.request import Request

from apps.cohorts.access import is_instructor
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.selectors import revision_outline
from apps.dashboards.rows import LearnerRow, Plan
from apps.overview.api.documents import progress_json, ratio, step_path
from apps.overview.selectors import progress_documents
from apps.overview.steps import Step, next_steps

# So many learners are read at a time while a whole cohort is streamed.
STREAMED_AT_ONCE = 500
# Of documents with all their videos.
WHOLE_AT_ONCE = 100


class _Place(NamedTuple):
    """What a row says of a membership and its board's row does not."""

    external_id: str
    joined_at: datetime
    ended_at: datetime | None


@dataclass
class RowDocuments:
    """Writes rows for one reader of a cohort."""

    reader: Membership
    request: Request
    now: datetime
    with_videos: bool
    _addresses: dict[tuple[str, str | None, bool], str] = field(default_factory=dict)

    @property
    def cohort(self) -> Cohort:
        return self.reader.cohort

    def in_parts(self, rows: Sequence[LearnerRow]) -> Iterator[dict[str, Any]]:
        """All of them, some at a time; two statements for each part, six with videos."""
        size = WHOLE_AT_ONCE if self.with_videos else STREAMED_AT_ONCE
        for start in range(0, len(rows), size):
            yield from self.written(rows[start : start + size])

    def written(self, rows: Sequence[LearnerRow]) -> list[dict[str, Any]]:
        if self.with_videos:
            return self._whole(rows)
        places = self._places(rows)
        outline = revision_outline(revision_id=self.cohort.revision_id)
        steps = next_steps(
            cohort=self.cohort,
            outline=outline,
            zones={row.membership_id: row.time_zone for row in rows},
            now=self.now,
        )
        curriculum, plan = (
            self.cohort.revision.curriculum.slug,
            Plan(self.cohort, outline, self.now),
        )
        return [
            {
                "membership": str(row.membership_id),
                "cohort": self.cohort.slug,
                "curriculum": curriculum,
                "learner": {"id": str(row.user_id), "name": row.name},
                "as_of": self.now,
                "totals": _totals(row, plan),
                "next_step": self._step(steps[row.membership_id]),
            }
            | self._said_of(row, places[row.membership_id])
            for row in rows
        ]

    def _whole(self, rows: Sequence[LearnerRow]) -> list[dict[str, Any]]:
        found = Membership.objects.select_related("cohort__revision__curriculum", "user").in_bulk(
            [row.membership_id for row in rows]
        )
        members = [found[row.membership_id] for row in rows]
        return [
            progress_json(document, self.request)
            | self._said_of(row, _Place(member.external_id, member.joined_at, member.ended_at))
            for row, member, document in zip(
                rows, members, progress_documents(memberships=members, now=self.now), strict=True
            )
        ]

    def _places(self, rows: Sequence[LearnerRow]) -> dict[int, _Place]:
        found = Membership.objects.filter(pk__in=[row.membership_id for row in rows])
        return {
            membership_id: _Place(*values)
            for membership_id, *values in found.values_list("pk", *_Place._fields)
        }

    def _said_of(self, row: LearnerRow, place: _Place) -> dict[str, Any]:
        has_left = place.ended_at is not None
        return {
            "external_id": place.external_id if is_instructor(self.reader) else "",
            "status": None if has_left else row.status.value,
            "reasons": [] if has_left else [each.code.value for each in row.attention.reasons],
            "last_active_at": row.last_active_at,
            "joined_at": place.joined_at,
            "ended_at": place.ended_at,
        }

    def _step(self, found: Step) -> dict[str, Any]:
        step, video = found.step, found.video.slug if found.video else None
        key = (step.kind, video, found.is_open)
        if key not in self._addresses:
            path = step_path(step, cohort=self.cohort.slug, video=video, is_open=found.is_open)
            self._addresses[key] = self.request.build_absolute_uri(path)
        return {
            "kind": step.kind,
            "reason": step.reason or None,
            "video": video,
            "url": self._addresses[key],
        }


def _totals(row: LearnerRow, plan: Plan) -> dict[str, Any]:
    planned = plan.planned_now(row.begins_at)
    return {
        "videos": len(plan.outline.videos),
        "first_passes": row.first_passes,
        "second_passes": row.second_passes,
        "rewatch_debt": {"count": row.debt.count, "seconds": round(row.debt.seconds)},
        "active_seconds": row.active_seconds,
        "planned_seconds": planned,
        "pace": ratio(row.done_seconds / planned) if planned > 0 else None,
        "effort_ratio": ratio(row.effort_ratio),
    }
