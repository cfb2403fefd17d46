"""How many rows a table has, without reading a large one."""

from django.db import connection, models

LARGE = 100_000


class About(int):
    """A number of which the first three digits are worth something."""

    def __str__(self) -> str:
        """Such as about 1,230,000."""
        digits = len(f"{int(self)}")
        return f"about {round(int(self), 3 - digits):,}"


def rows_in(model: type[models.Model]) -> int:
    """The number of rows; ``About`` so many where PostgreSQL knows of ``LARGE`` or more."""
    estimate = _estimate(model._meta.db_table)
    return About(estimate) if estimate >= LARGE else model._default_manager.count()


def _estimate(table: str) -> int:
    """What PostgreSQL noted when it last went through a table; -1 where nothing is noted."""
    if connection.vendor != "postgresql":
        return -1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)", [table]
        )
        found: int = cursor.fetchone()[0]
        return found
