# ruff: noqa: S608  # every name is one of ours
"""The triggers of SQLite: each row that changes moves its object to the end of the feed at once.

There is one writer at a time, so the order of the feed is the order in which changes are committed.
"""

from collections.abc import Iterable, Iterator

from domain.sync.models import ChangeOp
from domain.sync.triggers.filling import NEW_FEED
from domain.sync.triggers.watched import PEOPLE, Source, Watched

PREFIX = "sync_"
NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
PLACES = "INSERT INTO sync_change (owner_id, entity, uid, op, version, seq, changed_at)"
OF_PEOPLE = {
    f"{PREFIX}{PEOPLE}_insert": f"""
        AFTER INSERT ON {PEOPLE} BEGIN
        INSERT INTO sync_feedhead (owner_id, feed, seq)
            VALUES (NEW.id, {NEW_FEED["sqlite"]}, 0);
        END""",
    f"{PREFIX}{PEOPLE}_delete": f"""
        AFTER DELETE ON {PEOPLE} BEGIN
        DELETE FROM sync_feedhead WHERE owner_id = OLD.id;
        DELETE FROM sync_change WHERE owner_id = OLD.id; END""",
}


def triggers(tables: Iterable[Watched]) -> dict[str, str]:
    """The triggers by name, each as it is created."""
    found = {name: one for table in tables for name, one in _of_table(table)} | OF_PEOPLE
    return {name: f"CREATE TRIGGER {name} {' '.join(one.split())}" for name, one in found.items()}


def _of_table(table: Watched) -> Iterator[tuple[str, str]]:
    differs = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in table.seen)
    new, old = (f"{row}.{table.parent or 'id'}" for row in ("NEW", "OLD"))
    changed = _moved(table.source, new)
    if table.parent is None:
        removed = _gone(table.source)
    else:
        removed = _moved(table.source, old)
        changed += _moved(table.source, old, when=f"{old} <> {new}")
    for event, when, body in (
        ("insert", "", _moved(table.source, new)),
        ("update", f"WHEN {differs}", changed),
        ("delete", "", removed),
    ):
        yield (
            f"{PREFIX}{table.table}_{event}",
            f"AFTER {event.upper()} ON {table.table} {when} BEGIN {body} END",
        )


def _moved(source: Source, key: str, *, when: str = "1") -> str:
    """Move the object with a key to the end of its person's feed, if it is still there."""
    found = f"FROM {source.table} AS it WHERE it.id = {key} AND {when}"
    owner, uid = f"it.{source.owner}", source.uid("it")
    # Not by ON CONFLICT: what made the trigger fire may have one of its own, which would win.
    return f"""
        UPDATE sync_feedhead SET seq = seq + 1 WHERE owner_id = (SELECT {owner} {found});
        DELETE FROM sync_change WHERE owner_id = (SELECT {owner} {found})
            AND entity = '{source.name}' AND uid = (SELECT {uid} {found});
        {PLACES} SELECT {owner}, '{source.name}', {uid}, {source.op("it")}, {source.version("it")},
            (SELECT seq FROM sync_feedhead WHERE owner_id = {owner}), {NOW} {found}
            AND EXISTS (SELECT 1 FROM sync_feedhead WHERE owner_id = {owner});
    """


def _gone(source: Source) -> str:
    """Put the tombstone of the object that is deleted at the end of its person's feed."""
    owner, uid = f"OLD.{source.owner}", source.uid("OLD")
    return f"""
        UPDATE sync_feedhead SET seq = seq + 1 WHERE owner_id = {owner};
        DELETE FROM sync_change
            WHERE owner_id = {owner} AND entity = '{source.name}' AND uid = {uid};
        {PLACES} SELECT {owner}, '{source.name}', {uid}, '{ChangeOp.PURGE}', NULL, seq, {NOW}
            FROM sync_feedhead WHERE owner_id = {owner};
    """
