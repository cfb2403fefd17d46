"""What clients send about the trash."""

import strawberry
from strawberry import relay

from domain.trash.kinds import TrashKind


@strawberry.input(description="Which rows of the trash; every condition that is given must hold.")
class TrashFilter:
    kind: list[TrashKind] | None = strawberry.field(default=None, description="One of these kinds.")


@strawberry.input(description="What to bring back from the trash.")
class RestoreInput:
    id: relay.GlobalID = strawberry.field(description="Its id, as `trash` lists it.")


@strawberry.input(description="What to delete for good. Only what is in the trash can be.")
class PurgeInput:
    id: relay.GlobalID = strawberry.field(description="Its id, as `trash` lists it.")


@strawberry.input(description="How much of the trash to delete for good; all of it if left empty.")
class EmptyTrashInput:
    kinds: list[TrashKind] | None = strawberry.field(
        default=None, description="Only these kinds; all of them if left out."
    )
    older_than_days: int | None = strawberry.field(
        default=None,
        description="Only what has been in the trash for so many days, 0 to 3650; 0 if left out.",
    )
