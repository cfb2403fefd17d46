"""Which lists, tags and company a goal covers: all of them its owner's."""

from collections.abc import Sequence
from typing import Any

from domain.base.errors import DomainError, NotFound
from domain.goals.models import Goal, GoalList, GoalTag
from domain.lists.models import StudyList
from domain.questions.models import Tag, TagKind

MAX_LISTS = 20
MAX_TAGS = 50
_LINKS: dict[str, type[Any]] = {"study_list": GoalList, "tag": GoalTag}


class TooManyLists(DomainError):
    """A goal shows all its lists."""

    code = "too_many_lists"
    message = "A goal takes at most %(limit)d lists. Leave some out."


class TooManyTags(DomainError):
    """A goal shows all its tags."""

    code = "too_many_tags"
    message = "A goal takes at most %(limit)d tags. Leave some out."


class NotACompany(DomainError):
    """Interviews are held by companies."""

    code = "not_a_company"
    message = "Only a tag of the kind COMPANY can be a goal's company."


def refuse_other_companies(goal: Goal, tag: Tag) -> None:
    """Refuse a tag that cannot be the goal's company.

    Raises:
        NotFound: it is not of the goal's owner, or was deleted.
        NotACompany: it is of another kind.
    """
    _refuse_foreign(goal, [tag], field="company")
    if tag.kind != TagKind.COMPANY:
        raise NotACompany(field="company")


def set_lists(*, goal: Goal, lists: Sequence[StudyList]) -> bool:
    """Give a goal exactly these lists; tell whether anything changed.

    Lists in the trash keep their links while there is room for them, so that restoring one
    restores where it was.

    Raises:
        NotFound: a list is not of the goal's owner, or was deleted.
        TooManyLists: more than ``MAX_LISTS``.
    """
    if len({row.pk for row in lists}) > MAX_LISTS:
        raise TooManyLists(field="lists", limit=MAX_LISTS)
    _refuse_foreign(goal, lists, field="lists")
    return _link(goal, "study_list", [row.pk for row in lists], most=MAX_LISTS)


def set_tags(*, goal: Goal, tags: Sequence[Tag]) -> bool:
    """Give a goal exactly these tags; tell whether anything changed.

    Tags in the trash keep their links while there is room for them, so that restoring one
    restores where it was.

    Raises:
        NotFound: a tag is not of the goal's owner, or was deleted.
        TooManyTags: more than ``MAX_TAGS``.
    """
    if len({row.pk for row in tags}) > MAX_TAGS:
        raise TooManyTags(field="tags", limit=MAX_TAGS)
    _refuse_foreign(goal, tags, field="tags")
    return _link(goal, "tag", [row.pk for row in tags], most=MAX_TAGS)


def _refuse_foreign(goal: Goal, rows: Sequence[Tag | StudyList], *, field: str) -> None:
    if any(row.owner_id != goal.owner_id or not row.is_live for row in rows):
        raise NotFound(field=field)


def _link(goal: Goal, column: str, wanted: Sequence[int], *, most: int) -> bool:
    linked = _LINKS[column].objects.filter(goal=goal)
    present = {
        key: (pk, trashed_at)
        for key, pk, trashed_at in linked.values_list(column, "pk", f"{column}__deleted_at")
    }
    hidden = [pk for pk, trashed_at in present.values() if trashed_at is not None]
    gone = [pk for key, (pk, at) in present.items() if at is None and key not in wanted]
    added = [key for key in dict.fromkeys(wanted) if key not in present]
    # What comes back from the trash must not become one too many.
    crowded_out = hidden[max(0, most - len(set(wanted))) :]
    if gone or crowded_out:
        linked.filter(pk__in=[*gone, *crowded_out]).delete()
    if added:
        rows = [
            _LINKS[column](owner_id=goal.owner_id, goal=goal, **{f"{column}_id": key})
            for key in added
        ]
        _LINKS[column].objects.bulk_create(rows)
    return bool(gone or added)
