from django.urls import path

from apps.overview.api import account, cohorts, tokens, viewings, views

urlpatterns = [
    path("tokens/", tokens.TokensView.as_view(), name="token-list"),
    path("tokens/<str:token>/", tokens.TokenView.as_view(), name="token-detail"),
    path("me/export/", account.ArchiveView.as_view(), name="me-export"),
    path("me/delete/", account.DeletionView.as_view(), name="me-delete"),
    path("me/", views.MeView.as_view(), name="me"),
    path("me/progress/", views.MyProgressView.as_view(), name="my-progress"),
    path(
        "viewings/<str:viewing_id>/complete/",
        viewings.CompletionView.as_view(),
        name="viewing-complete",
    ),
    path(
        "viewings/<str:viewing_id>/scaffold/",
        viewings.ScaffoldView.as_view(),
        name="viewing-scaffold",
    ),
    path("cohorts/", cohorts.CohortsView.as_view(), name="cohort-list"),
    path("cohorts/join/", cohorts.JoinView.as_view(), name="cohort-join"),
    path("cohorts/<slug:cohort>/", cohorts.CohortView.as_view(), name="cohort-detail"),
    path("cohorts/<slug:cohort>/members/", cohorts.MembersView.as_view(), name="member-list"),
    path(
        "cohorts/<slug:cohort>/members/<str:membership>/",
        cohorts.MemberView.as_view(),
        name="member-detail",
    ),
    path(
        "cohorts/<slug:cohort>/progress/<str:membership>/",
        cohorts.LearnerProgressView.as_view(),
        name="learner-progress",
    ),
]
