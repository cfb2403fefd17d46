"""Where a client is, as far as that can be believed."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings

IPV6_PREFIX = 64  # what one household gets, and can choose its addresses from


def client_address(meta: Mapping[str, Any]) -> str:
    """The address that a request came from; "" if it came through a local socket.

    Each of the ``TRUSTED_PROXY_COUNT`` proxies has added who called it to the end of
    ``X-Forwarded-For``. What stands before that was written by the client.

    Args:
        meta: the request's WSGI environment.
    """
    hops = settings.TRUSTED_PROXY_COUNT
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if 0 < hops <= len(forwarded) and (believed := storable_address(forwarded[-hops])):
        return believed
    direct = str(meta.get("REMOTE_ADDR", ""))
    return storable_address(direct) or direct


def network_of(address: str) -> str:
    """What stands for an address where events are counted: itself, or its IPv6 network of /64."""
    ip = _address(address)
    if isinstance(ip, IPv6Address):
        return str(IPv6Network((int(ip), IPV6_PREFIX), strict=False))
    return address


def storable_address(text: str) -> str | None:
    """The address as both databases keep it; None for what is no IP address."""
    address = _address(text)
    return None if address is None else str(address)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    # A socket for both kinds of addresses shows the older ones as mapped. A scope is our own
    # interface and not where the client is.
    return address.ipv4_mapped or IPv6Address(int(address))
