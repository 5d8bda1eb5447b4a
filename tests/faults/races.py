"""A second pass, a pause and an unsubscription against the fence, thousands of times each (T3).

For each learner one connection says no while another one fences their mail, both within the same few milliseconds. Who
says no looks, under the learner's lock, whether the mail was fenced already. One that was not must never be: that is
exact, whatever the clocks say. The control reads the learner's wishes without a lock, and must fail.

Run as `python -m tests.faults.races ROUNDS`, in the settings of a run.
"""

import os
import random
import sys
import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import django

from local.child import say
from tests.faults.stage import Stage

ROUNDS = int(os.environ.get("FAULTS_RACES") or 10_000)
CONTROL_ROUNDS = min(ROUNDS, 1_000)
SPREAD = 0.004
ACTS = ("second pass", "pause", "unsubscribe")


def race(stage: Stage) -> list[str]:
    """Run them on the stage's database, and answer what broke the promise."""
    began = time.monotonic()
    found = []
    for words in (["locked", str(ROUNDS)], ["unlocked", str(CONTROL_ROUNDS)]):
        for line in stage.read("-m", "tests.faults.races", *words).splitlines():
            name, act, rounds, fenced, refused, broken = line.split("\t")
            say(
                f"races, {name}: {act}: {rounds} times, {fenced} fenced before it, {refused} refused after it,"
                f" {broken} fenced after it"
            )
            if (name == "locked") == (int(broken) > 0):
                found.append(f"{act}, {name}: {broken} fenced after it")
            if name == "locked" and min(int(fenced), int(refused)) < int(rounds) / 20:
                found.append(f"{act}, {name}: hardly any race")
    say(f"races: {time.monotonic() - began:.0f} s")
    return found


def main(name: str, rounds: int) -> None:
    from apps.reminders.statements import sending

    if name == "unlocked":
        vars(sending)["lock_wishes_and_due"] = _unlocked
    for act in ACTS:
        tally = _race(act, rounds)
        row = (name, act, rounds, tally["fenced"], tally["refused"], tally["broken"])
        sys.stdout.write("\t".join(map(str, row)) + "\n")


def _race(act: str, rounds: int) -> Counter[str]:
    from django.db import connections

    from apps.reminders.models import OutboxMessage
    from apps.reminders.services import plan_rewatches
    from apps.reminders.statements import sending
    from tests.faults.world import make

    make(rounds, over=0)
    now = datetime.now(UTC)
    while plan_rewatches(now=now).messages:
        pass
    token = uuid.uuid4()
    leased = datetime.now(UTC) + timedelta(hours=2)
    OutboxMessage.objects.update(state="leased", lease_token=token, lease_until=leased)
    messages = list(OutboxMessage.objects.select_related("user").order_by("id"))
    chance = random.Random(act)  # noqa: S311 - chance, not secrecy
    start, end = threading.Barrier(2), threading.Barrier(2)
    not_fenced: list[bool] = []

    def say_no() -> None:
        for message in messages:
            pause = chance.uniform(0, SPREAD)
            start.wait()
            time.sleep(pause)
            not_fenced.append(_say_no(act, message, now))
            end.wait()
        connections.close_all()

    rival = threading.Thread(target=say_no)
    rival.start()
    other = random.Random(rounds)  # noqa: S311 - the same
    for message in messages:
        start.wait()
        time.sleep(other.uniform(0, SPREAD))
        _fence(sending, message, token, now)
        end.wait()
    rival.join()
    fenced = set(OutboxMessage.objects.filter(state="fenced").values_list("pk", flat=True))
    tally: Counter[str] = Counter()
    for message, came_first in zip(messages, not_fenced, strict=True):
        if message.pk in fenced:
            tally["broken" if came_first else "fenced"] += 1
        else:
            tally["refused"] += 1
    return tally


def _say_no(act: str, message: Any, now: datetime) -> bool:
    """Do it, and answer whether the mail was not fenced yet while the learner's row was held."""
    from django.db import transaction

    from apps.progress.models import Viewing
    from apps.reminders import services, waking
    from apps.reminders.models import OutboxMessage, Rewatch

    with transaction.atomic():
        waking.lock_wake(user_id=message.user_id)
        state = OutboxMessage.objects.values_list("state", flat=True).get(pk=message.pk)
        if act == "pause":
            services.pause_reminders(user=message.user, until=None, now=now)
        elif act == "unsubscribe":
            services.unsubscribe(user=message.user, now=now)
        else:
            rewatch = Rewatch.objects.select_related("membership__user").get(
                pk=message.rewatches[0]
            )
            viewing = Viewing.objects.create(
                membership=rewatch.membership,
                video_id=rewatch.video_id,
                number=2,
                opened_at=now,
                note_count=1,
            )
            services.finish_pass(viewing=viewing, now=now, self_reported=True)
    return bool(state == "leased")


def _fence(sending: Any, message: Any, token: uuid.UUID, now: datetime) -> None:
    """What a sender does while the mail server waits for the body."""
    from django.db import transaction

    from apps.reminders.services import gate

    mail = gate.Leaving(message, message.user.email, tuple(message.rewatches))
    with transaction.atomic():
        if gate.may_leave([mail], now=now) == [True]:
            sending.fence_messages({message.pk: b"x"}, token=token, before=[], now=now)


def _unlocked(user_ids: Any, *, address_hashes: Any, rewatches: Any) -> Any:
    """The gate as it must not be."""
    from apps.reminders.models import Rewatch, Wake
    from apps.reminders.statements.sending import Locked, Wishes

    wishes = {
        wake.user_id: Wishes(
            wake.user.is_active, wake.user.email, wake.channels, wake.unsubscribed_at is not None,
            wake.paused, wake.paused_until,
        )
        for wake in Wake.objects.select_related("user").filter(user_id__in=user_ids)
    }  # fmt: skip
    due = Rewatch.objects.open().filter(pk__in=rewatches)
    return Locked(wishes, frozenset(), dict(due.values_list("pk", "due_on")))


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1], int(sys.argv[2]))
