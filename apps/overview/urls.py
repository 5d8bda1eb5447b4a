"""The addresses of a person's own settings that span apps."""

from django.urls import path

from apps.overview import views

app_name = "overview"

urlpatterns = [
    path("settings/", views.profile, name="profile"),
]
