"""A newer revision reaches a running cohort only when its instructor says so, with what it changes before."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from apps.accounts.models import User
from apps.cohorts.errors import NoNewerRevision
from apps.cohorts.models import Cohort, Event, Membership
from apps.curriculum.models import Revision, Video
from apps.curriculum.tests.test_plan_differences import SAME, newer
from apps.dashboards.tests.test_cohort_pages import signed_in, text_of
from apps.overview import services as overview
from apps.overview.selectors import progress_document
from apps.progress.models import Summary
from apps.reminders.models import Rewatch
from apps.reminders.services import finish_pass
from tests.site.test_pages import pass_of

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
ADDRESS = "/teach/autumn/settings/revision/"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def test_a_cohort_stays_on_its_revision_until_its_instructor_says_so(
    instructor: User, membership: Membership, cohort: Cohort, revision: Revision, video: Video
) -> None:
    finish_pass(viewing=pass_of(membership, video, 1, MONDAY), now=MONDAY)
    client = signed_in(instructor)
    assert "there is none newer" in text_of(client.get(ADDRESS))
    # The first video goes; the bonus counts from now on.
    made = newer(revision, MONDAY, SAME[1], (1, "guest", False), SAME[3])

    assert "Revision 2 is there: see what it changes" in text_of(
        client.get("/teach/autumn/settings/")
    )
    shown = text_of(client.get(ADDRESS))
    cohort.refresh_from_db()
    assert cohort.revision == revision
    assert "“First” goes." in shown
    assert "“Guest” is no bonus any more: it counts." in shown
    assert "1 learner has begun what goes." in shown

    page = client.post(ADDRESS, {"revision": "2"}, follow=True)

    cohort.refresh_from_db()
    assert cohort.revision == made
    assert "The cohort follows revision 2 now." in text_of(page)
    event = Event.objects.get(kind="revision_taken")
    assert (event.actor, event.details) == (instructor, {"before": 1, "after": 2})


def test_what_was_not_shown_is_not_taken(
    instructor: User, cohort: Cohort, revision: Revision
) -> None:
    made = newer(revision, MONDAY, *SAME[:3])
    newer(made, MONDAY, *SAME[:2])
    client = signed_in(instructor)

    page = text_of(client.post(ADDRESS, {"revision": "2"}))

    cohort.refresh_from_db()
    assert cohort.revision == revision
    assert "A still newer revision has come." in page
    assert "From revision 1 to 3" in page


def test_an_observer_reads_what_would_change_and_takes_nothing(
    observer: User, cohort: Cohort, revision: Revision
) -> None:
    newer(revision, MONDAY, *SAME[:3])
    client = signed_in(observer)

    text = text_of(client.get(ADDRESS))

    assert "“Coding” goes." in text
    assert "Take revision" not in text
    assert client.post(ADDRESS, {"revision": "2"}).status_code == 403


def test_figures_and_promises_follow_what_counts_now(
    membership: Membership, cohort: Cohort, revision: Revision, bonus_video: Video
) -> None:
    finish_pass(viewing=pass_of(membership, bonus_video, 1, MONDAY), now=MONDAY)
    rewatch = Rewatch.objects.get()
    assert (rewatch.is_owed, rewatch.remind_on) == (False, None)
    before = Summary.objects.get()
    made = newer(revision, MONDAY, *SAME[:2], (1, "guest", False), SAME[3])

    overview.take_revision(cohort=cohort, revision=made, now=MONDAY)

    rewatch.refresh_from_db()
    assert rewatch.is_owed
    assert rewatch.remind_on == rewatch.due_on
    after = Summary.objects.get()
    assert (before.owed_first_passes, after.owed_first_passes) == (0, 1)
    member = Membership.objects.select_related("cohort__revision__curriculum", "user").get(
        pk=membership.pk
    )
    assert progress_document(membership=member, now=MONDAY).totals.first_passes == 1


def test_no_way_leads_back(cohort: Cohort, revision: Revision) -> None:
    made = newer(revision, MONDAY, *SAME)
    overview.take_revision(cohort=cohort, revision=made, now=MONDAY)

    for each in (made, revision):
        with pytest.raises(NoNewerRevision):
            overview.take_revision(cohort=cohort, revision=each, now=MONDAY)
