"""Send what waits. A tick looks into PostgreSQL and does what is due; losing or repeating one costs time.

Each message is claimed by one sender for as long as a try can last. One that dies leaves it to the next, so a
message may come twice, under the same id.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import uniform

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.webhooks.addresses import allowed_networks
from apps.webhooks.models import Attempt, Message, Webhook
from apps.webhooks.posting import SECONDS, Outcome, post
from apps.webhooks.signing import signed_headers
from apps.webhooks.switching import switch_off

logger = logging.getLogger(__name__)

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# After each try that failed; as Standard Webhooks has it. After the last one nobody tries again.
PAUSES = (
    *(5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR),
    *(10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR),
)
# So that a thousand that failed together do not come back together.
JITTER = 0.1
LONGEST_PAUSE = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(days=5)
GONE = 410
LEASE = timedelta(seconds=4 * SECONDS)
AT_ONCE = 16
# Of one webhook at once; of one that fails, a single one, after all others: nobody waits long for a stranger's server.
OF_ONE, OF_A_FAILING_ONE = 4, 1


def deliver_messages(*, seconds: float = 20.0) -> int:
    """Send what is due, for this long at most; how many arrived."""
    until = time.monotonic() + seconds
    arrived = 0
    while time.monotonic() < until:
        claimed = _claim(timezone.now())
        if not claimed:
            break
        with ThreadPoolExecutor(max_workers=len(claimed)) as pool:
            outcomes = list(pool.map(_post, claimed))
        for message, outcome in zip(claimed, outcomes, strict=True):
            arrived += _settle(message, outcome, timezone.now())
    return arrived


def _claim(now: datetime) -> list[Message]:
    lease = uuid.uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                SELECT m.id, m.next_at, w.failing_since IS NOT NULL AS is_failing,
                       row_number() OVER (PARTITION BY m.webhook_id ORDER BY m.next_at, m.id) AS place,
                       CASE WHEN w.failing_since IS NULL THEN %(of_one)s ELSE %(of_failing)s END AS most
                  FROM webhooks_message m JOIN webhooks_webhook w ON w.id = m.webhook_id
                 WHERE m.state = 'waiting' AND m.next_at <= %(now)s AND w.disabled_at IS NULL
                   AND (m.lease_until IS NULL OR m.lease_until < clock_timestamp())
            ), chosen AS (
                SELECT m.id FROM webhooks_message m JOIN due ON due.id = m.id
                 WHERE due.place <= due.most AND m.state = 'waiting' AND m.next_at <= %(now)s
                   AND (m.lease_until IS NULL OR m.lease_until < clock_timestamp())
                 ORDER BY due.is_failing, due.next_at, m.id LIMIT %(most)s FOR UPDATE OF m SKIP LOCKED
            )
            UPDATE webhooks_message m
               SET lease = %(lease)s, lease_until = clock_timestamp() + %(length)s * interval '1 second'
              FROM chosen WHERE m.id = chosen.id
            """,
            {
                "now": now,
                "of_one": OF_ONE,
                "of_failing": OF_A_FAILING_ONE,
                "most": AT_ONCE,
                "lease": lease,
                "length": LEASE.total_seconds(),
            },
        )
    return list(
        Message.objects.filter(lease=lease).select_related("webhook__cohort").order_by("id")
    )


def _post(message: Message) -> Outcome:
    """In a thread of its own: no database here."""
    body = message.body.encode()
    return post(
        message.webhook.url,
        body=body,
        headers=signed_headers(
            secret=message.webhook.secret,
            message_id=message_id(message),
            body=body,
            now=timezone.now(),
        ),
        allowed=allowed_networks(settings.WEBHOOKS_ALLOWED_NETWORKS),
    )


def message_id(message: Message) -> str:
    """What the receiver knows it by, in `webhook-id`."""
    return f"msg_{message.public_id.hex}"


def _settle(message: Message, outcome: Outcome, now: datetime) -> int:
    """Note what came of it; 1 where it arrived."""
    tries = message.tries + 1
    is_last = tries > len(PAUSES)
    if outcome.has_arrived:
        state, next_at = Message.State.SENT, now
    elif is_last or outcome.status == GONE:
        state, next_at = Message.State.FAILED, now
    else:
        state, next_at = Message.State.WAITING, now + _pause(tries, outcome)
    with transaction.atomic():
        settled = Message.objects.filter(pk=message.pk, lease=message.lease).update(
            state=state, tries=tries, next_at=next_at, is_again=False, lease=None, lease_until=None
        )
        if not settled:
            # Our lease ran out, and another has it: what they find is what counts.
            return 0
        Attempt.objects.create(
            message=message,
            at=now,
            milliseconds=outcome.milliseconds,
            status=outcome.status,
            fault=outcome.fault,
            answer=outcome.answer,
            is_again=message.is_again,
        )
        _judge(message.webhook, outcome, now)
    if not outcome.has_arrived:
        # Neither address nor secret: an address may have a secret of its own in it.
        logger.warning(
            "webhook %s: %s did not arrive: %s",
            message.webhook.public_id,
            message_id(message),
            outcome.status or outcome.fault,
        )
    return int(outcome.has_arrived)


def _pause(tries: int, outcome: Outcome) -> timedelta:
    pause = PAUSES[tries - 1] * uniform(1, 1 + JITTER)  # noqa: S311 - no secret
    if outcome.retry_after.isdecimal() and len(outcome.retry_after) < 7:
        asked = timedelta(seconds=int(outcome.retry_after))
        return max(pause, min(asked, LONGEST_PAUSE))
    return pause


def _judge(webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    found = Webhook.objects.filter(pk=webhook.pk)
    if outcome.has_arrived:
        found.filter(failing_since__isnull=False).update(failing_since=None)
        return
    found.update(failing_since=Coalesce(F("failing_since"), now))
    if outcome.status == GONE:
        switch_off(webhook=webhook, reason=Webhook.Reason.GONE, now=now)
    elif found.filter(failing_since__lte=now - GIVEN_UP_AFTER).exists():
        switch_off(webhook=webhook, reason=Webhook.Reason.FAILING, now=now)


def forget_messages(*, now: datetime, kept: timedelta = timedelta(days=30)) -> int:
    """Drop messages with their tries once they are old; what still waits stays."""
    old = Message.objects.filter(made_at__lt=now - kept).exclude(state=Message.State.WAITING)
    ids: Sequence[int] = list(old.values_list("pk", flat=True)[:10_000])
    Message.objects.filter(pk__in=ids).delete()
    return len(ids)
