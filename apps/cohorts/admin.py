"""Cohorts in the admin. Who is in them and by which link is changed by their instructors alone."""

from django.contrib import admin

from apps.cohorts.models import (
    Care,
    Cohort,
    CompletionRecord,
    Event,
    Invitation,
    JoinRequest,
    Letter,
    Mailing,
    MailingRow,
    Membership,
    Message,
    MessageCopy,
)
from apps.core.admin import ReadOnlyAdmin


@admin.register(Cohort)
class CohortAdmin(ReadOnlyAdmin):
    """A cohort is made and changed on its pages: figures and rewatches follow, its history says who."""

    list_display = (
        "name",
        "slug",
        "starts_on",
        "hours_per_week",
        "is_open",
        "is_solo",
        "archived_at",
    )
    list_filter = ("is_open", "is_solo", "language", "archived_at")
    search_fields = ("name", "slug")
    fields = (
        "name", "slug", "revision", "starts_on", "ends_on", "hours_per_week", "time_zone",
        "language", "order_rule", "night_rule", "soft_limit", "ladder", "bonus_is_owed",
        "capacity", "is_open", "takes_requests", "is_solo", "created_by", "created_at", "archived_at",
    )  # fmt: skip


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "cohort", "role", "joined_at", "ended_at")
    list_filter = ("role", "ended_at")
    list_select_related = ("user", "cohort")
    search_fields = ("user__email", "user__name", "external_id", "cohort__name", "cohort__slug")
    fields = ("user", "cohort", "role", "external_id", "joined_at", "ended_at")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Without the code: whoever reads this page shall not get into the cohort by it."""

    list_display = ("cohort", "role", "uses", "max_uses", "expires_at", "revoked_at", "created_by")
    list_filter = ("role", "revoked_at")
    list_select_related = ("cohort", "created_by")
    search_fields = ("cohort__name", "cohort__slug", "email_domain")
    fields = (
        "cohort", "role", "uses", "max_uses", "expires_at", "email_domain", "email",
        "created_by", "created_at", "revoked_at",
    )  # fmt: skip


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    list_display = ("user", "cohort", "state", "asked_at", "settled_at")
    list_filter = ("state",)
    list_select_related = ("user", "cohort")
    search_fields = ("user__email", "user__name", "cohort__name", "cohort__slug")
    fields = (
        "user", "cohort", "state", "words", "invitation", "asked_at", "settled_at", "settled_by",
    )  # fmt: skip


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """What was mailed to whom, and why something was not; without the link that is in it."""

    list_display = ("address", "kind", "cohort", "state", "reason", "tries", "made_at", "sent_at")
    list_filter = ("state", "kind", "is_bulk")
    list_select_related = ("cohort",)
    search_fields = ("address", "cohort__name", "cohort__slug")
    fields = (
        "address", "user", "kind", "cohort", "language", "is_bulk", "state", "reason", "tries",
        "made_at", "next_at", "taken_at", "sent_at",
    )  # fmt: skip


@admin.register(Mailing)
class MailingAdmin(ReadOnlyAdmin):
    list_display = ("id", "cohort", "role", "made_by", "made_at", "stopped_at")
    list_select_related = ("cohort", "made_by")
    search_fields = ("cohort__name", "cohort__slug")
    fields = ("cohort", "role", "expires_at", "made_by", "made_at", "stopped_at")


@admin.register(MailingRow)
class MailingRowAdmin(ReadOnlyAdmin):
    list_display = ("address", "mailing", "line", "outcome")
    list_filter = ("outcome",)
    search_fields = ("address", "text")
    fields = ("mailing", "line", "text", "address", "external_id", "outcome")


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """That something was written, and to whom; the words are for those they were written to."""

    list_display = ("cohort", "author", "made_at")
    list_select_related = ("cohort", "author")
    search_fields = ("cohort__name", "cohort__slug", "author__email")
    fields = ("cohort", "author", "made_at")


@admin.register(MessageCopy)
class MessageCopyAdmin(ReadOnlyAdmin):
    list_display = ("message", "membership", "read_at")
    fields = ("message", "membership", "read_at")


@admin.register(CompletionRecord)
class CompletionRecordAdmin(ReadOnlyAdmin):
    """Without the code: to whom it is shown is its learner's to decide."""

    list_display = ("name", "cohort_name", "finished_on", "issued_at")
    search_fields = ("name", "cohort_name", "membership__user__email")
    fields = (
        "name", "cohort_name", "revision_number", "videos", "self_reported", "light", "notes",
        "active_seconds", "started_on", "finished_on", "issued_at",
    )  # fmt: skip


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The audit trail: nothing in it can be changed, here or elsewhere."""

    list_display = ("at", "cohort", "actor", "kind", "subject")
    list_filter = ("kind",)
    list_select_related = ("cohort", "actor", "subject")
    search_fields = ("cohort__name", "cohort__slug", "actor__email", "subject__email")
    fields = ("at", "cohort", "actor", "kind", "subject", "details")


@admin.register(Care)
class CareAdmin(ReadOnlyAdmin):
    list_display = ("membership", "talked_at", "talked_by", "hidden_until", "hidden_by")
    list_select_related = ("membership", "talked_by", "hidden_by")
    search_fields = ("membership__user__email", "membership__cohort__slug")
    fields = ("membership", "talked_at", "talked_by", "hidden_until", "hidden_by")
