"""End sessions by choice: all others, or everything that opens the account."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from domain.accounts.models import AuthSession, User
from domain.accounts.services import api_tokens, sessions
from domain.audit import services as audit


@dataclass(frozen=True)
class Ended:
    """How much does not open the account any more."""

    sessions: int
    api_tokens: int = 0


@transaction.atomic
def revoke_other_sessions(*, session: AuthSession, at: datetime) -> Ended:
    """End all sessions of a person but this one. API tokens go on."""
    others = AuthSession.objects.filter(user=session.user_id, revoked_at=None)
    ended = others.exclude(pk=session.pk).update(revoked_at=at, revoked_reason="revoked")
    audit.record(verb="sessions.ended", at=at, actor=session.user, row=session.user)
    return Ended(sessions=ended)


@transaction.atomic
def sign_out_everywhere(
    *, user: User, at: datetime, actor: User | None = None, reason: str = "signed_out_everywhere"
) -> Ended:
    """End all sessions of a person, and revoke all API tokens: nothing that is out there works.

    Args:
        actor: who does it, if not the person.
    """
    ended = sessions.end_all_sessions(user=user, at=at, reason=reason, actor=actor)
    revoked = api_tokens.revoke_all_api_tokens(user=user, actor=actor or user, at=at)
    return Ended(sessions=ended, api_tokens=revoked)
