"""What outlived the restored moment outside the database, and must not be believed any more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import F, Func

from domain.accounts.models import ApiToken, AuthSession, User
from domain.audit import services as audit
from domain.base import timeouts
from domain.sync.models import FeedHead

REASON = "restored"
# More often than anybody's sessions ended since the restored moment: the numbers that were handed
# out meanwhile do not come again.
FURTHER = 1_000_000


@dataclass(frozen=True)
class Renewed:
    """How many of each were ended, or begun anew."""

    sessions: int
    admin_sessions: int
    api_tokens: int
    feeds: int


class NewFeed(Func):
    """Another id for each feed, which the database makes."""

    function = "gen_random_uuid"
    output_field = models.UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite has bytes by chance, and keeps an id as their digits."""
        return self.as_sql(compiler, connection, template="lower(hex(randomblob(16)))", **context)


@transaction.atomic
def renew(*, at: datetime, keep_api_tokens: bool = False) -> Renewed:
    """End what may have been ended after the restored moment, and have every device begin again.

    The database has forgotten who signed out, which tokens were revoked or used up, and how far
    devices have read since then.

    Args:
        keep_api_tokens: none was revoked since then, as far as the operator knows.
    """
    timeouts.lift()
    audit.record(verb="backup.restored", at=at, actor=None)
    # Links to exports and for new passwords, half-finished sign-ins: all of them carry the number.
    # One that verifies an address may work again, and proves the same again.
    User.objects.update(token_version=F("token_version") + FURTHER)
    open_sessions = AuthSession.objects.filter(revoked_at=None)
    usable_tokens = ApiToken.objects.filter(revoked_at=None)
    return Renewed(
        sessions=open_sessions.update(revoked_at=at, revoked_reason=REASON),
        admin_sessions=Session.objects.all().delete()[0],
        api_tokens=0 if keep_api_tokens else usable_tokens.update(revoked_at=at),
        feeds=FeedHead.objects.update(feed=NewFeed()),
    )
