"""Addresses of reminders: the wishes, the inbox, and the links of mails."""

from django.urls import path

from apps.reminders.views import actions, wishes

app_name = "reminders"

urlpatterns = [
    path("settings/reminders/", wishes.settings, name="settings"),
    path("inbox/", wishes.inbox, name="inbox"),
    path("r/<str:token>/", actions.act, name="action"),
]
