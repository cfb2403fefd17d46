"""What happened to a person's account and data, as they see it, and as staff see it."""

import enum
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import Q, QuerySet
from strawberry import relay
from strawberry.utils.str_converters import to_camel_case

from domain.accounts.models import Role, roles_from
from domain.audit import models
from schema.accounts.people import Person
from schema.context import Info
from schema.directives import HasRole, SignedIn
from schema.paging import Connection, Ordering, argument, connection
from schema.questions.filters import look_up
from schema.scoping import Owned, Scope, StaffScope, get_owned

OWN = Scope(live=(), also=("actor",), session=True)
LATEST_FIRST = Ordering("at", descending=True)
LOOKUPS = {
    "verb": "verb__in",
    "object_type": "object_type__in",
    "after": "at__gte",
    "before": "at__lt",
}


@strawberry.enum(description="Who did something, seen from the person who asks.")
class ActorKind(enum.Enum):
    YOU = strawberry.enum_value("YOU", description="You did.")
    OWNER = strawberry.enum_value(
        "OWNER", description="The person whose data it was, who is not you. Staff alone see this."
    )
    STAFF = strawberry.enum_value("STAFF", description="Somebody who runs this service.")
    SYSTEM = strawberry.enum_value(
        "SYSTEM", description="Nobody who is known: a stranger, the service, or somebody gone."
    )


@strawberry.type(description="Who did something, as far as the person who asks may know.")
class AuditActor:
    kind: ActorKind = strawberry.field(description="Who it was, seen from you.")
    is_you: bool = strawberry.field(description="Whether it was you.")
    display_name: str | None = strawberry.field(
        description="How they want to be called, or else their address. Of others, staff alone "
        "see it: null for members."
    )


@strawberry_django.type(models.AuditEvent, only=["uid", "at"])
class AuditEvent(Owned, relay.Node):
    scope = StaffScope(live=(), also=("actor",), session=True, roles=roles_from(Role.MANAGER))

    uid: relay.NodeID[UUID]
    at: strawberry.auto
    verb: strawberry.auto
    object_type: str = strawberry_django.field(
        description="The type of what it was done to, such as Question; empty if it was no object."
    )
    request_id: str = strawberry_django.field(
        description="The X-Request-ID of the request that did it; empty if it was none."
    )

    person: Person | None = strawberry_django.field(
        field_name="owner", description="Whose account or data it was done to, if still known."
    )

    @strawberry_django.field(
        only=["fields"],
        description="Names of the changed fields, such as isStarred; never their values.",
    )
    def fields(self) -> list[str]:
        return [to_camel_case(name) for name in cast(models.AuditEvent, self).fields]

    @strawberry_django.field(
        only=["object_type", "object_uid"],
        description="The id of what it was done to, which may be gone; null if it was no object.",
    )
    def object_id(self) -> strawberry.ID | None:
        event = cast(models.AuditEvent, self)
        if event.object_uid is None:
            return None
        return strawberry.ID(relay.to_base64(event.object_type, event.object_uid))

    @strawberry_django.field(
        only=["actor", "owner", "actor__display_name", "actor__email"],
        select_related=["actor"],
        description="Who did it.",
    )
    def actor(self, info: Info) -> AuditActor:
        return actor_of(cast(models.AuditEvent, self), info)


def actor_of(event: models.AuditEvent, info: Info) -> AuditActor:
    """Who did something: members do not learn who of the staff it was."""
    caller = info.context.user
    is_you = event.actor_id == caller.pk
    is_staff = caller.role in roles_from(Role.MANAGER)
    shown = event.actor if is_you or is_staff else None
    return AuditActor(
        kind=_kind(event, is_you=is_you),
        is_you=is_you,
        display_name=shown.get_full_name() if shown is not None else None,
    )


def _kind(event: models.AuditEvent, *, is_you: bool) -> ActorKind:
    if event.actor_id is None:
        return ActorKind.SYSTEM
    if is_you:
        return ActorKind.YOU
    return ActorKind.OWNER if event.actor_id == event.owner_id else ActorKind.STAFF


@strawberry.input(description="Conditions on audit events. All that are given must hold.")
class AuditEventFilter:
    verb: list[str] | None = strawberry.field(
        default=None, description="One of these, such as session.opened. docs/api.md lists them."
    )
    object_type: list[str] | None = strawberry.field(
        default=None, description="Done to one of these types, such as Question."
    )
    after: datetime | None = strawberry.field(
        default=None, description="Happened at or after this moment."
    )
    before: datetime | None = strawberry.field(
        default=None, description="Happened before this moment."
    )


def narrow_events(
    rows: QuerySet[Any], info: Info, *, filter: AuditEventFilter | None = None, **_: Any
) -> QuerySet[Any]:
    """The caller's own events that the filter leaves, also if the caller could see others.

    Raises:
        BadInput: a list has too many values.
    """
    rows = OWN.narrow(rows, info.context.user)
    return look_up(rows, filter, LOOKUPS) if filter is not None else rows


def narrow_all_events(
    rows: QuerySet[Any],
    info: Info,
    *,
    filter: AuditEventFilter | None = None,
    person: relay.GlobalID | None = None,
    **_: Any,
) -> QuerySet[Any]:
    """Everybody's events that the filter leaves.

    Raises:
        NotFound: there is no such person.
        BadInput: a list has too many values.
    """
    if person is not None:
        concerned = get_owned(Person, person, info, field="person").pk
        rows = rows.filter(Q(owner=concerned) | Q(actor=concerned))
    return look_up(rows, filter, LOOKUPS) if filter is not None else rows


FILTERS = argument("filter", AuditEventFilter, "Conditions that must all hold.")


@strawberry.type
class AuditQueries:
    audit_events: Connection[AuditEvent] = connection(
        default=LATEST_FIRST,
        narrow=narrow_events,
        arguments=[FILTERS],
        extensions=[SignedIn(session=True)],
        description="What you did, and what was done to your account and data, the latest first.",
    )
    all_audit_events: Connection[AuditEvent] = connection(
        default=LATEST_FIRST,
        narrow=narrow_all_events,
        arguments=[
            FILTERS,
            argument("person", relay.GlobalID, "What this Person did, and what was done to them."),
        ],
        extensions=[HasRole(Role.MANAGER)],
        description="What happened to everybody's accounts and data, the latest first.",
    )
