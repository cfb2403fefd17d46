"""What changed in a person's data, in order: the feed by which their devices keep up.

Nothing here is written by services: the database keeps it by triggers (``triggers``), by whatever
way the rows that it is about are written.
"""

from typing import Any

from django.db import models

from domain.archive.declaring import EntityName
from domain.base.models import new_uid


class ChangeOp(models.TextChoices):
    """What an object is after a change."""

    UPSERT = "UPSERT", "It is there, new or changed"
    TRASH = "TRASH", "It is in the trash"
    PURGE = "PURGE", "It is gone for good"


class FeedHead(models.Model):
    """How far a person's feed is. Whoever commits a change of theirs holds it until it is seen."""

    # No foreign key: triggers make it with the person and remove it, so that an account can be
    # erased in any order of the tables.
    owner_id = models.BigIntegerField(primary_key=True)
    feed = models.UUIDField(
        default=new_uid, help_text="Tells this feed from others; cursors of another are refused."
    )
    seq = models.BigIntegerField(default=0, help_text="The place of the last change.")

    def __str__(self) -> str:
        return f"feed of {self.owner_id} at {self.seq}"


class Change(models.Model):
    """The last change of one object that a person has or had; the next one moves it to the end."""

    pk: Any = models.CompositePrimaryKey("owner_id", "entity", "uid")
    # No foreign key, as above.
    owner_id = models.BigIntegerField()
    entity = models.CharField(max_length=10, choices=EntityName.choices)
    uid = models.UUIDField(help_text="The object's id; of settings that of their person.")
    op = models.CharField(max_length=6, choices=ChangeOp.choices)
    version = models.PositiveIntegerField(
        null=True, help_text="The version it has; null if it is gone, and where there are none."
    )
    seq = models.BigIntegerField(help_text="Its place in the feed, which is that of no other.")
    changed_at = models.DateTimeField(help_text="When it changed (UTC).")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_id", "seq"], name="change_seq")]

    def __str__(self) -> str:
        return f"{self.seq}: {self.op} {self.entity} {self.uid}"
