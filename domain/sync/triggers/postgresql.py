# ruff: noqa: S608  # every name is one of ours
"""The triggers of PostgreSQL: statements note what they touched, the commit puts it into the feed.

A person's feed is an order, so that who writes into it waits for whoever did before and has not
committed. To wait in the middle of a transaction, which may hold rows that the other one needs,
would be a deadlock; and all of a person's devices would wait for an import of theirs. So a
statement only notes the ids that it touched, in a table that it shares with nobody, and a deferred
trigger takes the head of the feed when nothing is left to do but to commit: then a change that is
seen never has a place before one that was seen already.
"""

from collections.abc import Iterable, Iterator

from domain.sync.triggers.committing import commit
from domain.sync.triggers.watched import PEOPLE, Watched

ME = "pg_current_xact_id()::text::bigint"
EVENTS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}
# Not logged: no transaction leaves rows in them.
TABLES = (
    """CREATE UNLOGGED TABLE IF NOT EXISTS sync_noted (
        txid bigint NOT NULL, owner_id bigint NOT NULL, entity varchar(10) NOT NULL,
        uids uuid[] NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS sync_noted_txid ON sync_noted (txid)",
    "CREATE UNLOGGED TABLE IF NOT EXISTS sync_committing (txid bigint PRIMARY KEY)",
)
FOR_PEOPLE = {
    "sync_begin": """BEGIN
        INSERT INTO sync_feedhead (owner_id, feed, seq) VALUES (NEW.id, gen_random_uuid(), 0);
        RETURN NULL;
    END""",
    # The head first, as everybody: who is committing a change of theirs is waited for.
    "sync_end": """BEGIN
        DELETE FROM sync_feedhead WHERE owner_id = OLD.id;
        DELETE FROM sync_change WHERE owner_id = OLD.id;
        RETURN NULL;
    END""",
}
FIXED = {
    "sync_begin": f"AFTER INSERT ON {PEOPLE} FOR EACH ROW EXECUTE FUNCTION sync_begin()",
    "sync_end": f"AFTER DELETE ON {PEOPLE} FOR EACH ROW EXECUTE FUNCTION sync_end()",
    "sync_commit": """AFTER INSERT OR DELETE ON sync_committing DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION sync_commit()""",
}


def functions(tables: Iterable[Watched]) -> dict[str, str]:
    """The functions by name, each as it is created or replaced.

    A session plans a statement of theirs once, when its tables may have been all but empty, and
    keeps the plan while an import fills them. So they leave the planner no way that gets slow then.
    """
    tables = list(tables)
    bodies = {_name(table): _note(table) for table in tables}
    sources = {table.source.name: table.source for table in tables}
    bodies |= FOR_PEOPLE | {"sync_commit": commit(sources.values())}
    return {
        name: f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"SET enable_seqscan = off AS $sync${body}$sync$"
        for name, body in bodies.items()
    }


def triggers(tables: Iterable[Watched]) -> dict[str, str]:
    """The triggers by name, each as it is created."""
    found = {
        f"{_name(table)}_{event}": f"""AFTER {event.upper()} ON {table.table} {rows}
            FOR EACH STATEMENT EXECUTE FUNCTION {_name(table)}()"""
        for table in tables
        for event, rows in EVENTS.items()
    }
    constraint = {"sync_commit": "CONSTRAINT "}
    return {
        name: f"CREATE {constraint.get(name, '')}TRIGGER {name} {definition}"
        for name, definition in (found | FIXED).items()
    }


def removal(tables: Iterable[Watched]) -> Iterator[str]:
    """The statements that take everything away."""
    for name in functions(tables):
        yield f"DROP FUNCTION IF EXISTS {name}() CASCADE"
    yield "DROP TABLE IF EXISTS sync_noted, sync_committing"


def _name(table: Watched) -> str:
    return f"sync_note_{table.table}"


def _note(table: Watched) -> str:
    """The body of a table's function: notes the objects that a statement touched."""
    if table.parent is None:
        inserted, updated, deleted = _objects(table)
    else:
        inserted, updated, deleted = _parents(table, table.parent)
    note = "INSERT INTO sync_noted (txid, owner_id, entity, uids)"
    return f"""
    BEGIN
        IF TG_OP = 'INSERT' THEN {note} {inserted};
        ELSIF TG_OP = 'UPDATE' THEN {note} {updated};
        ELSE {note} {deleted};
        END IF;
        IF FOUND THEN
            INSERT INTO sync_committing (txid) VALUES ({ME}) ON CONFLICT DO NOTHING;
        END IF;
        RETURN NULL;
    END"""


def _objects(table: Watched) -> tuple[str, str, str]:
    source = table.source
    owner = f"it.{source.owner}"
    head = f"SELECT {ME}, {owner}, '{source.name}', array_agg({source.uid('it')})"
    end = f"GROUP BY {owner}"
    return (
        f"{head} FROM new_rows AS it {end}",
        f"{head} FROM {_pairs(table)} {end}",
        f"{head} FROM old_rows AS it {end}",
    )


def _parents(table: Watched, parent: str) -> tuple[str, str, str]:
    source = table.source

    def noted(keys: str) -> str:
        # By the key of each, never by a join: see `functions`.
        return f"""SELECT {ME}, object.owner_id, '{source.name}', array_agg(object.uid)
            FROM (SELECT DISTINCT part.key FROM ({keys}) AS part (key)) AS part, LATERAL (
                SELECT it.{source.owner} AS owner_id, {source.uid("it")} AS uid
                FROM {source.table} AS it WHERE it.id = part.key OFFSET 0
            ) AS object
            GROUP BY object.owner_id"""

    return (
        noted(f"SELECT it.{parent} FROM new_rows AS it"),
        noted(f"SELECT unnest(ARRAY[it.{parent}, was.{parent}]) FROM {_pairs(table)}"),
        noted(f"SELECT it.{parent} FROM old_rows AS it"),
    )


def _pairs(table: Watched) -> str:
    """The rows of which something that clients see is another than before.

    Both sides have the same keys. The join is a full one because that is never done row against
    row, not even by a plan that was made when a statement of one row came first.
    """
    new, old = (", ".join(f'{row}."{column}"' for column in table.seen) for row in ("it", "was"))
    return f"""new_rows AS it FULL JOIN old_rows AS was ON was.id = it.id
        WHERE ROW({new}) IS DISTINCT FROM ROW({old})"""
