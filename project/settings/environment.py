"""Typed environment variables. One that is missing or cannot be understood is refused by name."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Never

from django.core.exceptions import ImproperlyConfigured

SWITCHES = {"true": True, "1": True, "yes": True, "on": True}
SWITCHES |= {"false": False, "0": False, "no": False, "off": False}


@dataclass(frozen=True)
class Variable:
    """What was asked for: the words of docs/configuration.md, which a test holds to them."""

    expected: str
    default: str


class Environment:
    """Reads variables and remembers each in ``variables``. An empty value counts as none."""

    def __init__(self) -> None:
        self.variables: dict[str, Variable] = {}

    def is_set(self, name: str) -> bool:
        """Whether it has a value."""
        return bool(os.environ.get(name, "").strip())

    def text(self, name: str, default: str = "", *, expected: str = "text") -> str:
        """The value as it is, without surrounding spaces."""
        self.variables[name] = Variable(expected, default)
        return os.environ.get(name, "").strip() or default

    def secret(self, name: str, *, minimum: int) -> str:
        """A secret of at least ``minimum`` characters; "" if it is not set. Never shown."""
        expected = f"a secret of at least {minimum} characters"
        value = self.text(name, expected=expected)
        if 0 < len(value) < minimum:
            refuse(name, expected, f"one of length {len(value)}")
        return value

    def secrets(self, name: str, *, minimum: int) -> list[str]:
        """Secrets between commas, each of at least ``minimum`` characters. Never shown."""
        expected = f"secrets of at least {minimum} characters, separated by commas"
        found = [item.strip() for item in self.text(name, expected=expected).split(",")]
        found = [item for item in found if item]
        for position, item in enumerate(found, start=1):
            if len(item) < minimum:
                refuse(name, expected, f"one of length {len(item)} in place {position}")
        return found

    def integer(self, name: str, default: int, *, minimum: int, maximum: int) -> int:
        """A whole number within both bounds."""
        expected = f"a whole number from {minimum} to {maximum}"
        value = self.text(name, str(default), expected=expected)
        if not is_whole(value, minimum=minimum, maximum=maximum):
            refuse(name, expected, repr(value))
        return int(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """On or off."""
        expected = "true or false"
        value = self.text(name, str(default).lower(), expected=expected)
        if value.lower() not in SWITCHES:
            refuse(name, expected, repr(value))
        return SWITCHES[value.lower()]

    def choice(self, name: str, default: str, *, choices: Sequence[str]) -> str:
        """One of a few words."""
        expected = "one of " + ", ".join(choices)
        value = self.text(name, default, expected=expected)
        if value and value not in choices:
            refuse(name, expected, repr(value))
        return value

    def url(self, name: str, default: str = "", *, schemes: Sequence[str]) -> str:
        """An address with one of these schemes. It may hold a password."""
        expected = "an address that begins with " + ", ".join(f"{scheme}://" for scheme in schemes)
        value = self.text(name, default, expected=expected)
        scheme, separator, rest = value.partition("://")
        if value and not (scheme in schemes and separator and rest):
            refuse(name, expected, f"a value that begins with {value[:4]!r}")
        return value

    def items(self, name: str, *, of: str, valid: Callable[[str], bool]) -> list[str]:
        """Values between commas, each of which passes ``valid``; ``of`` says what they are."""
        expected = f"{of}, separated by commas"
        found = [item.strip() for item in self.text(name, expected=expected).split(",")]
        found = [item for item in found if item]
        for item in found:
            if not valid(item):
                refuse(name, expected, repr(item))
        return found


def is_whole(value: str, *, minimum: int, maximum: int) -> bool:
    """Whether it is a whole number in plain digits; ``int`` would also take "1_000"."""
    return value.isascii() and value.isdigit() and minimum <= int(value) <= maximum


def refuse(name: str, expected: str, found: str) -> Never:
    """Stop the start.

    Raises:
        ImproperlyConfigured: names the variable, what it must be and what it is.
    """
    message = f"{name} must be {expected}, got {found}. docs/configuration.md lists every variable."
    raise ImproperlyConfigured(message) from None


def required(name: str) -> Never:
    """Stop the start.

    Raises:
        ImproperlyConfigured: names the variable.
    """
    message = f"{name} is not set, and the production settings need it. See docs/configuration.md."
    raise ImproperlyConfigured(message)


def lazily(path: str) -> Callable[..., Any]:
    """A stand-in for a function that cannot be imported before the models are loaded."""
    from django.utils.module_loading import import_string

    def call(*args: Any, **kwargs: Any) -> Any:
        return import_string(path)(*args, **kwargs)

    return call
