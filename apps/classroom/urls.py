"""The learner's addresses."""

from django.urls import path

from apps.classroom.views import (
    built,
    desk,
    drafts,
    film,
    home,
    joining,
    note,
    notes,
    preview,
    records,
    texts,
    video,
    watching,
)

app_name = "classroom"

VIDEO = "c/<slug:cohort>/videos/<slug:video>/"

urlpatterns = [
    path("join/<str:code>/", joining.join, name="join"),
    path("start/", joining.start, name="start"),
    path("c/<slug:cohort>/", home.home, name="home"),
    path("c/<slug:cohort>/roadmap/", home.roadmap, name="roadmap"),
    path("c/<slug:cohort>/rewatches/<int:rewatch>/tomorrow/", home.snooze, name="snooze"),
    path("c/<slug:cohort>/record/", records.own_record, name="own-record"),
    path("records/<str:record>/", records.record, name="record"),
    path("c/<slug:cohort>/leave/", home.leave, name="leave"),
    path("notes/", notes.notes, name="notes"),
    path("notes/export/", notes.export, name="notes-export"),
    path("notes/preview/", preview.preview, name="preview"),
    path("notes/<int:note>/", note.note, name="note"),
    path(VIDEO, video.video, name="video"),
    path(f"{VIDEO}first/", watching.first, name="first"),
    path(f"{VIDEO}scaffold/", texts.scaffold, name="scaffold"),
    path(f"{VIDEO}recall/", texts.recall, name="recall"),
    path(f"{VIDEO}second/", desk.second, name="second"),
    path(f"{VIDEO}built/", built.built, name="built"),
    path("built/<int:built>/", built.built_file, name="built-file"),
    path(f"{VIDEO}drafts/<slug:key>/", drafts.draft, name="draft"),
    path(f"{VIDEO}again/", watching.again, name="again"),
    path(f"{VIDEO}media/", film.media, name="media"),
    path(f"{VIDEO}source/", film.source, name="source"),
    path(f"{VIDEO}captions/<slug:language>/", film.captions, name="captions"),
]
