"""A cohort's learners and figures in JSON."""

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import Answer, MomentField, PageQuery
from apps.dashboards.attention import Code, Status
from apps.dashboards.board import ORDERS, Board
from apps.overview.api.serializers import (
    NextStepAnswer,
    PersonAnswer,
    TotalsAnswer,
    VideoProgressAnswer,
)

STATUSES = [status.value for status in Status]
REASONS = [code.value for code in Code]


class CohortProgressQuery(PageQuery):
    """Filters and order of a cohort's learners."""

    status = serializers.ChoiceField(choices=STATUSES, required=False)
    q = serializers.CharField(required=False, max_length=100, help_text="A part of the name.")
    ordering = serializers.ChoiceField(
        choices=list(ORDERS),
        required=False,
        default="name",
        help_text="`need`: who needs help first. `hours`, `last_active`: the least first.",
    )
    updated_since = MomentField(
        required=False,
        help_text="Only who joined, worked or left since then; those who left have `ended_at`.",
    )
    include = serializers.ChoiceField(
        choices=["videos"], required=False, help_text="`videos`: every video of each learner."
    )


class ProgressRowAnswer(Answer):
    """One learner of a cohort: the progress document, with what the rules say of it."""

    membership = serializers.CharField()
    cohort = serializers.CharField()
    curriculum = serializers.CharField()
    learner = PersonAnswer()
    as_of = MomentField()
    totals = TotalsAnswer()
    next_step = NextStepAnswer()
    external_id = serializers.CharField(
        help_text="What the school calls them; empty where it was not said, and to observers."
    )
    status = serializers.ChoiceField(
        choices=STATUSES, allow_null=True, help_text="Null of who has left."
    )
    reasons = serializers.ListField(
        child=serializers.ChoiceField(choices=REASONS),
        help_text="Why they need help, the weightiest first.",
    )
    last_active_at = MomentField(allow_null=True)
    joined_at = MomentField()
    ended_at = MomentField(allow_null=True)
    videos = VideoProgressAnswer(many=True, required=False, help_text="Only with `include=videos`.")


class CohortDebtAnswer(Answer):
    """Rewatches due and not done, of all learners together."""

    count = serializers.IntegerField()
    overdue = serializers.IntegerField()
    seconds = serializers.IntegerField()


class FunnelStepAnswer(Answer):
    """How many learners came how far with one video."""

    video = serializers.CharField()
    position = serializers.IntegerField()
    is_bonus = serializers.BooleanField()
    first_opened = serializers.IntegerField()
    first_completed = serializers.IntegerField()
    second_opened = serializers.IntegerField()
    second_completed = serializers.IntegerField()


class CohortSummaryAnswer(Answer):
    """The dashboard's figures. Medians are null where there is nothing yet to take them from."""

    cohort = serializers.CharField()
    as_of = MomentField()
    week = serializers.IntegerField(
        help_text="1 is the cohort's first; 0 or less before it starts."
    )
    ends_on = serializers.DateField()
    learners = serializers.IntegerField()
    here_this_week = serializers.IntegerField(help_text="With active time in the last 7 days.")
    statuses = serializers.DictField(
        child=serializers.IntegerField(), help_text="Learners by status; every status is there."
    )
    reasons = serializers.DictField(
        child=serializers.IntegerField(), help_text="Learners by reason; one may have several."
    )
    median_done_seconds = serializers.IntegerField(allow_null=True)
    median_planned_seconds = serializers.IntegerField(allow_null=True)
    rewatch_debt = CohortDebtAnswer()
    effort_ratio = serializers.FloatField(
        allow_null=True, help_text="The median of the learners' own medians."
    )
    light_share = serializers.FloatField(
        allow_null=True, help_text="Of all completed second passes, 0 to 1."
    )
    finishing_on = serializers.DateField(
        allow_null=True, help_text="By when half of them will be through at their own pace."
    )
    videos = FunnelStepAnswer(many=True)


def summary_json(board: Board) -> dict[str, Any]:
    """The figures of a board as `CohortSummaryAnswer` declares them."""
    figures = board.figures
    reasons = [reason.code for row in board.rows for reason in row.attention.reasons]
    return {
        "cohort": board.plan.cohort.slug,
        "as_of": board.as_of,
        "week": board.plan.week,
        "ends_on": board.plan.ends_on,
        "learners": figures.learners,
        "here_this_week": figures.here,
        "statuses": {status.value: board.statuses[status] for status in Status},
        "reasons": {code.value: reasons.count(code) for code in Code},
        "median_done_seconds": _whole(figures.median_done_seconds),
        "median_planned_seconds": _whole(figures.median_planned_seconds),
        "rewatch_debt": {
            "count": figures.debt_count,
            "overdue": figures.debt_overdue,
            "seconds": round(figures.debt_seconds),
        },
        "effort_ratio": _ratio(figures.effort_ratio),
        "light_share": _ratio(figures.light_share),
        "finishing_on": figures.finishing_on,
        "videos": [
            {
                "video": steps.video.slug,
                "position": steps.video.position,
                "is_bonus": steps.video.is_bonus,
                "first_opened": steps.first_opened,
                "first_completed": steps.first_done,
                "second_opened": steps.second_opened,
                "second_completed": steps.second_done,
            }
            for steps in board.funnel
        ],
    }


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _ratio(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
