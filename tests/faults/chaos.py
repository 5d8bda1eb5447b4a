"""One run: so many messages, so many kills, and then an exact count of what arrived."""

import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from local.child import say
from tests.faults.ledger import accepted
from tests.faults.sink import DIED_AFTER, DIED_BEFORE
from tests.faults.stage import Stage
from tests.faults.victims import Killer

KILL_PAUSE = 0.12
STALL_LIMIT = 120.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A transport, and how hard it is hit.

    `rate` is how many learners become due in a second; once in `dies` messages the mail server dies by itself before
    it took one, and as often after.
    """

    name: str
    transport: str
    messages: int
    kills: int
    keys: bool = False
    unfenced: bool = False
    rate: float = 150.0
    dies: int = 400
    beats: int = 2
    senders: int = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What arrived, by the sink's own ledger: `twice` counts people, `copies` what they got too much. `doubts` counts
    what the policy said about messages whose fate nobody knew."""

    scenario: Scenario
    seconds: float
    killed: Counter[str]
    lost: int
    twice: int
    copies: int
    collapsed: int
    other_bytes: int
    doubts: Counter[str]
    logged: Counter[str]
    in_app: int
    stepped_wrong: int

    @property
    def kills(self) -> int:
        return sum(self.killed.values())

    def faults(self) -> list[str]:
        """What broke the promise of this transport."""
        wanted = self.scenario.messages
        found = []
        if self.in_app != wanted:
            found.append(f"{self.in_app} messages in the app instead of {wanted}")
        if self.stepped_wrong:
            found.append(f"{self.stepped_wrong} rewatches stepped not at all or twice")
        if self.other_bytes:
            found.append(f"{self.other_bytes} messages came again with other bytes or another id")
        if self.kills < self.scenario.kills:
            found.append(f"only {self.kills} kills")
        if self.scenario.unfenced:
            return found + (
                [] if self.twice else ["no message came twice: the harness sees nothing"]
            )
        if self.lost:
            found.append(f"{self.lost} messages lost")
        if self.scenario.transport == "Blind":
            if self.copies > self.doubts["again"]:
                found.append(f"{self.copies} copies, but only {self.doubts['again']} doubts")
        elif self.twice:
            found.append(f"{self.twice} messages twice")
        if self.logged != {"sent": wanted}:
            found.append(f"the log says {dict(self.logged)}")
        return found


def run(stage: Stage, scenario: Scenario, *, seed: int) -> Outcome:
    """Make the world, let it run, kill, wait until everything is settled, and count."""
    folder = stage.place.var / "runs"
    folder.mkdir(exist_ok=True)
    ledger, verdicts = folder / f"{scenario.name}.ledger", folder / f"{scenario.name}.verdicts"
    for path in (ledger, verdicts):
        path.unlink(missing_ok=True)
    stage.wait_for_databases()
    stage.run(
        "-m", "tests.faults.world", str(scenario.messages), str(scenario.messages / scenario.rate)
    )
    stage.deaths.clear()
    stage.start_players(
        ledger,
        beats=scenario.beats,
        sink=[*(["--keys"] if scenario.keys else []), f"--dies={scenario.dies}"],
        settings={
            "FAULTS_TRANSPORT": f"tests.faults.transports.{scenario.transport}",
            "FAULTS_UNFENCED": "1" if scenario.unfenced else "",
            "FAULTS_LEDGER": str(ledger),
            "FAULTS_VERDICTS": str(verdicts),
            "FAULTS_SENDERS": str(scenario.senders),
        },
    )
    killer = Killer(stage, random.Random(seed))  # noqa: S311 - chance, not secrecy
    began = time.monotonic()
    try:
        _drive(stage, scenario, killer)
    finally:
        stage.stop_players()
    seconds = time.monotonic() - began
    own_deaths = Counter(code for name, code in stage.deaths if name == "sink")
    killer.killed["mail server before it took"] = own_deaths[DIED_BEFORE]
    killer.killed["mail server after it took"] = own_deaths[DIED_AFTER]
    return _count(stage, scenario, ledger, verdicts, seconds=seconds, killed=+killer.killed)


def _drive(stage: Stage, scenario: Scenario, killer: Killer) -> None:
    """Kill as fast as messages are settled, so that the kills are spread over all of them."""
    settled, moved_at = 0, time.monotonic()
    next_kill = next_look = moved_at + 2.0
    while settled < scenario.messages:
        now = time.monotonic()
        killer.thaw(now)
        stage.start_again()
        if now >= next_look:
            next_look = now + 0.3
            if (seen := _settled(stage)) > settled:
                settled, moved_at = seen, now
            if now - moved_at > STALL_LIMIT:
                say(f"faults: {scenario.name} stands still at {settled} of {scenario.messages}")
                break
        # A little ahead of the messages, or the last kills would have nobody left to hit.
        aim = scenario.kills * (settled / scenario.messages) * 1.08 + 3
        killed = sum(killer.killed.values())
        if scenario.kills and now >= next_kill and killed < aim:
            next_kill = now + KILL_PAUSE
            killer.kill(now)
        time.sleep(0.02)
    # Whoever is frozen wakes up, and does what it was about to do.
    killer.thaw(float("inf"))
    time.sleep(1.5)
    stage.wait_for_databases()


def _settled(stage: Stage) -> int:
    with suppress(psycopg.Error), stage.database() as connection:
        row = connection.execute(
            "SELECT count(*) FROM reminders_delivery WHERE channel = 'email'"
        ).fetchone()
        return int(row[0]) if row else 0
    return 0


def _count(
    stage: Stage,
    scenario: Scenario,
    ledger: Path,
    verdicts: Path,
    *,
    seconds: float,
    killed: Counter[str],
) -> Outcome:
    entries = accepted(ledger)
    times = Counter(each.recipient for each in entries if not each.collapsed)
    shapes: dict[str, set[tuple[str, str]]] = {}
    for each in entries:
        shapes.setdefault(each.recipient, set()).add((each.message_id, each.digest))
    with stage.database() as connection:
        outcomes = connection.execute(
            "SELECT outcome, count(*) FROM reminders_delivery WHERE channel = 'email' GROUP BY 1"
        ).fetchall()
        in_app = connection.execute(
            "SELECT count(*) FROM reminders_delivery WHERE channel = 'inbox' AND outcome = 'sent'"
        ).fetchone()
        wrong = connection.execute(
            "SELECT count(*) FROM reminders_rewatch WHERE rung <> 1 OR reminders_sent <> 1"
        ).fetchone()
    said = verdicts.read_text().split() if verdicts.exists() else []
    return Outcome(
        scenario=scenario,
        seconds=seconds,
        killed=killed,
        lost=scenario.messages - len(times),
        twice=sum(1 for count in times.values() if count > 1),
        copies=sum(count - 1 for count in times.values()),
        collapsed=sum(each.collapsed for each in entries),
        # Without a fence the bytes may differ: a message is rendered anew each time.
        other_bytes=0 if scenario.unfenced else sum(len(each) > 1 for each in shapes.values()),
        doubts=Counter(said),
        logged=Counter(dict(outcomes)),
        in_app=int(in_app[0]) if in_app else 0,
        stepped_wrong=int(wrong[0]) if wrong else 0,
    )
