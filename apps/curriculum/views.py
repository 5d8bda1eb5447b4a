"""The curriculum as its readers see it: everything its document knows, before and without joining."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.localized import language_name
from apps.curriculum.document import write_yaml
from apps.curriculum.selectors import current_revision, revision_outline, stored_document


@require_safe
def curriculum(request: HttpRequest, curriculum: str) -> HttpResponse:
    """The newest revision whole; open to everyone."""
    outline = revision_outline(revision_id=current_revision(slug=curriculum).pk)
    languages = dict.fromkeys(video.spoken_language for video in outline.videos)
    context = {"outline": outline, "spoken": ", ".join(language_name(code) for code in languages)}
    return render(request, "curriculum/curriculum.html", context)


@require_safe
def document(request: HttpRequest, curriculum: str) -> HttpResponse:
    """The document of the newest revision as a YAML file that can be imported again."""
    revision = current_revision(slug=curriculum)
    return HttpResponse(
        write_yaml(stored_document(revision=revision)),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{curriculum}.yaml"'},
    )
