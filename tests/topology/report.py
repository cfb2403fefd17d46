"""Tables of what was heard, as docs/reliability.md has them."""

from collections.abc import Iterator, Sequence
from statistics import quantiles

from tests.topology.load import OK, STALE, Outcome
from tests.topology.scene import Window

HEAD = ["Fault", "Clients saw", "From, to", "Slowest", "Lost", "What came of it", "Verdict"]


def figures(outcomes: Sequence[Outcome], *, seconds: float) -> Iterator[str]:
    """Rates and durations of a run."""
    yield from table_head(["", "Number", "A second", "50 of 100", "95 of 100", "99 of 100", "Most"])
    for name, is_write in (("reads", False), ("writes", True)):
        took = [one.seconds * 1000 for one in outcomes if one.is_write is is_write]
        if len(took) < 2:
            continue
        cuts = quantiles(took, n=100, method="inclusive")
        spans = [f"{cuts[n - 1]:.0f} ms" for n in (50, 95, 99)]
        yield row(
            [name, f"{len(took):,}", f"{len(took) / seconds:.0f}", *spans, f"{max(took):.0f} ms"]
        )
    failed = sum(one.result not in (OK, STALE) for one in outcomes)
    stale = sum(one.result == STALE for one in outcomes)
    yield ""
    yield f"Failed: {failed}. Own writes that were not seen: {stale}."


def of_fault(name: str, window: Window, *, note: str, lost: int | None) -> str:
    """A line of the table of faults."""
    failures = [f"{number} × {result}" for result, number in window.failed.most_common()]
    saw = "; ".join([f"{window.answered:,} answers", *failures])
    span = "-" if window.first is None else f"{window.first:.1f} to {window.last:.1f} s"
    said = window.fault or ("right" if not lost else "WRITES WERE LOST")
    losses = "" if lost is None else str(lost)
    return row([name, saw, span, f"{window.slowest:.1f} s", losses, note, said])


def table_head(names: Sequence[str]) -> Iterator[str]:
    """The first two lines of a table."""
    yield row(names)
    yield "|" + "---|" * len(names)


def row(cells: Sequence[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"
