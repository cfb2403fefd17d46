"""Which new questions to practise next. The same rows and settings always give the same answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, FilteredRelation, FloatField, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast

from domain.accounts.models import User, UserSettings
from domain.lists.models import StudyList
from domain.practice.daily import current_day, done_on
from domain.questions.models import Difficulty, Question, QuestionTag
from domain.questions.querysets import QuestionQuerySet

MOST_SUGGESTED = 100
FEWEST_ATTEMPTS = 3  # of fewer, the share that was solved says nothing
MOST_WEAK_TAGS = 100


@dataclass(frozen=True)
class Suggestion:
    """A question that was never attempted, and for people, why it has its place."""

    question: Question
    reason: str


@dataclass(frozen=True)
class WeakTag:
    """How a person does with a tag.

    Attributes:
        rate: the share of the attempts that ended SOLVED, 0 to 1.
        attempts: at all the questions that have it.
    """

    tag_id: int
    name: str
    rate: float
    attempts: int

    @property
    def reason(self) -> str:
        """The same for people."""
        return f"weakest tag {self.name}: {round(self.rate * 100)} % solved of {self.attempts}"


def next_questions(
    *,
    owner: User,
    settings: UserSettings,
    at: datetime,
    limit: int | None = None,
    study_list: StudyList | None = None,
    weak_tags: bool = False,
    questions: QuestionQuerySet | None = None,
) -> list[Suggestion]:
    """New questions in the order in which a person should take them, in at most four statements.

    Args:
        settings: the owner's.
        limit: how many at most; what the day's limit leaves when None.
        study_list: only its questions, in its order; the owner's and live.
        weak_tags: first those with a tag of which the person solves the fewest.
        questions: only these, which are the owner's and live; all when None.
    """
    if limit is None:
        limit = done_on(current_day(settings, at=at), owner=owner).new_left(settings)
    if not limit:
        return []
    if questions is None:
        questions = Question.objects.owned_by(owner).live()
    new = new_questions(questions.prefetch_related(None), at=at)
    weakest = weakest_tags(owner) if weak_tags else []
    # Sorted without their texts: of thousands that are new, a few are shown.
    found = list(_sorted(new, study_list, weakest)[:limit])
    rows = questions.in_bulk([values["pk"] for values in found])
    return [
        Suggestion(rows[values["pk"]], _reason(values, study_list, weakest))
        for values in found
        if values["pk"] in rows
    ]


def new_questions(questions: QuestionQuerySet, *, at: datetime) -> QuestionQuerySet:
    """Those that were never attempted, here or elsewhere, and that are in play."""
    put_off = Q(review__is_suspended=True) | Q(review__postponed_until__gt=at)
    return questions.filter(log_count=0, due_at=None, is_archived=False).exclude(put_off)


def weakest_tags(owner: User) -> list[WeakTag]:
    """The tags of which a person solves the fewest, at most 100; one grouped statement."""
    links = QuestionTag.objects.owned_by(owner).live()
    tags = links.filter(question__owner=owner, tag__owner=owner).values("tag", "tag__name")
    tags = tags.annotate(
        attempts=Sum("question__log_count"), solved=Sum("question__solved_count")
    ).filter(attempts__gte=FEWEST_ATTEMPTS)
    rate = Cast("solved", FloatField()) / Cast("attempts", FloatField())
    tags = tags.annotate(rate=rate).order_by("rate", "-attempts", "tag__uid")
    columns = tags.values_list("tag", "tag__name", "rate", "attempts")
    return [WeakTag(*values) for values in columns[:MOST_WEAK_TAGS]]


def _sorted(
    questions: QuestionQuerySet, study_list: StudyList | None, weakest: list[WeakTag]
) -> Any:
    """What decides their order, and what the reasons speak of."""
    easiest = F("difficulty").asc(nulls_last=True)
    order: list[Any] = ["-importance", easiest, "created_at", "uid"]
    shown = ["pk", "importance", "difficulty"]
    if study_list is not None:
        on_list = Q(list_items__study_list=study_list)
        place = {"place": FilteredRelation("list_items", condition=on_list)}
        questions = questions.annotate(**place).filter(**{"place__isnull": False})
        order, shown = ["place__position", *order], [*shown, "place__section"]
    if weakest:
        questions = _with_weakness(questions, weakest)
        order, shown = [F("rate").asc(nulls_last=True), *order], [*shown, "weakest"]
    return questions.order_by(*order).values(*shown)


def _with_weakness(questions: QuestionQuerySet, weakest: list[WeakTag]) -> QuestionQuerySet:
    """Questions with ``weakest``, the place of their weakest tag, and its ``rate``."""
    place = Case(*(When(tag=tag.tag_id, then=n) for n, tag in enumerate(weakest)))
    rate = Case(*(When(tag=tag.tag_id, then=tag.rate) for tag in weakest))
    ids = [tag.tag_id for tag in weakest]
    links: Any = QuestionTag.objects.filter(question=OuterRef("pk"), tag__in=ids)
    links = links.annotate(place=place, rate=rate).order_by("place")
    weighed: QuestionQuerySet = questions.annotate(
        weakest=Subquery(links.values("place")[:1]), rate=Subquery(links.values("rate")[:1])
    )
    return weighed


def _reason(values: dict[str, Any], study_list: StudyList | None, weakest: list[WeakTag]) -> str:
    reasons = []
    if values.get("weakest") is not None:
        reasons.append(weakest[values["weakest"]].reason)
    if study_list is not None:
        section = values["place__section"]
        reasons.append(f"next in {study_list.name}" + (f": {section}" if section else ""))
    if reasons:
        return "; ".join(reasons)
    difficulty = values["difficulty"]
    level = f", {Difficulty(difficulty).label.lower()}" if difficulty else ""
    return f"importance {values['importance']} of 4{level}"
