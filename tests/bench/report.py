"""The table."""

from collections.abc import Iterator, Sequence

from tests.bench.measuring import Measurement, Side

RATIOS = ["", "CPU", "server", "PostgreSQL", "p50", "p99", "statements", "bytes"]
ABSOLUTE = ["", "CPU ms", "server", "PostgreSQL", "p50 ms", "p99 ms", "requests"]


def table(
    measurements: Sequence[Measurement], statements: dict[str, tuple[int, int]]
) -> Iterator[str]:
    """The lines of the report.

    Args:
        statements: ours and the rival's, by the operation's name.
    """
    yield "Ours as a multiple of Django REST Framework's; 1.00 is the same, less is better."
    yield "CPU: seconds per request, of the server and of the PostgreSQL processes that serve it."
    if not any(one.rival.spent.postgresql for one in measurements):
        yield "PostgreSQL's was not seen: it runs on another machine, or too little was asked."
    yield ""
    yield from aligned([RATIOS, *(ratios(one, statements) for one in measurements)])
    yield ""
    for one in measurements:
        yield f"{one.operation.name}: {one.operation.description}"
    yield ""
    yield "Of this machine and this moment alone, per request:"
    yield ""
    rows = []
    for one in measurements:
        rows.append(absolute(f"{one.operation.name} ours", one.ours))
        rows.append(absolute(f"{one.operation.name} DRF", one.rival))
    yield from aligned([ABSOLUTE, *rows])


def ratios(measurement: Measurement, statements: dict[str, tuple[int, int]]) -> list[str]:
    """One row of ratios."""
    ours, rival = measurement.ours, measurement.rival
    name = measurement.operation.name
    return [
        name,
        ratio(ours.spent.total, rival.spent.total),
        ratio(ours.spent.server, rival.spent.server),
        ratio(ours.spent.postgresql, rival.spent.postgresql),
        ratio(ours.percentile(50), rival.percentile(50)),
        ratio(ours.percentile(99), rival.percentile(99)),
        "{} / {}".format(*statements[name]),
        ratio(ours.bytes, rival.bytes),
    ]


def absolute(name: str, side: Side) -> list[str]:
    """One row of milliseconds."""
    seconds = [
        side.spent.total / side.requests,
        side.spent.server / side.requests,
        side.spent.postgresql / side.requests,
        side.percentile(50),
        side.percentile(99),
    ]
    return [name, *(f"{value * 1000:.2f}" for value in seconds), str(side.requests)]


def ratio(ours: float, rival: float) -> str:
    """Two decimals; a dash where the rival's value was not seen."""
    return f"{ours / rival:.2f}" if rival else "-"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [value.rjust(width) for value, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells])
