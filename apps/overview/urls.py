"""The addresses of a person's own settings; signing up and in is allauth's, below `/accounts/`."""

from django.urls import path

from apps.overview import account_views, token_views, views

app_name = "overview"

urlpatterns = [
    path("settings/", views.profile, name="profile"),
    path("settings/account/", account_views.account, name="account"),
    path("settings/account/archive.zip", account_views.archive, name="archive"),
    path("settings/tokens/", token_views.tokens, name="tokens"),
    path("settings/tokens/<str:token>/revoke/", token_views.token_revoke, name="token-revoke"),
]
