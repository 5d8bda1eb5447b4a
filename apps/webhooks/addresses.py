"""Where a webhook may lead. Pure: an address book of what is nobody's business to reach through us.

Names are resolved when a message is sent, each address is judged then, and the connection goes to the very
address that was judged: a name that answers differently the second time gains nothing.
"""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from apps.core.errors import InvalidValue
from apps.webhooks.models import LONGEST_ADDRESS

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# Protocol assignments and relays, which some versions of Python take for public.
NO_PLACE = (ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"))
# Addresses of IPv6 that lead to one of IPv4 behind a translator.
NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


def allowed_networks(names: Sequence[str]) -> tuple[Network, ...]:
    """What an operator lets through although it is private."""
    return tuple(ip_network(name) for name in names)


def may_be_reached(address: Address, *, allowed: Sequence[Network] = ()) -> bool:
    """Whether this address is of the public internet, or of a network that was allowed by name."""
    if any(address in network for network in allowed):
        return True
    if isinstance(address, IPv6Address):
        inner = _carried(address)
        if inner is not None:
            return may_be_reached(inner, allowed=allowed)
        if address.is_site_local:
            return False
    if any(address in network for network in NO_PLACE):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that this one of IPv6 stands for, whichever way."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in NAT64) or int(address) >> 32 == 0:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def checked_url(url: str, *, may_be_plain: bool, allowed: Sequence[Network] = ()) -> str:
    """The address as it may be kept, or InvalidValue saying what is wrong with it.

    A name is judged when it is resolved, at each sending; an address in figures is judged here too.
    """
    url = url.strip()
    if len(url) > LONGEST_ADDRESS or not url.isascii() or any(each <= " " for each in url):
        raise _wrong(_("This is no address of the web."))
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        raise _wrong(_("This is no address of the web.")) from None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise _wrong(_("The address needs a host, and no name or password in it."))
    if parts.fragment:
        raise _wrong(_("What stands after # reaches no server; leave it away."))
    if parts.scheme != "https" and not (may_be_plain and parts.scheme == "http"):
        raise _wrong(_("The address has to begin with https://"))
    literal = _literal(parts)
    if literal is not None and not may_be_reached(literal, allowed=allowed):
        raise _wrong(_("This address leads into a private network."))
    return url


def _literal(parts: SplitResult) -> Address | None:
    try:
        return ip_address(parts.hostname or "")
    except ValueError:
        return None


def _wrong(detail: str) -> InvalidValue:
    return InvalidValue(detail, field="url")
