from django.urls import path

from apps.curriculum.api.views import CurriculaView, CurriculumView

urlpatterns = [
    path("curricula/", CurriculaView.as_view(), name="curriculum-list"),
    path("curricula/<slug:curriculum>/", CurriculumView.as_view(), name="curriculum-detail"),
]
