"""One learner's page, for those who read the cohort's figures, and for the learner to see what they see."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.models import Membership
from apps.cohorts.selectors import (
    learner_membership,
    messages_about,
    reading_membership,
)
from apps.dashboards import live
from apps.dashboards.care import care_of, need_of
from apps.dashboards.learner import event_words, learner_page
from apps.dashboards.news import news_of
from apps.dashboards.selectors import learner_in, plan_of
from apps.dashboards.words import learner_verdict
from apps.progress.built import built_by

MESSAGES_SHOWN = 20
EVENTS_SHOWN = 8


@login_required
@require_safe
def learner(request: AuthenticatedRequest, cohort: str, membership: str) -> HttpResponse:
    """Verdict, every video's rings, what is due, what was done lately, pace, counts, reminders."""
    now = timezone.now()
    reader = reading_membership(user=request.user, cohort_slug=cohort)
    subject = learner_in(cohort=reader.cohort, membership_id=membership)
    tag = live.tag_of(request, reader=reader, now=now, learner=subject)
    if (same := live.unchanged(request, tag)) is not None:
        return same
    since = live.look(request, reader=reader, learner=subject, now=now)
    is_instructor = reader.role == Membership.Role.INSTRUCTOR
    context = _context(subject, now, with_texts=is_instructor) | {
        "membership": reader,
        "nav_current": "cohort",
        "may_write": is_instructor,
        "news": news_of(membership=subject, since=since),
    }
    return live.page(request, "dashboards/learner.html", context, tag)


@login_required
@require_safe
def seen(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """What my instructors see of me: their very page, read by the learner it is about."""
    membership = learner_membership(user=request.user, cohort_slug=cohort)
    context = _context(membership, timezone.now(), with_texts=True) | {
        "membership": membership,
        "nav_current": "",
        "is_own": True,
    }
    return render(request, "dashboards/learner.html", context)


def _context(subject: Membership, now: datetime, *, with_texts: bool) -> dict[str, Any]:
    page = learner_page(membership=subject, now=now, with_texts=with_texts)
    plan = plan_of(cohort=subject.cohort, now=now)
    head, rest = learner_verdict(page.row, page.outline, page.today)
    return {
        "cohort": subject.cohort,
        "page": page,
        "row": page.row,
        "learner": subject.user,
        "built": built_by(membership=subject) if with_texts else [],
        "written": list(messages_about(membership=subject)[:MESSAGES_SHOWN]) if with_texts else [],
        "as_of": now,
        "verdict_head": head,
        "verdict_rest": rest,
        "need": need_of(page.row, care_of(membership_id=subject.pk), plan),
        "events": [(event, event_words(event)) for event in page.events[:EVENTS_SHOWN]],
        "earlier": [(event, event_words(event)) for event in page.events[EVENTS_SHOWN:]],
    }
