"""REST, version 1: each app's doors under one roof, and a problem document where there is none."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from apps.accounts.api import schemes as schemes  # registers them with the schema
from apps.core.api import documents

app_name = "api"


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Also for addresses without their last slash: a redirect would lose the body of a POST."""
    raise Http404


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include("apps.progress.api.urls")),
    path("v1/openapi.json", documents.openapi_json, name="openapi-json"),
    path("v1/openapi.yaml", documents.openapi_yaml, name="openapi-yaml"),
    path("v1/docs/", documents.DocsPage.as_view(), name="docs"),
    path("v1/problems/<slug:code>/", documents.ProblemTypeView.as_view(), name="problem-type"),
    path("v1/", include("apps.curriculum.api.urls")),
    path("v1/", include("apps.notes.api.urls")),
    path("v1/", include("apps.reminders.api.urls")),
    path("v1/", include("apps.overview.api.urls")),
    path("v1/", include("apps.dashboards.api.urls")),
    path("v1/", include("apps.webhooks.api.urls")),
    re_path("", nothing_here),
]
