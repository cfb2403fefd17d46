"""People, as those see them who look after the accounts; everybody else sees themselves."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import Prefetch, Q, QuerySet, TextChoices
from strawberry import relay

from domain.accounts import models
from domain.accounts.models import Role
from domain.accounts.services import deletion, lockout, people
from domain.base.text import tidy
from schema.columns import expose
from schema.context import Info, by_caller
from schema.directives import HasRole, SignedIn
from schema.errors import BadInput
from schema.inputs import Id, about, plain
from schema.paging import Connection, OrderDirection, Ordering, argument, connection
from schema.scoping import Owned, StaffScope, fetch, get_owned

MAX_SEARCH = 200
WHICH = "Which person: the id of a Person."


def _may_be_locked(info: Info) -> Any:
    return lockout.may_be_locked(at=info.context.now)


def _known_sessions(info: Info) -> Any:
    sessions = lockout.known_sessions(at=info.context.now)
    return Prefetch("auth_sessions", sessions, to_attr="known_sessions")


@strawberry_django.type(
    models.User,
    only=["uid"],
    description="A person's account, as managers and administrators see it. Everybody else sees "
    "only their own. Nothing of what people practise can be reached from it.",
)
class Person(Owned, relay.Node):
    scope = StaffScope(owner="pk", live=(), roles=models.roles_from(Role.MANAGER))

    uid: relay.NodeID[UUID]
    email: strawberry.auto
    display_name: strawberry.auto
    role: Role
    is_active: bool = strawberry_django.field(
        description="Whether they may sign in; false once they were deactivated."
    )
    date_joined: strawberry.auto
    email_verified_at: strawberry.auto
    deletion_scheduled_for: strawberry.auto

    @strawberry_django.field(
        only=["uid", "email"],
        annotate={"may_be_locked": _may_be_locked},
        prefetch_related=_known_sessions,
        description="Until when no password of theirs is looked at, after too many wrong ones "
        "(UTC); null if they are not locked. Staff alone see it: null for members. unlockUser "
        "ends it.",
    )
    def locked_until(self, info: Info) -> datetime | None:
        if info.context.user.role not in models.roles_from(Role.MANAGER):
            return None
        now, person = info.context.now, cast(models.User, self)
        # Neither was read for a person whom a mutation gave.
        if not getattr(person, "may_be_locked", True):
            return None
        known = getattr(person, "known_sessions", None)
        return lockout.locked_until(user=person, at=now, known=known)


# The values are columns.
@expose
class PersonOrderField(TextChoices):
    """What people can be sorted by."""

    DATE_JOINED = "date_joined", "When they registered"
    EMAIL = "email", "E-mail address"


@strawberry.input(description="How to sort people.")
class PersonOrder:
    field: PersonOrderField = strawberry.field(description="The value to sort by.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which way."
    )

    def ordering(self) -> Ordering:
        """The same as a column."""
        return Ordering(self.field.value, self.direction is OrderDirection.DESC)


@strawberry.input(description="Which people; every condition that is given must hold.")
class PersonFilter:
    role: list[Role] | None = strawberry.field(default=None, description="With one of these roles.")
    is_active: bool | None = strawberry.field(
        default=None, description="Only those who may sign in, or only those who may not."
    )


@strawberry.input(description="A person to change; what is left out stays as it is.")
class UpdateUserInput:
    id: relay.GlobalID = strawberry.field(description=WHICH)
    display_name: str = about(models.User, "display_name")


@strawberry.input(description="Who gets which role.")
class SetRoleInput:
    id: relay.GlobalID = strawberry.field(description=WHICH)
    role: Role = strawberry.field(description="The role they have from now on.")


@strawberry.input(description="Whom to delete.")
class DeleteUserInput:
    id: relay.GlobalID = strawberry.field(description=WHICH)


@strawberry.input(description="Whom to shut out.")
class DeactivateUserInput:
    id: relay.GlobalID = strawberry.field(description=WHICH)


@strawberry.input(description="Whom to let in again.")
class ActivateUserInput:
    id: relay.GlobalID = strawberry.field(description=WHICH)


@strawberry.input(description="Whom to unlock.")
class UnlockUserInput:
    id: relay.GlobalID = strawberry.field(description=WHICH)


def narrow_people(
    rows: QuerySet[models.User],
    info: Info,
    *,
    filter: PersonFilter | None = None,
    search: str | None = None,
    **_: Any,
) -> QuerySet[models.User]:
    """The people that filter and search leave of those whom the caller may see.

    Raises:
        BadInput: the search is too long.
    """
    if search is not None:
        rows = _matching(rows, search)
    if filter is not None and filter.role is not None:
        rows = rows.filter(role__in=set(plain(filter.role)))
    if filter is not None and filter.is_active is not None:
        rows = rows.filter(is_active=filter.is_active)
    return rows


def _matching(rows: QuerySet[models.User], search: str) -> QuerySet[models.User]:
    if len(search) > MAX_SEARCH:
        raise BadInput(f"Search for at most {MAX_SEARCH} characters.")
    term = tidy(search)
    return rows.filter(Q(email__startswith=term.lower()) | Q(display_name__icontains=term))


@strawberry.type
class PeopleQueries:
    users: Connection[Person] = connection(
        default=Ordering("date_joined", descending=True),
        narrow=narrow_people,
        arguments=[
            argument("filter", PersonFilter, "Conditions that must all hold."),
            argument(
                "search",
                str,
                "The beginning of an address, or a part of a name. Case makes no difference.",
            ),
            argument("order_by", PersonOrder, "The latest to register first if nothing is said."),
        ],
        extensions=[SignedIn()],
        description="Yourself; for managers and administrators: everybody.",
    )

    @strawberry.field(
        extensions=[SignedIn()],
        description="Yourself by the id of a Person; for managers and administrators anybody. "
        "NOT_FOUND otherwise.",
    )
    def user(self, info: Info, id: Id) -> Person | None:
        return cast(Person, fetch(Person, id, info))


@strawberry.type
class PeopleMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        handle_django_errors=True,
        description="Change what is said about a person: yourself or, for administrators, anybody.",
    )
    def update_user(self, info: Info, input: UpdateUserInput) -> Person:
        changed = people.update_user(
            user=get_owned(Person, input.id, info),
            display_name=input.display_name,
            **by_caller(info),
        )
        return cast(Person, changed)

    @strawberry_django.mutation(
        extensions=[HasRole(Role.ADMIN)],
        handle_django_errors=True,
        description="Give somebody else another role. Their sessions end at once.",
    )
    def set_role(self, info: Info, input: SetRoleInput) -> Person:
        changed = people.set_role(
            user=get_owned(Person, input.id, info), role=plain(input.role), **by_caller(info)
        )
        return cast(Person, changed)

    @strawberry_django.mutation(
        extensions=[HasRole(Role.ADMIN)],
        handle_django_errors=True,
        description="End somebody else's access at once. Their data stays; activateUser lets them "
        "in again.",
    )
    def deactivate_user(self, info: Info, input: DeactivateUserInput) -> Person:
        changed = people.deactivate_user(user=get_owned(Person, input.id, info), **by_caller(info))
        return cast(Person, changed)

    @strawberry_django.mutation(
        extensions=[HasRole(Role.ADMIN)],
        handle_django_errors=True,
        description="Let somebody who was deactivated sign in again. If they were to be erased, "
        "they are not.",
    )
    def activate_user(self, info: Info, input: ActivateUserInput) -> Person:
        changed = people.activate_user(user=get_owned(Person, input.id, info), **by_caller(info))
        return cast(Person, changed)

    @strawberry_django.mutation(
        extensions=[HasRole(Role.MANAGER)],
        handle_django_errors=True,
        description="Let somebody who gave too many wrong passwords try again at once. "
        "Administrators are unlocked by administrators only.",
    )
    def unlock_user(self, info: Info, input: UnlockUserInput) -> Person:
        unlocked = people.unlock_user(user=get_owned(Person, input.id, info), **by_caller(info))
        return cast(Person, unlocked)

    @strawberry_django.mutation(
        extensions=[HasRole(Role.ADMIN)],
        handle_django_errors=True,
        description="End somebody else's access at once, and have their data erased for good on "
        "the day in deletionScheduledFor. activateUser takes both back until then.",
    )
    def delete_user(self, info: Info, input: DeleteUserInput) -> Person:
        changed = deletion.delete_user(user=get_owned(Person, input.id, info), **by_caller(info))
        return cast(Person, changed)
