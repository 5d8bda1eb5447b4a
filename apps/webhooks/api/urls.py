from django.urls import path

from apps.webhooks.api.views import WebhooksView, WebhookView

urlpatterns = [
    path("cohorts/<slug:cohort>/webhooks/", WebhooksView.as_view(), name="webhook-list"),
    path(
        "cohorts/<slug:cohort>/webhooks/<str:webhook>/",
        WebhookView.as_view(),
        name="webhook-detail",
    ),
]
