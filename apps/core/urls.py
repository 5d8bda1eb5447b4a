"""What belongs to no app: privacy, and the two questions of a supervisor."""

from django.urls import path

from apps.core import health, views

app_name = "core"

urlpatterns = [
    path("healthz", health.healthz, name="health"),
    path("readyz", health.readyz, name="readiness"),
    path("privacy/", views.privacy, name="privacy"),
]
