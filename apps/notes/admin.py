"""Notes in the admin: that they exist, not what they say; they are their learner's."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.notes.models import Note


@admin.register(Note)
class NoteAdmin(admin.ModelAdmin[Any]):
    list_display = ("id", "kind", "visibility", "created_at", "updated_at")
    list_filter = ("kind", "visibility")
    fields = ("kind", "visibility", "version", "created_at", "updated_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Note | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Note | None = None) -> bool:
        return False
