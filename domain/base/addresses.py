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
    if 0 < hops <= len(forwarded) and (parsed := _parsed(forwarded[-hops])):
        return str(parsed)
    direct = str(meta.get("REMOTE_ADDR", ""))
    return str(_parsed(direct) or direct)


def network_of(address: str) -> str:
    """What stands for an address where events are counted: itself, or its IPv6 network of /64."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed), IPV6_PREFIX), strict=False))
    return address


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(text.strip())
    except ValueError:
        return None
    # A socket for both kinds of addresses shows the older ones like this.
    return (isinstance(parsed, IPv6Address) and parsed.ipv4_mapped) or parsed
