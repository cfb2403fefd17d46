"""Watches every place that outlives a request, for what must not get there."""

import json
import logging
from collections.abc import Iterator
from typing import Any

from django.core.cache import caches
from django.db import connection

from domain.base import counting, tasks
from project.logging import JsonFormatter, LineFormatter, Redact
from tests.schema.canaries.calling import Caller

# Where a solution is kept for its owner.
SOLUTIONS = ("practice_questionlog", "solution_code")
# What the answers of these show once, to whom it belongs; a solution is shown whenever it is asked.
SHOWN_BY = {
    "session": {
        "signIn", "refreshToken", "changePassword", "confirmTwoFactor", "completeTwoFactor",
        "disableTwoFactor",
    },
    "challenge": {"signIn"},
    "totp secret": {"enrolTwoFactor"},
    "recovery code": {"confirmTwoFactor", "regenerateRecoveryCodes"},
    "api token": {"createApiToken"},
    "solution": {
        "createQuestionLog", "updateQuestionLog", "deleteQuestionLog", "nextPracticeQuestion",
        "finishPracticeSession", "restoreQuestionLog",
        "createQuestionLogs", "updateQuestionLogs", "deleteQuestionLogs",
    },
}  # fmt: skip
# A text that is no JSON is a table of one cell, its header. A refusal lists the headers that there
# are, so that the person can say which is which; nothing below the header is repeated.
HEADERS = {"swept importQuestions.content", "swept previewImport.content"}


class Watch:
    """What was handed to the queue and the cache from now on."""

    def __init__(self, monkeypatch: Any) -> None:
        self.tasks: list[str] = []
        self.cache: list[str] = []
        hand_over = tasks._hand_over

        def queue(task: Any, args: Any, kwargs: Any) -> None:
            self.tasks.append(repr((args, kwargs)))
            hand_over(task, args, kwargs)

        monkeypatch.setattr(tasks, "_hand_over", queue)
        for cache in (caches["default"], counting.store.own):
            for name in ("add", "set", "incr", "get", "delete", "get_many", "set_many", "touch"):
                spy = self._spy(getattr(cache, name))
                monkeypatch.setattr(cache, name, spy, raising=False)

    def _spy(self, original: Any) -> Any:
        def spy(*args: Any, **kwargs: Any) -> Any:
            answer = original(*args, **kwargs)
            self.cache.append(repr((args, kwargs, answer)))
            return answer

        return spy

    def places(self, records: list[logging.LogRecord]) -> dict[str, str]:
        """What there is, by place."""
        rows = {(table, column): text for table, column, text in columns()}
        audit = [text for (table, _), text in rows.items() if table == "audit_auditevent"]
        return {
            "logs": "\n".join(line for record in records for line in rendered(record)),
            "audit": "\n".join(audit),
            "tasks": "\n".join(self.tasks),
            "cache": "\n".join(self.cache),
        }


def columns() -> Iterator[tuple[str, str, str]]:
    """Every column of every table, ours or not, as one text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows, names = cursor.fetchall(), [column[0] for column in cursor.description]
            for index, name in enumerate(names):
                yield table, name, "\n".join(plain(row[index]) for row in rows)


def plain(value: Any) -> str:
    """A stored value in clear; bytes in hexadecimal and as the text that they may be."""
    if isinstance(value, bytes | memoryview):
        return f"{bytes(value).hex()} {bytes(value)!r}"
    return str(value)


def rendered(record: logging.LogRecord) -> Iterator[str]:
    """A record as it was made, and as either formatter prints it once secrets are taken out."""
    yield repr({name: value for name, value in vars(record).items() if name != "exc_info"})
    copy = logging.makeLogRecord(vars(record))
    Redact().filter(copy)
    yield JsonFormatter().format(copy)
    yield LineFormatter().format(copy)


def leaks(caller: Caller, watch: Watch, records: list[logging.LogRecord]) -> set[tuple[str, str]]:
    """Where a canary is and must not be: the place, and the name of the canary."""
    found = {
        (place, name)
        for place, text in watch.places(records).items()
        for name, canary in (caller.secrets | caller.texts).items()
        if holds(text, canary)
    }
    return found | set(in_tables(caller)) | set(in_answers(caller))


def in_tables(caller: Caller) -> Iterator[tuple[str, str]]:
    """Secrets that are stored in clear."""
    for table, column, text in columns():
        for name, secret in caller.secrets.items():
            may_be = name.startswith("solution") and (table, column) == SOLUTIONS
            if not may_be and holds(text, secret):
                yield f"{table}.{column}", name


def in_answers(caller: Caller) -> Iterator[tuple[str, str]]:
    """Canaries that a refusal repeats, and secrets that an answer shows which should not."""
    shown = set()
    for mutation, refused, body in caller.answers:
        for name, canary in (caller.secrets | caller.texts).items():
            if name in HEADERS or not holds(body, canary):
                continue
            if name in caller.texts and not refused:
                continue
            kind = name.rpartition(" ")[0]
            again = name in shown and kind != "solution"
            if refused or again or mutation not in SHOWN_BY.get(kind, ()):
                yield f"answer of {mutation}", name
            shown.add(name)


def holds(text: str, canary: str) -> bool:
    """Whether a text has a canary in it, whatever its case and however it was escaped."""
    text, canary = text.lower(), canary.lower()
    return canary in text or json.dumps(canary)[1:-1] in text
