# ruff: noqa: S608
"""The database refuses to change audit events, by whatever way somebody tries."""

import pytest
from django.db import IntegrityError, connection, models, transaction

from domain.audit import services as audit
from domain.audit.models import AuditEvent

TABLE = "audit_auditevent"
VALUES = {
    "id": "999",
    "uid": "'018f0000000070008000000000000000'",
    "at": "'2001-01-01 00:00:00+00:00'",
    "verb": "'nothing.happened'",
    "object_type": "'Nothing'",
    "object_uid": "NULL",
    "fields": "'[\"x\"]'",
    "request_id": "'forged'",
}
PEOPLE = {"actor", "owner"}


@pytest.fixture
def event(user, now):
    return audit.record(verb="account.updated", at=now, actor=user, row=user)


def sql(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def stored():
    return AuditEvent.objects.values().get()


def test_every_column_is_known_here():
    columns = {field.name for field in AuditEvent._meta.concrete_fields}

    assert columns == set(VALUES) | PEOPLE


@pytest.mark.parametrize("column", sorted(VALUES))
def test_refuses_to_change_a_column(column, event):
    before = stored()

    with pytest.raises(IntegrityError, match="append-only"):
        sql(f"UPDATE {TABLE} SET {column} = {VALUES[column]}")

    assert stored() == before


@pytest.mark.parametrize("column", sorted(PEOPLE))
def test_refuses_to_name_somebody_else(column, event, stranger):
    with pytest.raises(IntegrityError, match="append-only"):
        sql(f"UPDATE {TABLE} SET {column}_id = {stranger.pk}")

    assert getattr(AuditEvent.objects.get(), column) == event.actor


@pytest.mark.parametrize("column", sorted(PEOPLE))
def test_refuses_to_name_somebody_where_nobody_was(column, user, now):
    audit.record(verb="trash.purged", at=now, actor=None)

    with pytest.raises(IntegrityError, match="append-only"):
        sql(f"UPDATE {TABLE} SET {column}_id = {user.pk}")


def test_refuses_to_change_more_while_it_forgets_a_person(event):
    with pytest.raises(IntegrityError, match="append-only"):
        sql(f"UPDATE {TABLE} SET actor_id = NULL, verb = 'nothing.happened'")


def test_forgets_a_person(event):
    sql(f"UPDATE {TABLE} SET actor_id = NULL, owner_id = NULL")

    assert (stored()["actor_id"], stored()["owner_id"]) == (None, None)


def test_refuses_to_remove(event):
    with pytest.raises(IntegrityError, match="append-only"):
        sql(f"DELETE FROM {TABLE}")

    assert AuditEvent.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_refuses_to_be_emptied(db):
    with pytest.raises(IntegrityError, match="append-only"):
        sql(f"TRUNCATE {TABLE}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone replaces rows")
def test_refuses_to_replace(event):
    columns = ", ".join(f'"{field.column}"' for field in AuditEvent._meta.concrete_fields)

    with pytest.raises(IntegrityError, match="append-only"):
        sql(f"INSERT OR REPLACE INTO {TABLE} ({columns}) SELECT {columns} FROM {TABLE}")


@pytest.mark.parametrize(
    "change",
    [
        lambda event: AuditEvent._base_manager.update(verb="x"),
        lambda event: AuditEvent._base_manager.all().delete(),
        lambda event: AuditEvent._base_manager.all()._raw_delete("default"),
        lambda event: models.Model.save(event),
        lambda event: models.Model.delete(event),
        lambda event: event.save_base(raw=True, force_update=True),
        lambda event: AuditEvent._base_manager.bulk_update([event], ["verb"]),
        lambda event: AuditEvent._base_manager.bulk_create(
            [AuditEvent(uid=event.uid, at=event.at, verb="x")],
            update_conflicts=True,
            update_fields=["verb"],
            unique_fields=["uid"],
        ),
    ],
    ids=[
        "update", "delete", "raw delete", "save", "delete one", "raw save", "bulk update", "upsert",
    ],
)  # fmt: skip
def test_refuses_what_the_models_own_guard_does_not_see(change, event):
    before = stored()
    event.verb = "nothing.happened"

    with pytest.raises(IntegrityError), transaction.atomic():
        change(event)

    assert stored() == before
