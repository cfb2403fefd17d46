"""Imports as a client asks for them: by GraphQL, with a token."""

import json
import time
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client

from domain.accounts.models import User
from tests.client import access_token

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
SAID = "... on OperationInfo { messages { code message } }"
START = f"""
mutation Start($content: String!) {{
  startImport(input: {{content: $content}}) {{ ... on ImportBatch {{ job {{ id }} }} {SAID} }}
}}
"""
CANCEL = f"""
mutation Cancel($id: ID!) {{ cancelJob(input: {{id: $id}}) {{ ... on Job {{ id }} {SAID} }} }}
"""
READ = "query Read($id: ID!) { job(id: $id) { status attempts error { code } } }"


class Refused(Exception):
    """The API said something else than it should."""


class Away(Exception):
    """The API says that it cannot answer now."""


@dataclass(frozen=True)
class State:
    """How far a job is."""

    status: str
    attempts: int
    error: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDED


class Asker:
    """Somebody with an account who imports."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._token = access_token(user)

    def start(self, content: bytes) -> str:
        """Have a file imported; the job's id."""
        started = self._ask(START, content=content.decode())["startImport"]
        if "job" not in started:
            raise Refused(str(started))
        job: str = started["job"]["id"]
        return job

    def cancel(self, job: str) -> None:
        """Ask to stop it."""
        answer = self._ask(CANCEL, id=job)["cancelJob"]
        if "messages" in answer:
            raise Refused(str(answer))

    def read(self, job: str) -> State:
        """How far it is.

        Raises:
            Away: the database is.
        """
        read = self._ask(READ, id=job)["job"]
        error = read["error"] or {"code": ""}
        return State(read["status"], read["attempts"], error["code"])

    def wait(self, job: str, *, seconds: float) -> State | None:
        """How it ended; None if it did not in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                state = self.read(job)
            except Away:
                state = None
            if state is not None and state.has_ended:
                return state
            time.sleep(0.5)
        return None

    def _ask(self, document: str, **variables: Any) -> Any:
        response = Client(raise_request_exception=False).post(
            "/graphql",
            json.dumps({"query": document, "variables": variables}),
            content_type="application/json",
            secure=True,
            headers={"Authorization": f"Bearer {self._token}", "Host": "localhost"},
        )
        answer = json.loads(response.content)
        if response.status_code >= 500 or _is_outage(answer):
            # A server lets go of a broken connection between requests; the test client does not.
            connection.close()
            raise Away(str(answer)[:500])
        if "errors" in answer:
            raise Refused(str(answer["errors"])[:500])
        return answer["data"]


def _is_outage(answer: Any) -> bool:
    codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
    return bool(codes & {"BUSY", "INTERNAL", "UNAVAILABLE"})
