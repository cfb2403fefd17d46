"""The places of a list: read, numbered and stored by those who hold the list.

Every change numbers them from 0 again. Whoever changes a list holds it, so changes of one list wait
for each other. Items of questions in the trash are kept: they come back with these.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.text import tidy
from domain.base.updating import update_each
from domain.base.writing import check, stamp
from domain.lists.models import StudyList, StudyListItem


def checked_section(section: str) -> str:
    """The heading as it is stored.

    Raises:
        ValidationError: it is too long or cannot be stored.
    """
    section = tidy(section)
    check(StudyListItem(section=section, position=0))
    return section


def held_items(study_list: StudyList) -> list[StudyListItem]:
    """All places of a list in their order, with their questions, kept from being changed."""
    # Locked in one order; a question that is purged takes its item along without holding the list.
    rows = StudyListItem.objects.filter(study_list=study_list).select_for_update(of=("self",))
    columns = rows.select_related("question").only(
        "uid", "position", "section", "question__title", "question__deleted_at"
    )
    return sorted(columns.order_by("pk"), key=lambda item: (item.position, item.uid))


def number(items: Iterable[StudyListItem], moved: Collection[int] = ()) -> None:
    """Store the positions from 0 in the order given, and the sections of those in ``moved``."""
    altered, sections = [], set(moved)
    for position, item in enumerate(items):
        if item.position != position or item.pk in sections:
            item.position = position
            altered.append(item)
    columns = ["position", "section"] if sections else ["position"]
    update_each(altered, columns)


def changed(study_list: StudyList, actor: User, at: datetime) -> StudyList:
    """Stamp a list whose places were changed, and note it."""
    study_list.save(update_fields=stamp(study_list, actor=actor, at=at))
    audit.record(verb="study_list.updated", at=at, actor=actor, row=study_list, fields=["items"])
    return study_list
