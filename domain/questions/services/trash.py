"""Questions and tags that were deleted: brought back, or purged.

A question is restored by ``domain.practice.services.trash``, which also settles its attempts.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base import trash
from domain.base.errors import DomainError
from domain.questions.models import Question, Tag
from domain.questions.services.tagging import MAX_TAGS


class FullQuestions(DomainError):
    """A question that had the tag has been given as many others as it can take."""

    code = "too_many_tags"
    message = (
        "A question that had this tag has %(limit)d others by now. Take one off it, then restore "
        "the tag."
    )


@transaction.atomic
def restore_tag(*, tag: Tag, actor: User, at: datetime) -> Tag:
    """Bring a tag back from the trash, onto the questions that had it.

    Raises:
        NotInTrash: it is not in the trash any more.
        ValidationError: ``name_taken``: another tag has its name by now.
        FullQuestions: a question would have more than ``MAX_TAGS``.
    """
    tag = trash.hold_trashed(tag)
    others = Count("tag_links", filter=Q(tag_links__tag__deleted_at=None))
    linked = Question.objects.filter(pk__in=tag.question_links.values("question"))
    if linked.annotate(others=others).filter(others__gte=MAX_TAGS).exists():
        raise FullQuestions(limit=MAX_TAGS)
    trash.take_from_trash(tag, actor=actor, at=at)
    audit.record(verb="tag.restored", at=at, actor=actor, row=tag)
    return tag


@transaction.atomic
def purge_questions(*, ids: Collection[int], actor: User | None, at: datetime) -> int:
    """Delete questions that are in the trash for good, with their attempts and all else of theirs.

    Args:
        ids: primary keys, a few hundred at most; what is not in the trash is left out.
        actor: None for the system.

    Returns:
        How many are gone.
    """
    gone = trash.purge(Question, ids)
    audit.record_all(verb="question.purged", at=at, actor=actor, rows=gone)
    return len(gone)


@transaction.atomic
def purge_tags(*, ids: Collection[int], actor: User | None, at: datetime) -> int:
    """Delete tags that are in the trash for good, as ``purge_questions`` does; questions stay."""
    gone = trash.purge(Tag, ids)
    audit.record_all(verb="tag.purged", at=at, actor=actor, rows=gone)
    return len(gone)
