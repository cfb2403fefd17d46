"""What may leave for other companies' machines: kinds, places, numbers; not what people typed."""

import re
from typing import Any

from project.logging import is_secret_name, redacted_text

# What a message quotes may be anything that a person sent.
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|(?<![\w.])[0-9][0-9.:+-]{3,}")
_AFTER_COLON = re.compile(r"(input syntax for [^:]+|invalid literal [^:]+|out of range):.*", re.S)
OMITTED = "…"
# Of a failure that happened in the middle of a request, all that is needed to find its log lines.
KEPT_OF_REQUEST = ("method",)


def without_values(text: str) -> str:
    """A message without secrets and without what it quotes."""
    text = redacted_text(text)
    return _QUOTED.sub(OMITTED, _AFTER_COLON.sub(rf"\1: {OMITTED}", text))


def scrubbed(event: dict[str, Any]) -> dict[str, Any]:
    """A report of a failure as Sentry takes it, without anything of the people it happened to."""
    request = event.pop("request", None) or {}
    for unwanted in ("user", "breadcrumbs", "extra", "modules", "server_name", "contexts"):
        event.pop(unwanted, None)
    if kept := {name: request[name] for name in KEPT_OF_REQUEST if name in request}:
        event["request"] = kept
    for exception in (event.get("exception") or {}).get("values") or ():
        exception["value"] = without_values(str(exception.get("value") or ""))
        exception.pop("mechanism", None)
        for frame in (exception.get("stacktrace") or {}).get("frames") or ():
            frame.pop("vars", None)
    entry = event.pop("logentry", None) or {}
    if message := entry.get("message") or event.get("message"):
        event["message"] = without_values(str(message))
    return event | {"tags": _tags(event.get("tags"))}


def _tags(tags: Any) -> dict[str, str]:
    pairs = dict(tags or {}).items()
    return {name: redacted_text(str(text)) for name, text in pairs if not is_secret_name(str(name))}
