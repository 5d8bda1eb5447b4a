"""How late mails go out while as much becomes due as four senders carry at 80 % of what they can (T4).

First a crowd that is due at once shows what they can, planning and sending side by side for a minute or more: a shorter
one says what they can do for some seconds. Then ten minutes of learners who become due one after the other,
at the ticks of production. Measured is the fence of each mail against its learner's moment.
"""

import os
import time
from contextlib import suppress

import psycopg

from local.child import say
from tests.faults.stage import Stage

BURST = int(os.environ.get("FAULTS_BURST") or 20_000)
MINUTES = float(os.environ.get("FAULTS_MINUTES") or 10)
SHARE_OF_CAPACITY = 0.8
P99_AT_MOST = 60.0
STALL_LIMIT = 300.0
# Counting a long log costs what it measures.
LOOK_EVERY = 2.0


def drift(stage: Stage) -> list[str]:
    """What broke the promise: p99 of 60 s."""
    began = time.monotonic()
    _play(stage, BURST, over=0.0, tick=1.0)
    capacity = BURST / _span(stage)
    learners = int(capacity * SHARE_OF_CAPACITY * MINUTES * 60)
    _play(stage, learners, over=MINUTES * 60, tick=15.0)
    with stage.database() as connection:
        row = connection.execute(
            """
            SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY late),
                   percentile_disc(0.99) WITHIN GROUP (ORDER BY late), max(late)
              FROM (SELECT extract(epoch FROM d.fenced_at - due.next_at) AS late
                      FROM reminders_delivery d JOIN faults_due due USING (user_id)
                     WHERE d.channel = 'email' AND d.outcome = 'sent') AS mails
            """
        ).fetchone()
    assert row is not None
    count, *late = row
    p50, p99, most = map(float, late)
    say(
        f"drift: {count} mails in {MINUTES:.0f} min at {SHARE_OF_CAPACITY:.0%} of {capacity:.0f}/s; sent minus due:"
        f" p50 {p50:.1f} s, p99 {p99:.1f} s, most {most:.1f} s ({time.monotonic() - began:.0f} s in all)"
    )
    found = [] if p99 <= P99_AT_MOST else [f"p99 is {p99:.1f} s"]
    return found if count == learners else [*found, f"{count} of {learners} mails"]


def _play(stage: Stage, learners: int, *, over: float, tick: float) -> None:
    stage.run("-m", "tests.faults.world", str(learners), str(over))
    with stage.database() as connection:
        connection.execute("DROP TABLE IF EXISTS faults_due")
        connection.execute("CREATE TABLE faults_due AS SELECT user_id, next_at FROM reminders_wake")
    ledger = stage.place.var / "drift.ledger"
    ledger.unlink(missing_ok=True)
    stage.start_players(
        ledger,
        beats=1,
        sink=["--dies=0"],
        settings={
            "FAULTS_TRANSPORT": "tests.faults.transports.Ledger",
            "FAULTS_LEDGER": str(ledger),
            "FAULTS_TICK": str(tick),
        },
        loop_every=tick,
    )
    settled, moved_at = 0, time.monotonic()
    try:
        while settled < learners and time.monotonic() - moved_at < STALL_LIMIT:
            time.sleep(LOOK_EVERY)
            with suppress(psycopg.Error), stage.database() as connection:
                row = connection.execute(
                    "SELECT count(*) FROM reminders_delivery WHERE channel = 'email'"
                ).fetchone()
                if row and row[0] > settled:
                    settled, moved_at = row[0], time.monotonic()
    finally:
        stage.stop_players()


def _span(stage: Stage) -> float:
    """Seconds from the first fence to the last."""
    with stage.database() as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM max(fenced_at) - min(fenced_at)) FROM reminders_delivery"
            " WHERE channel = 'email'"
        ).fetchone()
    assert row is not None
    return float(row[0])
