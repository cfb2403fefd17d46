"""Questions and tags: one by id, or lists of them."""

from typing import cast

import strawberry

from schema.context import Info
from schema.directives import SignedIn
from schema.inputs import Id
from schema.paging import Connection, Ordering, argument, connection
from schema.questions.filters import narrow_questions, narrow_tags, order_questions
from schema.questions.inputs import QuestionFilter, QuestionOrder, TagFilter, TagOrder
from schema.questions.types import Question, Tag
from schema.scoping import fetch


@strawberry.type
class QuestionQueries:
    questions: Connection[Question] = connection(
        default=Ordering("created_at", descending=True),
        narrow=narrow_questions,
        sort=order_questions,
        arguments=[
            argument("filter", QuestionFilter, "Conditions that must all hold."),
            argument(
                "search",
                str,
                "Words, each of which must begin a word of title, notes or a tag's name. Case and "
                "accents make no difference.",
            ),
            argument(
                "order_by",
                QuestionOrder,
                "If nothing is said, by RELEVANCE with a search, and the newest first without.",
            ),
        ],
        extensions=[SignedIn()],
        description="Your questions.",
    )
    tags: Connection[Tag] = connection(
        default=Ordering("name_key"),
        narrow=narrow_tags,
        arguments=[
            argument("filter", TagFilter, "Conditions that must all hold."),
            argument("search", str, "Words, each of which must begin a word of the name."),
            argument("order_by", TagOrder, "By name if nothing is said."),
        ],
        extensions=[SignedIn()],
        description="Your tags.",
    )

    @strawberry.field(
        extensions=[SignedIn()], description="One of your questions; NOT_FOUND if it is not there."
    )
    def question(self, info: Info, id: Id) -> Question | None:
        return cast(Question, fetch(Question, id, info))

    @strawberry.field(
        extensions=[SignedIn()], description="One of your tags; NOT_FOUND if it is not there."
    )
    def tag(self, info: Info, id: Id) -> Tag | None:
        return cast(Tag, fetch(Tag, id, info))
