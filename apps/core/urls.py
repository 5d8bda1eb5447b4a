"""Pages that belong to no app: privacy."""

from django.urls import path

from apps.core import views

app_name = "core"

urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
]
