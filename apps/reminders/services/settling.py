"""Messages whose fate nobody knows: a sender was lost between the fence and the server's answer.

They are left by evidence, by a key that makes repeating harmless, or by what the transport declares, never by a guess.
"""

from collections import Counter
from datetime import datetime

from django.db import transaction

from apps.reminders.statements import doubts, sending
from apps.reminders.steps import Step, reached
from apps.reminders.transports import Transport, Unknown, Verdict

AT_MOST = 500
NOBODY_KNOWS = "nobody can say whether it arrived"


def settle_unknown(*, now: datetime, transport: Transport) -> Counter[Verdict]:
    """Ask the transport about every unknown message whose grace has passed, and do what it says."""
    doubts.doubt_dead_fences()
    verdicts: Counter[Verdict] = Counter()
    with transaction.atomic():
        doubtful = doubts.lock_unknown(grace=transport.grace, limit=AT_MOST)
        if not doubtful:
            return verdicts
        unknown = [
            Unknown(each.message_id, each.fenced_at, each.unknown_count) for each in doubtful
        ]
        said = transport.verdicts(unknown, at=doubtful[0].at)
        reached(Step.SETTLED)
        again = []
        for each, verdict in zip(doubtful, said, strict=True):
            verdicts[verdict] += 1
            match verdict:
                case Verdict.ARRIVED:
                    sending.mark_sent(each.id, now=now, settled_by=transport.name)
                case Verdict.ASSUMED:
                    sending.mark_sent(
                        each.id,
                        now=now,
                        settled_by="assumed",
                        detail=NOBODY_KNOWS,
                    )
                case Verdict.AGAIN:
                    again.append(each.id)
                case Verdict.WAIT:
                    pass
        doubts.send_again(again)
    return verdicts
