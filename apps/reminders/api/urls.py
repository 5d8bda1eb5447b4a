from django.urls import path

from apps.reminders.api import calendar, views

urlpatterns = [
    path("rewatches/", views.RewatchesView.as_view(), name="rewatch-list"),
    path("rewatches/<str:rewatch_id>/snooze/", views.SnoozeView.as_view(), name="rewatch-snooze"),
    path("reminders/", views.RemindersView.as_view(), name="reminder-list"),
    path("me/reminder-settings/", views.ReminderSettingsView.as_view(), name="reminder-settings"),
    path("calendar/<str:secret>.ics", calendar.CalendarView.as_view(), name="calendar"),
]
