"""Reminders in the admin: to answer “did they get one, and why not?”. What learners wish is theirs to change."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from apps.core.admin import AnyModelAdmin, ReadOnlyAdmin
from apps.reminders.models import (
    Delivery,
    Engine,
    Heartbeat,
    OutboxMessage,
    Rewatch,
    Suppression,
    Wake,
)
from apps.reminders.why import why
from apps.reminders.why_words import sentence


@admin.register(Rewatch)
class RewatchAdmin(ReadOnlyAdmin):
    list_display = ("membership", "video", "due_on", "remind_on", "rung", "kept_at", "stop_reason")
    list_filter = ("stop_reason", "is_owed")
    list_select_related = ("membership", "video")
    search_fields = ("membership__user__email", "video__slug")
    date_hierarchy = "due_on"
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(Wake)
class WakeAdmin(ReadOnlyAdmin):
    list_display = (
        "user",
        "next_at",
        "last_slot_on",
        "hour",
        "paused",
        "unsubscribed_at",
        "plan_errors",
    )
    list_filter = ("paused",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("next_at",)
    show_full_result_count = False
    readonly_fields = ("why",)

    @admin.display(description=_("Why there is or was no message"))
    def why(self, wake: Wake) -> str:
        """In sentences, with the servers' own words."""
        answer = why(user=wake.user, now=timezone.now())
        findings = [answer.next, *answer.stands, *answer.log]
        words = (
            (sentence(each, answer), f" [{each.said}]" if each.said else "") for each in findings
        )
        return format_html_join("", "<p>{}{}</p>", words)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = (
        "user",
        "slot_on",
        "state",
        "attempts",
        "not_before",
        "expires_at",
        "last_error",
    )
    list_filter = ("state",)
    list_select_related = ("user",)
    search_fields = ("user__email", "message_id")
    exclude = ("rendered",)
    ordering = ("not_before",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("user", "slot_on", "channel", "outcome", "settled_at", "attempts", "detail")
    list_filter = ("outcome", "channel")
    list_select_related = ("user",)
    search_fields = ("user__email", "message_id")
    date_hierarchy = "slot_on"
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(Suppression)
class SuppressionAdmin(AnyModelAdmin):
    """An address may be believed again: delete its row, and the next message goes out."""

    list_display = ("address_hash", "reason", "since")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "at")


@admin.register(Engine)
class EngineAdmin(AnyModelAdmin):
    """The two switches; everything stays where it is while they are off, and goes on afterwards."""

    list_display = ("__str__", "plans", "delivers")
    list_display_links = ("__str__",)
    fields = ("plans", "delivers")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Engine | None = None) -> bool:
        return False
