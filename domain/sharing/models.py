"""Pictures that people show to anybody who has the address."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from domain.base.models import CharField, Identified
from domain.sharing.querysets import ShareLinkQuerySet


class PictureKind(models.TextChoices):
    """What a shared picture shows."""

    HEATMAP = "HEATMAP", "Attempts a day over the last 53 weeks"
    RETENTION_CURVE = "RETENTION_CURVE", "Share of reviews recalled by age, and what FSRS expects"


class ShareLink(Identified):
    """An address at which anybody sees one picture of how a person practises.

    The picture holds numbers alone: neither who it is about nor what they practise.
    """

    kind = models.CharField(
        max_length=15, choices=PictureKind.choices, help_text="What the picture shows."
    )
    name = CharField(
        max_length=80,
        help_text="Where the link is used, 1 to 80 characters; only its owner sees it.",
    )
    created_at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When it was made (UTC)."
    )
    revoked_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When it stopped working; null while it works.",
    )

    objects = ShareLinkQuerySet.as_manager()

    class Meta(Identified.Meta):
        constraints = [
            *Identified.Meta.constraints,
            # A link that nobody signed in asks for is found by its id alone.
            models.UniqueConstraint(fields=["uid"], name="sharelink_found_by"),
            models.CheckConstraint(condition=~Q(name=""), name="sharelink_named"),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-uid"], name="sharelink_created"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"
