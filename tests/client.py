"""The client every API test uses: HTTP, with a real token."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model
from django.test import Client

from domain.accounts.models import User
from domain.accounts.services import sessions
from schema import tokens

PATH = "/graphql"


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
    def nodes(self) -> list[Any]:
        """The rows of the one root field, which is a list."""
        return [edge["node"] for edge in self.only["edges"]]

    @property
    def codes(self) -> list[str]:
        """The codes of all errors, and of all messages in the data."""
        codes = [error["extensions"]["code"] for error in self.body.get("errors", [])]
        for value in (self.body.get("data") or {}).values():
            if isinstance(value, dict):
                for said in (value, *value.get("results", [])):
                    codes += [message.get("code") for message in said.get("messages", [])]
        return codes

    @property
    def fields(self) -> list[str | None]:
        """The input fields that the messages blame."""
        (value,) = self.body["data"].values()
        return [message["field"] for message in value["messages"]]

    @property
    def anonymous(self) -> str:
        """The body without what differs between any two answers: request id and time."""
        body = json.loads(json.dumps(self.body))
        for error in body.get("errors", []):
            del error["extensions"]["requestId"], error["extensions"]["timestamp"]
        return json.dumps(body)


class GraphQLClient:
    """Calls the API as somebody.

    Every answer must be one that a client can rely on: never a 5xx, and every error with its code.
    """

    def __init__(self) -> None:
        self.http = Client(raise_request_exception=False)
        self.may_fail = False

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
        extra.setdefault("content_type", "application/json")
        accept = {"Accept": "text/event-stream"} if is_subscription(body) else {}
        headers = _headers(token) | accept | extra.pop("headers", {})
        return self._read(self.http.post(PATH, payload, headers=headers, **extra))

    def get(self, *, token: str | None = None, **parameters: str) -> Answer:
        """Ask with the operation in the address."""
        address = f"{PATH}?{urlencode(parameters)}"
        return self._read(self.http.get(address, headers=_headers(token)))

    def _read(self, response: Any) -> Answer:
        answer = answered(response)
        assert self.may_fail or answer.status < 500, answer
        assert self.may_fail or "INTERNAL" not in answer.codes, answer
        return answer


def answered(response: Any) -> Answer:
    """Read a response; every error in it has a code, a request id and a time."""
    body = first_event(response) if "event-stream" in response["Content-Type"] else response.content
    answer = Answer(response.status_code, json.loads(body), dict(response.headers))
    for error in answer.body.get("errors", []):
        assert {"code", "requestId", "timestamp"} <= set(error["extensions"]), error
        assert error["extensions"]["requestId"] == answer.headers["X-Request-ID"]
    return answer


def is_subscription(body: Any) -> bool:
    """Whether it is a subscription, which has to be answered as a stream."""
    return isinstance(body, dict) and str(body.get("query")).lstrip().startswith("subscription")


def first_event(response: Any) -> bytes:
    """The first answer of a stream, which must come to an end."""
    return response.getvalue().partition(b"\n\n")[0].removeprefix(b"event: next\ndata: ")


def access_token(user: User) -> str:
    """A real access token of a new session."""
    opened = sessions.open_session(user=user, at=datetime.now(UTC))
    return tokens.issue(opened.session).token


def node_id(row: Model | None = None, *, type_name: str = "", uid: UUID | str | int = "") -> str:
    """The id that the API gives to a row; or one made of any name and value."""
    if row is not None:
        type_name, uid = row._meta.object_name or "", row.uid  # type: ignore[attr-defined]
    return base64.b64encode(f"{type_name}:{uid}".encode()).decode()


def cursor(*values: Any) -> str:
    """A cursor as a client could make one up."""
    text = "arrayconnection:" + json.dumps(list(values), separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def _headers(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
