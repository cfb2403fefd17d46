"""What happened, to which row, by whom. Rows are added and never changed.

The database itself refuses to change them, too (``guard.py``).
"""

from datetime import datetime
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from domain.base.models import new_uid

MAX_REQUEST_ID = 64
APPEND_ONLY = "Audit events are append-only."
# Too many wrong passwords; and somebody of the staff let the person try again.
LOCKED, UNLOCKED = "account.locked", "account.unlocked"


class AppendOnlyQuerySet(models.QuerySet["AuditEvent"]):
    """A query set that can add and read, and nothing else."""

    def lockouts(self, *, after: datetime, before: datetime) -> Self:
        """Locks after wrong passwords, of accounts and of addresses that have none.

        At or after ``after``, and before ``before``.
        """
        return self.filter(verb=LOCKED, at__gte=after, at__lt=before)

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(APPEND_ONLY)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(APPEND_ONLY)

    def bulk_create(self, *args: Any, **kwargs: Any) -> list["AuditEvent"]:
        """Insert several; refuse to change those that are there.

        Raises:
            TypeError: ``update_conflicts`` is asked for.
        """
        if kwargs.get("update_conflicts"):
            raise TypeError(APPEND_ONLY)
        return super().bulk_create(*args, **kwargs)

    def delete(self) -> NoReturn:
        raise TypeError(APPEND_ONLY)


class AuditEvent(models.Model):
    """One thing that somebody did. Holds the names of changed fields, never their values."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    at = models.DateTimeField(db_index=True, help_text="When it happened (UTC).")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who did it; null for the system and for people who are gone.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Whose data it was done to.",
    )
    verb = models.CharField(max_length=60, help_text="Such as question.created.")
    object_type = models.CharField(max_length=60, blank=True)
    object_uid = models.UUIDField(null=True)
    fields = models.JSONField(default=list, help_text="Names of the changed fields.")
    request_id = models.CharField(max_length=MAX_REQUEST_ID, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-at", "-uid"], name="auditevent_owner_at"),
            models.Index(fields=["actor", "-at", "-uid"], name="auditevent_actor_at"),
            models.Index(
                fields=["at"], condition=Q(verb__in=[LOCKED, UNLOCKED]), name="auditevent_locks"
            ),
            models.Index(fields=["verb"], name="auditevent_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change.

        Raises:
            TypeError: the event is already stored.
        """
        # A new object with the key of a stored one would overwrite it.
        if not self._state.adding or self.pk is not None:
            raise TypeError(APPEND_ONLY)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse.

        Raises:
            TypeError: always.
        """
        raise TypeError(APPEND_ONLY)
