# ruff: noqa: S608  # every name is one of ours
"""What a commit does on PostgreSQL with what its statements noted."""

from collections.abc import Iterable

from domain.archive.entities import ENTITIES
from domain.sync.models import ChangeOp
from domain.sync.triggers.watched import Source

RANKS = ", ".join(f"'{entity.name}'" for entity in ENTITIES)
COMMIT = f"""
    DECLARE
        noted record;
        head bigint;
    BEGIN
        -- First the insert, only so that the delete fires after all other deferred checks: those
        -- may wait for rows.
        IF TG_OP = 'INSERT' THEN
            DELETE FROM sync_committing WHERE txid = NEW.txid;
            RETURN NULL;
        END IF;
        -- Everybody takes the heads of several people in the same order.
        FOR noted IN
            SELECT each.owner_id, each.entity, array_agg(DISTINCT touched.uid) AS uids
            FROM sync_noted AS each, unnest(each.uids) AS touched (uid)
            WHERE each.txid = OLD.txid
            GROUP BY each.owner_id, each.entity
            ORDER BY each.owner_id, array_position(ARRAY[{RANKS}], each.entity::text)
        LOOP
            UPDATE sync_feedhead SET seq = seq + cardinality(noted.uids)
            WHERE owner_id = noted.owner_id RETURNING seq - cardinality(noted.uids) INTO head;
            -- Whose account is erased has no feed.
            CONTINUE WHEN NOT FOUND;
            -- Planned anew each time, for as many objects as there are.
            EXECUTE CASE noted.entity {{cases}} END USING noted.owner_id, noted.uids, head;
        END LOOP;
        DELETE FROM sync_noted WHERE txid = OLD.txid;
        RETURN NULL;
    END"""


def commit(sources: Iterable[Source]) -> str:
    """The body of the function that puts what was noted into the feeds, person by person."""
    cases = "\n".join(
        f"WHEN '{source.name}' THEN $place${_place(source)}$place$" for source in sources
    )
    return COMMIT.format(cases=cases)


def _place(source: Source) -> str:
    """Move noted objects to the end of the feed, as they are by now.

    Its parameters are their person, their ids, and the end of the feed.
    """
    return f"""
        INSERT INTO sync_change (owner_id, entity, uid, op, version, seq, changed_at)
        SELECT $1, '{source.name}', touched.uid,
            CASE WHEN it.id IS NULL THEN '{ChangeOp.PURGE}' ELSE {source.op("it")} END,
            {source.version("it")}, $3 + touched.turn, clock_timestamp()
        FROM unnest($2) WITH ORDINALITY AS touched (uid, turn)
        LEFT JOIN {source.table} AS it
            ON it.{source.owner} = $1 AND {source.uid("it")} = touched.uid
        ON CONFLICT (owner_id, entity, uid) DO UPDATE SET
            op = excluded.op, version = excluded.version, seq = excluded.seq,
            changed_at = excluded.changed_at"""
