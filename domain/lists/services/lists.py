"""Study lists: created, changed, put in the trash."""

from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from domain.accounts.models import User, UserSettings
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.models import new_uid
from domain.base.text import tidy
from domain.base.writing import apply_changes, check, hold, put_in_trash, save, stamp
from domain.lists.models import StudyList

MAX_STUDY_LISTS = 200


class TooManyStudyLists(DomainError):
    """A person keeps a bounded number of lists, so that all of them can be shown at once."""

    code = "too_many_study_lists"
    message = "You have %(limit)d study lists. Delete one that you do not need any more."


class StudyListFields(TypedDict, total=False):
    """What a person may say about a list."""

    name: str
    description: str


@transaction.atomic
def create_study_list(
    *,
    owner: User,
    at: datetime,
    actor: User | None = None,
    uid: UUID | None = None,
    **fields: Unpack[StudyListFields],
) -> StudyList:
    """Create an empty list.

    Args:
        actor: who does it, if not the owner.

    Raises:
        ValidationError: a value is not allowed, or ``name_taken``, ``id_taken``.
        TooManyStudyLists: delete one first.
    """
    actor = actor or owner
    study_list = new_study_list(owner=owner, actor=actor, at=at, uid=uid, **_tidied(fields))
    audit.record(verb="study_list.created", at=at, actor=actor, row=study_list, fields=fields)
    return study_list


@transaction.atomic
def update_study_list(
    *,
    study_list: StudyList,
    actor: User,
    at: datetime,
    expected_version: int | None = None,
    **fields: Unpack[StudyListFields],
) -> StudyList:
    """Change what is given and leave the rest.

    Raises:
        NotFound, VersionConflict: it was deleted or changed meanwhile.
        ValidationError: a value is not allowed, or ``name_taken``.
    """
    study_list = hold(study_list, expected_version=expected_version)
    changed = apply_changes(study_list, _tidied(fields))
    if changed:
        check(study_list)
        study_list.fold_name()
        save(study_list, fields=[*changed, "name_key", *stamp(study_list, actor=actor, at=at)])
        audit.record(verb="study_list.updated", at=at, actor=actor, row=study_list, fields=changed)
    return study_list


@transaction.atomic
def delete_study_list(
    *, study_list: StudyList, actor: User, at: datetime, expected_version: int | None = None
) -> StudyList:
    """Put a list in the trash; its questions stay.

    Raises:
        NotFound, VersionConflict: it was deleted or changed meanwhile.
    """
    study_list = hold(study_list, expected_version=expected_version)
    put_in_trash(study_list, actor=actor, at=at)
    audit.record(verb="study_list.deleted", at=at, actor=actor, row=study_list)
    return study_list


def new_study_list(
    *, owner: User, actor: User, at: datetime, uid: UUID | None, **columns: Any
) -> StudyList:
    """Store a list without items, within the caller's transaction.

    Raises:
        ValidationError, TooManyStudyLists: as ``create_study_list``.
    """
    study_list = StudyList(owner=owner, uid=uid or new_uid(), created_by=actor, updated_by=actor)
    study_list.created_at = study_list.updated_at = at
    apply_changes(study_list, columns)
    check(study_list)
    study_list.fold_name()
    require_room(owner.pk)
    save(study_list)
    return study_list


def require_room(owner_id: int) -> None:
    """Refuse one list more than a person may have; others wait until the transaction ends.

    Raises:
        TooManyStudyLists: delete one first.
    """
    # Held, so that two at once do not both become the last one that is allowed.
    UserSettings.objects.select_for_update().get(user=owner_id)
    if StudyList.objects.owned_by(owner_id).live().count() >= MAX_STUDY_LISTS:
        raise TooManyStudyLists(limit=MAX_STUDY_LISTS)


def _tidied(fields: StudyListFields) -> StudyListFields:
    tidied = fields.copy()
    if isinstance(tidied.get("name"), str):
        tidied["name"] = tidy(tidied["name"])
    return tidied
