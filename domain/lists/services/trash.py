"""Study lists that were deleted: brought back, or purged."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base import trash
from domain.lists.models import StudyList
from domain.lists.services.lists import require_room


@transaction.atomic
def restore_study_list(*, study_list: StudyList, actor: User, at: datetime) -> StudyList:
    """Bring a list back from the trash, with the questions that are on it.

    Raises:
        NotInTrash: it is not in the trash any more.
        TooManyStudyLists: delete another one first.
        ValidationError: ``name_taken``: another list has its name by now.
    """
    require_room(study_list.owner_id)
    study_list = trash.hold_trashed(study_list)
    trash.take_from_trash(study_list, actor=actor, at=at)
    audit.record(verb="study_list.restored", at=at, actor=actor, row=study_list)
    return study_list


@transaction.atomic
def purge_study_lists(*, ids: Collection[int], actor: User | None, at: datetime) -> int:
    """Delete lists that are in the trash for good; their questions stay.

    Args:
        ids: primary keys, a few hundred at most; what is not in the trash is left out.
        actor: None for the system.

    Returns:
        How many are gone.
    """
    gone = trash.purge(StudyList, ids)
    audit.record_all(verb="study_list.purged", at=at, actor=actor, rows=gone)
    return len(gone)
