"""Which new questions come next."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.practice import suggesting
from domain.practice.models import ReviewStage
from domain.questions.models import Difficulty, Question
from tests.domain.practice.test_queue import prefer
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    ReviewStateFactory,
    StudyListFactory,
    StudyListItemFactory,
    TagFactory,
)

DAY = timedelta(days=1)
UNTOUCHED = {
    "state": ReviewStage.NEW,
    "stability": None,
    "due_at": None,
    "last_review_at": None,
    "question__log_count": 0,
}


def suggest(user, *, limit=100, **options):
    """What a person with the settings that they have now should take up next."""
    return suggesting.next_questions(
        owner=user, settings=user.settings, at=NOW, limit=limit, **options
    )


def titles(found):
    return [suggestion.question.title for suggestion in found]


def tagged(user, name, *, solved=0, failed=0):
    """A tag with attempts at a question that has it."""
    tag = TagFactory(owner=user, name=name)
    QuestionTagFactory(
        question=QuestionFactory(owner=user, log_count=solved + failed, solved_count=solved),
        tag=tag,
    )
    return tag


def new(user, title, *tags, **values):
    """A question that was never attempted."""
    question = QuestionFactory(owner=user, title=title, **values)
    for tag in tags:
        QuestionTagFactory(question=question, tag=tag)
    return question


def test_orders_by_importance_then_difficulty_then_age(user):
    new(user, "unknown")
    new(user, "medium", difficulty=Difficulty.MEDIUM)
    new(user, "easy", difficulty=Difficulty.EASY)
    new(user, "older and easy", difficulty=Difficulty.EASY, created_at=NOW - DAY)
    new(user, "hard and important", difficulty=Difficulty.HARD, importance=4)
    new(user, "unimportant", difficulty=Difficulty.EASY, importance=1)

    found = suggest(user)

    assert [(each.question.title, each.reason) for each in found] == [
        ("hard and important", "importance 4 of 4, hard"),
        ("older and easy", "importance 2 of 4, easy"),
        ("easy", "importance 2 of 4, easy"),
        ("medium", "importance 2 of 4, medium"),
        ("unknown", "importance 2 of 4"),
        ("unimportant", "importance 1 of 4, easy"),
    ]


def test_equals_have_a_fixed_order(user):
    rows = [new(user, f"{n}") for n in range(20)]

    in_order = [row.title for row in sorted(rows, key=lambda row: row.uid)]
    assert titles(suggest(user)) == in_order
    assert titles(suggest(user, limit=3)) == in_order[:3]


@pytest.mark.parametrize(
    "values",
    [
        {"log_count": 1},
        {"is_archived": True},
        {"deleted_at": NOW},
        {"due_at": NOW},
    ],
    ids=lambda values: next(iter(values)),
)
def test_leaves_out_what_is_not_new(values, user):
    new(user, "x", **values)

    assert suggest(user) == []


@pytest.mark.parametrize(
    ("values", "is_there"),
    [
        ({}, True),
        ({"is_suspended": True}, False),
        ({"postponed_until": NOW}, True),
        ({"postponed_until": NOW + timedelta(microseconds=1)}, False),
    ],
)
def test_leaves_out_what_is_put_off(values, is_there, user):
    ReviewStateFactory(owner=user, **UNTOUCHED, **values)

    assert len(suggest(user)) == is_there


def test_has_nobody_elses_and_only_the_rows_that_it_is_given(user, stranger):
    new(stranger, "theirs")
    mine = new(user, "mine")
    new(user, "other")

    assert titles(suggest(user, questions=Question.objects.filter(pk=mine.pk))) == ["mine"]
    assert sorted(titles(suggest(user))) == ["mine", "other"]


@pytest.mark.parametrize(("per_day", "done", "size"), [(5, 0, 5), (5, 2, 3), (5, 6, 0), (0, 0, 0)])
def test_without_a_limit_takes_what_the_day_leaves(per_day, done, size, user):
    prefer(user, new_per_day=per_day)
    for n in range(8):
        new(user, f"{n}")
    for _ in range(done):
        QuestionLogFactory(question__owner=user, attempted_at=NOW)

    assert len(suggest(user, limit=None)) == size
    assert len(suggest(user, limit=7)) == 7
    assert suggest(user, limit=0) == []


def test_follows_a_list_in_its_order(user):
    blind = StudyListFactory(owner=user, name="Blind 75")
    other = StudyListFactory(owner=user)
    for title, position, section in (("c", 5, ""), ("a", 0, "Arrays"), ("b", 3, "Graphs")):
        question = new(user, title, importance=1 + position % 4)
        StudyListItemFactory(study_list=other, question=question, position=9 - position)
        StudyListItemFactory(
            study_list=blind, question=question, position=position, section=section
        )
    begun = new(user, "begun", log_count=1)
    StudyListItemFactory(study_list=blind, question=begun, position=1)
    StudyListItemFactory(study_list=other, question=new(user, "not on it"), position=1)

    found = suggest(user, study_list=blind)

    assert [(each.question.title, each.reason) for each in found] == [
        ("a", "next in Blind 75: Arrays"),
        ("b", "next in Blind 75: Graphs"),
        ("c", "next in Blind 75"),
    ]


def test_an_empty_list_has_nothing(user):
    new(user, "x")

    assert suggest(user, study_list=StudyListFactory(owner=user)) == []


def test_begins_with_the_weakest_tag(user):
    graphs = tagged(user, "graphs", solved=7, failed=13)
    arrays = tagged(user, "arrays", solved=9, failed=1)
    untried = tagged(user, "untried", failed=2)
    new(user, "plain", importance=4)
    new(user, "untried", untried, importance=3)
    new(user, "arrays", arrays, untried)
    new(user, "both", arrays, graphs, importance=1)

    found = suggest(user, weak_tags=True)

    assert [(each.question.title, each.reason) for each in found] == [
        ("both", "weakest tag graphs: 35 % solved of 20"),
        ("arrays", "weakest tag arrays: 90 % solved of 10"),
        ("plain", "importance 4 of 4"),
        ("untried", "importance 3 of 4"),
    ]


def test_equally_weak_tags_leave_the_order_to_importance(user):
    few, many = tagged(user, "few", solved=1, failed=3), tagged(user, "many", solved=10, failed=30)
    new(user, "many", many, importance=3)
    new(user, "few", few, importance=4)
    new(user, "both", few, many, importance=2)

    found = suggest(user, weak_tags=True)

    assert titles(found) == ["few", "many", "both"]
    assert found[2].reason == "weakest tag many: 25 % solved of 40"


def test_without_attempts_no_tag_is_weak(user):
    new(user, "x", tagged(user, "untried", failed=2))

    assert [each.reason for each in suggest(user, weak_tags=True)] == ["importance 2 of 4"]


def test_weak_tags_of_a_list_come_before_its_order(user):
    graphs = tagged(user, "graphs", failed=4)
    blind = StudyListFactory(owner=user, name="Blind 75")
    for position, question in enumerate([new(user, "a"), new(user, "b", graphs), new(user, "c")]):
        StudyListItemFactory(study_list=blind, question=question, position=position)

    found = suggest(user, study_list=blind, weak_tags=True)

    assert titles(found) == ["b", "a", "c"]
    assert found[0].reason == "weakest tag graphs: 0 % solved of 4; next in Blind 75"


def test_the_rate_of_a_tag_is_that_of_all_its_live_questions_of_the_owner(user, stranger):
    tag = tagged(user, "graphs", solved=1, failed=1)
    more = [
        {"log_count": 2, "solved_count": 2, "is_archived": True},
        {"log_count": 50, "solved_count": 0, "deleted_at": NOW},
    ]
    for values in more:
        QuestionTagFactory(question=QuestionFactory(owner=user, **values), tag=tag)
    # No service makes such a link; were there one, it would say nothing.
    theirs = QuestionFactory(owner=stranger, log_count=50)
    QuestionTagFactory(question=theirs, tag=tag, owner=user)
    TagFactory(owner=user, name="gone", deleted_at=NOW)
    tagged(stranger, "theirs", failed=9)
    gone = tagged(user, "trashed", failed=9)
    gone.deleted_at = NOW
    gone.save()

    (found,) = suggesting.weakest_tags(user)

    assert (found.name, found.rate, found.attempts) == ("graphs", 0.75, 4)


@pytest.mark.parametrize(
    ("options", "statements"),
    [({}, 2), ({"limit": None}, 3), ({"weak_tags": True}, 3), ({"study_list": "its"}, 2)],
    ids=str,
)
def test_takes_as_many_statements_however_many_there_are(options, statements, user):
    study_list = StudyListFactory(owner=user)
    counts = []
    for round_ in range(2):
        for n in range(15):
            question = new(user, f"{n}", tagged(user, f"{round_} {n}", failed=n))
            StudyListItemFactory(study_list=study_list, question=question, position=n)
        chosen = options | ({"study_list": study_list} if "study_list" in options else {})
        with CaptureQueriesContext(connection) as captured:
            suggest(user, **chosen)
        counts.append(len(captured))

    assert counts == [statements] * 2
