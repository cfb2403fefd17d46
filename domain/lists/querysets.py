"""Which lists, and what is on them."""

from typing import TYPE_CHECKING, Self

from domain.base.querysets import OwnedQuerySet

if TYPE_CHECKING:
    from domain.lists.models import StudyList, StudyListItem


class StudyListQuerySet(OwnedQuerySet["StudyList"]):
    """Study lists."""


class StudyListItemQuerySet(OwnedQuerySet["StudyListItem"]):
    """Places in lists."""

    def live(self) -> Self:
        """Places of which neither the list nor the question is in the trash."""
        return self.filter(study_list__deleted_at=None, question__deleted_at=None)
