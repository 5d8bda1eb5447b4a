"""The addresses of access tokens; signing up and in is allauth's, below `/accounts/`."""

from django.urls import path

from apps.accounts import views

app_name = "accounts"

urlpatterns = [
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<str:token>/revoke/", views.token_revoke, name="token-revoke"),
]
