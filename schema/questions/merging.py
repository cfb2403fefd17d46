"""Tags that mean the same become one."""

from typing import cast

import strawberry
import strawberry_django
from strawberry import relay

from domain.goals.services import merging
from schema.context import Info
from schema.directives import SignedIn
from schema.questions.types import Tag
from schema.scoping import get_all_owned, get_owned, shown


@strawberry.input(description="Which tags to merge into which.")
class MergeTagsInput:
    sources: list[relay.GlobalID] = strawberry.field(
        description="1 to 50 tags that go to the trash, of any kind."
    )
    target: relay.GlobalID = strawberry.field(description="The tag that stays.")


@strawberry.type
class TagMergingMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Put a tag on all questions and goals that have one of some others, and those "
        "in the trash. A question has it once; of a company's frequency and window the target's "
        "own stay, or else those of the first source that has any. There is no way to undo it: "
        "a source that is restored comes back without questions.",
    )
    def merge_tags(self, info: Info, input: MergeTagsInput) -> Tag:
        merged = merging.merge_tags(
            sources=get_all_owned(Tag, input.sources, info, field="sources"),
            target=get_owned(Tag, input.target, info, field="target"),
            actor=info.context.user,
            at=info.context.now,
        )
        return cast(Tag, shown(merged, info))
