"""Watching in the admin: to look at, never to change; facts come from players and services alone.

What a learner wrote (scaffold, recall) is not shown: it is theirs.
"""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.progress.models import Summary, Viewing


@admin.register(Viewing)
class ViewingAdmin(ReadOnlyAdmin):
    list_display = ("membership", "video", "number", "opened_at", "completed_at", "evidence")
    list_filter = ("number", "evidence", "membership__cohort")
    list_select_related = ("membership__user", "membership__cohort", "video")
    search_fields = ("membership__user__email", "membership__user__name", "video__slug")
    fields = (
        "membership", "video", "number", "opened_at", "completed_at", "evidence", "flags",
        "covered_ms", "active_seconds", "elsewhere_seconds", "refused_ms", "pauses", "max_rate",
        "last_heartbeat_at", "note_count", "code_count", "experiment_count", "question_count",
        "typed_share", "rating", "scaffold_at", "recall_at", "order_overridden_at", "limit_overridden_at",
        "night_overridden_at",
    )  # fmt: skip


@admin.register(Summary)
class SummaryAdmin(ReadOnlyAdmin):
    list_display = ("membership", "first_passes", "second_passes", "active_seconds", "updated_at")
    list_filter = ("membership__cohort",)
    list_select_related = ("membership__user", "membership__cohort")
    search_fields = ("membership__user__email", "membership__user__name")
