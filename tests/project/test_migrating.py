"""Which migrations may run while the version before them serves."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import IntegrityError, connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.models import CASCADE

from domain.base.migrating import AddIndexWhileServing
from project import migrating
from tests.factories import GoalFactory

INDEX = models.Index(fields=["note"], name="note_index")
CHECK = models.CheckConstraint(condition=models.Q(note="x"), name="note_is_x")
TEXT = models.TextField(default="")
UNINDEXED = models.ForeignKey("goals.Book", CASCADE, null=True, db_index=False)
CREATED = operations.CreateModel("Book", [("id", models.AutoField(primary_key=True))])


def migration(*listed, **attributes):
    made = type("Migration", (Migration,), {"operations": list(listed), **attributes})
    return made("0009_next", "goals")


@pytest.mark.once
def test_every_migration_of_ours_lets_the_version_before_it_serve():
    assert migrating.unsafe_migrations() == {}


@pytest.mark.once
def test_the_first_ones_exist():
    existing = set(MigrationLoader(None).disk_migrations)

    assert migrating.FIRST.items() <= existing


@pytest.mark.once
def test_an_app_that_came_later_is_looked_at_from_its_beginning(monkeypatch):
    monkeypatch.delitem(migrating.FIRST, "questions")

    assert "questions.0002_tag_name_key" in migrating.unsafe_migrations()


@pytest.mark.once
@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (operations.DeleteModel("Goal"), migrating.GONE),
        (operations.RenameModel("Goal", "Aim"), migrating.GONE),
        (operations.RemoveField("goal", "note"), migrating.GONE),
        (operations.RenameField("goal", "note", "text"), migrating.GONE),
        (operations.AlterModelTable("goal", "aims"), migrating.GONE),
        (operations.AddField("goal", "text", TEXT), migrating.NOT_NULL),
        (
            operations.AddField("goal", "text", models.TextField(unique=True, db_default="")),
            migrating.REFUSED,
        ),
        (
            operations.AddField(
                "goal", "list", models.ForeignKey("goals.Book", CASCADE, null=True)
            ),
            migrating.INDEXED,
        ),
        (
            operations.AddField("goal", "twin", models.OneToOneField("self", CASCADE, null=True)),
            migrating.INDEXED,
        ),
        (
            operations.AddField("goal", "text", models.TextField(null=True, db_index=True)),
            migrating.INDEXED,
        ),
        (
            operations.AddField("goal", "text", models.TextField(null=True, unique=True)),
            migrating.INDEXED,
        ),
        (operations.AlterField("goal", "note", TEXT), migrating.REFUSED),
        (operations.AddConstraint("goal", CHECK), migrating.REFUSED),
        (operations.AlterUniqueTogether("goal", {("owner", "note")}), migrating.REFUSED),
        (operations.AddIndex("goal", INDEX), migrating.LOCKED),
        (operations.RunPython(operations.RunPython.noop), migrating.UNSEEN),
        (operations.RunSQL("SELECT 1"), migrating.UNSEEN),
        (
            operations.SeparateDatabaseAndState([operations.RemoveField("goal", "note")]),
            migrating.GONE,
        ),
    ],
)
def test_what_the_version_before_would_notice_is_named(operation, reason):
    (found,) = migrating.problems(migration(operation), set())

    assert found.endswith(f": {reason}")


@pytest.mark.once
@pytest.mark.parametrize(
    "listed",
    [
        [CREATED, operations.AddField("book", "text", TEXT), operations.AddIndex("book", INDEX)],
        [operations.AddField("goal", "text", models.TextField(db_default=""))],
        [operations.AddField("goal", "text", models.TextField(null=True))],
        [operations.AddField("goal", "list", UNINDEXED)],
        [operations.AddField("goal", "lists", models.ManyToManyField("goals.Book"))],
        [AddIndexWhileServing("goal", INDEX)],
        [operations.RemoveIndex("goal", "note_index")],
        [operations.RemoveConstraint("goal", "note_is_x")],
        [operations.SeparateDatabaseAndState([], [operations.RemoveField("goal", "note")])],
    ],
)
def test_what_it_would_not_notice_passes(listed):
    assert migrating.problems(migration(*listed), set()) == []


@pytest.mark.once
def test_a_migration_that_stays_half_done_does_one_thing():
    both = [AddIndexWhileServing("goal", INDEX), operations.RemoveIndex("goal", "note_index")]

    (found,) = migrating.problems(migration(*both, atomic=False), set())

    assert found == f"0009_next: {migrating.LEFT_HALF}"
    assert migrating.problems(migration(both[0], atomic=False), set()) == []


@pytest.mark.once
def test_a_migration_may_say_why_it_is_safe():
    removal = operations.RemoveField("goal", "note")

    assert migrating.problems(migration(removal, while_serving="unused since 0.4"), set()) == []


def names():
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, "goals_goal").keys()


@pytest.mark.django_db(transaction=True)
def test_an_index_is_built_beside_the_writers():
    before = MigrationLoader(connection).project_state()
    operation = AddIndexWhileServing("goal", INDEX)
    after = before.clone()
    operation.state_forwards("goals", after)

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("goals", editor, before, after)
    assert "note_index" in names()
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("goals", editor, after, before)
    assert "note_index" not in names()


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


def leave_an_invalid_index():
    owner = GoalFactory(name="same").owner
    GoalFactory(name="same", owner=owner)
    with pytest.raises(IntegrityError):
        execute("CREATE UNIQUE INDEX CONCURRENTLY note_index ON goals_goal (name)")


def leave_a_whole_index():
    execute("CREATE INDEX note_index ON goals_goal (name)")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="others build it in a transaction")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("interruption", [leave_an_invalid_index, leave_a_whole_index])
def test_an_index_whose_migration_was_interrupted_is_built_anew(interruption):
    before = MigrationLoader(connection).project_state()
    operation = AddIndexWhileServing("goal", INDEX)
    after = before.clone()
    operation.state_forwards("goals", after)
    interruption()

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("goals", editor, before, after)

    index = "SELECT indisvalid, pg_get_indexdef(indexrelid) FROM pg_index"
    is_valid, definition = execute(f"{index} WHERE indexrelid = 'note_index'::regclass")
    assert is_valid
    assert "(note)" in definition
    execute("DROP INDEX note_index")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no timeouts")
@pytest.mark.django_db(transaction=True)
def test_an_index_takes_as_long_as_it_takes(monkeypatch):
    held = []

    def look(self, *args):
        held.append((execute("SHOW statement_timeout"), execute("SHOW lock_timeout")))

    role = "-c statement_timeout=7s -c lock_timeout=3s"
    options = connection.settings_dict["OPTIONS"] | {"options": role}
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    monkeypatch.setattr(AddIndexConcurrently, "database_forwards", look)
    monkeypatch.setattr(AddIndexConcurrently, "database_backwards", look)
    state = MigrationLoader(connection).project_state()
    operation = AddIndexWhileServing("goal", INDEX)

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("goals", editor, state, state)
        operation.database_backwards("goals", editor, state, state)
    later = execute("SHOW statement_timeout"), execute("SHOW lock_timeout")
    connection.close()

    assert held == [(("0",), ("0",))] * 2
    assert later == (("7s",), ("3s",))
