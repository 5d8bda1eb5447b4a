"""Notes and answers in the admin: that they exist, not what they say; they are their learner's."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.notes.models import Answer, Note


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "visibility", "created_at", "updated_at")
    list_filter = ("kind", "visibility")
    fields = ("kind", "visibility", "version", "created_at", "updated_at")


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = ("id", "note", "author", "created_at", "updated_at")
    list_select_related = ("note", "author")
    fields = ("note", "author", "version", "created_at", "updated_at")
