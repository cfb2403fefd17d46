"""Many questions in one call: created, edited, put in the trash.

Each is judged as the service for one judges it; statements a call, not a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.bulk import (
    BATCH,
    BulkRowStatus,
    Entry,
    ErrorPolicy,
    Ref,
    entries_of,
    judge,
    to_store,
    undisturbed,
)
from domain.base.bulk_writing import find_held, hold_all, put_all_in_trash, write_changes
from domain.base.text import tidy
from domain.base.uniqueness import Uniqueness
from domain.base.writing import stamp
from domain.questions.models import Question
from domain.questions.services.bulk_tagging import TagRules
from domain.questions.services.questions import (
    QuestionFields,
    blaming_what_was_given,
    change_question,
    new_question,
)
from domain.questions.services.slugs import Slugs
from domain.questions.services.tagging import Tagging, set_all_tags


@dataclass(frozen=True)
class NewQuestion:
    """A question to create."""

    fields: QuestionFields
    uid: UUID | None = None
    tags: Sequence[Tagging] = ()


@dataclass(frozen=True)
class QuestionChange:
    """What to change of a question; ``tags`` replaces all tags unless it is None."""

    ref: Ref[Question]
    fields: QuestionFields
    tags: Sequence[Tagging] | None = None


type NewEntry = Entry[NewQuestion, Question]
type ChangeEntry = Entry[QuestionChange, Question]
type RefEntry = Entry[Ref[Question], Question]


def create_questions(
    *,
    owner: User,
    at: datetime,
    rows: Sequence[NewQuestion | ValidationError],
    policy: ErrorPolicy,
) -> list[NewEntry]:
    """Create questions, each as ``create_question`` does; give what became of each, in order.

    Args:
        rows: what to create; in the place of a row whose ids lead nowhere, its refusal.

    Raises:
        RowCount: none, or too many.
        Disturbed: other devices were faster again and again; nothing is stored.
    """
    return undisturbed(lambda: _create(owner, at, rows, policy))


def update_questions(
    *,
    owner: User,
    at: datetime,
    rows: Sequence[QuestionChange | ValidationError],
    policy: ErrorPolicy,
) -> list[ChangeEntry]:
    """Change questions, each as ``update_question`` does; give what became of each, in order.

    A slug or an external id that a question gives up is free for others once the call is over.

    Args:
        rows: what to change; in the place of a row whose ids lead nowhere, its refusal.

    Raises:
        RowCount: none, or too many.
        Disturbed: other devices were faster again and again; nothing is stored.
    """
    return undisturbed(lambda: _update(owner, at, rows, policy))


def delete_questions(
    *,
    owner: User,
    at: datetime,
    rows: Sequence[Ref[Question] | ValidationError],
    policy: ErrorPolicy,
) -> list[RefEntry]:
    """Put questions in the trash; give what became of each, in order.

    Args:
        rows: which; in the place of a row whose id leads nowhere, its refusal.

    Raises:
        RowCount: none, or too many.
    """
    return undisturbed(lambda: _delete(owner, at, rows, policy))


def _create(
    owner: User,
    at: datetime,
    rows: Sequence[NewQuestion | ValidationError],
    policy: ErrorPolicy,
) -> list[NewEntry]:
    entries = entries_of(rows, Question)

    def make(entry: NewEntry) -> None:
        wanted = entry.wanted
        entry.fields = list(wanted.fields)
        entry.row = new_question(
            owner=owner, actor=owner, at=at, uid=wanted.uid, fields=wanted.fields
        )

    good = judge(entries, make)
    uniqueness = Uniqueness([entry.standing for entry in good], owner=owner, policy=policy)
    tags = TagRules(owner, at, [entry.wanted.tags for entry in good])

    def admit(entry: NewEntry) -> None:
        with blaming_what_was_given(entry.wanted.fields):
            uniqueness.refuse(entry.standing)
        tags.refuse(entry.wanted.tags)
        uniqueness.take(entry.standing)

    judge(good, admit)
    good = to_store(entries, policy)
    made = [entry.standing for entry in good]
    slugs = Slugs(owner, {question.slug: question.uid for question in made if question.slug})
    for entry in good:
        entry.status = BulkRowStatus.CREATED
        entry.standing.slug = entry.standing.slug or slugs.choose(entry.standing)
    Question.objects.bulk_create(made, batch_size=BATCH)
    tagged = [(entry.standing, entry.wanted.tags) for entry in good if entry.wanted.tags]
    set_all_tags(tagged, owner=owner, at=at)
    created = [(entry.standing, entry.fields) for entry in good]
    audit.record_each(verb="question.created", at=at, actor=owner, changes=created)
    return entries


def _update(
    owner: User,
    at: datetime,
    rows: Sequence[QuestionChange | ValidationError],
    policy: ErrorPolicy,
) -> list[ChangeEntry]:
    entries = entries_of(rows, Question)
    held = hold_all(Question, [entry.item.ref.row.pk for entry in entries if entry.item])
    find_held(entries, held, lambda change: change.ref)
    named = [(entry.wanted.fields.get("slug"), entry.row) for entry in entries if entry.row]
    slugs = Slugs(owner, {tidy(slug): question.uid for slug, question in named if slug})

    def change(entry: ChangeEntry) -> None:
        wanted = entry.wanted
        entry.fields = change_question(entry.standing, wanted.fields, choose_slug=slugs.choose)

    good = judge(entries, change)
    changed = {name for entry in good for name in entry.fields}
    uniqueness = Uniqueness(
        [entry.standing for entry in good], owner=owner, policy=policy, fields=changed
    )
    tags = TagRules(owner, at, [entry.wanted.tags or () for entry in good])

    def admit(entry: ChangeEntry) -> None:
        with blaming_what_was_given(entry.wanted.fields):
            uniqueness.refuse(entry.standing)
        tags.refuse(entry.wanted.tags or ())
        uniqueness.take(entry.standing)

    judge(good, admit)
    _store_changes(to_store(entries, policy), owner, at)
    return entries


def _store_changes(good: Sequence[ChangeEntry], owner: User, at: datetime) -> None:
    replaced = [
        (entry.standing, entry.wanted.tags) for entry in good if entry.wanted.tags is not None
    ]
    retagged = set_all_tags(replaced, owner=owner, at=at)
    for entry in good:
        entry.status = BulkRowStatus.UNCHANGED
    changed = [entry for entry in good if entry.fields or entry.standing.pk in retagged]
    derived = {"search_words", "title_key"} if any(entry.fields for entry in changed) else set()
    for entry in changed:
        entry.status = BulkRowStatus.UPDATED
        derived |= {*stamp(entry.standing, actor=owner, at=at)}
    write_changes(changed, derived)
    events = [
        (entry.standing, [*entry.fields, *["tags"] * (entry.standing.pk in retagged)])
        for entry in changed
    ]
    audit.record_each(verb="question.updated", at=at, actor=owner, changes=events)


def _delete(
    owner: User,
    at: datetime,
    rows: Sequence[Ref[Question] | ValidationError],
    policy: ErrorPolicy,
) -> list[RefEntry]:
    entries = entries_of(rows, Question)
    held = hold_all(Question, [entry.item.row.pk for entry in entries if entry.item])
    find_held(entries, held, lambda ref: ref)
    good = to_store(entries, policy)
    deleted = [entry.standing for entry in good]
    put_all_in_trash(deleted, actor=owner, at=at)
    audit.record_all(verb="question.deleted", at=at, actor=owner, rows=deleted)
    for entry in good:
        entry.status = BulkRowStatus.DELETED
    return entries
