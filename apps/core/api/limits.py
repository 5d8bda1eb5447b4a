"""How much one token, or one person by their session, may ask in a minute; told in every answer.

The count of a minute lies in the cache, where all processes share it. Each takes from it a few at a
time, so that counting costs next to nothing; near the end of a quota a request may therefore be
refused while another process still holds a few. Without a cache nobody is limited.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from redis.exceptions import RedisError
from rest_framework.request import Request

from apps.core.api.errors import TooManyRequests

WINDOW_SECONDS = 60
# So many are taken from the shared count at a time, less where the quota is small.
MOST_AT_ONCE = 10
# A cache that failed is not asked again for so long: each request would wait for it.
BLIND_SECONDS = 10
POLICY = "minute"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of this minute's quota after this request."""

    quota: int
    left: int
    seconds: int
    is_spent: bool = False

    def write_to(self, response: HttpResponseBase) -> None:
        """RateLimit-Policy and RateLimit as draft-ietf-httpapi-ratelimit-headers has them."""
        policy = f'"{POLICY}";q={self.quota};w={WINDOW_SECONDS}'
        response.headers["RateLimit-Policy"] = policy
        response.headers["RateLimit"] = f'"{POLICY}";r={self.left};t={self.seconds}'


@dataclass(slots=True)
class _Share:
    """What this process took of one count: how many it may still give, how many are gone in all."""

    in_hand: int = 0
    taken: int = 0


class _Counts:
    """The counts of the running minute, as this process knows them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._shares: dict[str, _Share] = {}
        self._blind_until = 0.0

    def count(self, caller: str, *, quota: int, now: datetime) -> Allowance | None:
        """Count one request; None where there is no cache to count in."""
        minute, into = divmod(int(now.timestamp()), WINDOW_SECONDS)
        size = max(1, min(MOST_AT_ONCE, quota // WINDOW_SECONDS))
        if self._needs_more(caller, minute, quota):
            taken = self._take(f"api-rate:{caller}:{minute}", size)
            if taken is None:
                return None
            self._add(caller, minute, taken=taken, granted=min(size, quota - taken + size))
        with self._lock:
            share = self._shares.get(caller) or _Share()
            seconds = WINDOW_SECONDS - into
            if share.in_hand <= 0:
                return Allowance(quota, 0, seconds, is_spent=True)
            share.in_hand -= 1
            return Allowance(quota, max(0, quota - share.taken) + share.in_hand, seconds)

    def _needs_more(self, caller: str, minute: int, quota: int) -> bool:
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._shares = {}
            share = self._shares.get(caller)
            return share is None or (share.in_hand <= 0 and share.taken < quota)

    def _add(self, caller: str, minute: int, *, taken: int, granted: int) -> None:
        with self._lock:
            if minute == self._minute:
                share = self._shares.setdefault(caller, _Share())
                share.taken = max(share.taken, taken)
                share.in_hand += max(0, granted)

    def _take(self, key: str, size: int) -> int | None:
        """How many are gone in all, these among them; None while the cache does not answer."""
        if time.monotonic() < self._blind_until:
            return None
        try:
            cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
            return int(cache.incr(key, size))
        # ValueError: the count was thrown out to make room.
        except (RedisError, OSError, ValueError) as error:
            self._blind_until = time.monotonic() + BLIND_SECONDS
            logger.warning("requests are not counted for %d s: %s", BLIND_SECONDS, error)
            return None


_counts = _Counts()


def allowance_of(request: Request) -> Allowance | None:
    """Count this request, once however often it is asked about; None where nothing is limited."""
    asked: HttpRequest = request._request
    if not hasattr(asked, "api_allowance"):
        asked.api_allowance = _counted(request)  # type: ignore[attr-defined]  # ours
    found: Allowance | None = asked.api_allowance  # type: ignore[attr-defined]  # ours
    return found


def limit(request: Request) -> None:
    """Count this request; TooManyRequests where the minute's quota is spent."""
    allowance = allowance_of(request)
    if allowance is not None and allowance.is_spent:
        raise TooManyRequests(retry_after=allowance.seconds)


def write_allowance(request: HttpRequest, response: HttpResponseBase) -> None:
    """Tell what is left, where it was counted."""
    allowance: Allowance | None = getattr(request, "api_allowance", None)
    if allowance is not None:
        allowance.write_to(response)


def _counted(request: Request) -> Allowance | None:
    quota: int = settings.API_REQUESTS_PER_MINUTE
    if quota <= 0 or not request.user.is_authenticated:
        return None
    token = getattr(request.auth, "public_id", None)
    caller = f"token:{token}" if token else f"person:{request.user.pk}"
    return _counts.count(caller, quota=quota, now=timezone.now())
