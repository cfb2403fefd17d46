"""``questions(search:)``: what fits best comes first, page by page."""

import pytest

from domain.questions.models import Question
from schema.errors import BadInput
from schema.paging import Ordering, Page, PageEdge
from schema.questions.filters import order_questions
from schema.questions.inputs import QuestionOrder, QuestionOrderField
from tests.client import access_token
from tests.factories import QuestionFactory
from tests.schema.lists import PAGE, pages

TITLES = ["Two Sum", "Two Sum II", "Two Sum IV", "Sum of two", "Three", "Threes"]
LIST = """
  query ($search: String, $orderBy: QuestionOrder, $after: String) {
    questions(search: $search, orderBy: $orderBy, after: $after) {
      totalCount edges { cursor node { title } }
    }
  }
"""
BY_TITLE = {"field": "TITLE", "direction": "ASC"}


@pytest.fixture
def token(user, stranger) -> str:
    """Of somebody with questions, which a stranger has as well; the last ones fit by notes."""
    for owner in (stranger, user):
        for title in (TITLES[n] for n in (3, 5, 0, 4, 1, 2)):
            QuestionFactory(owner=owner, title=title, notes="two sums")
    return access_token(user)


def titles(graphql, token, **variables):
    return [node["title"] for node in graphql(LIST, token=token, **variables).nodes]


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        (None, TITLES),
        ({"field": "RELEVANCE"}, TITLES),
        ({"field": "RELEVANCE", "direction": "ASC"}, TITLES),
        ({"field": "RELEVANCE", "direction": "DESC"}, TITLES),
        (BY_TITLE, sorted(TITLES)),
    ],
)
def test_what_fits_best_comes_first_unless_the_client_says(order_by, expected, graphql, token):
    assert titles(graphql, token, search="two sum", orderBy=order_by) == expected


@pytest.mark.parametrize("search", [None, "", " \t"])
def test_without_a_word_to_search_for_the_newest_come_first(search, graphql, token):
    newest = titles(graphql, token, orderBy={"field": "CREATED_AT", "direction": "DESC"})

    assert titles(graphql, token, search=search) == newest
    if search is not None:
        assert titles(graphql, token, search=search, orderBy={"field": "RELEVANCE"}) == newest


def test_relevance_without_a_search_is_refused_with_what_to_do(graphql, token):
    answer = graphql(LIST, token=token, orderBy={"field": "RELEVANCE"})

    assert answer.codes == ["BAD_USER_INPUT"]
    assert "send search as well" in answer.body["errors"][0]["message"]


def test_relevance_is_no_column_to_sort_by():
    with pytest.raises(BadInput, match="send search as well"):
        QuestionOrder(field=QuestionOrderField.RELEVANCE).ordering()


@pytest.mark.parametrize("counted", [False, True])
def test_pages_of_many_parents_are_ranked_too(counted, token, user, stranger):
    ranking = order_questions(Ordering("created_at"), search="two sum")
    first = Page.from_arguments(ranking, first=2)

    def read(page, owner):
        rows = Question.objects.matching("two sum")
        found = page.apply_nested(rows, "owner", counted=counted)
        beyond = [row for row in found if getattr(row, "_page_beyond", True)]
        beyond.sort(key=lambda row: row._page_number)
        return [row for row in beyond if row.owner == owner]

    mine, theirs = read(first, user), read(first, stranger)
    after = Page.from_arguments(ranking, first=2, after=PageEdge(mine[1], first).cursor)

    assert [row.title for row in mine] == [row.title for row in theirs] == TITLES[:3]
    assert [row.title for row in read(after, user)] == TITLES[2:5]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize("size", [1, 4, 100])
def test_pages_together_are_the_whole_list(size, backwards, direction, graphql, token, user):
    QuestionFactory(owner=user, title="two sum", notes="as far as the other one")
    order = f"orderBy: {{field: RELEVANCE, direction: {direction}}}"

    def ask(arguments):
        operation = f'{{ questions(search: "two sum", {order}, {arguments}) {{ {PAGE} }} }}'
        return graphql(operation, token=token).only

    whole = [edge["node"]["id"] for edge in ask("first: 100")["edges"]]
    read = list(pages(ask, size=size, backwards=backwards))

    if backwards:
        read.reverse()
    assert len(whole) == len(set(whole)) == 7
    assert [id for page in read for id in page] == whole


def test_what_is_added_between_pages_neither_repeats_nor_hides_any(graphql, token, user):
    def ask(arguments):
        return graphql(
            f'{{ questions(search: "two", {arguments}) {{ {PAGE} }} }}', token=token
        ).only

    before = [edge["node"]["id"] for edge in ask("first: 100")["edges"]]
    read = pages(
        ask, size=2, backwards=False, between=lambda: QuestionFactory(owner=user, title="Two")
    )

    assert [id for page in read for id in page if id in before] == before


def test_a_cursor_is_of_one_search(graphql, token):
    edges = graphql(LIST, token=token, search="two sum").only["edges"]
    after = edges[1]["cursor"]

    assert titles(graphql, token, search="TWO, sum", after=after) == TITLES[2:]
    for search, order_by in (("two", None), ("two sum", BY_TITLE), (None, None)):
        answer = graphql(LIST, token=token, search=search, orderBy=order_by, after=after)
        assert answer.codes == ["BAD_USER_INPUT"], search
