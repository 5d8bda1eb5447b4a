"""The signature of Standard Webhooks: HMAC-SHA256 over id, time and body, `v1`."""

import base64
import hashlib
import hmac
from datetime import datetime

from apps.webhooks.models import SECRET_PREFIX


def signed_headers(*, secret: str, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """What goes with the body, so that a receiver knows that it is ours, whole and fresh."""
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    told = b".".join((message_id.encode(), timestamp.encode(), body))
    digest = hmac.new(key, told, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
