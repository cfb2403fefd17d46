"""The second half of signing in: a challenge after the right password, then a code."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from domain.accounts.models import TwoFactorChallenge, User
from domain.accounts.services import codes, sessions
from domain.accounts.services.sessions import OpenSession
from domain.audit import services as audit
from domain.base.errors import DomainError

LIFETIME = timedelta(minutes=5)


class ChallengeRefused(DomainError):
    """Unknown, used up, expired, or of a password that was changed: nobody can tell which."""

    code = "challenge_refused"
    message = "This sign-in cannot be completed any more. Sign in again."


@transaction.atomic
def start_challenge(*, user: User, at: datetime) -> TwoFactorChallenge:
    """Note that a person gave the right password, so that a code can complete their sign-in."""
    user.challenges.filter(expires_at__lte=at).delete()
    audit.record(verb="two_factor.challenged", at=at, actor=user, row=user)
    return TwoFactorChallenge.objects.create(user=user, created_at=at, expires_at=at + LIFETIME)


def complete_two_factor(
    *,
    challenge: UUID,
    person: UUID,
    token_version: int,
    code: str,
    at: datetime,
    user_agent: str = "",
    address: str = "",
) -> OpenSession:
    """Open the session that a challenge stands for.

    Args:
        challenge: its ``uid``.
        person: whose it is said to be.
        token_version: the person's when it was made.
        code: of the app, or a recovery code.

    Raises:
        ChallengeRefused: sign in again, with the password.
        WrongCode, TooManyWrongCodes: try another code; five wrong ones are the end of it.
    """
    opened = _complete(challenge, person, token_version, code, at, user_agent, address)
    # Raised after the transaction, which keeps what was counted.
    if isinstance(opened, DomainError):
        raise opened
    return opened


@transaction.atomic(durable=True)
def _complete(
    uid: UUID,
    person: UUID,
    token_version: int,
    code: str,
    at: datetime,
    user_agent: str,
    address: str,
) -> OpenSession | DomainError:
    people = User.objects.select_for_update(no_key=True)
    user = people.filter(uid=person, token_version=token_version, is_active=True).first()
    device = codes.device_of(user) if user else None
    if user is None or device is None or not device.confirmed:
        return ChallengeRefused(field="challenge_token")
    challenge = user.challenges.open(at=at).filter(uid=uid).first()
    if challenge is None:
        return ChallengeRefused(field="challenge_token")
    refusal = codes.use_code(device=device, code=code, at=at)
    if refusal is not None:
        challenge.wrong_codes += isinstance(refusal, codes.WrongCode)
        challenge.save(update_fields=["wrong_codes"])
        return refusal
    challenge.used_at = at
    challenge.save(update_fields=["used_at"])
    user.last_login = at
    user.save(update_fields=["last_login"])
    return sessions.open_session(
        user=user, at=at, user_agent=user_agent, address=address, second_factor=True
    )
