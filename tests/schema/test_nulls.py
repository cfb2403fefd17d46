"""Null in a nullable input: as good as absent, or empties, or is refused by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from graphql import GraphQLNonNull
from strawberry.types.base import StrawberryMaybe, StrawberryOptional

from domain.practice.models import QuestionLog, ReviewBaseline, ReviewStage
from domain.questions.models import Question, Tag
from schema.root import schema
from tests.client import node_id
from tests.factories import (
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    StudyListFactory,
    StudyListItemFactory,
    TagFactory,
)
from tests.schema.canaries.calling import MUTATIONS, input_of
from tests.schema.rows import UPDATE_EACH
from tests.schema.tables import nothing_changes

# What each mutation needs, as little as it takes; the words stand for rows.
NEEDED: dict[str, dict[str, Any]] = {
    "createQuestion": {"title": "New"},
    "updateQuestion": {"id": "question"},
    "deleteQuestion": {"id": "question"},
    "createQuestions": {"items": [{"title": "New"}]},
    "createTag": {"name": "new"},
    "updateTag": {"id": "tag"},
    "deleteTag": {"id": "tag"},
    "createStudyList": {"name": "New"},
    "cloneBuiltInList": {"list": "BLIND_75"},
    "updateStudyList": {"id": "list"},
    "deleteStudyList": {"id": "list"},
    "addToStudyList": {"id": "list", "questions": ["question"]},
    "removeFromStudyList": {"id": "list", "questions": ["listed"]},
    "reorderStudyList": {"id": "list", "order": [{"question": "listed"}]},
    "createGoal": {"name": "New", "date": "2027-01-01", "company": "company"},
    "updateGoal": {"id": "goal"},
    "deleteGoal": {"id": "goal"},
    "createQuestionLog": {"question": "question", "outcome": "SOLVED"},
    "updateQuestionLog": {"id": "log"},
    "deleteQuestionLog": {"id": "log"},
    "createQuestionLogs": {"items": [{"question": "question", "outcome": "SOLVED"}]},
    "setReviewBaseline": {
        "id": "question", "stability": 9, "difficulty": 5, "reviewedAt": "2026-03-01T00:00:00Z",
    },
    "postponeQuestion": {"id": "question"},
    "startPracticeSession": {"questions": ["question"]},
    "updateSettings": {},
}  # fmt: skip
# Tested below, or there are more steps to them.
ELSEWHERE = {
    "nextPracticeQuestion",
    "finishPracticeSession",
    "createShareLink",
    "startExport",
    "importQuestions",
    "startImport",
    "previewImport",
    "revertImport",
}
# Columns that nothing can empty. All other fields take null.
REFUSED = {
    "updateQuestion": {"title", "platform", "importance", "isStarred", "isArchived"},
    "updateTag": {"name", "kind"},
    "updateStudyList": {"name"},
    "updateGoal": {"date", "name", "targetRetention"},
    "updateQuestionLog": {"outcome", "attemptedAt", "help", "countsForReview"},
    "updateSettings": {
        "timezone", "dayStartHour", "weekStart", "desiredRetention", "maximumIntervalDays",
        "newPerDay", "reviewsPerDay", "sameDayRepeat",
    },
}  # fmt: skip


def nullable(mutation: str) -> Iterator[str]:
    """The inputs of a mutation that take null."""
    type_ = input_of(mutation)
    for name, field in type_.fields.items() if type_ else ():
        if not isinstance(field.type, GraphQLNonNull) and not field.ast_node.default_value:
            yield name


def operation(mutation: str) -> str:
    """The mutation, of whose answer only refusals are selected."""
    refusals = "__typename ... on OperationInfo { messages { field code } }"
    return (
        f"mutation ($input: {input_of(mutation).name}!) "
        f"{{ {mutation}(input: $input) {{ {refusals} }} }}"
    )


@contextmanager
def undone() -> Iterator[None]:
    """What is stored within is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def rows(user):
    """A row of each kind, by the word that stands for it."""
    listed = StudyListItemFactory(study_list=StudyListFactory(owner=user), question__owner=user)
    rows = {
        "question": QuestionFactory(owner=user),
        "tag": TagFactory(owner=user),
        "company": TagFactory(owner=user, kind="COMPANY"),
        "list": listed.study_list,
        "listed": listed.question,
        "goal": GoalFactory(owner=user, name="Interview"),
        "log": QuestionLogFactory(question__owner=user),
    }
    return {word: node_id(row) for word, row in rows.items()}


def filled(needed: Any, rows: dict[str, str]) -> Any:
    """The same with ids for the words."""
    if isinstance(needed, dict):
        return {name: filled(value, rows) for name, value in needed.items()}
    if isinstance(needed, list):
        return [filled(value, rows) for value in needed]
    return rows.get(needed, needed) if isinstance(needed, str) else needed


@pytest.mark.once
def test_every_mutation_that_takes_null_is_here():
    taking = {name for name in MUTATIONS if list(nullable(name))}

    assert taking - ELSEWHERE - {*NEEDED} == set()


@pytest.mark.once
def test_no_input_refuses_null_before_its_field_can_be_named():
    types = schema._schema.type_map.values()
    inputs = [type_.extensions.get("strawberry-definition") for type_ in types]

    maybe = [
        field
        for definition in inputs
        for field in getattr(definition, "fields", ())
        if isinstance(field.type, StrawberryMaybe)
    ]
    assert len(maybe) > 100
    assert all(isinstance(field.type.of_type, StrawberryOptional) for field in maybe)


@pytest.mark.once
@pytest.mark.parametrize("mutation", NEEDED)
def test_is_taken_or_refused_by_name(mutation, graphql, token, rows):
    needed = filled(NEEDED[mutation], rows)

    for field in nullable(mutation):
        with undone():
            answer = graphql(operation(mutation), token=token, input={**needed, field: None})

        refused = field in REFUSED.get(mutation, ())
        assert answer.codes == (["null"] if refused else []), field
        if refused:
            assert answer.fields == [field]


def test_empties_what_can_be_empty(graphql, token, user):
    question = QuestionFactory(owner=user, notes="x", url="https://example.org/", difficulty=1)
    question.tags.add(TagFactory(owner=user), through_defaults={"owner": user})
    log = QuestionLogFactory(question=question, rating=3, language="C", mistakes=["BUG"])
    emptied = {"notes": None, "url": None, "difficulty": None, "tags": None}
    forgotten = {"rating": None, "language": None, "mistakes": None}

    for mutation, row, nulls in (
        ("updateQuestion", question, emptied),
        ("updateQuestionLog", log, forgotten),
    ):
        graphql(operation(mutation), token=token, input={"id": node_id(row), **nulls})

    question, log = Question.objects.get(), QuestionLog.objects.get()
    assert (question.notes, question.url, question.difficulty) == ("", "", None)
    assert list(question.tags.all()) == []
    assert (log.rating, log.language, log.mistakes) == (None, "", [])


def test_gives_new_rows_their_defaults(graphql, token, rows):
    question = dict.fromkeys(nullable("createQuestion"))
    tag = dict.fromkeys(nullable("createTag"))
    log = dict.fromkeys(nullable("createQuestionLog"))

    for mutation, needed in (
        ("createQuestion", {**question, "title": "All null"}),
        ("createTag", {**tag, "name": "all null"}),
        ("createQuestionLog", {**log, "question": rows["question"], "outcome": "SOLVED"}),
    ):
        answer = graphql(operation(mutation), token=token, input=needed)
        assert answer.codes == [], mutation

    made = Question.objects.get(title="All null")
    assert (made.slug, made.platform, made.importance) == ("all-null", "OTHER", 2)
    assert (made.is_starred, made.notes, made.external_id) == (False, "", None)
    assert Tag.objects.get(name="all null").kind == "CUSTOM"
    assert QuestionLog.objects.latest("pk").help == "NONE"


def test_of_one_row_leaves_the_other_rows_alone(graphql, token, user):
    first, second = QuestionFactory.create_batch(2, owner=user, importance=1)
    items = [
        {"id": node_id(first), "importance": None, "expectedVersion": None},
        {"id": node_id(second), "importance": 4, "expectedVersion": None},
    ]

    results = graphql(UPDATE_EACH, token=token, items=items).only["results"]

    assert results == [
        {"status": "FAILED", "messages": [{"field": "importance", "code": "null"}]},
        {"status": "UPDATED", "messages": []},
    ]


def test_also_when_it_stands_in_the_document(graphql, token, user):
    question = QuestionFactory(owner=user)
    operation = """mutation ($id: ID!) {
      updateQuestion(input: {id: $id, title: null, expectedVersion: null}) {
        ... on OperationInfo { messages { field code } }
      }
    }"""

    with nothing_changes():
        answer = graphql(operation, token=token, id=node_id(question))

    assert (answer.codes, answer.fields) == (["null"], ["title"])


def test_a_baseline_has_the_same_defaults_as_without_it(graphql, token, rows):
    needed = filled(NEEDED["setReviewBaseline"], rows)
    nulls = dict.fromkeys(nullable("setReviewBaseline"))

    answer = graphql(operation("setReviewBaseline"), token=token, input={**needed, **nulls})

    assert answer.codes == []
    stored = ReviewBaseline.objects.get()
    assert (stored.state, stored.reps, stored.lapses) == (ReviewStage.REVIEW, 1, 0)
