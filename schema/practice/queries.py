"""Attempts: one by id, or a list of them."""

from typing import Any, cast

import strawberry

from domain.practice.querysets import QuestionLogQuerySet
from schema.context import Info
from schema.directives import SignedIn
from schema.inputs import Id
from schema.paging import Connection, Ordering, argument, connection
from schema.practice.inputs import QuestionLogFilter, QuestionLogOrder
from schema.practice.types import QuestionLog
from schema.questions.filters import look_up, values
from schema.questions.types import Question
from schema.scoping import fetch, get_owned

# Input field -> look-up on the row.
LOG_LOOKUPS = {
    "outcome": "outcome__in",
    "rating": "rating__in",
    "attempted_after": "attempted_at__gte",
    "attempted_before": "attempted_at__lt",
}


def narrow_logs(
    rows: QuestionLogQuerySet,
    info: Info,
    *,
    filter: QuestionLogFilter | None = None,
    **_: Any,
) -> QuestionLogQuerySet:
    """The attempts that the filter leaves.

    Raises:
        NotFound: the question is not the caller's.
        BadInput: a condition is out of bounds.
    """
    if filter is None:
        return rows
    if filter.question is not None:
        question = get_owned(Question, filter.question, info, field="question")
        rows = rows.filter(question=question)
    if filter.mistake is not None:
        rows = rows.with_mistake(values(filter.mistake))
    if filter.language is not None:
        rows = rows.in_language(values(filter.language))
    return look_up(rows, filter, LOG_LOOKUPS)


@strawberry.type
class PracticeQueries:
    question_logs: Connection[QuestionLog] = connection(
        default=Ordering("attempted_at", descending=True),
        narrow=narrow_logs,
        arguments=[
            argument("filter", QuestionLogFilter, "Conditions that must all hold."),
            argument("order_by", QuestionLogOrder, "The latest first if nothing is said."),
        ],
        extensions=[SignedIn()],
        description="Your attempts at all questions.",
    )

    @strawberry.field(
        extensions=[SignedIn()], description="One of your attempts; NOT_FOUND if it is not there."
    )
    def question_log(self, info: Info, id: Id) -> QuestionLog | None:
        return cast(QuestionLog, fetch(QuestionLog, id, info))
