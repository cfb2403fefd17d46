"""Leaving for good: an account is erased some days after it was asked for, unless it is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from domain.accounts import tasks
from domain.accounts.models import AuthSession, Role, User
from domain.accounts.services import api_tokens, codes, lockout, people, sign_out, two_factor
from domain.accounts.services.profile import WrongPassword
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.tasks import enqueue


class CodeRequired(DomainError):
    """Who uses codes for signing in needs one for leaving, too."""

    code = "code_required"
    message = "Send a code of your authenticator app, or a recovery code, as well."


class AdministratorsStay(DomainError):
    """There is always an administrator, so none of them leaves by themselves."""

    code = "administrators_stay"
    message = "Have another administrator give you another role first, then delete your account."


class NoDeletionScheduled(DomainError):
    """The account will stay anyway."""

    code = "no_deletion_scheduled"
    message = "Your account is not about to be deleted."


def delete_account(
    *, user: User, session: AuthSession, password: str, code: str = "", at: datetime
) -> User:
    """Have one's own account erased in ``ACCOUNT_DELETION_DAYS``.

    All other sessions end, and API tokens are revoked. Until then the person can sign in, and keep
    the account. Asking again does not move the day.

    Args:
        session: the one that asks, which stays open.
        code: of the app, or a recovery code; needed by those who sign in with codes.

    Raises:
        WrongPassword, CodeRequired, WrongCode, TooManyWrongCodes: prove who you are.
        AdministratorsStay: they need another role first.
    """
    if not lockout.is_current_password(user=user, password=password, at=at):
        raise WrongPassword(field="password")
    with _held(user, code=code, at=at) as person:
        if person.role == Role.ADMIN:
            raise AdministratorsStay
        if person.deletion_scheduled_for is None:
            _schedule(person, actor=person, at=at)
        sign_out.revoke_other_sessions(session=session, at=at)
        api_tokens.revoke_all_api_tokens(user=person, actor=person, at=at)
        return person


@transaction.atomic
def delete_user(*, user: User, actor: User, at: datetime) -> User:
    """End somebody else's access at once, and have the account erased as ``delete_account`` does.

    ``people.activate_user`` takes both back.

    Raises:
        NotAllowed: the actor is no administrator any more.
        OwnAccount: it is the actor.
    """
    person = people.hold_for_administration(user, actor=actor)
    if person.is_active:
        people.end_access(person, actor=actor, at=at)
    if person.deletion_scheduled_for is None:
        _schedule(person, actor=actor, at=at)
    return person


@transaction.atomic
def cancel_account_deletion(*, user: User, at: datetime) -> User:
    """Keep one's own account after all.

    Raises:
        NoDeletionScheduled: it stays anyway.
    """
    person = codes.held(user)
    if person.deletion_scheduled_for is None:
        raise NoDeletionScheduled
    person.deletion_scheduled_for = None
    person.save(update_fields=["deletion_scheduled_for"])
    audit.record(
        verb="account.deletion_cancelled",
        at=at,
        actor=person,
        row=person,
        fields=["deletion_scheduled_for"],
    )
    enqueue(tasks.send_deletion_cancelled_mail, str(person.uid))
    return person


@contextmanager
def _held(user: User, *, code: str, at: datetime) -> Iterator[User]:
    """The person, held from other writers, once a code was used up if they have such."""
    if two_factor.is_enabled(user):
        if not code.strip():
            raise CodeRequired(field="code")
        with codes.proven(user=user, code=code, at=at) as device:
            yield device.user
        return
    with transaction.atomic():
        person = codes.held(user)
        # Enabled meanwhile, by somebody who had the password and the app.
        if two_factor.is_enabled(person):
            raise CodeRequired(field="code")
        yield person


def _schedule(person: User, *, actor: User, at: datetime) -> None:
    person.deletion_scheduled_for = at + timedelta(days=settings.ACCOUNT_DELETION_DAYS)
    person.save(update_fields=["deletion_scheduled_for"])
    audit.record(
        verb="account.deletion_scheduled",
        at=at,
        actor=actor,
        row=person,
        fields=["deletion_scheduled_for"],
    )
    enqueue(
        tasks.send_deletion_scheduled_mail,
        str(person.uid),
        person.deletion_scheduled_for.isoformat(),
    )
