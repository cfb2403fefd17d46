"""How long somebody sat at it: time without pauses, whatever the clocks on the wall did."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

type Interval = tuple[datetime, datetime | None]

_NOTHING = timedelta(0)


def worked_seconds(pauses: Iterable[Interval], *, since: datetime, until: datetime) -> int:
    """Whole seconds between two moments, without the pauses between them; 0 at least.

    Args:
        pauses: begin and end, which do not overlap; one that goes on has no end.
    """
    # Aware moments of one zone are subtracted by what the clock shows, so count in another zone.
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    worked = until - since
    for begin, end in pauses:
        stood = min(end or until, until) - max(begin, since)
        worked -= max(stood, _NOTHING)
    return max(worked, _NOTHING) // timedelta(seconds=1)
