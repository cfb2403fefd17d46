"""The tags that clients name for questions."""

from collections.abc import Sequence
from typing import Any

from strawberry import relay

from domain.base.errors import DomainError, NotFound
from domain.questions.services.tagging import Tagging
from domain.questions.services.tags import TagName
from schema.context import Info
from schema.questions.inputs import QuestionTagInput
from schema.questions.types import Tag
from schema.scoping import find_all_owned


class IdOrName(DomainError):
    """A tag is named in exactly one way."""

    code = "id_or_name"
    message = "Name each tag either by its id or by its name."


def taggings(inputs: list[QuestionTagInput], info: Info) -> Sequence[Tagging]:
    """The tags that a client names by id or by name.

    Raises:
        NotFound: an id is not of a tag of the caller's.
        IdOrName: a tag is named twice or not at all.
    """
    (found,) = all_taggings([inputs], info)
    if isinstance(found, DomainError):
        raise found
    return found


def all_taggings(
    rows: Sequence[list[QuestionTagInput]], info: Info
) -> list[Sequence[Tagging] | DomainError]:
    """The same for many questions in one statement; what ``taggings`` raises in a row's place."""
    ids = [tag.id for tags in rows for tag in tags if tag.id is not None]
    found: dict[relay.GlobalID | None, Any] = dict(
        zip(ids, find_all_owned(Tag, ids, info, field="tags"), strict=True)
    )
    return [_taggings(tags, found) for tags in rows]


def _taggings(
    inputs: list[QuestionTagInput], found: dict[relay.GlobalID | None, Any]
) -> Sequence[Tagging] | DomainError:
    if any((tag.id is None) == (tag.name is None) for tag in inputs):
        return IdOrName(field="tags")
    tags = [found[tag.id] if tag.name is None else TagName(tag.kind, tag.name) for tag in inputs]
    for tag in tags:
        if isinstance(tag, NotFound):
            return tag
    return [
        Tagging(tag, frequency=given.frequency, window=given.window)
        for tag, given in zip(tags, inputs, strict=True)
    ]
