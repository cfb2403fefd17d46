"""Many rows in one call, as clients make it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.idempotency.models import IdempotencyRecord
from domain.practice.models import QuestionLog
from domain.questions.models import Question, QuestionTag, Tag
from tests.client import node_id
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    TagFactory,
)
from tests.schema.tables import nothing_changes

QUESTION = "question { id title slug version deletedAt tags { name } }"
LOG = "questionLog { id outcome notes version deletedAt question { title tags { name } } }"
MUTATIONS = ("createQuestions", "updateQuestions", "deleteQuestions")
LOG_MUTATIONS = ("createQuestionLogs", "updateQuestionLogs", "deleteQuestionLogs")


def operation(name: str, row: str | None = None) -> str:
    """A call that shows all of its result."""
    type_ = "BulkQuestionLogs" if name in LOG_MUTATIONS else "BulkQuestions"
    row = (LOG if name in LOG_MUTATIONS else QUESTION) if row is None else row
    return f"""
      mutation ($input: {name[0].upper()}{name[1:]}Input!) {{
        {name}(input: $input) {{
          ... on {type_} {{
            succeeded failed results {{ index status {row} messages {{ field code message }} }}
          }}
          ... on OperationInfo {{ messages {{ field code }} }}
        }}
      }}
    """


@pytest.fixture
def call(graphql, token):
    """Make a call; by default all or nothing."""

    def call(name: str, *items: dict[str, Any], row: str | None = None, **input: Any) -> Any:
        return graphql(operation(name, row), token=token, input={"items": items, **input})

    return call


def told(answer: Any) -> list[Any]:
    """Of each row its status, or what is wrong."""
    return [
        [(said["field"], said["code"]) for said in result["messages"]] or result["status"]
        for result in answer.only["results"]
    ]


def counts(answer: Any) -> tuple[int, int]:
    """How many rows succeeded and failed."""
    return answer.only["succeeded"], answer.only["failed"]


def test_creates_questions_and_shows_each(call, user):
    tag = TagFactory(owner=user, name="by id")

    answer = call(
        "createQuestions",
        {"title": "A", "tags": [{"id": node_id(tag)}, {"name": "by name"}]},
        {"title": "B", "url": "https://leetcode.com/problems/b/"},
    )

    first, second = Question.objects.order_by("title")
    assert answer.only == {
        "succeeded": 2,
        "failed": 0,
        "results": [
            {
                "index": 0,
                "status": "CREATED",
                "messages": [],
                "question": {
                    "id": node_id(first), "title": "A", "slug": "a", "version": 1,
                    "deletedAt": None, "tags": [{"name": "by id"}, {"name": "by name"}],
                },
            },
            {
                "index": 1,
                "status": "CREATED",
                "messages": [],
                "question": {
                    "id": node_id(second), "title": "B", "slug": "b", "version": 1,
                    "deletedAt": None, "tags": [],
                },
            },
        ],
    }  # fmt: skip
    assert (second.platform, second.external_id) == ("LEETCODE", "b")


@pytest.mark.parametrize("policy", ["REJECT_ALL", "SKIP_FAILED"])
def test_creates_all_or_what_can_be(policy, call, user, stranger):
    items = [
        {"title": "A"},
        {"title": ""},
        {"title": "B", "tags": [{"id": node_id(TagFactory(owner=stranger))}]},
        {"title": "C", "tags": [{"name": "x", "id": node_id(TagFactory(owner=user))}]},
        {"title": "D", "tags": [{"name": f"t{n}"} for n in range(51)]},
        {"title": "E", "idempotencyKey": "k"},
        {"title": "F", "slug": "f"},
        {"title": "G", "slug": "f"},
    ]

    answer = call("createQuestions", *items, errorPolicy=policy)

    refusals = {
        1: [("title", "blank")],
        2: [("tags", "not_found")],
        3: [("tags", "id_or_name")],
        4: [("tags", "too_many_tags")],
        5: [("idempotencyKey", "key_of_the_call")],
        7: [("slug", "slug_taken")],
    }
    stored = "CREATED" if policy == "SKIP_FAILED" else "NOT_DONE"
    assert told(answer) == [refusals.get(index, stored) for index in range(8)]
    titles = set(Question.objects.values_list("title", flat=True))
    assert titles == ({"A", "F"} if policy == "SKIP_FAILED" else set())
    assert counts(answer) == (len(titles), 6)
    assert (
        not Tag.objects.filter(name__startswith="t")
        .exclude(owner=stranger)
        .exclude(name__startswith="tag")
    )


def test_updates_questions(call, user, stranger):
    mine, other, starred = QuestionFactory.create_batch(3, owner=user)
    foreign = QuestionFactory(owner=stranger)
    tag = TagFactory(owner=user)

    answer = call(
        "updateQuestions",
        {"id": node_id(mine), "title": "New", "tags": [{"id": node_id(tag)}]},
        {"id": node_id(other), "notes": "x", "expectedVersion": 2},
        {"id": node_id(starred), "isStarred": False},
        {"id": node_id(foreign), "title": "New"},
        {"id": node_id(mine), "title": "Newer"},
        {"id": node_id(tag), "title": "New"},
        errorPolicy="SKIP_FAILED",
    )

    assert told(answer) == [
        "UPDATED",
        [("expectedVersion", "conflict")],
        "UNCHANGED",
        [("id", "not_found")],
        [("id", "sent_twice")],
        [("id", "not_found")],
    ]
    shown = [
        result["question"] and result["question"]["title"] for result in answer.only["results"]
    ]
    assert shown == ["New", other.title, starred.title, None, None, None]
    assert answer.only["results"][1]["question"]["version"] == 1
    assert QuestionTag.objects.get().tag == tag


def test_deletes_questions_with_their_attempts(call, user, stranger):
    log = QuestionLogFactory(question__owner=user)
    foreign = QuestionFactory(owner=stranger)
    items = [{"id": node_id(log.question)}, {"id": node_id(foreign)}]

    with nothing_changes():
        rejected = call("deleteQuestions", *items)
    skipped = call("deleteQuestions", *items, errorPolicy="SKIP_FAILED")

    assert told(rejected) == ["NOT_DONE", [("id", "not_found")]]
    assert told(skipped) == ["DELETED", [("id", "not_found")]]
    assert skipped.only["results"][0]["question"]["deletedAt"]
    assert Question.objects.live().get() == foreign
    assert not QuestionLog.objects.live().exists()


def test_creates_updates_and_deletes_attempts(call, user, stranger):
    question = QuestionFactory(owner=user, title="Mine")
    foreign = QuestionFactory(owner=stranger)

    created = call(
        "createQuestionLogs",
        {"question": node_id(question), "outcome": "SOLVED"},
        {"question": node_id(foreign), "outcome": "SOLVED"},
        {
            "question": node_id(question),
            "outcome": "FAILED",
            "attemptedAt": "2999-01-01T00:00:00Z",
        },
        {"question": node_id(question), "outcome": "SOLVED", "idempotencyKey": "k"},
        errorPolicy="SKIP_FAILED",
    )
    log = QuestionLog.objects.get()
    items = [{"id": node_id(log), "notes": "x"}]
    updated = call(
        "updateQuestionLogs", *items, {"id": node_id(question)}, errorPolicy="SKIP_FAILED"
    )
    conflict = call("deleteQuestionLogs", {"id": node_id(log), "expectedVersion": 1})
    deleted = call("deleteQuestionLogs", {"id": node_id(log), "expectedVersion": 2})

    assert told(created) == [
        "CREATED",
        [("question", "not_found")],
        [("attemptedAt", "in_the_future")],
        [("idempotencyKey", "key_of_the_call")],
    ]
    assert created.only["results"][0]["questionLog"]["question"]["title"] == "Mine"
    assert told(updated) == ["UPDATED", [("id", "not_found")]]
    assert told(conflict) == [[("expectedVersion", "conflict")]]
    assert conflict.only["results"][0]["questionLog"]["notes"] == "x"
    assert told(deleted) == ["DELETED"]
    question.refresh_from_db()
    assert question.log_count == 0


@pytest.mark.parametrize("name", [*MUTATIONS, *LOG_MUTATIONS])
@pytest.mark.parametrize("count", [0, 1001])
def test_refuses_no_rows_and_too_many(name, count, call, user):
    id = node_id(QuestionFactory(owner=user))
    item = {
        "createQuestions": {"title": "x"},
        "createQuestionLogs": {"question": id, "outcome": "SOLVED"},
    }

    with nothing_changes():
        answer = call(name, *[item.get(name, {"id": id})] * count)

    assert (answer.codes, answer.fields) == (["row_count"], ["items"])


class TestWithAKey:
    def test_the_second_call_gets_the_first_answer(self, call):
        items = ({"title": "A"}, {"title": ""}, {"title": "B", "slug": "a"})
        input = {"errorPolicy": "SKIP_FAILED", "idempotencyKey": "k"}

        first = call("createQuestions", *items, **input)
        with nothing_changes():
            second = call("createQuestions", *items, **input)

        assert counts(first) == (2, 1)
        assert second.body == first.body

    def test_attempts_are_logged_once(self, call, user):
        items = [{"question": node_id(QuestionFactory(owner=user)), "outcome": "SOLVED"}] * 3

        first = call("createQuestionLogs", *items, idempotencyKey="k")
        second = call("createQuestionLogs", *items, idempotencyKey="k")

        assert counts(first) == (3, 0)
        assert second.body == first.body
        assert QuestionLog.objects.count() == 3

    def test_what_was_made_is_shown_as_it_is_now(self, call):
        call("createQuestions", {"title": "A"}, {"title": "B"}, idempotencyKey="k")
        Question.objects.filter(title="A").update(deleted_at=NOW)
        Question.objects.filter(title="B").delete()

        again = call("createQuestions", {"title": "A"}, {"title": "B"}, idempotencyKey="k")

        assert told(again) == ["CREATED", "CREATED"]
        assert again.only["results"][0]["question"]["deletedAt"]
        assert again.only["results"][1]["question"] is None

    @pytest.mark.parametrize("policy", ["REJECT_ALL", "SKIP_FAILED"])
    def test_a_call_that_stores_nothing_frees_the_key(self, policy, call):
        input = {"errorPolicy": policy, "idempotencyKey": "k"}
        with nothing_changes():
            assert counts(call("createQuestions", {"title": ""}, **input)) == (0, 1)

        assert counts(call("createQuestions", {"title": "A"}, **input)) == (1, 0)

    def test_other_items_are_refused(self, call):
        call("createQuestions", {"title": "A"}, idempotencyKey="k")

        answer = call("createQuestions", {"title": "B"}, idempotencyKey="k")

        assert answer.codes == ["idempotency_mismatch"]

    def test_what_was_sent_is_not_kept(self, call):
        secret = "what nobody else should read"
        items = ({"title": secret}, {"title": secret, "slug": "x" * 256})

        call("createQuestions", *items, errorPolicy="SKIP_FAILED", idempotencyKey="k")

        assert secret not in str(IdempotencyRecord.objects.values().get())


def test_takes_a_thousand_full_rows(call):
    tags = [{"kind": "TOPIC", "name": f"t{n}"} for n in range(10)]
    items = [
        {
            "title": f"T{n}", "slug": f"s{n}", "url": f"https://example.com/{n}", "notes": "n",
            "platform": "LEETCODE", "externalId": f"{n}", "content": "c", "source": "s",
            "difficulty": "EASY", "platformRating": 9, "importance": 3, "isStarred": True,
            "isArchived": False, "targetSeconds": 60, "tags": tags,
        }
        for n in range(1000)
    ]  # fmt: skip

    answer = call("createQuestions", *items)

    assert counts(answer) == (1000, 0)
    assert QuestionTag.objects.count() == 10_000
    assert answer.only["results"][999]["question"]["slug"] == "s999"


class TestStatements:
    def counted(self, call, name, *items, **options):
        with CaptureQueriesContext(connection) as captured:
            assert call(name, *items, **options).only["failed"] == 0
        return len(captured)

    def test_are_as_many_for_two_rows_as_for_thirty(self, call, user):
        QuestionFactory(owner=user)
        TagFactory(owner=user, name="u")
        found = []
        for size in (2, 30):
            created = self.counted(
                call,
                "createQuestions",
                *[{"title": f"{size}", "tags": [{"name": f"{size}-{n}"}]} for n in range(size)],
            )
            rows = list(Question.objects.filter(title=str(size)))
            logged = self.counted(
                call,
                "createQuestionLogs",
                *[{"question": node_id(row), "outcome": "SOLVED"} for row in rows],
            )
            logs = list(QuestionLog.objects.filter(question__in=rows))
            found.append(
                [
                    created,
                    logged,
                    self.counted(
                        call,
                        "updateQuestions",
                        *[
                            {"id": node_id(row), "notes": "x", "tags": [{"name": "u"}]}
                            for row in rows
                        ],
                    ),
                    self.counted(
                        call,
                        "updateQuestionLogs",
                        *[{"id": node_id(log), "notes": "x"} for log in logs],
                    ),
                    self.counted(
                        call, "deleteQuestionLogs", *[{"id": node_id(log)} for log in logs]
                    ),
                    self.counted(call, "deleteQuestions", *[{"id": node_id(row)} for row in rows]),
                ]
            )

        assert found[0] == found[1]

    def test_are_none_for_rows_that_are_not_shown(self, call, user):
        ids = [{"id": node_id(QuestionFactory(owner=user)), "isStarred": True}]

        shown = self.counted(call, "updateQuestions", *ids)
        ids[0]["isStarred"] = False
        hidden = self.counted(call, "updateQuestions", *ids, row="")

        assert shown - hidden == 2

    def test_are_shared_by_aliases_and_fragments(self, graphql, token, user):
        for _ in range(3):
            QuestionTagFactory(question__owner=user, tag__owner=user)
        operation = """mutation ($items: [DeleteQuestionInput!]!) {
          deleteQuestions(input: {items: $items}) { ... on BulkQuestions { results {
            a: question { title } ... { b: question { notes tags { name } } }
          } } }
        }"""
        items = [{"id": node_id(row)} for row in Question.objects.all()]

        with CaptureQueriesContext(connection) as captured:
            data = graphql(operation, token=token, items=items).only

        assert [len(result["b"]["tags"]) for result in data["results"]] == [1, 1, 1]
        selects = [each["sql"] for each in captured if "questions_tag" in each["sql"]]
        assert len(selects) == 1


class TestCost:
    DEEP = "question { logs(first: 100) { edges { node { question { title } } } } }"

    def test_counts_the_rows_that_are_sent(self, call, user):
        items = [{"id": node_id(row)} for row in QuestionFactory.create_batch(100, owner=user)]

        with nothing_changes():
            refused = call("deleteQuestions", *items, row=self.DEEP)
        allowed = call("deleteQuestions", *items[:9], row=self.DEEP)

        assert refused.codes == ["COST_EXCEEDED"]
        assert counts(allowed) == (9, 0)

    def test_counts_items_however_they_are_written(self, graphql, token, user):
        ids = [node_id(row) for row in QuestionFactory.create_batch(100, owner=user)]
        listed = "[" + ", ".join(f'{{id: "{id}"}}' for id in ids) + "]"
        shown = f"... on BulkQuestions {{ results {{ {self.DEEP} }} }}"
        spelled = f"mutation {{ deleteQuestions(input: {{items: {listed}}}) {{ {shown} }} }}"
        variable = f"""mutation ($items: [DeleteQuestionInput!]!) {{
          deleteQuestions(input: {{items: $items}}) {{ {shown} }}
        }}"""

        with nothing_changes():
            first = graphql(spelled, token=token)
            second = graphql(variable, token=token, items=[{"id": id} for id in ids])

        assert first.codes == second.codes == ["COST_EXCEEDED"]

    def test_a_nested_list_is_read_once(self, call, user):
        row = QuestionFactory(owner=user)
        twice = "question { a: logs(first: 1) { totalCount } b: logs(first: 2) { totalCount } }"

        with nothing_changes():
            answer = call("deleteQuestions", {"id": node_id(row)}, row=twice)

        assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_due_dates_follow_at_once(call, user):
    question = QuestionFactory(owner=user)
    shown = "questionLog { question { logCount dueAt review { reps } } }"
    items = [
        {
            "question": node_id(question),
            "outcome": "SOLVED",
            "attemptedAt": (NOW - timedelta(days=days)).isoformat(),
        }
        for days in (1, 2)
    ]

    answer = call("createQuestionLogs", *items, row=shown)

    question.refresh_from_db()
    after = {
        "logCount": 2,
        "dueAt": question.due_at.isoformat().replace("+00:00", "Z"),
        "review": {"reps": 2},
    }
    assert [result["questionLog"]["question"] for result in answer.only["results"]] == [after] * 2
