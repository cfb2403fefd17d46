"""The client every API test uses: HTTP, with a real token."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from domain.accounts.models import User
from domain.accounts.services import sessions
from schema import tokens


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def data(self) -> Any:
        """The answer's data; fails if there are errors."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def only(self) -> Any:
        """The value of the one root field; fails if there are errors or messages."""
        (value,) = self.data.values()
        assert "messages" not in (value or {}), value
        return value

    @property
    def codes(self) -> list[str]:
        """The codes of all errors, and of all messages in the data."""
        codes = [error["extensions"]["code"] for error in self.body.get("errors", [])]
        for value in (self.body.get("data") or {}).values():
            if isinstance(value, dict):
                codes += [message["code"] for message in value.get("messages", [])]
        return codes

    @property
    def fields(self) -> list[str | None]:
        """The input fields that the messages blame."""
        (value,) = self.body["data"].values()
        return [message["field"] for message in value["messages"]]


class GraphQLClient:
    """Calls the API as somebody."""

    def __init__(self) -> None:
        self.http = Client(raise_request_exception=False)

    def __call__(
        self, query: str, *, as_user: User | None = None, token: str | None = None, **variables: Any
    ) -> Answer:
        """Send one operation; a user gets a fresh session."""
        if as_user is not None:
            token = access_token(as_user)
        return self.send({"query": query, "variables": variables}, token=token)

    def send(self, body: Any, *, token: str | None = None, **extra: Any) -> Answer:
        """Post any body."""
        payload = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= extra.pop("headers", {})
        extra.setdefault("content_type", "application/json")
        response = self.http.post("/graphql", payload, headers=headers, **extra)
        return answered(response)


def answered(response: Any) -> Answer:
    """Read a response."""
    return Answer(response.status_code, json.loads(response.content), dict(response.headers))


def access_token(user: User) -> str:
    """A real access token of a new session."""
    opened = sessions.open_session(user=user, at=datetime.now(UTC))
    return tokens.issue(opened.session).token
