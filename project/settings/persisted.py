"""The list of operations that are executed, where there is one."""

import json
from hashlib import sha256
from pathlib import Path

from graphql import GraphQLError, parse

from project.env_file import ROOT
from project.settings.environment import Environment, refuse

FORM = "a JSON file that has for the SHA-256 of each operation's text that text"


def listed_operations(env: Environment) -> dict[str, str] | None:
    """Read PERSISTED_OPERATIONS; None executes whatever is sent."""
    value = env.text("PERSISTED_OPERATIONS", expected=FORM)
    if not value:
        return None
    operations = _read(ROOT / value)
    for name, text in operations.items():
        if not isinstance(text, str) or sha256(text.encode()).hexdigest() != name:
            refuse("PERSISTED_OPERATIONS", FORM, f"another name than the text's for {name[:64]!r}")
        try:
            parse(text)
        except GraphQLError as unreadable:
            refuse("PERSISTED_OPERATIONS", FORM, f"{unreadable.message} in {name!r}")
    return operations


def _read(path: Path) -> dict[str, str]:
    try:
        operations = json.loads(path.read_text(encoding="utf-8"))
    except OSError as missing:
        refuse("PERSISTED_OPERATIONS", FORM, f"{missing.strerror} of {str(path)!r}")
    except ValueError:
        refuse("PERSISTED_OPERATIONS", FORM, f"no JSON in {str(path)!r}")
    if not isinstance(operations, dict) or not operations:
        refuse("PERSISTED_OPERATIONS", FORM, f"no object with operations in {str(path)!r}")
    return operations
