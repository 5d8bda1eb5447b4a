from django.urls import path

from apps.notes.api import views

urlpatterns = [
    path("notes/", views.NotesView.as_view(), name="note-list"),
    path("notes/export/", views.ExportView.as_view(), name="note-export"),
    path("notes/<str:note_id>/answers/", views.AnswersView.as_view(), name="answer-list"),
    path(
        "notes/<str:note_id>/answers/<str:answer_id>/",
        views.AnswerView.as_view(),
        name="answer-detail",
    ),
    path("notes/<str:note_id>/", views.NoteView.as_view(), name="note-detail"),
]
