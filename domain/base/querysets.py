"""The filters that every owned table has, and the search that works alike on both databases."""

from typing import Any, Self

from django.db import models
from django.db.models.functions import Lower
from django.db.models.lookups import Lookup


class OwnedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that belong to people."""

    def owned_by(self, user: Any) -> Self:
        """The rows of one person."""
        return self.filter(owner=user)

    def live(self) -> Self:
        """Rows that are not in the trash."""
        return self.filter(deleted_at=None)


@models.TextField.register_lookup
class HasWord(Lookup):
    """``search_words__has_word="two"``: one of the space-separated words starts with ``two``.

    PostgreSQL answers from a GIN index over the same expression; SQLite scans the owner's rows.
    Both sides are made by ``domain.base.text.words``, so both databases give the same rows.
    """

    lookup_name = "has_word"

    def get_prep_lookup(self) -> str:
        """The searched word as given: no wildcard can be in it."""
        return str(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A word starts the text or follows a space."""
        column, params = self.process_lhs(compiler, connection)
        return f"(' ' || {column}) LIKE %s", (*params, f"% {self.rhs}%")

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A prefix match on a tsvector whose lexemes are exactly our words."""
        column, params = self.process_lhs(compiler, connection)
        vector = f"array_to_tsvector(string_to_array({column}, ' '))"
        return f"{vector} @@ %s::tsquery", (*params, f"'{self.rhs}':*")


class AsciiLower(Lower):
    """A column as ``domain.base.text.ascii_lower`` gives it, alike on both databases.

    SQLite's own LOWER knows A to Z only; PostgreSQL's knows more, unless it is told otherwise.
    """

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By the rules of the language C."""
        return self.as_sql(
            compiler, connection, template='LOWER((%(expressions)s) COLLATE "C")', **context
        )


# Columns that hold a text as ``domain.base.text.folded`` gives it: what the alphabet sorts by.
FOLDED = frozenset({"name_key", "title_key"})


class ByCodePoint(models.Func):
    """A column that sorts by its code points, alike on both databases, whatever their language.

    SQLite sorts that way unless it is told otherwise.
    """

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By the rules of the language C."""
        return self.as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)
