"""Study lists: one by id, a list of them, and those that come with the application."""

from typing import Any, cast

import strawberry

from domain.lists.built_in import built_in_list
from domain.lists.models import BuiltIn
from domain.lists.querysets import StudyListQuerySet
from schema.context import Info
from schema.directives import SignedIn
from schema.inputs import Id
from schema.lists.inputs import StudyListOrder
from schema.lists.types import BuiltInList, StudyList
from schema.paging import Connection, Ordering, argument, connection
from schema.questions.filters import searched
from schema.scoping import fetch


def narrow_study_lists(
    rows: StudyListQuerySet, info: Info, *, search: str | None = None, **_: Any
) -> StudyListQuerySet:
    """The lists that the search leaves."""
    return rows if search is None else rows.named_like(searched(search))


@strawberry.type
class StudyListQueries:
    study_lists: Connection[StudyList] = connection(
        default=Ordering("name_key"),
        narrow=narrow_study_lists,
        arguments=[
            argument("search", str, "Text that the name contains, in any case."),
            argument("order_by", StudyListOrder, "By name if nothing is said."),
        ],
        extensions=[SignedIn()],
        description="Your study lists, at most 200.",
    )

    @strawberry.field(
        extensions=[SignedIn()],
        description="One of your study lists; NOT_FOUND if it is not there.",
    )
    def study_list(self, info: Info, id: Id) -> StudyList | None:
        return cast(StudyList, fetch(StudyList, id, info))

    @strawberry.field(
        extensions=[SignedIn()],
        description="The lists that come with the application; cloneBuiltInList makes one yours.",
    )
    def built_in_lists(self) -> list[BuiltInList]:
        return [
            BuiltInList(
                key=found.key,
                name=found.name,
                description=found.description,
                source=found.source,
                licence=found.licence,
                question_count=len(found.questions),
                sections=found.sections,
            )
            for found in map(built_in_list, BuiltIn)
        ]
