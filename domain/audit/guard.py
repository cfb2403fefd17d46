"""Makes the database itself refuse to change audit events, whoever asks and by whatever way.

Events are added. The one change that is let through is forgetting a person: ``actor`` and ``owner``
become null when their account is erased, and with the owner ``object_uid``, which would still tell
events of one person from those of others.

SQLite drops a table's triggers whenever Django makes the table anew to alter it. A migration that
alters a column of ``AuditEvent`` therefore ends with ``RunPython(guard.install, guard.remove)``; a
test fails without it.
"""

from typing import Any

TABLE = "audit_auditevent"
REFUSAL = "Audit events are append-only."
PEOPLE = ("actor_id", "owner_id")
OBJECT = "object_uid"

POSTGRESQL = (
    f"""
    CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
        IF TG_OP = 'UPDATE'
            AND (to_jsonb(NEW) - 'actor_id' - 'owner_id' - 'object_uid')
                IS NOT DISTINCT FROM (to_jsonb(OLD) - 'actor_id' - 'owner_id' - 'object_uid')
            AND (NEW.actor_id IS NULL OR NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id)
            AND (NEW.owner_id IS NULL OR NEW.owner_id IS NOT DISTINCT FROM OLD.owner_id)
            AND (NEW.object_uid IS NOT DISTINCT FROM OLD.object_uid
                OR (NEW.object_uid IS NULL AND NEW.owner_id IS NULL))
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
    END
    $guard$
    """,
    f"""
    CREATE OR REPLACE TRIGGER {TABLE}_row BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()
    """,
    f"""
    CREATE OR REPLACE TRIGGER {TABLE}_all BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()
    """,
)
POSTGRESQL_REMOVAL = (
    f"DROP TRIGGER IF EXISTS {TABLE}_row ON {TABLE}",
    f"DROP TRIGGER IF EXISTS {TABLE}_all ON {TABLE}",
    f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
)

SQLITE_REMOVAL = tuple(
    f"DROP TRIGGER IF EXISTS {TABLE}_{event}"
    for event in ("delete", "replace", "update", *PEOPLE, OBJECT)
)


def install(apps: Any, schema_editor: Any) -> None:
    """Put the guard in place, or renew it; as a migration's ``RunPython`` calls it."""
    for statement in statements(schema_editor.connection):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guard away."""
    for statement in removal(schema_editor.connection):
        schema_editor.execute(statement, params=None)


def statements(connection: Any) -> tuple[str, ...]:
    """The SQL that puts the guard in place, for the table as it is now."""
    if connection.vendor == "postgresql":
        return POSTGRESQL
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, TABLE)
    columns = [column.name for column in described if column.name not in (*PEOPLE, OBJECT)]
    return (*SQLITE_REMOVAL, *_sqlite(columns))


def removal(connection: Any) -> tuple[str, ...]:
    """The SQL that takes it away."""
    return POSTGRESQL_REMOVAL if connection.vendor == "postgresql" else SQLITE_REMOVAL


def _sqlite(columns: list[str]) -> list[str]:
    named = ", ".join(f'"{column}"' for column in columns)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    # INSERT OR REPLACE would otherwise remove the stored event without a DELETE.
    is_there = f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR uid = NEW.uid)"  # noqa: S608
    return [
        f"CREATE TRIGGER {TABLE}_delete BEFORE DELETE ON {TABLE} {refuse}",
        f"CREATE TRIGGER {TABLE}_replace BEFORE INSERT ON {TABLE} WHEN {is_there} {refuse}",
        f"CREATE TRIGGER {TABLE}_update BEFORE UPDATE OF {named} ON {TABLE} {refuse}",
        *[
            f"CREATE TRIGGER {TABLE}_{column} BEFORE UPDATE OF {column} ON {TABLE} "
            f"WHEN NEW.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column} {refuse}"
            for column in PEOPLE
        ],
        f"CREATE TRIGGER {TABLE}_{OBJECT} BEFORE UPDATE OF {OBJECT} ON {TABLE} "
        f"WHEN NEW.{OBJECT} IS NOT OLD.{OBJECT} "
        f"AND (NEW.{OBJECT} IS NOT NULL OR NEW.owner_id IS NOT NULL) {refuse}",
    ]
