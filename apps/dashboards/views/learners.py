"""One learner's page, for those who read the cohort's figures."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.selectors import reading_membership
from apps.dashboards.learner import event_words, learner_page
from apps.dashboards.selectors import learner_in
from apps.dashboards.words import learner_verdict


@login_required
@require_safe
def learner(request: AuthenticatedRequest, cohort: str, membership: str) -> HttpResponse:
    """Verdict, every video's rings, what is due, what was done lately, pace, counts, reminders."""
    now = timezone.now()
    reader = reading_membership(user=request.user, cohort_slug=cohort)
    subject = learner_in(cohort=reader.cohort, membership_id=membership)
    page = learner_page(membership=subject, reader=request.user, now=now)
    head, rest = learner_verdict(page.row, page.outline, page.today)
    context = {
        "membership": reader,
        "cohort": reader.cohort,
        "nav_current": "cohort",
        "page": page,
        "row": page.row,
        "learner": subject.user,
        "as_of": now,
        "verdict_head": head,
        "verdict_rest": rest,
        "events": [(event, event_words(event)) for event in page.events],
        "may_write": reader.role == "instructor",
    }
    return render(request, "dashboards/learner.html", context)
