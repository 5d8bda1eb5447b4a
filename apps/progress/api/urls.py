from django.urls import path

from apps.progress.api import views

urlpatterns = [
    path("viewings/", views.ViewingsView.as_view(), name="viewing-list"),
    path("viewings/<str:viewing_id>/", views.ViewingView.as_view(), name="viewing-detail"),
    path(
        "viewings/<str:viewing_id>/heartbeats/",
        views.HeartbeatsView.as_view(),
        name="viewing-heartbeats",
    ),
    path("viewings/<str:viewing_id>/recall/", views.RecallView.as_view(), name="viewing-recall"),
]
