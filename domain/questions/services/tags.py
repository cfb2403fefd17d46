"""Tags: created, renamed, deleted. Each belongs to one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.models import new_uid
from domain.base.text import folded, tidy
from domain.base.writing import apply_changes, check, hold, put_in_trash, save, stamp
from domain.questions.models import QuestionTag, Tag, TagKind


class TagFields(TypedDict, total=False):
    """What a person may say about a tag."""

    name: str
    kind: str
    description: str
    colour: str


def create_tag(
    *, owner: User, at: datetime, uid: UUID | None = None, **fields: Unpack[TagFields]
) -> Tag:
    """Create a tag.

    Raises:
        ValidationError: a value is not allowed, or ``name_taken``.
    """
    tag = Tag(owner=owner, uid=uid or new_uid(), created_by=owner, updated_by=owner)
    tag.created_at = tag.updated_at = at
    apply_changes(tag, _tidied(fields))
    check(tag)
    tag.index_words()
    with transaction.atomic():
        save(tag)
        audit.record(verb="tag.created", at=at, actor=owner, row=tag, fields=fields)
    return tag


@transaction.atomic
def update_tag(*, tag: Tag, actor: User, at: datetime, **fields: Unpack[TagFields]) -> Tag:
    """Change what is given and leave the rest.

    A tag that stops being a company loses what was counted for companies: frequency and window.

    Raises:
        NotFound: it was deleted meanwhile.
        ValidationError: a value is not allowed, or ``name_taken``.
    """
    tag = hold(tag)
    changed = apply_changes(tag, _tidied(fields))
    if changed:
        check(tag)
        tag.index_words()
        derived = ["search_words", "name_key"]
        save(tag, fields=[*changed, *derived, *stamp(tag, actor=actor, at=at)])
        if "kind" in changed and tag.kind != TagKind.COMPANY:
            QuestionTag.objects.filter(tag=tag).update(frequency=None, window=None)
        audit.record(verb="tag.updated", at=at, actor=actor, row=tag, fields=changed)
    return tag


@transaction.atomic
def delete_tag(*, tag: Tag, actor: User, at: datetime) -> Tag:
    """Put a tag in the trash; its questions stay, without it.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    tag = hold(tag)
    put_in_trash(tag, actor=actor, at=at)
    audit.record(verb="tag.deleted", at=at, actor=actor, row=tag)
    return tag


@dataclass(frozen=True)
class TagName:
    """A tag named by what it is called; names differing only in case are one tag."""

    kind: str
    name: str

    @property
    def key(self) -> tuple[str, str]:
        """What is unique among a person's tags."""
        return (self.kind, folded(self.name))


def ensure_tags(*, owner: User, names: Iterable[TagName], at: datetime) -> dict[TagName, Tag]:
    """Find the owner's tags by name, creating those that are missing, all or none.

    Raises:
        ValidationError: a missing tag cannot have this name.
    """
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    with transaction.atomic():
        known = {TagName(tag.kind, tag.name).key: tag for tag in Tag.objects.owned_by(owner).live()}
        # In one order, whatever was asked for: two requests must not wait for each other's names.
        for name in sorted(wanted, key=lambda name: name.key):
            if name.key not in known:
                known[name.key] = _create_or_find(owner, name, at)
    return {name: known[name.key] for name in wanted}


def _create_or_find(owner: User, name: TagName, at: datetime) -> Tag:
    try:
        return create_tag(owner=owner, at=at, kind=name.kind, name=name.name)
    except ValidationError as refusal:
        if "name_taken" not in {error.code for error in refusal.error_dict.get("name", ())}:
            raise
        # Another device has created it since we looked.
        kind, key = name.key
        return Tag.objects.owned_by(owner).live().get(kind=kind, name_key=key)


def _tidied(fields: TagFields) -> TagFields:
    tidied = fields.copy()
    for name in ("name", "description", "colour"):
        if name in tidied:
            tidied[name] = tidy(tidied[name])
    return tidied
