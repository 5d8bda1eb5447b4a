"""The learner's addresses."""

from django.urls import path

from apps.classroom.views import notes

app_name = "classroom"

urlpatterns = [
    path("notes/", notes.notes, name="notes"),
]
