"""Curricula in the admin: to look at; what changes them is a document, pasted here or imported."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.admin import ReadOnlyAdmin
from apps.curriculum.document import write_yaml
from apps.curriculum.forms import DocumentForm
from apps.curriculum.models import (
    Curriculum,
    Draft,
    Outcome,
    Phase,
    Placement,
    Revision,
    Source,
    Video,
)
from apps.curriculum.selectors import current_revision, stored_document
from apps.curriculum.services import import_curriculum

ADD_PERMISSION = "curriculum.add_curriculum"


@admin.register(Curriculum)
class CurriculumAdmin(ReadOnlyAdmin):
    list_display = ("slug", "created_at")
    search_fields = ("slug",)
    change_list_template = "admin/curriculum/curriculum/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="curriculum_curriculum_import"), *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Paste a document; faults come back with their lines, changes as messages.

        `?of=SLUG` opens on the current document of that curriculum.
        """
        if not request.user.has_perm(ADD_PERMISSION):
            raise PermissionDenied
        if request.method == "POST":
            form = DocumentForm(request.POST)
            if form.is_valid():
                imported = import_curriculum(
                    document=form.cleaned_data["document"], now=timezone.now(), by=request.user
                )
                if not imported.is_new_revision:
                    messages.info(request, _("The document says nothing new."))
                else:
                    messages.success(
                        request, _("Imported: %(revision)s.") % {"revision": imported.revision}
                    )
                for difference in imported.differences:
                    messages.info(request, str(difference))
                return HttpResponseRedirect(reverse("admin:curriculum_curriculum_changelist"))
        else:
            form = DocumentForm(initial=self._current(request.GET.get("of", "")))
        context = self.admin_site.each_context(request) | {
            "title": _("Import a curriculum document"),
            "form": form,
            "opts": self.model._meta,
        }
        return render(request, "admin/curriculum/curriculum/import.html", context)

    def _current(self, slug: str) -> dict[str, str]:
        if not slug:
            return {}
        return {"document": write_yaml(stored_document(revision=current_revision(slug=slug)))}


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ("curriculum", "number", "created_at", "digest")
    list_filter = ("curriculum",)
    list_select_related = ("curriculum",)
    ordering = ("curriculum__slug", "-number")


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    list_display = ("slug", "base", "version", "changed_at", "changed_by")
    list_select_related = ("base", "changed_by")
    search_fields = ("slug",)


@admin.register(Phase)
class PhaseAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "revision", "position", "estimate_min_hours", "estimate_max_hours")
    list_filter = ("revision__curriculum",)
    list_select_related = ("revision",)


@admin.register(Video)
class VideoAdmin(ReadOnlyAdmin):
    list_display = (
        "slug",
        "__str__",
        "curriculum",
        "author",
        "duration_seconds",
        "duration_is_approximate",
        "is_coding",
    )
    list_filter = ("curriculum", "provider", "is_coding", "is_guest", "duration_is_approximate")
    list_select_related = ("curriculum",)
    search_fields = ("slug", "title", "author")


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ("video", "position", "provider", "address", "language")
    list_filter = ("video__curriculum", "provider")
    list_select_related = ("video",)
    search_fields = ("video__slug", "address")


@admin.register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    list_display = ("position", "video", "phase", "revision", "is_bonus")
    list_filter = ("revision__curriculum", "is_bonus")
    list_select_related = ("video", "phase", "revision")


@admin.register(Outcome)
class OutcomeAdmin(ReadOnlyAdmin):
    list_display = ("slug", "kind", "__str__", "revision")
    list_filter = ("kind", "revision__curriculum")
    list_select_related = ("revision",)
