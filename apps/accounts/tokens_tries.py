"""How often a password may be tried for a token: per account and per address, in quarter hours.

A try is counted before the password is looked at, so that many at once gain nothing, and taken
back when it was right.
"""

from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address, ip_network

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from apps.core.api.errors import TooManyTries
from apps.core.errors import DomainError

WINDOW_SECONDS = 15 * 60
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 30
# Somebody with IPv6 owns a whole network of addresses.
NETWORK_BITS = 64


class TriesNotCounted(DomainError):
    """Nobody knows how often it was tried, so nothing is tried."""

    code = "tries_not_counted"
    title = _("That is not possible for the moment; try again in a minute")
    status = 503


def count_try(*, email: str, address: str, now: datetime) -> None:
    """Count one try; TooManyTries when either has none left in this quarter of an hour.

    Raises TriesNotCounted while the counters cannot be reached: an open door is worse than a closed one.
    """
    for key, most in _counters(email, address, now):
        if _count(key) > most:
            into = int(now.timestamp()) % WINDOW_SECONDS
            raise TooManyTries(
                _("Wait a little before you try again."), retry_after=WINDOW_SECONDS - into
            )


def _count(key: str) -> int:
    try:
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        return int(cache.incr(key))
    except (RedisError, OSError) as error:
        raise TriesNotCounted from error


def take_back(*, email: str, address: str, now: datetime) -> None:
    """The try was right after all."""
    with suppress(RedisError, OSError):
        for key, _most in _counters(email, address, now):
            cache.decr(key)


def _counters(email: str, address: str, now: datetime) -> list[tuple[str, int]]:
    window = int(now.timestamp()) // WINDOW_SECONDS
    # Hashed: an e-mail address is long, odd, and nobody's business in the cache.
    account = sha256(email.strip().casefold().encode()).hexdigest()
    return [
        (f"token-tries:account:{account}:{window}", TRIES_PER_ACCOUNT),
        (f"token-tries:address:{_network(address)}:{window}", TRIES_PER_ADDRESS),
    ]


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ip_network((int(parsed), NETWORK_BITS), strict=False).network_address)
    return str(parsed)
