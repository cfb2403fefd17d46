"""Lists, counts, search, orderings and cursors tell nothing about anybody else's rows."""

from datetime import timedelta

import pytest

from domain.practice.models import QuestionLog
from domain.questions.models import Question
from tests.client import access_token, cursor, node_id
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, QuestionTagFactory
from tests.schema.lists import LISTS, ORDERINGS

QUESTION = """title slug notes content source status logCount tagLinks { tag { name } }
  review { reps retrievability } reviewBaseline { reps } reviewPreview { dueAt }"""
SESSION = """questionCount answeredCount skippedCount studyList { name }
  currentItem { question { title } } sessionItems { question { title notes } log { notes } }"""
EVERYTHING = f"""
  {{
    viewer {{
      email displayName settings {{ timezone }}
      statistics(range: {{since: "2025-11-01", until: "2026-12-31"}}) {{
        attempts heatmap {{ attempts }} byTag {{ attempts tag {{ name description }} }}
      }}
    }}
    questions {{
      totalCount
      edges {{
        cursor
        node {{
          {QUESTION}
          tags {{ name description questionCount }}
          listItems {{ totalCount edges {{ cursor node {{ section studyList {{ name }} }} }} }}
          logs {{ totalCount edges {{ cursor node {{ notes question {{ title }} }} }} }}
        }}
      }}
    }}
    tags {{ totalCount edges {{ cursor node {{ name description questionCount }} }} }}
    studyLists {{
      totalCount
      edges {{
        cursor
        node {{
          name description sections itemCount progress {{ total sections {{ section }} }}
          items {{ totalCount edges {{ cursor node {{ section question {{ title }} }} }} }}
        }}
      }}
    }}
    reviewQueue {{ dueCount newDoneToday items {{ reason question {{ {QUESTION} }} }} }}
    reviewForecast(days: 9) {{ total }}
    nextQuestions {{ reason question {{ {QUESTION} }} }}
    questionLogs {{
      totalCount
      edges {{ cursor node {{ notes question {{ {QUESTION} tags {{ name }} }} }} }}
    }}
    goals(first: 5) {{
      totalCount
      edges {{
        cursor
        node {{
          name note company {{ name }} lists {{ name description }} tags {{ name questionCount }}
          readiness {{
            questionCount newCount belowTarget {{ question {{ title notes }} }}
            perTag {{ questionCount tag {{ name }} }} perList {{ studyList {{ name }} }}
          }}
        }}
      }}
    }}
    shareLinks {{ totalCount edges {{ cursor node {{ name url }} }} }}
    jobs(filter: {{status: SUCCEEDED, kind: EXPORT}}) {{
      totalCount edges {{ cursor node {{ status error {{ message }} }} }}
    }}
    importBatches {{ totalCount edges {{ cursor node {{ fileName job {{ status }} }} }} }}
    exports {{ totalCount edges {{ cursor node {{ fileName downloadUrl job {{ status }} }} }} }}
    practiceSession {{ {SESSION} }}
    practiceSessions {{ totalCount edges {{ cursor node {{ {SESSION} }} }} }}
  }}
"""
COLUMNS = [
    "owner__password", "-owner__password", "owner", "owner_id", "pk", "id", "uid", "-uid",
    "search_words", "notes", "version", "created_by", "deleted_at", "title__regex", "?", "",
    "owner__email", "-title", "due_at", None, 1, ["created_at"],
]  # fmt: skip
SEARCHES = ["THEIRS", "theirs", "apple", "", "a", "stranger", "%", "_", "'", "\\", "*", "the & irs"]


def test_everything_that_can_be_read_is_the_callers(graphql, mine, theirs):
    answer = graphql(EVERYTHING, as_user=mine.owner)

    assert answer.data["questions"]["totalCount"] == 1
    assert answer.data["tags"]["totalCount"] == 1
    assert answer.data["studyLists"]["totalCount"] == 1
    assert answer.data["questionLogs"]["totalCount"] == 1
    assert answer.data["reviewQueue"]["dueCount"] == len(answer.data["reviewQueue"]["items"]) == 1
    assert answer.data["reviewForecast"]["total"] == 1
    assert answer.data["viewer"]["statistics"]["attempts"] == 1
    assert answer.data["practiceSession"]["questionCount"] == 1
    assert answer.data["practiceSessions"]["totalCount"] == 0
    assert answer.data["goals"]["totalCount"] == answer.data["shareLinks"]["totalCount"] == 1
    assert (answer.data["exports"]["totalCount"], answer.data["jobs"]["totalCount"]) == (1, 2)
    assert answer.data["importBatches"]["totalCount"] == 1
    (goal,) = answer.data["goals"]["edges"]
    assert goal["node"]["readiness"]["questionCount"] == 1
    assert "MINE" in str(answer.body)
    assert "THEIRS" not in str(answer.body)
    assert "stranger" not in str(answer.body)
    assert "gone" not in str(answer.body)


def test_counts_leave_out_strangers_and_the_trash(graphql, mine, theirs):
    question = QuestionFactory(owner=mine.owner)
    QuestionTagFactory(question=question, tag=mine.tag)
    QuestionTagFactory(question=mine.trashed_question, tag=mine.tag)
    operation = """{
      tags { edges { node { questionCount } } }
      questions { totalCount edges { node { logs { totalCount } logCount } } }
    }"""

    data = graphql(operation, as_user=mine.owner).data

    assert [edge["node"] for edge in data["tags"]["edges"]] == [{"questionCount": 2}]
    assert data["questions"]["totalCount"] == 2
    assert [edge["node"] for edge in data["questions"]["edges"]] == [
        {"logs": {"totalCount": 0}, "logCount": 0},
        {"logs": {"totalCount": 1}, "logCount": 1},
    ]


def test_somebody_without_rows_sees_empty_lists(graphql, user, theirs):
    data = graphql(EVERYTHING, as_user=user).data

    assert data["reviewQueue"] == {"dueCount": 0, "newDoneToday": 0, "items": []}
    assert (data["reviewForecast"], data["nextQuestions"]) == ({"total": 0}, [])
    for name in (*ORDERINGS, "goals", "shareLinks", "exports", "importBatches", "jobs"):
        assert data[name] == {"totalCount": 0, "edges": []}


@pytest.mark.parametrize("role", ["MANAGER", "ADMIN"])
def test_a_role_opens_no_rows_of_others(role, graphql, user, theirs):
    user.role, user.is_staff, user.is_superuser = role, True, True
    user.save()

    data = graphql(EVERYTHING, as_user=user).data

    assert {data[name]["totalCount"] for name in ORDERINGS} == {0}


@pytest.mark.parametrize("name", ["questions", "tags", "studyLists"])
def test_search_finds_no_foreign_row(name, graphql, token, mine, theirs):
    operation = (
        f"query ($search: String!) {{ {name}(search: $search) {{ edges {{ node {{ id }} }} }} }}"
    )
    own = {"questions": mine.question, "tags": mine.tag, "studyLists": mine.study_list}

    for search in SEARCHES:
        found = graphql(operation, token=token, search=search).nodes

        assert found in ([], [{"id": node_id(own[name])}]), search


@pytest.mark.parametrize(("name", "ordering"), LISTS)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_cursor_of_a_foreign_row_opens_none(
    name, ordering, direction, graphql, token, mine, theirs
):
    """It is only a place in the order: the caller's own row lies before it or behind it."""
    order = f"orderBy: {{field: {ordering}, direction: {direction}}}"
    listing = f"{{ {name}({order}) {{ edges {{ cursor }} }} }}"
    foreign = graphql(listing, as_user=theirs.owner).only["edges"][0]["cursor"]
    page = "totalCount edges { node { id } }"
    own = {
        "questions": mine.question,
        "tags": mine.tag,
        "studyLists": mine.study_list,
        "questionLogs": mine.log,
    }[name]

    pages = graphql(
        f"""query ($cursor: String) {{
          after: {name}({order}, after: $cursor) {{ {page} }}
          before: {name}({order}, before: $cursor) {{ {page} }}
        }}""",
        token=token,
        cursor=foreign,
    ).data

    assert [pages["after"]["totalCount"], pages["before"]["totalCount"]] == [1, 1]
    edges = pages["after"]["edges"] + pages["before"]["edges"]
    assert edges == [{"node": {"id": node_id(own)}}]


@pytest.mark.parametrize("side", ["after", "before"])
def test_cursor_of_another_column_is_refused(side, graphql, token, mine, theirs):
    operation = f"query ($c: String) {{ questions({side}: $c) {{ edges {{ node {{ id }} }} }} }}"

    for column in COLUMNS:
        crafted = cursor(column, "a", str(theirs.question.uid))
        answer = graphql(operation, token=token, c=crafted)

        assert answer.codes == ["BAD_USER_INPUT"], column


def test_cursor_holds_only_what_its_owner_sees(graphql, mine):
    operation = "{ questions(orderBy: {field: TITLE}) { edges { cursor node { title } } } }"

    (edge,) = graphql(operation, as_user=mine.owner).only["edges"]

    assert edge["cursor"] == cursor(
        "title_key", edge["node"]["title"].casefold(), str(mine.question.uid)
    )


@pytest.mark.parametrize(
    "order_by",
    [
        "{field: OWNER}",
        "{field: owner__password}",
        '{field: "title"}',
        "{column: TITLE}",
        "[]",
        "TITLE",
    ],
)
def test_only_listed_orderings_exist(order_by, graphql, mine):
    answer = graphql(f"{{ questions(orderBy: {order_by}) {{ totalCount }} }}", as_user=mine.owner)

    assert set(answer.codes) == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    "filter",
    [
        '{owner: "x"}', '{ownerId: "x"}', "{AND: {}}", "{OR: {}}", "{NOT: {}}", "{DISTINCT: true}",
        '{title: {regex: "."}}', "{tags: {name: {startsWith: \"T\"}}}", '{search_words: "x"}',
    ],
)  # fmt: skip
def test_only_listed_filters_exist(filter, graphql, mine):
    answer = graphql(f"{{ questions(filter: {filter}) {{ totalCount }} }}", as_user=mine.owner)

    assert set(answer.codes) == {"GRAPHQL_VALIDATION_FAILED"}


def test_filters_count_own_rows_only(graphql, mine, theirs):
    operation = """query ($filter: QuestionFilter) { questions(filter: $filter) { totalCount } }"""
    everything = [
        {},
        {"isStarred": False},
        {"isArchived": False},
        {"status": ["NEW", "ATTEMPTED", "SOLVED"]},
        {"platform": ["OTHER"]},
        {"importance": [1, 2, 3, 4]},
        {"createdAfter": "2000-01-01T00:00:00Z"},
        {"createdBefore": "2100-01-01T00:00:00Z"},
        {"attemptedAfter": "2000-01-01T00:00:00Z"},
        {"attemptedBefore": "2100-01-01T00:00:00Z"},
        {"dueBefore": "2100-01-01T00:00:00Z"},
        {"tagsAny": [node_id(mine.tag)]},
        {"tagsAll": [node_id(mine.tag)]},
        {"studyList": node_id(mine.study_list)},
    ]
    token = access_token(mine.owner)

    counts = [graphql(operation, token=token, filter=f).only["totalCount"] for f in everything]

    assert counts == [1] * len(everything)


def test_filters_of_attempts_count_own_rows_only(graphql, mine, theirs):
    QuestionLog.objects.update(rating=3, mistakes=["BUG"], language="C")
    operation = """query ($filter: QuestionLogFilter) {
      questionLogs(filter: $filter) { totalCount }
    }"""
    filters = [{}, {"rating": ["GOOD"]}, {"mistake": ["BUG"]}, {"language": ["c"]}]
    token = access_token(mine.owner)

    counts = [graphql(operation, token=token, filter=f).only["totalCount"] for f in filters]

    assert counts == [1] * len(filters)


def test_nested_lists_stay_with_their_owner_even_if_a_link_does_not(graphql, mine, theirs):
    """No service makes such rows; were there one, the API would still not show them."""
    QuestionTagFactory(question=mine.question, tag=theirs.tag, owner=mine.owner)
    QuestionLogFactory(question=mine.question, owner=theirs.owner, notes="THEIRS")

    answer = graphql(EVERYTHING.replace("tagLinks { tag { name } }", ""), as_user=mine.owner)

    assert "THEIRS" not in str(answer.body)


def test_the_same_id_in_two_accounts_names_two_rows(graphql, mine, theirs):
    uid = str(theirs.question.uid)
    create = """mutation ($id: UUID!) {
      createQuestion(input: {id: $id, title: "Ours"}) {
        ... on Question { id title }
        ... on OperationInfo { messages { code } }
      }
    }"""
    delete = """mutation ($id: ID!) {
      deleteQuestion(input: {id: $id}) { ... on Question { id } }
    }"""

    created = graphql(create, as_user=mine.owner, id=uid).only
    again = graphql(create, as_user=mine.owner, id=uid)
    deleted = graphql(delete, as_user=mine.owner, id=created["id"]).only

    assert created == {"id": node_id(theirs.question), "title": "Ours"}
    assert again.codes == ["id_taken"]
    assert deleted["id"] == created["id"]
    theirs.question.refresh_from_db()
    assert theirs.question.deleted_at is None
    assert Question.objects.filter(uid=uid).count() == 2


def test_answers_for_a_foreign_id_and_a_free_one_are_alike_when_creating(graphql, mine, theirs):
    create = """mutation ($id: UUID!, $log: UUID!, $question: ID!, $tag: UUID!) {
      tag: createTag(input: {id: $tag, name: "x"}) { __typename }
      log: createQuestionLog(input: {id: $log, question: $question, outcome: SOLVED}) {
        __typename
      }
      question: createQuestion(input: {id: $id, title: "x"}) { __typename }
    }"""

    answer = graphql(
        create,
        as_user=mine.owner,
        id=str(theirs.question.uid),
        log=str(theirs.log.uid),
        tag=str(theirs.tag.uid),
        question=node_id(mine.question),
    )

    assert answer.data == {
        "tag": {"__typename": "Tag"},
        "log": {"__typename": "QuestionLog"},
        "question": {"__typename": "Question"},
    }


def test_values_that_are_unique_per_owner_clash_with_nobody_else(graphql, mine, theirs):
    Question.objects.filter(pk=theirs.question.pk).update(
        slug="two-sum", platform="LEETCODE", external_id="two-sum"
    )
    operation = """mutation {
      createQuestion(input: {
        title: "Two Sum", slug: "two-sum", platform: LEETCODE, externalId: "two-sum"
        tags: [{name: "THEIRS apple", kind: COMPANY}]
      }) { ... on Question { slug externalId tags { name questionCount } } }
    }"""

    created = graphql(operation, as_user=mine.owner).only

    assert created == {
        "slug": "two-sum",
        "externalId": "two-sum",
        "tags": [{"name": "THEIRS apple", "questionCount": 1}],
    }


def test_history_of_a_trashed_question_is_not_in_any_list(graphql, mine):
    QuestionLogFactory(question=mine.trashed_question, attempted_at=NOW - timedelta(days=3))

    logs = graphql("{ questionLogs { totalCount edges { node { id } } } }", as_user=mine.owner)

    assert logs.only == {"totalCount": 1, "edges": [{"node": {"id": node_id(mine.log)}}]}
