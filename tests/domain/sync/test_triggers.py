"""The triggers in the database are those that the declarations ask for."""

import pytest
from django.core.management import call_command
from django.db import connection

from domain.archive.entities import ENTITIES
from domain.sync import triggers
from domain.sync.models import Change, FeedHead
from domain.sync.triggers import postgresql, sqlite
from domain.sync.triggers.filling import filling
from domain.sync.triggers.watched import watched
from tests.domain.sync.devices import Device, everything, news, noted
from tests.domain.sync.test_noting import furnish
from tests.factories import TagFactory


def wanted() -> dict[str, str]:
    """What each trigger of the tables as they are by now should do."""
    tables = list(watched(connection))
    if connection.vendor == "sqlite":
        return sqlite.triggers(tables)
    functions = postgresql.functions(tables)
    return {
        name: functions[definition.rpartition("EXECUTE FUNCTION ")[2].removesuffix("()")].split(
            "$sync$"
        )[1]
        for name, definition in postgresql.triggers(tables).items()
    }


def test_are_in_force_as_declared(db):
    """Else a migration altered a table that is watched, and they were not made anew."""
    assert triggers.present(connection) == wanted()


def test_every_table_of_an_export_is_watched(db):
    tables = {table.table for table in watched(connection)}
    models = [each.model for entity in ENTITIES for each in (entity, *entity.parts)]

    assert tables == {model._meta.db_table for model in models}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's stay in force")
def test_are_made_anew_after_a_migration(user):
    triggers.stand_aside("default")
    assert triggers.present(connection) == {}

    call_command("migrate", verbosity=0)

    tag = TagFactory(owner=user)
    assert ("TAG", tag.uid, "UPSERT", 1) in news(user)


def test_the_feed_begins_with_what_was_there(user, stranger):
    furnish(user)
    furnish(stranger)
    Change.objects.all().delete()
    FeedHead.objects.all().delete()

    with connection.cursor() as cursor:
        for statement in filling(watched(connection), connection.vendor):
            cursor.execute(statement)

    for person in (user, stranger):
        device = Device(person)
        device.sync(size=2)
        assert device.copy == everything(person)
        places = Change.objects.filter(owner_id=person.pk).order_by("seq")
        head = FeedHead.objects.get(pk=person.pk).seq
        assert list(places.values_list("seq", flat=True)) == list(range(1, head + 1))


def test_the_feed_goes_on_where_it_began(user):
    furnish(user)
    noted()
    device = Device(user)
    device.sync()

    tag = TagFactory(owner=user)
    noted()

    assert [change.uid for change in device.sync()] == [tag.uid]
