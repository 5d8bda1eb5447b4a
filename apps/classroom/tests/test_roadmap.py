"""The roadmap in the browser."""

from datetime import timedelta

from apps.accounts.models import User
from apps.classroom.tests.conftest import Travel
from apps.classroom.tests.days import (
    FRIDAY,
    HOME,
    MONDAY,
    ROADMAP,
    first_pass,
    read,
    second_pass,
)
from apps.cohorts import services as cohorts
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Video


def test_a_strict_order_says_what_opens_later(
    learner: User, cohort: Cohort, membership: Membership, video: Video, at: Travel
) -> None:
    cohorts.change_cohort(cohort=cohort, now=MONDAY, order_rule="strict")
    at(MONDAY)

    text = read(learner, ROADMAP)

    assert "The order is strict" in text
    # The second video and the coding one wait; the guest video is bonus and waits for the same.
    assert text.count("opens later") == 3


def test_the_roadmap_says_where_each_video_stands(
    learner: User, membership: Membership, video: Video, coding_video: Video, at: Travel
) -> None:
    first_pass(membership, video, MONDAY)
    second_pass(membership, video, FRIDAY)
    first_pass(membership, coding_video, FRIDAY)
    at(FRIDAY + timedelta(days=1))

    text = read(learner, ROADMAP)

    assert "light second pass, 1.0×" in text
    assert "10 November</time>,</span> 2 h 30" in text
    assert "First passes go in this order; another one opens after a plain warning." in text
    assert 'id="video-4"' in text
    assert "Videos, once" in text


def test_in_russian_the_original_title_stands_below(
    learner: User, membership: Membership, at: Travel
) -> None:
    User.objects.filter(pk=learner.pk).update(language="ru")
    at(MONDAY)

    for address in (HOME, ROADMAP):
        text = read(learner, address)
        assert "Видео first" in text
        assert 'lang="en">First</p>' in text
