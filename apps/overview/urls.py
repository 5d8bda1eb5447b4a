"""The addresses of a person's own settings; signing up and in is allauth's, below `/accounts/`."""

from django.urls import path

from apps.overview import token_views, views

app_name = "overview"

urlpatterns = [
    path("settings/", views.profile, name="profile"),
    path("settings/tokens/", token_views.tokens, name="tokens"),
    path("settings/tokens/<str:token>/revoke/", token_views.token_revoke, name="token-revoke"),
]
