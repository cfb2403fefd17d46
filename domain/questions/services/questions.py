"""Questions: created, edited, put in the trash."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import Taken
from domain.base.models import new_uid
from domain.base.text import tidy
from domain.base.writing import apply_changes, check, hold, put_in_trash, save, stamp
from domain.questions.models import Question
from domain.questions.platforms import origin_of
from domain.questions.services.tagging import Tagging, set_tags

SLUG_TRIES = 5
SLUG = re.compile(r"[-\w]+")
URL_TAKEN = "You already have the question of this link. Open that one, or change the link."
_TIDIED = ("title", "slug", "url", "source", "external_id")


class QuestionFields(TypedDict, total=False):
    """What a person may say about a question; the columns of ``Question`` say what each means."""

    title: str
    slug: str
    url: str
    platform: str
    external_id: str | None
    content: str
    notes: str
    source: str
    difficulty: int | None
    platform_rating: int | None
    importance: int
    is_starred: bool
    is_archived: bool
    target_seconds: int | None


@transaction.atomic
def create_question(
    *,
    owner: User,
    at: datetime,
    actor: User | None = None,
    uid: UUID | None = None,
    tags: Sequence[Tagging] = (),
    **fields: Unpack[QuestionFields],
) -> Question:
    """Create a question; slug, platform and external id follow from title and url if not given.

    Args:
        actor: who does it, if not the owner.

    Raises:
        ValidationError: a value is not allowed, or ``slug_taken``, ``external_id_taken``,
            ``id_taken``.
        TooManyTags, NotACompany: as ``set_tags``.
    """
    actor = actor or owner
    question = new_question(owner=owner, actor=actor, at=at, uid=uid, fields=fields)
    with blaming_what_was_given(fields):
        if question.slug:
            save(question)
        else:
            _save_under_free_slug(question)
    set_tags(question=question, taggings=tags, at=at)
    audit.record(verb="question.created", at=at, actor=actor, row=question, fields=fields)
    return question


@transaction.atomic
def update_question(
    *,
    question: Question,
    actor: User,
    at: datetime,
    expected_version: int | None = None,
    tags: Sequence[Tagging] | None = None,
    **fields: Unpack[QuestionFields],
) -> Question:
    """Change what is given and leave the rest; ``tags`` replaces all tags.

    A new url brings its platform and external id along, unless those are given too.

    Raises:
        NotFound, VersionConflict: it was deleted or changed meanwhile.
        ValidationError, TooManyTags, NotACompany: as ``create_question``.
    """
    question = hold(question, expected_version=expected_version)
    changed = change_question(question, fields, choose_slug=_free_slug)
    if changed:
        with blaming_what_was_given(fields):
            save(question, fields=[*changed, "search_words", "title_key"])
    if tags is not None and set_tags(question=question, taggings=tags, at=at):
        changed.append("tags")
    if changed:
        question.save(update_fields=stamp(question, actor=actor, at=at))
        audit.record(verb="question.updated", at=at, actor=actor, row=question, fields=changed)
    return question


@transaction.atomic
def delete_question(
    *, question: Question, actor: User, at: datetime, expected_version: int | None = None
) -> Question:
    """Put a question in the trash. Its logs are hidden with it and come back with it.

    Raises:
        NotFound, VersionConflict: it was deleted or changed meanwhile.
    """
    question = hold(question, expected_version=expected_version)
    put_in_trash(question, actor=actor, at=at)
    audit.record(verb="question.deleted", at=at, actor=actor, row=question)
    return question


def new_question(
    *, owner: User, actor: User, at: datetime, uid: UUID | None, fields: QuestionFields
) -> Question:
    """An unsaved question, checked; its slug is empty unless it is given.

    Raises:
        ValidationError: a value is not allowed.
    """
    question = Question(owner=owner, uid=uid or new_uid(), created_by=actor, updated_by=actor)
    question.created_at = question.updated_at = at
    apply_changes(question, with_origin(tidied(fields)))
    check(question, unchecked=() if question.slug else ["slug"])
    _check_slug(question)
    question.index_words()
    return question


def change_question(
    question: Question, fields: QuestionFields, *, choose_slug: Callable[[Question], str]
) -> list[str]:
    """Set what is given on a held question, unsaved; return the columns that really changed.

    Args:
        choose_slug: gives a free slug, for a question whose own was emptied.

    Raises:
        ValidationError: a value is not allowed.
    """
    slug = question.slug
    changes = tidied(fields)
    if changes.get("url", question.url) != question.url:
        changes = with_origin(changes)
    changed = apply_changes(question, changes)
    if changed:
        check(question, unchecked=() if question.slug else ["slug"])
        question.index_words()
    if "slug" in changed:
        _check_slug(question)
    if not question.slug:
        question.slug = choose_slug(question)
    return [name for name in changed if name != "slug" or question.slug != slug]


def _check_slug(question: Question) -> None:
    # Not a validator of the column: rows and exports from before may have any slug, and stay.
    if question.slug and not SLUG.fullmatch(question.slug):
        refusal = ValidationError(
            "Write the slug with letters, digits, hyphens and underscores only, such as two-sum.",
            code="invalid",
        )
        raise ValidationError({"slug": refusal})


def base_slug(title: str, uid: UUID) -> str:
    """The slug that a title suggests; for a title without letters, one made of the id."""
    return slugify(title, allow_unicode=True)[:240] or f"question-{uid.hex[-12:]}"


def tidied(fields: QuestionFields) -> QuestionFields:
    """The same values with the short texts trimmed and in NFC."""
    changes: dict[str, Any] = dict(fields)
    for name in _TIDIED:
        if isinstance(changes.get(name), str):
            changes[name] = tidy(changes[name])
    if changes.get("external_id") == "":
        changes["external_id"] = None
    return changes  # type: ignore[return-value]


def with_origin(fields: QuestionFields) -> QuestionFields:
    """Add the platform and the external id that the url tells, where they are not given."""
    changes = fields.copy()
    if url := changes.get("url"):
        origin = origin_of(url)
        if changes.setdefault("platform", origin.platform) == origin.platform:
            changes.setdefault("external_id", origin.external_id)
    return changes


@contextmanager
def blaming_what_was_given(fields: QuestionFields) -> Iterator[None]:
    """Blame the url for an external id that is taken, if the id was read off it.

    Raises:
        ValidationError: whatever is raised within, with the field that was given.
    """
    try:
        yield
    except ValidationError as refusal:
        taken = getattr(refusal, "error_dict", {}).get("external_id", [])
        if not taken or "external_id" in fields or not fields.get("url"):
            raise
        said = [error.restated(URL_TAKEN) for error in taken if isinstance(error, Taken)]
        raise ValidationError({"url": said}) from refusal


def _save_under_free_slug(question: Question) -> None:
    for _ in range(SLUG_TRIES):
        question.slug = _free_slug(question)
        try:
            save(question)
        except ValidationError as refusal:
            # Another device took the slug between our look and our write: look again.
            if "slug" not in refusal.error_dict:
                raise
        else:
            return
    # So many at once that looking is of no use: take one that nobody else would.
    question.slug = f"{base_slug(question.title, question.uid)}-{question.uid.hex[-12:]}"
    save(question)


def _free_slug(question: Question) -> str:
    base = base_slug(question.title, question.uid)
    others = Question.objects.filter(owner_id=question.owner_id, slug__startswith=base).live()
    taken = set(others.exclude(pk=question.pk).values_list("slug", flat=True))
    return next(
        slug
        for number in range(1, len(taken) + 2)
        if (slug := base if number == 1 else f"{base}-{number}") not in taken
    )
