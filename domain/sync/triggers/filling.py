# ruff: noqa: S608  # every name is one of ours
"""The feeds of what was there before there were feeds."""

from collections.abc import Iterable, Iterator

from domain.sync.triggers.watched import PEOPLE, Watched

NEW_FEED = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}


def filling(tables: Iterable[Watched], vendor: str) -> Iterator[str]:
    """A head for everybody, and a place for each object, after those that it refers to."""
    yield (
        "INSERT INTO sync_feedhead (owner_id, feed, seq) "
        f"SELECT person.id, {NEW_FEED[vendor]}, 0 FROM {PEOPLE} AS person"
    )
    for source in (table.source for table in tables if table.parent is None):
        owner = f"it.{source.owner}"
        yield f"""
            INSERT INTO sync_change (owner_id, entity, uid, op, version, seq, changed_at)
            SELECT {owner}, '{source.name}', {source.uid("it")}, {source.op("it")},
                {source.version("it")},
                head.seq + row_number() OVER (PARTITION BY {owner} ORDER BY it.id),
                CURRENT_TIMESTAMP
            FROM {source.table} AS it JOIN sync_feedhead AS head ON head.owner_id = {owner}
        """
        yield f"""
            UPDATE sync_feedhead SET seq = seq + (
                SELECT count(*) FROM {source.table} AS it
                WHERE {owner} = sync_feedhead.owner_id
            )
        """
