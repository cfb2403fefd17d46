"""Goals are set, changed, put in the trash, brought back and purged."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from domain.accounts.models import User
from domain.audit.models import AuditEvent
from domain.base.errors import VersionConflict
from domain.goals.models import Goal, GoalList, GoalTag
from domain.goals.services.goals import (
    MAX_GOALS,
    create_goal,
    delete_goal,
    purge_goals,
    restore_goal,
    update_goal,
)
from domain.goals.services.linking import MAX_LISTS, MAX_TAGS
from domain.lists.models import StudyList
from domain.questions.models import Tag, TagKind
from domain.questions.services.tags import delete_tag, update_tag
from domain.questions.services.trash import purge_tags
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import GoalFactory, StudyListFactory, TagFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def company(user):
    return TagFactory(owner=user, name="Google", kind=TagKind.COMPANY)


@pytest.fixture
def day(now):
    return now.date() + timedelta(days=20)


@pytest.fixture
def goal(user):
    return GoalFactory(owner=user)


def trashed(goal, now):
    return delete_goal(goal=goal, actor=goal.owner, at=now)


def test_keeps_what_is_given(user, company, day, now):
    lists, tags = [StudyListFactory(owner=user)], [TagFactory(owner=user)]

    created = create_goal(
        owner=user, at=now, name="  Onsite ", company=company, date=day, target_retention=0.95,
        note="Bring water", lists=lists, tags=tags,
    )  # fmt: skip

    stored = Goal.objects.get()
    assert (stored, stored.name, stored.company, stored.date) == (created, "Onsite", company, day)
    assert (stored.target_retention, stored.note, stored.version) == (0.95, "Bring water", 1)
    assert (stored.created_by, stored.created_at) == (user, now)
    assert (list(stored.lists.all()), list(stored.tags.all())) == (lists, tags)
    assert {row.owner for row in [*stored.list_links.all(), *stored.tag_links.all()]} == {user}


def test_is_recorded_without_values(user, day, now):
    create_goal(owner=user, at=now, name="Onsite", date=day)

    event = AuditEvent.objects.get()
    assert (event.verb, event.object_uid) == ("goal.created", Goal.objects.get().uid)
    assert event.fields == ["date", "name"]


def test_is_named_after_its_company_if_it_has_no_name(user, company, day, now):
    assert create_goal(owner=user, at=now, company=company, date=day).name == "Google"
    assert create_goal(owner=user, at=now, company=company, date=day, name=" ").name == "Google"


def test_needs_a_name_or_a_company(user, company, day, now):
    with refused(name="name_or_company"):
        create_goal(owner=user, at=now, date=day)
    goal = create_goal(owner=user, at=now, date=day, company=company)
    with refused(name="name_or_company"):
        update_goal(goal=goal, actor=user, at=now, name="", company=None)

    assert Goal.objects.get().company == company


def test_the_database_refuses_one_without_a_name(goal):
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.update(name="")


def test_outlives_its_company(user, company, day, now):
    goal = create_goal(owner=user, at=now, company=company, date=day)
    delete_tag(tag=company, actor=user, at=now)

    purge_tags(ids=[company.pk], actor=user, at=now)

    goal.refresh_from_db()
    assert (goal.name, goal.company) == ("Google", None)


@pytest.mark.parametrize(
    ("zone", "hour", "at", "first"),
    [
        ("UTC", 4, datetime(2026, 3, 2, 9, tzinfo=UTC), date(2026, 3, 2)),
        ("UTC", 4, datetime(2026, 3, 2, 3, 59, tzinfo=UTC), date(2026, 3, 1)),
        ("Pacific/Auckland", 0, datetime(2026, 3, 2, 11, tzinfo=UTC), date(2026, 3, 3)),
        ("America/New_York", 23, datetime(2026, 3, 2, 3, tzinfo=UTC), date(2026, 2, 28)),
    ],
)
def test_lies_ahead_where_its_owner_is(zone, hour, at, first, user):
    user.settings.timezone, user.settings.day_start_hour = zone, hour
    user.settings.save()

    with refused(date="in_the_past"):
        create_goal(owner=user, at=at, name="x", date=first - timedelta(days=1))
    with refused(date="too_far_ahead"):
        create_goal(owner=user, at=at, name="x", date=first + timedelta(days=3654))
    create_goal(owner=user, at=at, name="x", date=first)
    create_goal(owner=user, at=at, name="x", date=first + timedelta(days=3653))

    assert Goal.objects.count() == 2


def test_can_be_changed_when_its_day_is_over(goal, user, now):
    late = now + timedelta(days=90)

    update_goal(goal=goal, actor=user, at=late, note="Went well", date=goal.date)

    assert Goal.objects.get().note == "Went well"
    with refused(date="in_the_past"):
        update_goal(goal=goal, actor=user, at=late, date=goal.date + timedelta(days=1))


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": "x" * 101}, {"name": "max_length"}),
        ({"name": "x\x00"}, {"name": "unstorable_text"}),
        ({"target_retention": 0.69}, {"target_retention": "min_value"}),
        ({"target_retention": 0.991}, {"target_retention": "max_value"}),
        ({"target_retention": float("nan")}, {"target_retention": "invalid"}),
        ({"note": "x" * 10_001}, {"note": "max_length"}),
        ({"date": date(9999, 12, 31)}, {"date": "too_far_ahead"}),
        ({"date": date(1, 1, 1)}, {"date": "in_the_past"}),
    ],
)
def test_refuses_what_cannot_be(fields, refusal, goal, user, now, day):
    with refused(**refusal):
        create_goal(owner=user, at=now, **({"name": "x", "date": day} | fields))
    with refused(**refusal):
        update_goal(goal=goal, actor=user, at=now, **fields)

    assert Goal.objects.get().version == 1


def test_only_a_company_can_be_the_company(user, day, now):
    with refused(company="not_a_company"):
        create_goal(owner=user, at=now, date=day, company=TagFactory(owner=user))


@pytest.mark.parametrize("column", ["company", "lists", "tags"])
def test_takes_no_rows_of_others(column, goal, user, stranger, day, now):
    foreign = {
        "company": TagFactory(owner=stranger, kind=TagKind.COMPANY),
        "lists": [StudyListFactory(owner=user), StudyListFactory(owner=stranger)],
        "tags": [TagFactory(owner=user), TagFactory(owner=stranger)],
    }[column]

    with refused(**{column: "not_found"}):
        create_goal(owner=user, at=now, name="x", date=day, **{column: foreign})
    with refused(**{column: "not_found"}):
        update_goal(goal=goal, actor=user, at=now, name="y", **{column: foreign})

    assert Goal.objects.get().name == goal.name
    assert not GoalList.objects.exists()
    assert not GoalTag.objects.exists()


@pytest.mark.parametrize(
    ("column", "factory", "most", "code"),
    [
        ("lists", StudyListFactory, MAX_LISTS, "too_many_lists"),
        ("tags", TagFactory, MAX_TAGS, "too_many_tags"),
    ],
)
def test_covers_a_bounded_number_of(column, factory, most, code, goal, user, now):
    rows = factory.create_batch(most + 1, owner=user)

    with refused(**{column: code}):
        update_goal(goal=goal, actor=user, at=now, **{column: rows})
    update_goal(goal=goal, actor=user, at=now, **{column: [*rows[:most], rows[0]]})

    assert getattr(goal, column).count() == most


def test_what_is_in_the_trash_comes_back_while_there_is_room(goal, user, now):
    old = TagFactory.create_batch(2, owner=user)
    update_goal(goal=goal, actor=user, at=now, tags=old)
    Tag.objects.filter(pk__in=[tag.pk for tag in old]).update(deleted_at=now)
    new = TagFactory.create_batch(MAX_TAGS - 1, owner=user)

    update_goal(goal=goal, actor=user, at=now, tags=new[:5])
    assert goal.tags.count() == 7
    update_goal(goal=goal, actor=user, at=now, tags=new)

    assert goal.tags.count() == MAX_TAGS
    assert goal.tags.filter(pk=old[0].pk).exists()


def test_replaces_lists_and_tags(goal, user, now):
    first, second, third = TagFactory.create_batch(3, owner=user)
    update_goal(goal=goal, actor=user, at=now, tags=[first, second])

    changed = update_goal(goal=goal, actor=user, at=now + HOUR, tags=[second, third])

    assert set(changed.tags.all()) == {second, third}
    assert (changed.version, changed.updated_at) == (3, now + HOUR)
    assert AuditEvent.objects.latest("pk").fields == ["tags"]


def test_a_change_of_nothing_leaves_no_trace(goal, user, now):
    update_goal(goal=goal, actor=user, at=now + HOUR, name=goal.name, lists=[], tags=[])

    assert Goal.objects.get().version == 1
    assert not AuditEvent.objects.exists()


def test_another_version_than_expected_is_a_conflict(goal, user, now):
    update_goal(goal=Goal.objects.get(), actor=user, at=now, name="Other")

    for change in (update_goal, delete_goal):
        with pytest.raises(VersionConflict):
            change(goal=goal, actor=user, at=now, expected_version=1)
    update_goal(goal=goal, actor=user, at=now, expected_version=2, note="Mine")

    stored = Goal.objects.get()
    assert (stored.name, stored.note, stored.version) == ("Other", "Mine", 3)


def test_there_is_a_bounded_number_of_goals(user, stranger, day, now):
    GoalFactory(owner=stranger)
    GoalFactory.create_batch(MAX_GOALS - 1, owner=user)
    last = create_goal(owner=user, at=now, name="x", date=day)

    with refused("too_many_goals"):
        create_goal(owner=user, at=now, name="x", date=day)
    trashed(last, now)
    another = create_goal(owner=user, at=now, name="y", date=day)
    with refused("too_many_goals"):
        restore_goal(goal=last, actor=user, at=now)

    assert another in Goal.objects.live()
    assert Goal.objects.owned_by(user).live().count() == MAX_GOALS


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_become_the_last(user, day, now):
    GoalFactory.create_batch(MAX_GOALS - 1, owner=user)
    person = User.objects.get(pk=user.pk)

    outcomes = at_once(
        *[lambda: create_goal(owner=person, at=now, name="x", date=day)] * 3,
    )

    assert Goal.objects.live().count() == MAX_GOALS
    assert sum(isinstance(outcome, Goal) for outcome in outcomes) == 1


def test_deleting_hides_it_and_keeps_what_it_covers(goal, user, now):
    update_goal(goal=goal, actor=user, at=now, tags=[TagFactory(owner=user)])

    deleted = delete_goal(goal=goal, actor=user, at=now + HOUR)

    assert not Goal.objects.live().exists()
    assert (deleted.deleted_at, deleted.deleted_by, deleted.version) == (now + HOUR, user, 3)
    assert goal.tags.count() == 1
    with refused("not_found"):
        delete_goal(goal=goal, actor=user, at=now)
    with refused("not_found"):
        update_goal(goal=goal, actor=user, at=now, name="x")


def test_restoring_brings_it_back_as_it_was(goal, user, now):
    update_goal(goal=goal, actor=user, at=now, lists=[StudyListFactory(owner=user)], note="n")
    before = Goal.objects.values().get()
    trashed(goal, now)

    restore_goal(goal=goal, actor=user, at=now + HOUR)

    after = Goal.objects.values().get()
    assert after == before | {"version": 4, "updated_at": now + HOUR}
    assert goal.lists.count() == 1
    assert AuditEvent.objects.latest("pk").verb == "goal.restored"
    with refused("not_found"):
        restore_goal(goal=goal, actor=user, at=now)


def test_purging_leaves_nothing_of_it_and_all_else(goal, user, now):
    tags, lists = [TagFactory(owner=user)], [StudyListFactory(owner=user)]
    update_goal(goal=goal, actor=user, at=now, tags=tags, lists=lists)
    live = GoalFactory(owner=user)
    trashed(goal, now)

    purged = purge_goals(ids=[goal.pk, live.pk], actor=user, at=now)

    assert purged == 1
    assert Goal.objects.get() == live
    assert not GoalTag.objects.exists()
    assert not GoalList.objects.exists()
    assert (Tag.objects.get(), StudyList.objects.get()) == (tags[0], lists[0])
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.object_uid) == ("goal.purged", goal.uid)


def test_purging_takes_as_many_statements_for_twenty_as_for_one(user, now):
    counts = []
    for number in (1, 20):
        goals = GoalFactory.create_batch(number, owner=user, deleted_at=now)
        with CaptureQueriesContext(connection) as captured:
            assert purge_goals(ids=[one.pk for one in goals], actor=user, at=now) == number
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_a_tag_that_is_no_company_any_more_is_no_goals_company(user, admin, now):
    company = TagFactory(owner=user, kind="COMPANY")
    goal = GoalFactory(owner=user, company=company)
    other = GoalFactory(owner=user, company=TagFactory(owner=user, kind="COMPANY"))

    update_tag(tag=company, actor=user, at=now, name="Initech")
    goal.refresh_from_db()
    assert (goal.company, goal.version) == (company, 1)
    update_tag(tag=company, actor=admin, at=now, kind="TOPIC")

    goal.refresh_from_db()
    assert (goal.company, goal.version, goal.updated_by) == (None, 2, admin)
    other.refresh_from_db()
    assert other.company is not None
