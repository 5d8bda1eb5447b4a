"""`make faults`: chaos on real servers, with figures. `python -m tests.faults --short` is the run inside `make test`.

Names choose: `python -m tests.faults ledger key blind "no fence" beats races drift`. FAULTS_SEED repeats the same
choice of victims.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from types import FrameType
from typing import Any

from local.child import say
from local.place import Place
from tests.faults.chaos import Outcome, Scenario, run
from tests.faults.drift import drift
from tests.faults.races import race
from tests.faults.stage import Stage

LONG = (
    Scenario("ledger", "Ledger", messages=20_000, kills=500),
    Scenario("key", "Key", messages=20_000, kills=500, keys=True),
    Scenario("blind", "Blind", messages=20_000, kills=500),
    Scenario("no fence", "Blind", messages=3_000, kills=120, unfenced=True),
    # Nobody is killed: two beats, the loop and eight senders at once, for about ten minutes.
    Scenario("beats", "Ledger", messages=20_000, kills=0, rate=33.0, dies=0, senders=8),
)
CHAOS = tuple(each.name for each in LONG)
SHORT: dict[str, dict[str, Any]] = {
    "ledger": {"messages": 400, "kills": 16, "dies": 60},
    "key": {"messages": 250, "kills": 8, "dies": 60},
    "blind": {"messages": 200, "kills": 8, "dies": 150},
    "no fence": {"messages": 300, "kills": 14, "dies": 50},
}


def main() -> None:
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    is_short = "--short" in sys.argv[1:]
    chosen = words or (list(SHORT) if is_short else [*CHAOS, "races", "drift"])
    scenarios: Sequence[Scenario] = [each for each in LONG if each.name in chosen]
    if is_short:
        scenarios = [replace(each, beats=1, rate=100.0, **SHORT[each.name]) for each in scenarios]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    seed = int(os.environ.get("FAULTS_SEED") or time.time())
    began = time.monotonic()
    faults = []
    with Stage(Place.from_environment().below("faults")) as stage:
        for scenario in scenarios:
            outcome = run(stage, scenario, seed=seed)
            report(outcome)
            faults += [f"{scenario.name}: {fault}" for fault in outcome.faults()]
        if "races" in chosen:
            faults += [f"races: {fault}" for fault in race(stage)]
        if "drift" in chosen:
            faults += [f"drift: {fault}" for fault in drift(stage)]
    say(f"{time.monotonic() - began:.0f} s, {os.cpu_count()} CPUs, FAULTS_SEED={seed}")
    if faults:
        raise SystemExit("\n".join(("The promise is broken:", *faults)))


def report(outcome: Outcome) -> None:
    scenario = outcome.scenario
    kinds = ", ".join(f"{count} {kind}" for kind, count in outcome.killed.most_common())
    doubts = ", ".join(f"{count} {kind}" for kind, count in outcome.doubts.items()) or "none"
    collapsed = f", {outcome.collapsed} collapsed by their key" if scenario.keys else ""
    say(
        f"{scenario.name}: {scenario.messages} messages, {outcome.kills} kills in {outcome.seconds:.0f} s"
        f" ({scenario.messages / outcome.seconds:.0f}/s)\n"
        f"  lost {outcome.lost}, twice {outcome.twice}{collapsed}; in the app {outcome.in_app}\n"
        f"  fate unknown: {doubts}\n"
        f"  killed: {kinds}"
    )


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
