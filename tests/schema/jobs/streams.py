"""Reads streams of events as a client of "distinct connections" does."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.client import PATH

EVENTS = "text/event-stream"


@dataclass
class Stream:
    """What a server sent so far."""

    response: Any
    answers: list[dict[str, Any]] = field(default_factory=list)
    comments: int = 0
    is_complete: bool = False

    def read(self) -> "Stream":
        """Read to its end."""
        for chunk in self.chunks():
            self.take(chunk)
        return self

    def chunks(self) -> Any:
        """The parts as they are sent."""
        if self.response.streaming:
            return map(bytes.decode, self.response.streaming_content)
        return iter([self.response.content.decode()])

    def take(self, chunk: str) -> None:
        """Understand one part, which holds whole events."""
        assert chunk.endswith("\n\n")
        for block in chunk.removesuffix("\n\n").split("\n\n"):
            assert not self.is_complete
            if block == ":":
                self.comments += 1
            elif block == "event: complete\ndata:":
                self.is_complete = True
            else:
                name, data = block.split("\n")
                assert name == "event: next"
                self.answers.append(json.loads(data.removeprefix("data: ")))

    @property
    def codes(self) -> list[str]:
        """The codes of all errors."""
        errors = [error for answer in self.answers for error in answer.get("errors", [])]
        return [error["extensions"]["code"] for error in errors]


def opened(query: str, *, token: str = "", accept: str = EVENTS, **variables: Any) -> Stream:
    """Send an operation that is to be answered as a stream."""
    headers = {"Accept": accept} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = {"query": query, "variables": variables}
    response = Client().post(PATH, body, content_type="application/json", headers=headers)
    return Stream(response)
