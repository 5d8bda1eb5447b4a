from django.urls import path

from apps.dashboards.api import views

urlpatterns = [
    path(
        "cohorts/<slug:cohort>/progress/",
        views.CohortProgressView.as_view(),
        name="cohort-progress",
    ),
    path(
        "cohorts/<slug:cohort>/summary/", views.CohortSummaryView.as_view(), name="cohort-summary"
    ),
]
