"""Addresses of reminders: the wishes, the inbox, the links of mails, and the operator's figures."""

from django.urls import path

from apps.reminders.views import actions, inbox, metrics, wishes

app_name = "reminders"

urlpatterns = [
    path("settings/reminders/", wishes.settings, name="settings"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/recall/", inbox.recall, name="recall"),
    path("r/<str:token>/", actions.act, name="action"),
    path("metrics", metrics.metrics, name="metrics"),
]
