"""Whatever way a row is written, its object moves to the end of the feed, and no other does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import models, transaction

from domain.accounts import erasing
from domain.accounts.models import User, UserSettings
from domain.base.updating import update_each
from domain.goals.models import Goal, GoalList, GoalTag
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import (
    PracticePause,
    PracticeSession,
    PracticeSessionItem,
    QuestionLog,
    ReviewBaseline,
    ReviewState,
)
from domain.questions.models import Question, QuestionTag, Tag
from domain.sync.models import Change, FeedHead
from tests.domain.sync.devices import news, noted
from tests.factories import (
    NOW,
    GoalFactory,
    PracticeSessionFactory,
    PracticeSessionItemFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    ReviewBaselineFactory,
    ReviewStateFactory,
    StudyListFactory,
    StudyListItemFactory,
    TagFactory,
    UserFactory,
)


def furnish(owner: User) -> None:
    """One row of each table that is watched, but for a second tag."""
    question = QuestionLogFactory(question__owner=owner).question
    QuestionTagFactory(question=question)
    ReviewBaselineFactory(question=question)
    study_list = StudyListItemFactory(question=question, study_list__owner=owner).study_list
    goal = GoalFactory(owner=owner)
    GoalList.objects.create(owner=owner, goal=goal, study_list=study_list)
    GoalTag.objects.create(owner=owner, goal=goal, tag=Tag.objects.get(owner=owner))
    session = PracticeSessionFactory(owner=owner)
    PracticeSessionItemFactory(session=session, question=question)
    PracticePause.objects.create(owner=owner, session=session, started_at=NOW)


@pytest.fixture
def seq(user, stranger) -> int:
    """Where the feed of ``user`` ends, who has everything, as a stranger has."""
    furnish(stranger)
    furnish(user)
    noted()
    return FeedHead.objects.get(pk=user.pk).seq


def object_of(model: Any, owner: User) -> tuple[str, Any]:
    """The only object of a kind, as the feed names it."""
    if model is UserSettings:
        return "SETTINGS", owner.uid
    names = {QuestionLog: "LOG", StudyList: "STUDY_LIST", PracticeSession: "SESSION"}
    row = models.QuerySet(model).get(owner=owner)
    return names.get(model, model._meta.object_name.upper()), row.uid


# Which object changes with the rows of a table, and a column that clients see.
TABLES: dict[Any, tuple[Any, dict[str, Any]]] = {
    UserSettings: (UserSettings, {"timezone": "Europe/Berlin"}),
    Tag: (Tag, {"colour": "#123456"}),
    Question: (Question, {"due_at": NOW}),
    QuestionTag: (Question, {"frequency": 50.0}),
    ReviewState: (Question, {"is_suspended": True}),
    ReviewBaseline: (Question, {"stability": 9.0}),
    QuestionLog: (QuestionLog, {"mistakes": ["BUG"]}),
    StudyList: (StudyList, {"description": "x"}),
    StudyListItem: (StudyList, {"position": 7}),
    Goal: (Goal, {"target_retention": 0.8}),
    GoalList: (Goal, {}),
    GoalTag: (Goal, {}),
    PracticeSession: (PracticeSession, {"closes_at": NOW + timedelta(hours=9)}),
    PracticePause: (PracticeSession, {"ended_at": NOW}),
    PracticeSessionItem: (PracticeSession, {"measured_seconds": 3}),
}
CHANGES = [
    pytest.param(model, changed, fields, id=model.__name__)
    for model, (changed, fields) in TABLES.items()
    if fields
]


@pytest.mark.parametrize(("model", "changed", "fields"), CHANGES)
def test_an_update_of_what_clients_see_is_a_change(model, changed, fields, seq, user):
    owner = "user" if model is UserSettings else "owner"
    rows = models.QuerySet(model).filter(**{owner: user})

    assert rows.update(**fields) == 1

    version = None if changed in (UserSettings, PracticeSession) else 1
    assert news(user, seq) == [(*object_of(changed, user), "UPSERT", version)]

    rows.update(**fields)

    # The second time, nothing became another.
    assert len(news(user, seq)) == 1
    assert FeedHead.objects.get(pk=user.pk).seq == seq + 1


@pytest.mark.parametrize("model", [model for model in TABLES if model is not UserSettings])
def test_a_row_that_is_gone_is_a_change(model, seq, user):
    changed, _ = TABLES[model]
    named = object_of(changed, user)
    children = {Tag: [GoalTag, QuestionTag], Goal: [GoalTag, GoalList]}
    children |= {StudyList: [StudyListItem, GoalList]}
    children |= {PracticeSession: [PracticePause, PracticeSessionItem]}
    others = [QuestionLog, QuestionTag, ReviewState, ReviewBaseline, StudyListItem]
    children |= {Question: [PracticeSessionItem, *others]}
    for child in children.get(model, []):
        models.QuerySet(child).filter(owner=user)._raw_delete("default")
    noted()
    before = FeedHead.objects.get(pk=user.pk).seq

    models.QuerySet(model).filter(owner=user)._raw_delete("default")

    op, version = ("PURGE", None) if model is changed else ("UPSERT", 1)
    version = None if changed is PracticeSession else version
    assert news(user, before) == [(*named, op, version)]


def test_what_no_client_sees_is_no_change(seq, user, admin):
    Question.objects.filter(owner=user).update(search_words="x", updated_by=admin)
    Tag.objects.filter(owner=user).update(name_key="x", search_words="x", created_by=None)

    assert news(user, seq) == []


def test_rows_written_in_bulk_are_changes_of_their_owners(seq, user, stranger):
    questions = [Question.objects.get(owner=person) for person in (user, stranger)]
    logs = QuestionLog.objects.bulk_create(
        QuestionLog(owner=each.owner, question=each, outcome="SOLVED", attempted_at=NOW)
        for each in questions
        for _ in range(3)
    )

    assert {uid for _, uid, _, _ in news(user, seq)} == {log.uid for log in logs[:3]}

    before = FeedHead.objects.get(pk=user.pk).seq
    logs[0].notes = "x"
    update_each(logs, ["notes"])

    assert news(user, before) == [("LOG", logs[0].uid, "UPSERT", 1)]


def test_the_trash_is_told(seq, user):
    question = Question.objects.get(owner=user)
    Question.objects.filter(pk=question.pk).update(deleted_at=NOW, version=2)

    assert news(user, seq) == [("QUESTION", question.uid, "TRASH", 2)]


def test_what_moves_to_another_object_changes_both(seq, user):
    other = StudyListFactory(owner=user)
    noted()
    before = FeedHead.objects.get(pk=user.pk).seq
    first = StudyListItem.objects.get(owner=user).study_list

    StudyListItem.objects.filter(owner=user).update(study_list=other)

    assert {uid for _, uid, _, _ in news(user, before)} == {first.uid, other.uid}


def test_an_object_is_in_the_feed_once(seq, user):
    tag = TagFactory(owner=user)
    for name in ("a", "b"):
        Tag.objects.filter(pk=tag.pk).update(name=name)

    assert news(user, seq) == [("TAG", tag.uid, "UPSERT", 1)]


def test_what_is_undone_is_no_change(seq, user):
    with transaction.atomic():
        TagFactory(owner=user)
        transaction.set_rollback(True)
    tag = TagFactory(owner=user)

    assert news(user, seq) == [("TAG", tag.uid, "UPSERT", 1)]
    assert FeedHead.objects.get(pk=user.pk).seq == seq + 1


def test_two_people_may_have_the_same_id(seq, user, stranger):
    tag = TagFactory(owner=user)
    before = FeedHead.objects.get(pk=stranger.pk).seq
    TagFactory(owner=stranger, uid=tag.uid)
    Tag.objects.filter(owner=stranger, uid=tag.uid).update(colour="#000000")

    assert news(user, seq) == [("TAG", tag.uid, "UPSERT", 1)]
    assert news(stranger, before) == [("TAG", tag.uid, "UPSERT", 1)]


def test_a_change_of_many_people_is_in_the_feed_of_each(db):
    people = UserFactory.create_batch(3)
    for person in people:
        TagFactory.create_batch(2, owner=person)
    noted()
    heads = dict(FeedHead.objects.values_list("pk", "seq"))

    Tag.objects.update(colour="#000000")

    assert [len(news(person, heads[person.pk])) for person in people] == [2, 2, 2]


def test_everybody_has_a_feed_that_goes_with_them(user, stranger):
    furnish(user)
    furnish(stranger)
    noted()

    erasing.erase([user.pk])

    noted()
    assert not Change.objects.filter(owner_id=user.pk).exists()
    assert not FeedHead.objects.filter(pk=user.pk).exists()
    assert FeedHead.objects.filter(pk=stranger.pk).exists()
    assert Change.objects.filter(owner_id=stranger.pk).count() == 7


def test_in_whichever_order_an_account_goes(user):
    furnish(user)
    noted()

    for model in [User, *reversed([model for model, _ in erasing._tables()])]:
        models.QuerySet(model)._raw_delete("default")

    noted()

    assert list(Change.objects.all()) == list(FeedHead.objects.all()) == []


def test_a_review_state_by_itself_changes_its_question(seq, user):
    state = ReviewStateFactory(owner=user)
    noted()
    before = FeedHead.objects.get(pk=user.pk).seq

    ReviewState.objects.filter(pk=state.pk).update(postponed_until=NOW)

    assert news(user, before) == [("QUESTION", state.question.uid, "UPSERT", 1)]


def test_an_attempt_moves_its_question_which_shows_it(seq, user):
    question = QuestionFactory(owner=user)
    noted()
    before = FeedHead.objects.get(pk=user.pk).seq

    log = QuestionLogFactory(question=question)

    assert sorted(news(user, before)) == [
        ("LOG", log.uid, "UPSERT", 1),
        ("QUESTION", question.uid, "UPSERT", 1),
    ]
