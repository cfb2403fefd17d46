"""Stores the objects of a file, kind by kind and batch by batch."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from domain.accounts.models import User
from domain.archive.comparing import says_the_same
from domain.archive.deciding import Deciding
from domain.archive.declaring import Entity, EntityName, Part
from domain.archive.drafting import Draft, Drafting
from domain.archive.linking import Linking
from domain.archive.opening import Opened
from domain.archive.records import records_of
from domain.archive.restored import Restored, Told
from domain.archive.standing import Key, Standing, natural_key, uids_in
from domain.base.bulk import BATCH, BulkRowStatus
from domain.base.findings import Finding
from domain.practice.models import QuestionLog
from domain.questions.models import Question

type Faults = Iterable[tuple[Draft, Finding]]


class Storing:
    """Takes the records of a file to the database: read and recognised, then linked and stored.

    Args:
        owner: whose they become.
        at: now.
        restored: takes note of everything.
        import_batch: noted on each new attempt.
        tell: called with each record.
        advance: called with the number of records of each batch, once read and once stored.

    Attributes:
        touched: primary keys of questions of which something is to be derived.
    """

    def __init__(
        self,
        opened: Opened,
        restored: Restored,
        *,
        owner: User,
        at: datetime,
        import_batch: UUID | None = None,
        tell: Callable[[Told], None] | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> None:
        self.opened, self.restored, self.tell, self.advance = opened, restored, tell, advance
        self.import_batch = import_batch
        self.standing = Standing(owner.pk)
        self.touched: set[int] = set()
        self._drafting = Drafting(owner, at, restored)
        self._linking = Linking(self.standing, restored)
        self._deciding = Deciding(owner, at, standing=self.standing, restored=restored)
        self._uids: dict[EntityName, set[UUID]] = defaultdict(set)
        self._seen: dict[Key, tuple[UUID, UUID | None]] = {}

    def read(self, entity: Entity) -> Iterator[list[Draft]]:
        """The objects of a kind in batches, each with its own references set, and with the row that
        the person has.
        """
        records = self.opened.records.get(entity.name, ())
        self.standing.learn(entity, [record for _, record in records])
        for batch in batched(records, BATCH):
            drafts = list(self._unbroken(entity, batch))
            drafts = self._without(entity, drafts, self._linking.link(entity, drafts))
            drafts = list(self._distinct(entity, drafts))
            self.standing.match(entity, drafts)
            if entity.name == EntityName.QUESTION:
                self._deciding.reserve_slugs(drafts)
            self.went_on(len(batch))
            yield drafts

    def read_one(self, entity: Entity) -> Iterator[Draft]:
        """The object of which a person has exactly one, if the file has it and it is whole."""
        for number, record in self.opened.records.get(entity.name, ()):
            position = self.opened.position(entity, number)
            draft = self._drafting.draft(entity, position, record)
            if draft is None:
                self.refuse(entity, Draft(position, record, None))
            elif self.restored.counts[entity.name].are_any:
                text = "An earlier line of the file is about the same. Leave one of them out."
                self.restored.refuse([Finding("stands_twice", position, text)])
                self.refuse(entity, draft)
            else:
                yield draft

    def store(self, entity: Entity, drafts: Sequence[Draft]) -> None:
        """Store what the person lacks of some objects that were read."""
        whole = self._without(entity, drafts, self._linking.link_parts(entity, drafts))
        new = [draft for draft in whole if draft.kept is None]
        good = self._without(entity, new, self._deciding.faults(entity.name, new))
        self._keep(entity, [draft for draft in whole if draft.kept is not None])
        self._insert(entity, good)
        self.went_on(len(drafts))

    def told(self, entity: Entity, draft: Draft, outcome: BulkRowStatus) -> None:
        """Count what becomes of an object, and tell it."""
        tally = self.restored.counts[entity.name]
        counter = outcome.value.lower()
        setattr(tally, counter, getattr(tally, counter) + 1)
        if self.tell is not None:
            self.tell(Told(entity.name, draft.position, draft.title, outcome))

    def went_on(self, steps: int) -> None:
        """Tell of so many more steps, or by none that the work goes on; may raise."""
        if self.advance is not None:
            self.advance(steps)

    def refuse(self, entity: Entity, draft: Draft) -> None:
        """Leave out an object, and so what hangs on it."""
        self.standing.left_out[entity.name] |= uids_in(draft.record)
        self.told(entity, draft, BulkRowStatus.FAILED)

    def _unbroken(self, entity: Entity, records: Iterable[tuple[int, object]]) -> Iterator[Draft]:
        uids = self._uids[entity.name]
        for number, record in records:
            position = self.opened.position(entity, number)
            draft = self._drafting.draft(entity, position, record)
            if draft is None:
                self.refuse(entity, Draft(position, record, None))
            elif draft.row.uid in uids:
                text = "An earlier object of the file has this id."
                self.restored.refuse([Finding("id_twice", position, text)], title=draft.title)
                self.told(entity, draft, BulkRowStatus.FAILED)
            else:
                uids.add(draft.row.uid)
                yield draft

    def _without(self, entity: Entity, drafts: Sequence[Draft], faults: Faults) -> list[Draft]:
        """The drafts that have no fault; the others are left out."""
        broken = {}
        for draft, fault in faults:
            self.restored.refuse([fault], title=draft.title)
            broken[id(draft)] = draft
        for draft in broken.values():
            self.refuse(entity, draft)
        return [draft for draft in drafts if id(draft) not in broken]

    def _distinct(self, entity: Entity, drafts: Sequence[Draft]) -> Iterator[Draft]:
        """The objects that no earlier one of the file leaves no room for."""
        for draft in drafts:
            key = natural_key(entity.name, draft.row)
            me = (draft.row.uid, draft.named.get("question"))
            first = me if key is None else self._seen.setdefault((entity.name, *key), me)
            if first == me:
                yield draft
            elif first[1] == me[1]:
                text = "An earlier object of the file is the same. Leave one of them out."
                fault = Finding("stands_twice", draft.position, text)
                self.restored.refuse([fault], title=draft.title)
                self.refuse(entity, draft)
            else:
                text = (
                    "Its question, and then an earlier attempt of the file, is the same of yours."
                )
                self.restored.note("stands_twice", draft.position, text)
                self.standing.left_out[entity.name].add(draft.row.uid)
                self.told(entity, draft, BulkRowStatus.UNCHANGED)

    def _keep(self, entity: Entity, drafts: Sequence[Draft]) -> None:
        """Leave what the person has as it is, and say where it differs."""
        by_id = [draft.row.uid for draft in drafts if draft.row.uid not in self.standing.own_uids]
        stored = records_of(entity, self.standing.owner_id, by_id) if by_id else {}
        for draft in drafts:
            record = stored.get(draft.row.uid)
            if record is None:
                text = "You have this already under another id: yours stays as it is."
                self.restored.note("matched", draft.position, text)
            elif not says_the_same(entity, draft, record, self.standing.own_uids):
                text = "Yours is different by now and stays as it is."
                self.restored.note("kept", draft.position, text)
            self.told(entity, draft, BulkRowStatus.UNCHANGED)

    def _insert(self, entity: Entity, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if isinstance(draft.row, QuestionLog):
                draft.row.import_batch = self.import_batch
            elif isinstance(draft.row, Question):
                draft.row.index_words()
        self._create(entity, [draft.row for draft in drafts])
        self.standing.made(entity, drafts)
        for part in entity.parts:
            self._create(part, list(_rows_of(part, drafts)))
        for draft in drafts:
            self.touched |= _touched_by(draft)
            self.told(entity, draft, BulkRowStatus.CREATED)

    def _create(self, of: Entity | Part, rows: list[Any]) -> None:
        QuerySet(of.model).bulk_create(rows, batch_size=BATCH)
        self.restored.made(rows)


def _rows_of(part: Part, drafts: Sequence[Draft]) -> Iterator[Any]:
    """The rows of a part of some stored objects, but those that say nothing."""
    for draft in drafts:
        for piece in draft.parts[part.key]:
            says_nothing = part.unless and all(
                getattr(piece.row, column) == value for column, value in part.unless.items()
            )
            if not says_nothing:
                setattr(piece.row, f"{part.parent}_id", draft.row.pk)
                yield piece.row


def _touched_by(draft: Draft) -> set[int]:
    """The question of which something follows from a stored object."""
    if isinstance(draft.row, QuestionLog):
        return {draft.row.question_id} if draft.row.deleted_at is None else set()
    return {draft.row.pk} if draft.parts.get("baseline") else set()
