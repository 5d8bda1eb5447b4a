"""The weekly mail to an instructor: of each cohort the verdict and who needs help, in words, each with a link.

The engine of reminders plans and sends it; here is what it says, and to whom there is something to say: whoever teaches
a cohort that has begun, has learners, and is not over for a week. Where nobody needs help it says so and is short.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.dashboards.attention import Status
from apps.dashboards.care import care_in, need_list
from apps.dashboards.selectors import cohort_board
from apps.dashboards.words import cohort_verdict
from apps.reminders.digests import DigestText
from apps.reminders.links import absolute

TEMPLATES = "emails/instructor_digest"
NAMED = 7
# The last week of a cohort is told of once more.
TOLD_AFTER_END = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Told:
    """One cohort in the mail, and how many of its learners need help."""

    needing: int
    context: dict[str, Any]


class InstructorDigest:
    """The source that the engine asks."""

    def cohorts_of(
        self, *, now: datetime, user_ids: Collection[int] | None = None
    ) -> Mapping[int, tuple[int, ...]]:
        """One query."""
        learners = Membership.objects.active().learners().filter(cohort=OuterRef("cohort"))
        teaching = Membership.objects.active().filter(
            Q(cohort__ends_on__isnull=True) | Q(cohort__ends_on__gte=now.date() - TOLD_AFTER_END),
            Exists(learners),
            role=Membership.Role.INSTRUCTOR,
            user__is_machine=False,
            cohort__is_solo=False,
            cohort__archived_at__isnull=True,
            cohort__starts_on__lte=now.date(),
        )
        if user_ids is not None:
            teaching = teaching.filter(user_id__in=user_ids)
        found: dict[int, tuple[int, ...]] = {}
        for user_id, cohort_id in teaching.order_by("user_id", "cohort_id").values_list(
            "user_id", "cohort_id"
        ):
            found[user_id] = (*found.get(user_id, ()), cohort_id)
        return found

    def words(
        self, *, user: User, cohort_ids: Collection[int], off_address: str, now: datetime
    ) -> DigestText:
        """Four queries and those of a board for each cohort."""
        cohorts = Cohort.objects.filter(pk__in=cohort_ids).select_related("revision__curriculum")
        told = [_told(cohort, now) for cohort in cohorts.order_by("starts_on", "name", "pk")]
        needing = sum(each.needing for each in told)
        heading = (
            ngettext("%(count)d learner needs you", "%(count)d learners need you", needing)
            % {"count": needing}
            if needing
            else _("Nobody needs you this week")
        )
        context = {
            "subject": heading,
            "heading": heading,
            "day": capfirst(format_date(timezone.localtime(now).date(), "l, j E")),
            "cohorts": [each.context for each in told],
            "settings_address": absolute(reverse("reminders:settings")),
            "off_address": off_address,
        }
        text = render_to_string(f"{TEMPLATES}/body.txt", context).strip()
        return DigestText(
            subject=heading,
            text=f"{text}\n",
            html=render_to_string(f"{TEMPLATES}/body.html", context),
        )


def _told(cohort: Cohort, now: datetime) -> Told:
    board = cohort_board(cohort=cohort, now=now)
    head, rest = cohort_verdict(board)
    care = care_in(cohort=cohort, today=board.plan.today)
    listed = need_list(board, care, most=NAMED)
    dashboard = absolute(reverse("dashboards:cohort", args=[cohort.slug]))
    context = {
        "name": cohort.name,
        "address": dashboard,
        "head": head,
        "rest": rest,
        "needs": [
            {
                "name": need.row.name,
                "address": absolute(
                    reverse("dashboards:learner", args=[cohort.slug, need.row.membership_id])
                ),
                "verdict": capfirst(str(need.verdict)),
                "reasons": " ".join(need.reasons),
                "is_talked": need.is_talked,
            }
            for need in listed.needs
        ],
        "more": listed.more,
        "hidden": listed.hidden,
    }
    return Told(board.statuses[Status.NEEDS_HELP], context)
