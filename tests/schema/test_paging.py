"""Pages: forwards and backwards, by every ordering, at the root and nested."""

from datetime import timedelta
from typing import Any

import pytest

from domain.lists.models import StudyList
from domain.practice.models import QuestionLog
from domain.questions.models import Question, Tag
from tests.client import cursor, node_id
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
    StudyListFactory,
    TagFactory,
    UserFactory,
)
from tests.schema.lists import LISTS, PAGE, pages, sorted_like_a_list


@pytest.fixture
def many(user) -> dict[str, list[Any]]:
    """Rows with equal and missing values, made in no order, and a stranger's in between."""
    moments = [NOW + timedelta(minutes=minute % 7) for minute in range(30)]
    stranger = UserFactory()
    for number, moment in enumerate(moments):
        for owner in (user, stranger):
            QuestionFactory(
                owner=owner,
                title="abcdefg"[number % 5],
                difficulty=[None, 1, 2, 3][number % 4],
                importance=1 + number % 3,
                created_at=moment,
                last_attempted_at=[None, moment][number % 2],
                due_at=[moment, None, moment][number % 3],
            )
            name = f"{'abc'[number % 3]}{number:02}"
            TagFactory(owner=owner, name=name, created_at=moment)
            StudyListFactory(owner=owner, name=name, created_at=moment)
    logged = QuestionFactory(owner=user, title="g", deleted_at=None)
    for moment in moments:
        QuestionLog.objects.create(
            owner=user, question=logged, attempted_at=moment, outcome="SOLVED"
        )
    return {
        "questions": list(Question.objects.owned_by(user)),
        "tags": list(Tag.objects.owned_by(user)),
        "studyLists": list(StudyList.objects.owned_by(user)),
        "questionLogs": list(QuestionLog.objects.owned_by(user)),
    }


@pytest.mark.parametrize(("name", "field"), LISTS)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_pages_together_are_the_sorted_list(
    name, field, direction, backwards, graphql, token, many
):
    expected = sorted_like_a_list(many[name], field.lower(), descending=direction == "DESC")

    def ask(arguments: str) -> Any:
        order = f"orderBy: {{field: {field}, direction: {direction}}}"
        return graphql(f"{{ {name}({order}, {arguments}) {{ {PAGE} }} }}", token=token).only

    for size in (7, 100):
        read = list(pages(ask, size=size, backwards=backwards))
        if backwards:
            read.reverse()

        assert [id for page in read for id in page] == expected
        assert len(read) == -(-len(expected) // size)


@pytest.mark.parametrize(
    ("name", "column"),
    [("questions", "created_at"), ("questionLogs", "attempted_at")],
)
def test_newest_come_first_and_twenty_at_a_time(name, column, graphql, token, many):
    page = graphql(f"{{ {name} {{ {PAGE} }} }}", token=token).only

    expected = sorted_like_a_list(many[name], column, descending=True)
    assert [edge["node"]["id"] for edge in page["edges"]] == expected[:20]
    assert page["totalCount"] == len(expected)


def test_page_info_tells_where_one_is(graphql, token, user):
    questions = [QuestionFactory(owner=user, title=letter) for letter in "abc"]
    ids = [node_id(question) for question in questions]

    def page(arguments: str) -> tuple[list[int], bool, bool]:
        operation = f"{{ questions(orderBy: {{field: TITLE}}, {arguments}) {{ {PAGE} }} }}"
        found = graphql(operation, token=token).only
        cursors = [edge["cursor"] for edge in found["edges"]]
        info = found["pageInfo"]
        assert (info["startCursor"], info["endCursor"]) == (
            (cursors[0], cursors[-1]) if cursors else (None, None)
        )
        assert found["totalCount"] == 3
        rows = [ids.index(edge["node"]["id"]) for edge in found["edges"]]
        return rows, info["hasPreviousPage"], info["hasNextPage"]

    first, _, last = [cursor("title_key", row.title, str(row.uid)) for row in questions]
    assert page("first: 2") == ([0, 1], False, True)
    assert page("first: 3") == ([0, 1, 2], False, False)
    assert page("last: 2") == ([1, 2], True, False)
    assert page(f'first: 1, after: "{first}"') == ([1], True, True)
    assert page(f'first: 5, after: "{first}"') == ([1, 2], True, False)
    assert page(f'after: "{last}"') == ([], True, False)
    assert page(f'last: 1, before: "{last}"') == ([1], True, True)
    assert page(f'before: "{last}"') == ([0, 1], False, True)
    assert page(f'before: "{first}"') == ([], False, True)
    assert page("first: 0") == ([], False, True)
    assert page("last: 0") == ([], True, False)


@pytest.mark.parametrize(
    "arguments",
    [
        "first: 101", "first: -1", "last: 101", "last: -1", "first: 1000000000",
        "last: -2147483648", "first: 2147483647", "first: 1, last: 1", "first: 0, last: 0",
        "first: 1, before: null, last: 2",
        'first: 1, before: "x"', 'last: 1, after: "x"', 'after: "x", before: "x"',
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["questions", "tags", "questionLogs", "logs"])
def test_page_sizes_and_directions_that_are_refused(where, arguments, graphql, token, user):
    QuestionLogFactory(question__owner=user)
    inner = f"{where}({arguments}) {{ totalCount edges {{ node {{ id }} }} }}"
    nested = f"questions {{ edges {{ node {{ {inner} }} }} }}"

    answer = graphql(f"{{ {nested if where == 'logs' else inner} }}", token=token)

    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "arguments", ["", "(first: null)", "(last: null)", "(first: null, after: null)"]
)
@pytest.mark.parametrize("where", ["questions", "logs"])
def test_null_is_twenty_like_nothing(where, arguments, graphql, token, user):
    question = QuestionFactory(owner=user)
    QuestionFactory.create_batch(21, owner=user)
    for minute in range(25):
        QuestionLog.objects.create(
            owner=user,
            question=question,
            attempted_at=NOW + timedelta(minutes=minute),
            outcome="SOLVED",
        )
    inner = f"{where}{arguments} {{ totalCount edges {{ node {{ id }} }} }}"
    nested = f'query {{ question(id: "{node_id(question)}") {{ {inner} }} }}'

    only = graphql(nested if where == "logs" else f"{{ {inner} }}", token=token).only
    page = only[where] if where == "logs" else only

    assert (len(page["edges"]), page["totalCount"]) == (20, 25 if where == "logs" else 22)


def test_aliases_do_not_share_pages(graphql, token, user):
    for letter in "abc":
        QuestionFactory(owner=user, title=letter)
    one = "{ totalCount edges { node { title } } }"

    data = graphql(
        f"""{{
          a: questions(first: 1, orderBy: {{field: TITLE}}) {one}
          b: questions(first: 2, orderBy: {{field: TITLE, direction: DESC}}) {one}
          c: questions(first: 1, search: "b") {one}
        }}""",
        token=token,
    ).data

    titles = {
        name: [edge["node"]["title"] for edge in page["edges"]] for name, page in data.items()
    }
    assert titles == {"a": ["a"], "b": ["c", "b"], "c": ["b"]}
    assert [page["totalCount"] for page in data.values()] == [3, 3, 1]


def test_nested_pages_of_all_parents(graphql, token, user):
    questions = [QuestionFactory(owner=user, title=letter) for letter in "abc"]
    for number, question in enumerate(questions):
        for minute in range(3 * number):
            QuestionLog.objects.create(
                owner=user, question=question, attempted_at=NOW + timedelta(minutes=minute),
                outcome="SOLVED", notes=f"{minute}",
            )  # fmt: skip
    fifth = QuestionLog.objects.get(notes="4")
    at_the_fifth = cursor("-attempted_at", fifth.attempted_at.isoformat(), str(fifth.uid))

    def nested(arguments: str) -> list[tuple[str, int, bool, bool]]:
        operation = f"""{{ questions(orderBy: {{field: TITLE}}) {{ edges {{ node {{
          logs{arguments} {{
            totalCount pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
            edges {{ node {{ notes }} cursor }}
          }}
        }} }} }} }}"""
        lists = [node["logs"] for node in graphql(operation, token=token).nodes]
        return [
            (
                "".join(edge["node"]["notes"] for edge in page["edges"]),
                page["totalCount"],
                page["pageInfo"]["hasPreviousPage"],
                page["pageInfo"]["hasNextPage"],
            )
            for page in lists
        ]

    assert nested("") == [
        ("", 0, False, False),
        ("210", 3, False, False),
        ("543210", 6, False, False),
    ]
    assert nested("(first: 2)") == [
        ("", 0, False, False),
        ("21", 3, False, True),
        ("54", 6, False, True),
    ]
    assert nested("(last: 2)") == [
        ("", 0, False, False),
        ("10", 3, True, False),
        ("10", 6, True, False),
    ]
    assert nested("(first: 0)") == [
        ("", 0, False, False),
        ("", 3, False, True),
        ("", 6, False, True),
    ]
    assert nested(f'(first: 3, after: "{at_the_fifth}")') == [
        ("", 0, True, False), ("210", 3, True, False), ("321", 6, True, True),
    ]  # fmt: skip
    assert nested(f'(last: 3, before: "{at_the_fifth}")') == [
        ("", 0, False, True), ("", 3, False, True), ("5", 6, False, True),
    ]  # fmt: skip
