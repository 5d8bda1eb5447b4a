from django.urls import path

from apps.notes.api import views

urlpatterns = [
    path("notes/", views.NotesView.as_view(), name="note-list"),
    path("notes/<str:note_id>/", views.NoteView.as_view(), name="note-detail"),
]
