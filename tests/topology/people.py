"""Who takes part: people with questions, signed in an hour ago."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from domain.questions.models import Question
from schema import tokens
from tests.bench.people import fill
from tests.client import node_id
from tests.topology.asking import Caller

QUESTIONS = 100
SIGNED_IN = timedelta(hours=1)


def people(count: int, *, port: int) -> list[tuple[Caller, Sequence[str]]]:
    """So many people, with the ids of their questions."""
    sessions = fill(count, questions=QUESTIONS, at=datetime.now(UTC) - SIGNED_IN)
    return [
        (Caller(port, tokens.issue(session).token), _questions_of(session.user))
        for session in sessions
    ]


def token_of_clock(caller: Caller, seconds: float) -> str:
    """A token such as a server signs whose clock is off: ahead, or, for one that ends, behind.

    Args:
        seconds: above zero it was issued so long from now, below zero it ended so long ago.
    """
    claims = jwt.decode(caller.token, options={"verify_signature": False})
    now = datetime.now(UTC).timestamp()
    moments = {"iat": now + seconds, "nbf": now + seconds}
    if seconds < 0:
        moments = {"exp": now + seconds}
    claims |= {name: int(moment) for name, moment in moments.items()}
    return tokens._signed(claims, tokens.TOKEN_TYPE)


def _questions_of(owner: Any) -> list[str]:
    uids = Question.objects.filter(owner=owner).values_list("uid", flat=True)
    return [node_id(type_name="Question", uid=uid) for uid in uids]
