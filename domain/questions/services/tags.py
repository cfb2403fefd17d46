"""Tags: created, renamed, deleted. Each belongs to one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.models import new_uid
from domain.base.text import folded, tidy
from domain.base.writing import apply_changes, check, hold, put_in_trash, save, stamp
from domain.questions.models import QuestionTag, Tag, TagKind

ROWS_AT_ONCE = 500


class TagFields(TypedDict, total=False):
    """What a person may say about a tag."""

    name: str
    kind: str
    description: str
    colour: str


def create_tag(
    *,
    owner: User,
    at: datetime,
    actor: User | None = None,
    uid: UUID | None = None,
    **fields: Unpack[TagFields],
) -> Tag:
    """Create a tag.

    Args:
        actor: who does it, if not the owner.

    Raises:
        ValidationError: a value is not allowed, or ``name_taken``.
    """
    actor = actor or owner
    tag = _new_tag(owner, at, actor=actor, uid=uid, **fields)
    with transaction.atomic():
        save(tag)
        audit.record(verb="tag.created", at=at, actor=actor, row=tag, fields=fields)
    return tag


@transaction.atomic
def update_tag(
    *,
    tag: Tag,
    actor: User,
    at: datetime,
    expected_version: int | None = None,
    **fields: Unpack[TagFields],
) -> Tag:
    """Change what is given and leave the rest.

    A tag that stops being a company loses what was counted for companies, frequency and window, and
    the goals of which it was the company.

    Raises:
        NotFound, VersionConflict: it was deleted or changed meanwhile.
        ValidationError: a value is not allowed, or ``name_taken``.
    """
    tag = hold(tag, expected_version=expected_version)
    changed = apply_changes(tag, _tidied(fields))
    if changed:
        check(tag)
        tag.index_words()
        derived = ["search_words", "name_key"]
        save(tag, fields=[*changed, *derived, *stamp(tag, actor=actor, at=at)])
        if "kind" in changed and tag.kind != TagKind.COMPANY:
            QuestionTag.objects.filter(tag=tag).update(frequency=None, window=None)
            tag.company_goals.update(
                company=None, version=F("version") + 1, updated_at=at, updated_by=actor
            )
        audit.record(verb="tag.updated", at=at, actor=actor, row=tag, fields=changed)
    return tag


@transaction.atomic
def delete_tag(*, tag: Tag, actor: User, at: datetime, expected_version: int | None = None) -> Tag:
    """Put a tag in the trash; its questions stay, without it.

    Raises:
        NotFound, VersionConflict: it was deleted or changed meanwhile.
    """
    tag = hold(tag, expected_version=expected_version)
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
        known = _known(owner)
        # Again, should one that another device created be in the trash already.
        while missing := {name.key: name for name in reversed(wanted) if name.key not in known}:
            known = _create(owner, missing.values(), at)
    return {name: known[name.key] for name in wanted}


def refused_names(
    *, owner: User, names: Iterable[TagName], at: datetime
) -> dict[TagName, ValidationError]:
    """Which names neither the owner's tags have nor a new one can have, and why not."""
    refusals = {}
    wanted = set(names)
    known = _known(owner) if wanted else {}
    for name in wanted:
        if name.key not in known:
            try:
                _new_tag(owner, at, kind=name.kind, name=name.name)
            except ValidationError as refusal:
                refusals[name] = refusal
    return refusals


def _known(owner: User) -> dict[tuple[str, str], Tag]:
    return {(tag.kind, tag.name_key): tag for tag in Tag.objects.owned_by(owner).live()}


def _create(owner: User, names: Iterable[TagName], at: datetime) -> dict[tuple[str, str], Tag]:
    """Create tags, of which another device may be creating some at the same moment."""
    # In one order, whatever was asked for: two requests must not wait for each other's names.
    names = sorted(names, key=lambda name: name.key)
    ours = [_new_tag(owner, at, kind=name.kind, name=name.name) for name in names]
    Tag.objects.bulk_create(ours, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
    known = _known(owner)
    uids = {tag.uid for tag in ours}
    created = [tag for tag in known.values() if tag.uid in uids]
    audit.record_all(verb="tag.created", at=at, actor=owner, rows=created, fields=("kind", "name"))
    return known


def _new_tag(
    owner: User,
    at: datetime,
    *,
    actor: User | None = None,
    uid: UUID | None = None,
    **fields: Unpack[TagFields],
) -> Tag:
    """An unsaved tag, checked."""
    actor = actor or owner
    tag = Tag(owner=owner, uid=uid or new_uid(), created_by=actor, updated_by=actor)
    tag.created_at = tag.updated_at = at
    apply_changes(tag, _tidied(fields))
    check(tag)
    tag.index_words()
    return tag


def _tidied(fields: TagFields) -> TagFields:
    tidied = fields.copy()
    for name in ("name", "description", "colour"):
        if isinstance(tidied.get(name), str):
            tidied[name] = tidy(tidied[name])
    return tidied
