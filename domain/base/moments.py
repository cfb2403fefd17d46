"""Moments as whole numbers, so that both databases compute the same days from them."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import BigIntegerField, Func, Value

MICROSECONDS_A_DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 (UTC), exactly."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def whole(number: int) -> Value:
    """A number of microseconds as an expression.

    Were its type not said, it would reach PostgreSQL as one of 32 bits, silently cut short.
    """
    return Value(number, output_field=BigIntegerField())


class Microseconds(Func):
    """A column's moment as ``microseconds`` gives it."""

    output_field = BigIntegerField()
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """Its epoch is an exact number since version 14."""
        template = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint"
        return self.as_sql(compiler, connection, template=template)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """Moments are text there, with six digits after the seconds or none."""
        column, params = compiler.compile(self.source_expressions[0])
        # It would round what follows the seconds, up to the next day.
        seconds = f"CAST(strftime('%%s', substr({column}, 1, 19)) AS INTEGER) * 1000000"
        rest = f"CAST(substr({column} || '.000000', 21, 6) AS INTEGER)"
        return f"({seconds} + {rest})", (*params, *params)
