"""How much of something a client address may ask for outside of the API."""

from datetime import datetime

from django.http import HttpRequest

from domain.base import counting
from domain.base.addresses import client_address, network_of


def seconds_to_wait(request: HttpRequest, what: str, *, a_minute: int, at: datetime) -> int:
    """Count a request for something; 0, or in how many seconds its address may ask again."""
    address = network_of(client_address(request.META))
    asked = counting.count(what, address, window_seconds=60, at=at)
    if asked.number <= a_minute:
        return 0
    return counting.seconds_left(asked, at=at)
