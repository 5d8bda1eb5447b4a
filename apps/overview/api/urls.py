from django.urls import path

from apps.overview.api import viewings, views

urlpatterns = [
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
]
