"""What belongs to no app: privacy, one's own machine's mail, and the two questions of a supervisor."""

from django.urls import path

from apps.core import health, views

app_name = "core"

urlpatterns = [
    path("healthz", health.healthz, name="health"),
    path("readyz", health.readyz, name="readiness"),
    path("privacy/", views.privacy, name="privacy"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("mail/", views.mails, name="mails"),
    path("mail/<str:name>/", views.mail, name="mail"),
    path("mail/<str:name>/html/", views.mail_html, name="mail-html"),
]
