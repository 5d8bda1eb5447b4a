"""The instructor's addresses, all below /teach/."""

from django.urls import path

from apps.dashboards.saving import TABLES
from apps.dashboards.views import (
    board,
    care,
    cohorts,
    history,
    ladder,
    learners,
    machines,
    mailings,
    nudges,
    people,
    person,
    revision,
    saved_views,
    saving,
    videos,
    webhooks,
    weeks,
    writing,
)

app_name = "dashboards"

COHORT = "<slug:cohort>/"
WEBHOOK = f"{COHORT}settings/webhooks/<uuid:webhook>/"

urlpatterns = [
    path("", cohorts.cohorts, name="cohorts"),
    path("new/", cohorts.cohort_create, name="cohort-create"),
    path(COHORT, board.board, name="cohort"),
    path(f"{COHORT}learners/<str:membership>/", learners.learner, name="learner"),
    path(f"{COHORT}learners/<str:membership>/nudge/", nudges.nudge, name="nudge"),
    path(f"{COHORT}learners/<str:membership>/talked/", care.talked, name="talked"),
    path(f"{COHORT}learners/<str:membership>/hide/", care.hide, name="hide"),
    path(f"{COHORT}views/", saved_views.view_save, name="view-save"),
    path(f"{COHORT}views/<int:view>/remove/", saved_views.view_remove, name="view-remove"),
    *(
        path(f"{COHORT}{table}.csv", saving.save, {"table": table}, name=f"{table}-csv")
        for table in TABLES
    ),
    path(f"{COHORT}videos/<slug:video>/", videos.video, name="video"),
    path(f"{COHORT}settings/weeks/", weeks.cohort_weeks, name="cohort-weeks"),
    path(f"{COHORT}people/", people.people, name="people"),
    path(
        f"{COHORT}people/links/<int:invitation>/withdraw/",
        people.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path(
        f"{COHORT}people/requests/<int:asked>/accept/",
        people.request_accept,
        name="request-accept",
    ),
    path(
        f"{COHORT}people/requests/<int:asked>/decline/",
        people.request_decline,
        name="request-decline",
    ),
    path(f"{COHORT}people/invite/", mailings.mailing_create, name="mailing-create"),
    path(f"{COHORT}people/mailings/<int:mailing>/", mailings.mailing, name="mailing"),
    path(
        f"{COHORT}people/mailings/<int:mailing>/report.csv",
        mailings.mailing_csv,
        name="mailing-csv",
    ),
    path(
        f"{COHORT}people/mailings/<int:mailing>/stop/",
        mailings.mailing_stop,
        name="mailing-stop",
    ),
    path(f"{COHORT}people/<str:person>/", person.person, name="person"),
    path(f"{COHORT}people/<str:person>/move/", person.person_move, name="person-move"),
    path(f"{COHORT}people/<str:person>/remove/", person.person_remove, name="person-remove"),
    path(f"{COHORT}write/", writing.write, name="write"),
    path(f"{COHORT}history/", history.history, name="history"),
    path(f"{COHORT}settings/", cohorts.cohort_settings, name="cohort-settings"),
    path(f"{COHORT}settings/revision/", revision.cohort_revision, name="cohort-revision"),
    path(f"{COHORT}settings/copy/", cohorts.cohort_copy, name="cohort-copy"),
    path(f"{COHORT}settings/ladder/", ladder.cohort_ladder, name="cohort-ladder"),
    path(f"{COHORT}settings/machines/", machines.machines, name="machines"),
    path(
        f"{COHORT}settings/machines/<int:machine>/token/",
        machines.machine_rotate,
        name="machine-rotate",
    ),
    path(f"{COHORT}settings/machines/<int:machine>/end/", machines.machine_end, name="machine-end"),
    path(f"{COHORT}settings/webhooks/", webhooks.webhooks, name="webhooks"),
    path(WEBHOOK, webhooks.webhook, name="webhook"),
    path(f"{WEBHOOK}switch/", webhooks.webhook_switch, name="webhook-switch"),
    path(f"{WEBHOOK}test/", webhooks.webhook_test, name="webhook-test"),
    path(f"{WEBHOOK}delete/", webhooks.webhook_delete, name="webhook-delete"),
    path(f"{WEBHOOK}messages/<int:message>/again/", webhooks.webhook_again, name="webhook-again"),
    path(f"{COHORT}settings/archive/", cohorts.cohort_archive, name="cohort-archive"),
]
