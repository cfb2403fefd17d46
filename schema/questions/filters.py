"""Filters and search of the lists, as a table: input field to condition."""

from typing import Any, cast

from django.db.models import Q, QuerySet
from strawberry import relay

from domain.base.text import tidy, words
from domain.questions.querysets import QuestionQuerySet, TagQuerySet
from schema.context import Info
from schema.errors import BadInput
from schema.inputs import plain
from schema.lists.types import StudyList
from schema.paging import Ordering, Ranking
from schema.questions.inputs import QuestionFilter, QuestionOrder, QuestionOrderField, TagFilter
from schema.questions.types import QuestionStatus, Tag
from schema.scoping import get_all_owned, get_owned

MAX_TAGS = 20
MAX_SEARCH = 200
MAX_VALUES = 100

# Input field -> look-up on the row.
QUESTION_LOOKUPS = {
    "difficulty": "difficulty__in",
    "platform": "platform__in",
    "importance": "importance__in",
    "is_starred": "is_starred",
    "is_archived": "is_archived",
    "slug": "slug",
    "url": "url",
    "external_id": "external_id",
    "due_after": "due_at__gte",
    "due_before": "due_at__lt",
    "created_after": "created_at__gte",
    "created_before": "created_at__lt",
    "attempted_after": "last_attempted_at__gte",
    "attempted_before": "last_attempted_at__lt",
}
# Input field -> look-up that is true for some; a question without a review state is none of them.
REVIEW_LOOKUPS = {"is_suspended": "review__is_suspended", "is_leech": "review__is_leech"}
TAG_LOOKUPS = {"kind": "kind__in"}
STATUS = {
    QuestionStatus.NEW: Q(log_count=0),
    QuestionStatus.ATTEMPTED: Q(log_count__gt=0, solved_count=0),
    QuestionStatus.SOLVED: Q(solved_count__gt=0),
}


def narrow_questions(
    rows: QuestionQuerySet,
    info: Info,
    *,
    filter: QuestionFilter | None = None,
    search: str | None = None,
    **_: Any,
) -> QuestionQuerySet:
    """The questions that filter and search leave.

    Raises:
        NotFound: a tag or the list is not the caller's.
        BadInput: a condition is out of bounds.
    """
    if search is not None:
        rows = rows.matching(searched(search), owner=info.context.user)
    if filter is None:
        return rows
    rows = look_up(rows, filter, QUESTION_LOOKUPS)
    conditions = {name: Q(**{lookup: True}) for name, lookup in REVIEW_LOOKUPS.items()}
    conditions["is_postponed"] = Q(review__postponed_until__gt=info.context.now)
    for name, condition in conditions.items():
        if (wanted := getattr(filter, name)) is not None:
            rows = rows.filter(condition if wanted else ~condition)
    if filter.status is not None:
        wanted = Q(pk__in=[])
        for status in set(filter.status):
            wanted |= STATUS[status]
        rows = rows.filter(wanted)
    if filter.is_due is not None:
        now = info.context.now
        rows = rows.due(at=now) if filter.is_due else rows.exclude(due_at__lte=now)
    if filter.tags_any is not None:
        rows = rows.tagged_any(_tag_ids(filter.tags_any, info, "tags_any"))
    if filter.tags_all is not None:
        rows = rows.tagged_all(_tag_ids(filter.tags_all, info, "tags_all"))
    if filter.study_list is not None:
        study_list = get_owned(StudyList, filter.study_list, info, field="study_list")
        rows = rows.filter(list_items__study_list=study_list)
    return rows


def order_questions(
    default: Ordering,
    *,
    order_by: QuestionOrder | None = None,
    search: str | None = None,
    **_: Any,
) -> Ordering:
    """How questions are sorted: with a search by how well they fit it, unless the client says.

    What fits best comes first, whichever direction is sent: nobody wants the worst.

    Raises:
        BadInput: there is no search to fit, or it is out of bounds.
    """
    is_ranked = order_by is None or order_by.field is QuestionOrderField.RELEVANCE
    if search is None or not is_ranked:
        return order_by.ordering() if order_by else default
    wanted = searched(search)
    if not words(wanted):
        return default
    return Ranking(
        QuestionOrderField.RELEVANCE.value,
        of=" ".join(words(wanted)),
        compute=lambda rows: cast(QuestionQuerySet, rows).with_distance(wanted),
    )


def narrow_tags(
    rows: TagQuerySet,
    info: Info,
    *,
    filter: TagFilter | None = None,
    search: str | None = None,
    **_: Any,
) -> TagQuerySet:
    """The tags that filter and search leave."""
    if search is not None:
        rows = rows.matching(searched(search))
    return look_up(rows, filter, TAG_LOOKUPS) if filter is not None else rows


def look_up[Rows: QuerySet[Any]](rows: Rows, filter: Any, lookups: dict[str, str]) -> Rows:
    """Apply each condition that is given, by a table of look-ups.

    Raises:
        BadInput: a list has more than ``MAX_VALUES`` values.
    """
    conditions = {
        lookup: values(value)
        for name, lookup in lookups.items()
        if (value := getattr(filter, name)) is not None
    }
    return rows.filter(**conditions)


def values(value: Any) -> Any:
    """What a condition compares with, as it is stored: a value, or a list of them.

    A text is trimmed and in NFC, as texts are stored.

    Raises:
        BadInput: a list has more than ``MAX_VALUES`` values.
    """
    if isinstance(value, list) and len(value) > MAX_VALUES:
        raise BadInput(f"Filter by at most {MAX_VALUES} values.")
    return tidy(value) if type(value) is str else plain(value)


def _tag_ids(ids: list[relay.GlobalID], info: Info, field: str) -> list[int]:
    if len(ids) > MAX_TAGS:
        raise BadInput(f"Filter by at most {MAX_TAGS} tags.")
    return [tag.pk for tag in get_all_owned(Tag, ids, info, field=field)]


def searched(search: str) -> str:
    """What a client searches for.

    Raises:
        BadInput: it is too long.
    """
    if len(search) > MAX_SEARCH:
        raise BadInput(f"Search for at most {MAX_SEARCH} characters.")
    return search
