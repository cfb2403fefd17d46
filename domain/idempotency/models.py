"""What was answered to calls that may be sent twice."""

from django.db import models
from django.utils import timezone

from domain.base.models import CharField, Owned, new_uid
from domain.base.querysets import OwnedQuerySet

MAX_KEY = 128


class IdempotencyRecord(Owned):
    """A call that was made with a key, and its answer for whoever sends it again.

    Its arguments are not kept, only their digest.
    """

    uid = models.UUIDField(primary_key=True, default=new_uid, editable=False)
    mutation = models.CharField(max_length=64, help_text="Which mutation was called.")
    key = CharField(max_length=MAX_KEY, help_text="What the client called the call.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of its arguments.")
    response = models.JSONField(null=True, help_text="What it made, in short.")
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was made (UTC).")

    objects = OwnedQuerySet["IdempotencyRecord"].as_manager()

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "mutation", "key"], name="idempotencyrecord_key"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotencyrecord_created")]

    def __str__(self) -> str:
        return f"{self.mutation} {self.key}"
