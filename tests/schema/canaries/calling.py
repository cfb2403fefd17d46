"""Calls any mutation of the published schema, and remembers what was sent and what came back."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.client import Answer, GraphQLClient

SDL = Path(__file__).resolve().parents[3] / "schema" / "schema.graphql"
SCHEMA = build_schema(SDL.read_text())
MUTATIONS = SCHEMA.mutation_type.fields
WRITTEN = {"String", "ID"}  # types of inputs in which a person can write anything


def input_of(mutation: str) -> GraphQLInputObjectType | None:
    """The type of a mutation's one argument, if it has any."""
    argument = MUTATIONS[mutation].args.get("input")
    return argument and get_named_type(argument.type)


def written_in(type_: GraphQLInputObjectType | None, path: str = "") -> Iterator[str]:
    """The paths of all inputs of a type that take any text, such as ``tags.name``."""
    for name, each in type_.fields.items() if type_ else ():
        inner = get_named_type(each.type)
        if isinstance(inner, GraphQLInputObjectType):
            yield from written_in(inner, f"{path}{name}.")
        elif inner.name in WRITTEN:
            yield path + name


def texts_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in variables, with its path."""
    if isinstance(value, str):
        yield path, value
    for name, item in value.items() if isinstance(value, dict) else ():
        yield from texts_in(item, f"{path}.{name}".lstrip("."))
    for item in value if isinstance(value, list) else ():
        yield from texts_in(item, path)


def document(mutation: str) -> str:
    """The mutation as an operation that selects whatever it can answer."""
    type_ = input_of(mutation)
    variable, argument = (f"($input: {type_.name}!)", "(input: $input)") if type_ else ("", "")
    answer = get_named_type(MUTATIONS[mutation].type)
    members = answer.types if isinstance(answer, GraphQLUnionType) else [answer]
    parts = " ".join(f"... on {member.name} {{ {selected(member)} }}" for member in members)
    return f"mutation {variable} {{ {mutation}{argument} {{ __typename {parts} }} }}"


def selected(type_: GraphQLObjectType, depth: int = 2) -> str:
    """All leaves of a type, and of the types that it leads to without arguments or pages."""
    parts = []
    for name, each in type_.fields.items():
        inner = get_named_type(each.type)
        if any(map(is_required_argument, each.args.values())):
            continue
        if is_leaf_type(inner):
            parts.append(name)
        elif depth and isinstance(inner, GraphQLObjectType) and "edges" not in inner.fields:
            parts.append(f"{name} {{ {selected(inner, depth - 1)} }}")
    return " ".join(parts)


@dataclass
class Caller:
    """Calls mutations with canaries.

    Attributes:
        secrets: what must be nowhere but in the one answer that shows it, by its kind and number.
        texts: what a person wrote; it is stored and shown, and is nowhere else.
        answers: mutation, whether it was refused, and the body.
        reached: which inputs of which mutations a canary went through.
        succeeded: the mutations that did what they are for, with a canary in inputs or headers.
    """

    graphql: GraphQLClient
    after_commit: Callable[[], AbstractContextManager[Any]]
    secrets: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    answers: list[tuple[str, bool, str]] = field(default_factory=list)
    reached: set[tuple[str, str]] = field(default_factory=set)
    succeeded: set[str] = field(default_factory=set)

    def keep(self, kind: str, secret: str) -> str:
        """Remember a secret."""
        if secret not in self.secrets.values():
            self.secrets[f"{kind} {len(self.secrets)}"] = secret
        return secret

    def send(self, mutation: str, access: str = "", **given: Any) -> Answer:
        """Send a mutation, whatever comes of it."""
        body = {"query": document(mutation), "variables": {"input": given} if given else {}}
        with self.after_commit():
            answer = self.graphql.send(body, token=access)
        self.answers.append((mutation, bool(answer.codes), json.dumps(answer.body)))
        canaries = {*self.secrets.values(), *self.texts.values()}
        carried = {path for path, text in texts_in(given) if any(one in text for one in canaries)}
        self.reached |= {(mutation, path) for path in carried}
        if not answer.codes and (carried or any(one in access for one in canaries)):
            self.succeeded.add(mutation)
        return answer

    def refused(self, mutation: str, access: str = "", **given: Any) -> None:
        """Call it in vain."""
        assert self.send(mutation, access, **given).codes, mutation

    def done(self, mutation: str, access: str = "", **given: Any) -> dict[str, Any]:
        """Call it with success, and remember the secrets that the answer shows."""
        value = self.send(mutation, access, **given).only
        for path, text in texts_in(value):
            if kind := SHOWN.get(path.rpartition(".")[2]):
                self.keep(kind, text[PREFIX_LENGTH:] if kind == "api token" else text)
        return value


PREFIX_LENGTH = 8  # of an API token: stored and shown, so that people can tell them apart
SHOWN = {
    "accessToken": "session",
    "refreshToken": "session",
    "challengeToken": "challenge",
    "secret": "totp secret",
    "recoveryCodes": "recovery code",
    "token": "api token",
}
