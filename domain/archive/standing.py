"""Which rows the ids in a file lead to: those of the person, or those that the file brings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from domain.archive.columns import BadValue, read_uid
from domain.archive.declaring import Entity, EntityName
from domain.archive.drafting import Draft
from domain.archive.entities import BY_NAME
from domain.base.bulk import BATCH
from domain.base.text import tidy
from domain.questions.models import Tag

# What makes two live objects of a person the same one, whatever their ids.
NATURAL: Mapping[EntityName, tuple[str, ...]] = {
    EntityName.TAG: ("kind", "name_key"),
    EntityName.QUESTION: ("platform", "external_id"),
    EntityName.STUDY_LIST: ("name_key",),
    EntityName.LOG: ("platform", "external_id", "question_id"),
}

type Key = tuple[Any, ...]


class Standing:
    """The rows of one person, by the ids that a file uses.

    Nothing of anybody else is ever found: ids are unique for each person only.

    Attributes:
        keys: primary keys, by kind and id.
        left_out: ids of broken objects of the file.
        own_uids: the person's own id for an object that the file knows by another one.
    """

    def __init__(self, owner_id: int) -> None:
        self.owner_id = owner_id
        self.keys: dict[EntityName, dict[UUID, int]] = defaultdict(dict)
        self.left_out: dict[EntityName, set[UUID]] = defaultdict(set)
        self.own_uids: dict[UUID, UUID] = {}
        self._asked: dict[EntityName, set[UUID]] = defaultdict(set)
        self._alike: dict[EntityName, dict[Key, tuple[UUID, int]]] = {}
        self._tags: dict[int, Tag] = {}
        self._new_tags: set[int] = set()

    def learn(self, entity: Entity, records: Collection[object]) -> None:
        """Find what the person has of the objects of a kind in the file, before any is stored.

        Takes two statements: asked for batch by batch, a database that thinks the person has few
        rows would go through all of them each time.
        """
        self.look_up(entity.name, {uid for record in records for uid in uids_in(record)})
        columns = NATURAL.get(entity.name)
        if columns is None:
            return
        live = self._own(entity.name).filter(deleted_at=None)
        asked = None
        if "external_id" in columns:
            asked = {text for record in records if (text := _external_id(record))}
            live = live.filter(external_id__isnull=False)
        rows = live.values_list(*columns, "uid", "pk").iterator()
        self._alike[entity.name] = {
            tuple(key): (uid, pk) for *key, uid, pk in rows if asked is None or key[1] in asked
        }

    def look_up(self, entity: EntityName, uids: Iterable[UUID | None]) -> None:
        """Find the person's own rows with these ids, live or in the trash."""
        asked = self._asked[entity]
        unknown = {uid for uid in uids if uid and uid not in asked}
        if not unknown:
            return
        asked |= unknown
        rows = self._own(entity).values_list("uid", "pk")
        if len(unknown) <= BATCH:
            rows = rows.filter(uid__in=unknown)
        known = self.keys[entity]
        known.update((uid, pk) for uid, pk in rows.iterator() if uid in unknown)

    def match(self, entity: Entity, drafts: Sequence[Draft]) -> None:
        """Find for each of some drafts the row that the person has: by its id, else by what is
        unique among live ones. References of the drafts are resolved.
        """
        keys, alike = self.keys[entity.name], self._alike.get(entity.name, {})
        for draft in drafts:
            uid = draft.row.uid
            draft.kept = keys.get(uid)
            key = natural_key(entity.name, draft.row)
            if draft.kept is None and key in alike:
                self.own_uids[uid], draft.kept = alike[key]
                keys[uid] = draft.kept

    def made(self, entity: Entity, drafts: Iterable[Draft]) -> None:
        """Note objects of the file that were stored."""
        for draft in drafts:
            self.keys[entity.name][draft.row.uid] = draft.row.pk
            if entity.name == EntityName.TAG:
                self._tags[draft.row.pk] = draft.row
                self._new_tags.add(draft.row.pk)

    def tags(self, pks: Collection[int]) -> Mapping[int, Tag]:
        """Kind and whether they are live of tags of the person's, or of the file's."""
        for batch in batched(sorted(set(pks) - self._tags.keys()), BATCH):
            rows = self._own(EntityName.TAG).filter(pk__in=batch).only("kind", "deleted_at")
            self._tags.update((row.pk, row) for row in rows)
        return self._tags

    def is_own_tag(self, pk: int) -> bool:
        """Whether the person had the tag before."""
        return pk not in self._new_tags

    def _own(self, entity: EntityName) -> QuerySet[Any]:
        return QuerySet(BY_NAME[entity].model).filter(owner=self.owner_id)


def natural_key(entity: EntityName, row: Any) -> Key | None:
    """What is unique among live rows; None where the row has no such thing, or is in the trash."""
    if entity not in NATURAL or row.deleted_at is not None:
        return None
    key = tuple(getattr(row, column) for column in NATURAL[entity])
    return None if None in key or "" in key else key


def uids_in(record: object, key: str = "id") -> set[UUID]:
    """An id in a record that may be broken, if that is not what is broken."""
    try:
        return {read_uid(record[key])} if isinstance(record, dict) else set()
    except (BadValue, KeyError):
        return set()


def _external_id(record: object) -> str | None:
    """The same of an external id, as it is stored."""
    value = record.get("externalId") if isinstance(record, dict) else None
    return tidy(value) if isinstance(value, str) else None
