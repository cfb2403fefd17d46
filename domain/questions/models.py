"""Questions and the tags that people put on them."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from domain.base.links import LinkValidator
from domain.base.models import (
    CharField,
    Identified,
    Owned,
    PostgresIndex,
    SoftDeletable,
    Stamped,
    TextField,
    UidIndex,
    WordIndex,
)
from domain.base.querysets import ByCodePoint
from domain.base.text import folded, index_of
from domain.questions.platforms import Platform
from domain.questions.querysets import QuestionQuerySet, QuestionTagQuerySet, TagQuerySet

MAX_TEXT = 100_000
LIVE = Q(deleted_at=None)
TRASHED = Q(deleted_at__isnull=False)


class Difficulty(models.IntegerChoices):
    """How hard a question is, as its source says or its owner finds."""

    EASY = 1, "Easy"
    MEDIUM = 2, "Medium"
    HARD = 3, "Hard"


class Outcome(models.TextChoices):
    """How an attempt ended."""

    SOLVED = "SOLVED", "Solved"
    PARTIAL = "PARTIAL", "Partly solved"
    FAILED = "FAILED", "Not solved"


class TagKind(models.TextChoices):
    """What a tag says about a question."""

    TOPIC = "TOPIC", "Topic"
    PATTERN = "PATTERN", "Pattern"
    COMPANY = "COMPANY", "Company"
    CUSTOM = "CUSTOM", "Custom"


class AskedWithin(models.TextChoices):
    """The time over which a company's frequency was counted."""

    LAST_30_DAYS = "30D", "Last 30 days"
    LAST_90_DAYS = "90D", "Last 90 days"
    LAST_180_DAYS = "180D", "Last 180 days"
    ALL_TIME = "ALL", "All time"


class Question(Identified, Stamped, SoftDeletable):
    """A problem that somebody practises: from a site, a book, an interview, or their own head.

    It holds links and the person's own words, never a site's problem statement.
    """

    title = CharField(max_length=255, help_text="What it is called, 1 to 255 characters.")
    slug = CharField(
        max_length=255, help_text="Short name for addresses, unique among the owner's questions."
    )
    url = CharField(
        max_length=2048,
        blank=True,
        validators=[LinkValidator(schemes=["http", "https"])],
        help_text="Link to the problem, http or https; empty when there is none.",
    )
    platform = models.CharField(
        max_length=12,
        choices=Platform.choices,
        default=Platform.OTHER,
        help_text="Where it comes from; derived from the link unless given.",
    )
    external_id = CharField(
        max_length=128,
        null=True,
        blank=True,
        help_text="Its id on the platform, such as two-sum or 1775A2; null when unknown.",
    )
    content = TextField(
        blank=True,
        max_length=MAX_TEXT,
        help_text="The problem in the person's own words (Markdown).",
    )
    notes = TextField(
        blank=True, max_length=MAX_TEXT, help_text="The person's notes on it (Markdown)."
    )
    source = CharField(
        max_length=255, blank=True, help_text="Book, list or person that it was found through."
    )
    difficulty = models.PositiveSmallIntegerField(
        choices=Difficulty.choices,
        null=True,
        blank=True,
        help_text="How hard it is; null if unknown.",
    )
    platform_rating = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(10_000)],
        help_text="The platform's own rating number, such as 1900 on Codeforces.",
    )
    importance = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text="How much it matters to the person, 1 (little) to 4 (most).",
    )
    is_starred = models.BooleanField(default=False, help_text="Whether it is marked with a star.")
    is_archived = models.BooleanField(
        default=False, help_text="Whether it is kept but not practised any more."
    )
    target_seconds = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
        help_text="Time in which the person wants to solve it, in seconds, 1 to 86400.",
    )
    tags = models.ManyToManyField(
        "questions.Tag", through="questions.QuestionTag", related_name="questions"
    )
    search_words = TextField(blank=True, editable=False)
    # Folded here, as the names of tags are. The version before this column writes none.
    title_key = models.CharField(
        max_length=1020, blank=True, default="", db_default="", editable=False
    )

    # Derived from the logs by domain.practice.settling, in the transaction that changes them.
    log_count = models.PositiveIntegerField(
        default=0, editable=False, help_text="Number of logged attempts."
    )
    solved_count = models.PositiveIntegerField(
        default=0, editable=False, help_text="Number of attempts that ended SOLVED."
    )
    total_seconds = models.PositiveBigIntegerField(
        default=0, editable=False, help_text="Time spent on all attempts together, in seconds."
    )
    last_attempted_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When the latest attempt ended (UTC); null before the first.",
    )
    last_outcome = models.CharField(
        max_length=8,
        choices=Outcome.choices,
        null=True,  # noqa: DJ001
        editable=False,
        help_text="How the latest attempt ended; null before the first.",
    )
    due_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When it should be practised again (UTC), by FSRS; "
        "null before the first attempt.",
    )

    objects = QuestionQuerySet.as_manager()

    class Meta(Identified.Meta):
        constraints = [
            *Identified.Meta.constraints,
            models.UniqueConstraint(
                fields=["owner", "slug"],
                condition=LIVE,
                name="question_slug",
                violation_error_code="slug_taken",
                violation_error_message="Another question of yours has this slug. Choose another.",
            ),
            models.UniqueConstraint(
                fields=["owner", "platform", "external_id"],
                condition=LIVE & Q(external_id__isnull=False),
                name="question_external_id",
                violation_error_code="external_id_taken",
                violation_error_message=(
                    "You already have this question of this platform. "
                    "Open that one, or change the id."
                ),
            ),
            models.CheckConstraint(
                condition=Q(solved_count__lte=F("log_count")), name="question_solved_count"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-uid"], name="question_created"),
            # Unused since titles are sorted by their keys; to be dropped by the next release.
            models.Index(fields=["owner", "title", "uid"], name="question_title"),
            models.Index(F("owner"), ByCodePoint("title_key"), F("uid"), name="question_by_title"),
            models.Index(fields=["owner", "difficulty", "uid"], name="question_difficulty"),
            models.Index(fields=["owner", "importance", "uid"], name="question_importance"),
            models.Index(fields=["owner", "due_at", "uid"], name="question_due"),
            PostgresIndex(
                F("owner"),
                F("last_attempted_at").desc(nulls_last=True),
                F("uid").desc(),
                name="question_last_attempted",
            ),
            WordIndex(name="question_words"),
            UidIndex(name="question_found_by"),
            models.Index(
                fields=["owner", "-deleted_at", "-uid"], condition=TRASHED, name="question_trash"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def index_words(self) -> None:
        """Bring what is derived from title and notes up to date."""
        self.title_key = folded(self.title)
        self.search_words = index_of(self.title, self.notes)


class Tag(Identified, Stamped, SoftDeletable):
    """A name that groups a person's questions. Belongs to one person; there are no global tags."""

    name = CharField(max_length=50, help_text="1 to 50 characters, trimmed, in Unicode NFC.")
    kind = models.CharField(
        max_length=8,
        choices=TagKind.choices,
        default=TagKind.CUSTOM,
        help_text="What the tag says about a question.",
    )
    description = CharField(max_length=500, blank=True, help_text="What it means to the person.")
    colour = models.CharField(
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"\A#[0-9A-Fa-f]{6}\Z", "Write the colour as #RRGGBB.")],
        help_text="Colour as #RRGGBB; empty for none.",
    )
    # Folded here, since databases disagree on the lower case of letters beyond ASCII.
    name_key = models.CharField(max_length=200, blank=True, editable=False)
    search_words = TextField(blank=True, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta(Identified.Meta):
        ordering = [ByCodePoint("name_key"), "uid"]
        constraints = [
            *Identified.Meta.constraints,
            models.UniqueConstraint(
                fields=["owner", "kind", "name_key"],
                condition=LIVE,
                name="tag_name",
                violation_error_code="name_taken",
                violation_error_message=(
                    "You already have a tag of this kind with this name. Use that one; mergeTags "
                    "makes two of them one."
                ),
            ),
        ]
        indexes = [
            # Unused since names are sorted by their keys; to be dropped by the next release.
            models.Index(fields=["owner", "name", "uid"], name="tag_name_order"),
            models.Index(F("owner"), ByCodePoint("name_key"), F("uid"), name="tag_by_name"),
            models.Index(
                fields=["owner", "-deleted_at", "-uid"], condition=TRASHED, name="tag_trash"
            ),
            UidIndex(name="tag_found_by"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def index_words(self) -> None:
        """Bring what is derived from the name up to date."""
        self.search_words = index_of(self.name)
        self.name_key = folded(self.name)


class QuestionTag(Owned):
    """That a question has a tag and, for a company, how often it was asked there."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="tag_links", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="question_links")
    frequency = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="For companies: how often it is asked, 0 to 100.",
    )
    window = models.CharField(
        max_length=4,
        choices=AskedWithin.choices,
        null=True,  # noqa: DJ001
        blank=True,
        help_text="For companies: the time over which the frequency was counted.",
    )

    objects = QuestionTagQuerySet.as_manager()

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["question", "tag"],
                name="questiontag_pair",
                violation_error_code="tag_taken",
                violation_error_message="The question already has this tag.",
            ),
        ]
        indexes = [models.Index(fields=["owner"], name="questiontag_owner")]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on question {self.question_id}"
