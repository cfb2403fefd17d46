"""A built-in list becomes a person's own."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.text import tidy
from domain.base.writing import undisturbed
from domain.lists.built_in import PLATFORM, BuiltInList, BuiltInQuestion, built_in_list
from domain.lists.models import BuiltIn, StudyList, StudyListItem
from domain.lists.services.lists import new_study_list
from domain.questions.models import Question, QuestionTag, TagKind
from domain.questions.services.slugs import choose_slugs
from domain.questions.services.tagging import hold_tags
from domain.questions.services.tags import TagName, ensure_tags


class CloneDisturbed(DomainError):
    """Another device went on adding the same questions while the list was made."""

    code = "clone_disturbed"
    message = "Your questions were changed at the same moment. Nothing is stored; try again."


def clone_built_in_list(
    *,
    owner: User,
    at: datetime,
    built_in: BuiltIn,
    name: str | None = None,
    uid: UUID | None = None,
) -> StudyList:
    """Make a list of a built-in one, of the questions that the person has and of new ones.

    A question that the person has, by its id on the platform, is put on the list as it is. One that
    is missing is created, with its pattern as a tag. Questions in the trash count as missing.

    Args:
        name: of the new list; the built-in one's if None.

    Raises:
        ValidationError: the name is not allowed, or ``name_taken``, ``id_taken``.
        TooManyStudyLists: delete one first.
        CloneDisturbed: nothing is stored.
    """
    pattern = built_in_list(built_in)
    name = pattern.name if name is None else tidy(name)
    return undisturbed(
        lambda: _clone(owner, at, pattern, name, uid), refusal=CloneDisturbed(field="list")
    )


@transaction.atomic
def _clone(
    owner: User, at: datetime, pattern: BuiltInList, name: str, uid: UUID | None
) -> StudyList:
    # First, for it also holds what imports hold: what adds many questions waits for the others.
    study_list = new_study_list(
        owner=owner,
        actor=owner,
        at=at,
        uid=uid,
        name=name,
        description=pattern.description,
        built_in=pattern.key,
        source=pattern.source,
        licence=pattern.licence,
    )
    questions = _own(owner, pattern)
    missing = [each for each in pattern.questions if each.external_id not in questions]
    questions |= _create(missing, owner=owner, at=at, source=pattern.name)
    StudyListItem.objects.bulk_create(
        StudyListItem(
            owner=owner,
            study_list=study_list,
            question=questions[each.external_id],
            section=each.section,
            position=position,
        )
        for position, each in enumerate(pattern.questions)
    )
    fields = ["items", "questions"] if missing else ["items"]
    audit.record(verb="study_list.cloned", at=at, actor=owner, row=study_list, fields=fields)
    return study_list


def _own(owner: User, pattern: BuiltInList) -> dict[str, Question]:
    """The person's questions of the list by external id, kept from being deleted meanwhile."""
    ids = [each.external_id for each in pattern.questions]
    live = Question.objects.owned_by(owner).live().filter(platform=PLATFORM, external_id__in=ids)
    held = live.select_for_update(of=("self",)).order_by("pk").only("external_id")
    return {question.external_id or "": question for question in held}


def _create(
    missing: Iterable[BuiltInQuestion], *, owner: User, at: datetime, source: str
) -> dict[str, Question]:
    created = {each: _question(each, owner=owner, at=at, source=source) for each in missing}
    if not created:
        return {}
    choose_slugs(created.values(), owner=owner)
    Question.objects.bulk_create(created.values())
    names = {each: TagName(TagKind.PATTERN, each.section) for each in created}
    tags = ensure_tags(owner=owner, names=names.values(), at=at)
    hold_tags({tag.pk for tag in tags.values()})
    QuestionTag.objects.bulk_create(
        QuestionTag(owner=owner, question=question, tag=tags[names[each]])
        for each, question in created.items()
    )
    return {each.external_id: question for each, question in created.items()}


def _question(each: BuiltInQuestion, *, owner: User, at: datetime, source: str) -> Question:
    question = Question(
        owner=owner,
        title=each.title,
        url=each.url,
        platform=PLATFORM,
        external_id=each.external_id,
        difficulty=each.difficulty,
        source=source,
        created_by=owner,
        updated_by=owner,
        created_at=at,
        updated_at=at,
    )
    question.index_words()
    return question
