"""Where a webhook may lead: by the address itself, and by what is written in its place."""

from ipaddress import ip_address

import pytest

from apps.core.errors import InvalidValue
from apps.webhooks.addresses import allowed_networks, checked_url, may_be_reached


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",  # noqa: S104 - to be refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.0.192",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_what_is_not_of_the_public_internet_is_not_reached(address: str) -> None:
    assert not may_be_reached(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"]
)
def test_the_public_internet_is_reached(address: str) -> None:
    assert may_be_reached(ip_address(address))


def test_a_network_can_be_allowed_by_name() -> None:
    allowed = allowed_networks(["10.1.0.0/16"])

    assert may_be_reached(ip_address("10.1.2.3"), allowed=allowed)
    assert may_be_reached(ip_address("::ffff:10.1.2.3"), allowed=allowed)
    assert not may_be_reached(ip_address("10.2.0.1"), allowed=allowed)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https:///x",
        "https://name:word@example.org/",
        "https://example.org:99999/",
        "https://example.org/#here",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://exa mple.org/",
        "https://example.org/\r\nX: y",
        "https://пример.рф/",
        "https://[broken/",
        "https://example.org/" + "x" * 500,
    ],
)
def test_an_address_that_leads_nowhere_good_is_refused(url: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        checked_url(url, may_be_plain=False)

    assert refused.value.field == "url"


def test_a_good_address_is_kept_as_it_is() -> None:
    url = "https://example.org:8443/hooks/1?school=2"

    assert checked_url(f" {url} ", may_be_plain=False) == url
    assert checked_url("http://example.org/", may_be_plain=True) == "http://example.org/"
