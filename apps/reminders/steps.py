"""The numbered steps of planning and sending, by name, so that a test can stop the world at each of them.

In production reaching one calls nothing.
"""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    PLAN_BEGUN = "01 plan: begun"
    PLAN_LOCKED = "02 plan: learners locked"
    PLAN_DECIDED = "03 plan: decided"
    PLAN_MAILS_WRITTEN = "04 plan: messages written"
    PLAN_STEPPED = "05 plan: ladders moved"
    PLAN_SAVED = "06 plan: next moments saved"
    PLAN_COMMITTED = "07 plan: committed"
    CLAIMED = "08 send: leased"
    RENDERED = "09 send: rendered"
    ENVELOPE = "10 send: recipient accepted"
    DATA = "11 send: server waits for the body"
    FENCE_LOCKED = "12 send: gate locked"
    FENCE_WRITTEN = "13 send: fence written"
    FENCED = "14 send: fence committed"
    BODY_OUT = "15 send: dot sent"
    ANSWERED = "16 send: answered"
    MARKED = "17 send: marked"
    SETTLED = "18 settle: decided"


Watcher = Callable[[Step], None]
_watcher: Watcher | None = None


def reached(step: Step) -> None:
    if _watcher is not None:
        _watcher(step)


def watch(watcher: Watcher | None) -> None:
    """Call this at every step from now on; None ends it. For tests."""
    global _watcher
    _watcher = watcher
