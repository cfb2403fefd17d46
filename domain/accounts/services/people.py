"""What staff do about people: names, roles, access. None of it touches what people practise.

Who may call is said by the API's directives. Here it is decided whom it may concern.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from domain.accounts.models import Role, User
from domain.accounts.services import lockout, sessions, sign_out
from domain.audit import services as audit
from domain.base.errors import DomainError, NotFound
from domain.base.text import tidy
from domain.base.writing import apply_changes, save


class NotAllowed(DomainError):
    """The caller can see this person, and has not the role to do this to them."""

    code = "forbidden"
    message = "Your role does not let you do this to this person."


class OwnAccount(DomainError):
    """Administrators cannot take their own rights or access, so that one is always left."""

    code = "own_account"
    message = "An administrator cannot do this to themselves. Ask another administrator."


class DeletionScheduled(DomainError):
    """Somebody whose account will be erased cannot become an administrator."""

    code = "deletion_scheduled"
    message = "This account is about to be deleted. Have that cancelled first."


@transaction.atomic
def update_user(*, user: User, actor: User, display_name: str, at: datetime) -> User:
    """Change how a person is called: oneself or, for administrators, anybody.

    Raises:
        NotAllowed: it is somebody else's name, and the actor is no administrator.
        ValidationError: the name is too long or cannot be stored.
    """
    if user.pk != actor.pk and actor.role != Role.ADMIN:
        raise NotAllowed(field="id")
    changed = apply_changes(user, {"display_name": tidy(display_name)})
    if changed:
        save(user, fields=changed)
        audit.record(verb="account.updated", at=at, actor=actor, row=user, fields=changed)
    return user


@transaction.atomic
def set_role(*, user: User, actor: User, role: str, at: datetime) -> User:
    """Give somebody else a role. Their sessions end, so that nothing goes on with the old one.

    Who is no administrator any more loses the admin site as well; a role never opens it.

    Raises:
        NotAllowed: the actor is no administrator any more.
        OwnAccount: it is the actor's own role.
        DeletionScheduled: an administrator would be erased.
    """
    person = hold_for_administration(user, actor=actor)
    if person.role == role:
        return person
    if role == Role.ADMIN and person.deletion_scheduled_for:
        raise DeletionScheduled(field="id")
    changes: dict[str, object] = {"role": role}
    if role != Role.ADMIN:
        changes |= {"is_staff": False, "is_superuser": False}
    changed = apply_changes(person, changes)
    person.save(update_fields=changed)
    audit.record(verb="account.role_changed", at=at, actor=actor, row=person, fields=changed)
    sessions.end_all_sessions(user=person, at=at, reason="role_changed", actor=actor)
    return person


@transaction.atomic
def deactivate_user(*, user: User, actor: User, at: datetime) -> User:
    """End somebody else's access at once, keeping their data.

    Raises:
        NotAllowed: the actor is no administrator any more.
        OwnAccount: it is the actor.
    """
    person = hold_for_administration(user, actor=actor)
    if person.is_active:
        end_access(person, actor=actor, at=at)
    return person


@transaction.atomic
def activate_user(*, user: User, actor: User, at: datetime) -> User:
    """Let somebody who was deactivated sign in again. If they were to be erased, they are not.

    Raises:
        NotAllowed: the actor is no administrator any more.
        OwnAccount: it is the actor.
    """
    person = hold_for_administration(user, actor=actor)
    if person.is_active:
        return person
    changed = apply_changes(person, {"is_active": True, "deletion_scheduled_for": None})
    person.save(update_fields=changed)
    audit.record(verb="account.activated", at=at, actor=actor, row=person, fields=changed)
    return person


def unlock_user(*, user: User, actor: User, at: datetime) -> User:
    """Let somebody who gave too many wrong passwords try again at once.

    Raises:
        NotAllowed: only administrators unlock administrators.
    """
    if user.role == Role.ADMIN and actor.role != Role.ADMIN:
        raise NotAllowed(field="id")
    return lockout.unlock(user=user, actor=actor, at=at)


def hold_for_administration(user: User, *, actor: User) -> User:
    """The person as they are now, held from other writers together with all administrators.

    Of two administrators who turn on each other, the second one finds that they are none any more.
    So the actor of every such change remains: there is always an administrator.

    Raises:
        NotAllowed: the actor is no administrator any more.
        OwnAccount: it is the actor.
        NotFound: the person was erased meanwhile.
    """
    concerned = User.objects.filter(Q(role=Role.ADMIN, is_active=True) | Q(pk=user.pk))
    # In one order, so that nobody waits for each other.
    held = {row.pk: row for row in concerned.select_for_update(no_key=True).order_by("pk")}
    administrator = held.get(actor.pk)
    if administrator is None or administrator.role != Role.ADMIN or not administrator.is_active:
        raise NotAllowed(field="id")
    if user.pk == actor.pk:
        raise OwnAccount(field="id")
    if user.pk not in held:
        raise NotFound(field="id")
    return held[user.pk]


def end_access(person: User, *, actor: User, at: datetime) -> None:
    """Shut out a person who is held, at once."""
    person.is_active = False
    person.save(update_fields=["is_active"])
    audit.record(verb="account.deactivated", at=at, actor=actor, row=person, fields=["is_active"])
    sign_out.sign_out_everywhere(user=person, at=at, reason="deactivated", actor=actor)
