"""Addresses of curricula below `/curricula/`."""

from django.urls import path

from apps.curriculum import views

app_name = "curriculum"

urlpatterns = [
    path("<slug:curriculum>/", views.curriculum, name="curriculum"),
    path("<slug:curriculum>/document.yaml", views.document, name="document"),
]
