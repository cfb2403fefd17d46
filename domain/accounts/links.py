"""Tokens of the links in mails: who holds one has read the mail of that person.

A token names the person by uid and the second of its making, and is signed together with what using
it changes. So it works once, and nothing has to be stored.
"""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from domain.accounts.models import User

LONGEST = 200


@dataclass(frozen=True)
class MailedLink:
    """The links of one purpose; a token for another one is refused.

    Args:
        purpose: unlike that of any other.
        lifetime: how long a token is good for.
        state: what of a person has to be as it was when the token was made.
    """

    purpose: str
    lifetime: Callable[[], timedelta]
    state: Callable[[User], list[Any]]

    def token(self, person: User, *, at: datetime) -> str:
        """A new token, of URL-safe characters. Only the mail to the person may hold it."""
        return next(self._tokens(person, int(at.timestamp())))

    def holder(self, token: str, *, among: QuerySet[User], at: datetime) -> User | None:
        """The person whose token this is; None if it was used, ran out, or never was one."""
        uid, issued = _named_in(token)
        person = among.filter(uid=uid, is_active=True).first()
        if person is None or at.timestamp() - issued > self.lifetime().total_seconds():
            return None
        # The whole token is compared: there is one way to write it.
        genuine = [constant_time_compare(token, one) for one in self._tokens(person, issued)]
        return person if any(genuine) else None

    def _tokens(self, person: User, issued: int) -> Iterator[str]:
        content = json.dumps([str(person.uid), issued, *self.state(person)], default=str)
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            signed = salted_hmac(f"accounts.{self.purpose}", content, key, algorithm="sha256")
            signature = base64.urlsafe_b64encode(signed.digest()).decode().rstrip("=")
            yield f"{person.uid.hex}.{issued:x}.{signature}"


VERIFICATION = MailedLink(
    purpose="verification",
    lifetime=lambda: timedelta(hours=settings.EMAIL_VERIFICATION_HOURS),
    state=lambda person: [person.email, person.email_verified_at],
)
PASSWORD_RESET = MailedLink(
    purpose="password_reset",
    lifetime=lambda: timedelta(minutes=settings.PASSWORD_RESET_MINUTES),
    # A sign-in, or the end of all sessions, makes older links useless too.
    state=lambda person: [person.email, person.password, person.last_login, person.token_version],
)


def _named_in(token: str) -> tuple[UUID, int]:
    """Whom and when a token names, whether or not that is true; nobody if it is no token at all."""
    try:
        if len(token) > LONGEST or not token.isascii():
            raise ValueError("no token")
        uid, issued, _ = token.split(".")
        return UUID(uid), int(issued, 16)
    except ValueError:
        return UUID(int=0), 0
