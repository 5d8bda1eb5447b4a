"""What the pages about watching start from: a signed-in learner at noon, and passes that were played."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import FIRST_PASS, SECOND_PASS, Viewing
from apps.progress.services import open_viewing, write_recall
from apps.reminders.services import finish_pass, write_scaffold

Play = Callable[..., Viewing]
Travel = Callable[[datetime], None]


@pytest.fixture
def clock(now: datetime) -> Iterator[time_machine.Traveller]:
    """The doors read noon of `now` until a test moves it: `clock.move_to(...)`."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(learner: User, clock: time_machine.Traveller) -> Client:
    """The learner's browser, signed in."""
    client = Client()
    client.force_login(learner)
    return client


@pytest.fixture
def play(now: datetime) -> Play:
    """Play a part of a pass: `play(viewing, share=0.5, at=now)`, as fast as one watches."""

    def played(viewing: Viewing, *, share: float = 1.0, at: datetime | None = None) -> Viewing:
        moment = at or now
        length = int(viewing.video.duration_ms * share)
        active = ((moment - timedelta(milliseconds=length), moment),)
        beat = Heartbeat(client=uuid4(), sequence=0, played=((0, length),), active=active)
        record_heartbeat(viewing=viewing, beat=beat, now=moment)
        return viewing

    return played


@pytest.fixture
def first_pass(membership: Membership, video: Video, now: datetime, play: Play) -> Viewing:
    """The first pass of the first video, finished the day before, with its scaffold."""
    yesterday = now - timedelta(days=1)
    viewing = open_viewing(
        membership=membership, video=video, number=FIRST_PASS, now=yesterday - timedelta(hours=1)
    )
    viewing.membership, viewing.video = membership, video
    play(viewing, at=yesterday)
    finished = finish_pass(viewing=viewing, now=yesterday).viewing
    write_scaffold(
        viewing=finished,
        concepts=["Neurons hold numbers"],
        links="Layers add them up",
        rating="good",
        now=yesterday,
    )
    finished.refresh_from_db()
    return finished


@pytest.fixture
def second_pass(
    first_pass: Viewing, membership: Membership, video: Video, now: datetime
) -> Viewing:
    """The second pass, opened an hour ago by its recall; nothing is played yet."""
    opened_at = now - timedelta(hours=1)
    viewing = open_viewing(membership=membership, video=video, number=SECOND_PASS, now=opened_at)
    viewing.membership, viewing.video = membership, video
    write_recall(viewing=viewing, text="Something with layers", now=opened_at)
    viewing.refresh_from_db()
    viewing.membership, viewing.video = membership, video
    return viewing


@pytest.fixture
def at() -> Iterator[Travel]:
    """Move the doors' clock: `at(moment)`."""
    travellers: list[time_machine.travel] = []

    def move(moment: datetime) -> None:
        while travellers:
            travellers.pop().stop()
        traveller = time_machine.travel(moment, tick=False)
        traveller.start()
        travellers.append(traveller)

    yield move
    while travellers:
        travellers.pop().stop()
