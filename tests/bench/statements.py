"""Counts the SQL statements of a request, in this process."""

import importlib
import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.bench.operations import Call, Operation, Target

RIVAL_URLS = "tests.bench.rival.urls"


@dataclass(frozen=True)
class Asked:
    """One answer and what it took."""

    status: int
    content: Any
    statements: int


def ask_us(operation: Operation, target: Target) -> Asked:
    """Our answer for a target."""
    return ask(operation.ours(target), target.person.token)


def ask_rival(operation: Operation, target: Target) -> Asked:
    """The rival's answer for the same target."""
    with rival_urls():
        return ask(operation.rival(target), target.person.token)


def rival_urls() -> AbstractContextManager[None]:
    """Serve the rival from this process."""
    importlib.import_module(RIVAL_URLS)
    return override_settings(ROOT_URLCONF=RIVAL_URLS)


def ask(call: Call, token: str) -> Asked:
    """The answer to a request of somebody's."""
    client = Client()
    body = "" if call.body is None else json.dumps(call.body)
    with CaptureQueriesContext(connection) as queries:
        response = client.generic(
            call.method,
            call.path,
            body,
            content_type="application/json",
            secure=True,
            headers={"Authorization": f"Bearer {token}", "Host": "localhost"},
        )
    return Asked(response.status_code, json.loads(response.content), len(queries))
