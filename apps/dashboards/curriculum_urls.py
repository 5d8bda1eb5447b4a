"""The addresses of the curriculum editor, below /curricula/, beside the pages that everyone reads."""

from django.urls import path

from apps.dashboards.views import curricula, editor, editor_parts, editor_publish

app_name = "curricula"

EDIT = "<slug:curriculum>/edit/"

urlpatterns = [
    path("", curricula.curricula, name="curricula"),
    path(EDIT, editor.plan, name="plan"),
    path(f"{EDIT}order/", editor.order, name="order"),
    path(f"{EDIT}about/", editor_parts.about, name="about"),
    path(f"{EDIT}phases/<slug:phase>/", editor_parts.phase, name="phase"),
    path(f"{EDIT}videos/<slug:video>/", editor_parts.video, name="video"),
    path(f"{EDIT}outcomes/", editor_parts.outcomes, name="outcomes"),
    path(f"{EDIT}outcomes/<slug:outcome>/", editor_parts.outcome, name="outcome"),
    path(f"{EDIT}document/", editor_publish.document, name="document"),
    path(f"{EDIT}document.yaml", editor_publish.document_file, name="document-file"),
    path(f"{EDIT}preview/", editor_publish.preview, name="preview"),
    path(f"{EDIT}publish/", editor_publish.publish, name="publish"),
    path(f"{EDIT}discard/", editor_publish.discard, name="discard"),
    path(f"{EDIT}history/", curricula.history, name="history"),
]
