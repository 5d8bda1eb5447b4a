"""Addresses of reminders: the wishes, the inbox, the links of mails, and the operator's figures."""

from django.urls import path

from apps.reminders.views import actions, metrics, wishes

app_name = "reminders"

urlpatterns = [
    path("settings/reminders/", wishes.settings, name="settings"),
    path("inbox/", wishes.inbox, name="inbox"),
    path("r/<str:token>/", actions.act, name="action"),
    path("metrics", metrics.metrics, name="metrics"),
]
