"""How log records look, and what must not be in them: passwords, tokens, codes, solutions."""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import InterfaceError, OperationalError

from domain.base.trouble import trouble_of

REDACTED = "[redacted]"
MAX_DEPTH = 6

# `code` is secret for the sake of one-time and recovery codes; these codes say nothing.
HARMLESS = frozenset({"status_code", "error_code", "exit_code"})
_WORDS = (
    r"passw(?:or)?d|secret|token|authorization|cookie|credential|(?:api|private)_?key|\botp\b"
    r"|solution_?code|recovery_?code"
)
_SECRET_NAME = re.compile(rf"{_WORDS}|(?:^|_)codes?$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_NAME = rf"[\w-]{{0,40}}(?:{_WORDS}|(?<![a-z_])codes?\b)[\w-]{{0,40}}"
_VALUE = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&})\]]+)"""
_PATTERNS = (
    # JSON Web Tokens, whole or cut off.
    (re.compile(r"\beyJ[\w-]{6,}(?:\.[\w-]*){0,2}"), REDACTED),
    # API tokens and those of shared pictures and exports, whole or cut off.
    (re.compile(r"db[eks]_[\w-]+"), REDACTED),
    # Headers: all that follows on the line.
    (
        re.compile(r"((?:authorization|cookie)['\"]?\s*[:=]\s*)[^\r\n]+", re.IGNORECASE),
        r"\1[redacted]",
    ),
    (re.compile(r"\b(bearer|jwt|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), r"\1 [redacted]"),
    # PostgreSQL's "DETAIL:  Failing row contains (…)", which may go on over many lines.
    (re.compile(r"(DETAIL:\s+).*?(?=\n\n|\Z)", re.DOTALL), r"\1[redacted]"),
    # user:password@host
    (re.compile(r"(://[^\s:/@]*:)[^\s/@]+(?=@)"), r"\1[redacted]"),
    # password=…, "refreshToken": "…", code: …
    (re.compile(rf"""(["']?\b{_NAME}["']?\s*[=:]\s*){_VALUE}""", re.IGNORECASE), r"\1[redacted]"),
)
# One cheap look decides whether the patterns above are tried at all.
_SUSPECT = re.compile(rf"eyJ|db[eks]_|DETAIL:|bearer|jwt|basic|://|code|{_WORDS}", re.IGNORECASE)

_encode = json.JSONEncoder(default=str, ensure_ascii=False).encode

# What every record has; the rest came as `extra`. Django adds the whole request: never printed.
_STANDARD = frozenset(vars(logging.makeLogRecord({})))
_STANDARD |= {"message", "asctime", "request", "template"}


def redacted_text(text: str) -> str:
    """The text without anything that looks like a secret."""
    if _SUSPECT.search(text):
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
    return text


def redacted(name: str, value: Any, *, depth: int = 0) -> Any:
    """The value, or what may be shown of it, judged by its name and by what it looks like."""
    if value is None or isinstance(value, bool):
        return value
    if is_secret_name(name):
        return REDACTED
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, int | float):
        return value
    if depth == MAX_DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {key: redacted(str(key), item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted("", item, depth=depth + 1) for item in value]
    return redacted_text(str(value))


@lru_cache(maxsize=1024)
def is_secret_name(name: str) -> bool:
    """Whether what goes by this name is never shown; camelCase counts as snake_case."""
    name = _CAMEL.sub("_", name).lower()
    return bool(_SECRET_NAME.search(name)) and name not in HARMLESS


class Redact(logging.Filter):
    """Takes secrets out of a record's message, arguments, extra values and traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; every record passes."""
        if isinstance(record.args, Mapping):
            record.args = {key: redacted(str(key), value) for key, value in record.args.items()}
        if record.args is not None:
            # For whoever may have its words and not its values.
            record.template = str(record.msg)
        record.msg = redacted_text(_message_of(record))
        record.args = None
        for name, value in extras_of(record).items():
            setattr(record, name, redacted(name, value))
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted_text(record.exc_text)
        return True


class Outage(logging.Filter):
    """Gives a request that failed because of the database one line instead of a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; every record passes."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, OperationalError | InterfaceError):
            record.msg, record.args, record.exc_info = trouble_of(error).value, None, None
            record.reason = str(error).partition("\n")[0]
            # Django would have answered 500; project/middleware.py makes it this.
            record.status_code = 503
        return True


class WrongHost(logging.Filter):
    """Gives a request by a name that is not ours one line: scanners send many of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; every record passes."""
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = None
        return True


class NoProbes(logging.Filter):
    """Leaves out that a probe was answered with 503: the probe logs what it found, once."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record passes."""
        path: str = getattr(getattr(record, "request", None), "path_info", "")
        return not path.startswith("/health/")


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        # The standard library would print the arguments as they are.
        return f"{record.msg} (its arguments do not fit)"


def extras_of(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller gave as ``extra``."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def request_id() -> str:
    """The id of the request that this thread is answering; "" outside of requests."""
    if not apps.ready:
        return ""
    from domain.audit.services import current_request_id

    return current_request_id.get()


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Time in UTC, level, logger, message, request id, extra values, traceback."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id():
            line["request_id"] = current
        line = line | extras_of(record) | line
        if traceback := _traceback_of(self, record):
            line["traceback"] = traceback
        return _encode(line)


class LineFormatter(logging.Formatter):
    """One readable line, for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Local time, level, logger, message, ``name=value`` for each extra value; a traceback."""
        moment = datetime.fromtimestamp(record.created).astimezone()
        head = f"{moment:%H:%M:%S} {record.levelname:<7} {record.name}: "
        extras = "".join(f" {name}={_plain(value)}" for name, value in extras_of(record).items())
        line = head + _one_line(record.getMessage()) + extras
        traceback = _traceback_of(self, record)
        return f"{line}\n{traceback}" if traceback else line


def _plain(value: Any) -> str:
    """A value that can be told from its neighbours."""
    text = str(value)
    return text if text and text.isprintable() and " " not in text else json.dumps(text)


def _one_line(text: str) -> str:
    # A line break in what a client sent would let it write lines of its own.
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def _traceback_of(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    if record.exc_info and not record.exc_text:
        record.exc_text = formatter.formatException(record.exc_info)
    return record.exc_text or ""
