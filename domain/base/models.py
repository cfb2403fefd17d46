"""What many tables have in common. Abstract: this package has no table of its own."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.ddl_references import Statement
from django.db.models import F, Func, Value
from django.utils import timezone
from django.utils.functional import cached_property
from uuid_utils.compat import uuid7

from domain.base.text import storable


def new_uid() -> UUID:
    """A UUIDv7: unique everywhere, and in order of time."""
    return uuid7()


class TextField(models.TextField):  # type: ignore[type-arg]  # not generic at run time
    """Text that both databases can store, with a limit that is checked on save."""

    default_validators = [storable]

    @cached_property
    def validators(self) -> list[Any]:
        """Django's own text columns leave ``max_length`` to the form."""
        limits = [] if self.max_length is None else [MaxLengthValidator(self.max_length)]
        return [*super().validators, *limits]


class CharField(models.CharField):  # type: ignore[type-arg]  # not generic at run time
    """A short text that both databases can store."""

    default_validators = [storable]


class OnPostgreSQL:
    """Mixin for an index that only PostgreSQL can have; other databases do without."""

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        """The statement that creates it; elsewhere one that does nothing."""
        if schema_editor.connection.vendor != "postgresql":
            return Statement("SELECT 1")
        return super().create_sql(model, schema_editor, using=using, **kwargs)  # type: ignore[misc]

    def remove_sql(self, model: Any, schema_editor: Any, **kwargs: Any) -> Any:
        """The statement that removes it; elsewhere one that does nothing."""
        if schema_editor.connection.vendor != "postgresql":
            return Statement("SELECT 1")
        return super().remove_sql(model, schema_editor, **kwargs)  # type: ignore[misc]


class PostgresIndex(OnPostgreSQL, models.Index):
    """An index whose order SQLite cannot express."""


class WordIndex(OnPostgreSQL, GinIndex):
    """What ``has_word`` searches: the column's words, space-separated, as a tsvector."""

    def __init__(self, *expressions: Any, **kwargs: Any) -> None:
        if not expressions and not kwargs.get("fields"):
            words = Func(F("search_words"), Value(" "), function="string_to_array")
            expressions = (Func(words, function="array_to_tsvector"),)
        super().__init__(*expressions, **kwargs)


class BlockRangeIndex(OnPostgreSQL, BrinIndex):
    """Finds the rows of a stretch of time in a table that grows in its order.

    A few hundred kilobytes for millions of rows, and next to nothing to write; SQLite reads the
    table. Takes one column, a moment.
    """

    def __init__(self, *expressions: Any, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            # New rows take the room of purged ones, among old rows. Several short stretches of time
            # for each part of the table still tell them apart; one stretch would span years.
            "opclasses": ["timestamptz_minmax_multi_ops"],
            # What was added last is read in full otherwise, until the table is vacuumed.
            "autosummarize": True,
        }
        super().__init__(*expressions, **(given | kwargs))


class UidIndex(OnPostgreSQL, BrinIndex):
    """Finds a row by its ``uid`` alone, whoever owns it, as the admin site does.

    A Bloom filter for each stretch of the table: two bytes a row, written once a stretch is full.
    """

    def __init__(self, *expressions: Any, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "fields": ["uid"],
            "opclasses": ["uuid_bloom_ops(n_distinct_per_range=4096)"],
            "autosummarize": True,
        }
        super().__init__(*expressions, **(given | kwargs))


class Owned(models.Model):
    """A row that belongs to one person."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
        db_index=False,  # every table has an index that begins with it
        help_text="The person whose row this is.",
    )

    class Meta:
        abstract = True
        base_manager_name = "objects"


class Identified(Owned):
    """An owned row that its owner knows by ``uid``.

    The number ``id`` never leaves the server. ``uid`` is unique *per owner*, so a client may choose
    it without learning whether a stranger uses the same one (docs/decisions.md).
    """

    uid = models.UUIDField(
        default=new_uid, editable=False, help_text="A UUID, chosen by the client or by us."
    )

    class Meta(Owned.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "uid"],
                name="%(class)s_uid",
                violation_error_code="id_taken",
                violation_error_message=(
                    "You already have an object with this id. Send a new UUID, or none."
                ),
            )
        ]


class Stamped(models.Model):
    """Who made a row and who changed it last, when, and how often it changed."""

    created_at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When it was created (UTC)."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        db_index=False,
    )
    updated_at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When it was last edited (UTC)."
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        db_index=False,
    )
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="1 when created, one more with every edit."
    )

    class Meta:
        abstract = True


class SoftDeletable(models.Model):
    """A row that is hidden when it is deleted, and can come back."""

    deleted_at = models.DateTimeField(
        null=True, editable=False, help_text="When it was put in the trash; null while it is live."
    )
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        db_index=False,
    )

    class Meta:
        abstract = True

    @property
    def is_live(self) -> bool:
        """Whether it is not in the trash."""
        return self.deleted_at is None
