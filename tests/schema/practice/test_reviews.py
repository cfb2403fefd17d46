"""What is remembered of questions, what a grade would lead to, and what people decide."""

from datetime import timedelta

import fsrs
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.practice.models import ReviewBaseline, ReviewState
from domain.questions.models import Question
from tests.client import access_token, node_id
from tests.domain.practice.replay import scheduler
from tests.factories import NOW, QuestionFactory, QuestionLogFactory
from tests.schema.tables import nothing_changes

DAY = timedelta(days=1)
REVIEW = """review {
  state stability difficulty dueAt lastReviewAt reps lapses isLeech isSuspended postponedUntil
  retrievability isDue
}"""
PREVIEW = "reviewPreview { rating dueAt intervalDays stability difficulty }"
SHOW = f"query ($id: ID!) {{ question(id: $id) {{ {REVIEW} }} }}"
SHOW_PREVIEW = f"query ($id: ID!) {{ question(id: $id) {{ {PREVIEW} }} }}"
CHANGED = (
    f"... on Question {{ id dueAt {REVIEW} }} ... on OperationInfo {{ messages {{ field code }} }}"
)


def mutation(name):
    type_ = f"{name[0].upper()}{name[1:]}Input"
    return f"mutation ($input: {type_}!) {{ {name}(input: $input) {{ {CHANGED} }} }}"


@pytest.fixture(autouse=True)
def at_a_fixed_time():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def question(user):
    """One that was solved five days ago, and was due three days ago."""
    return QuestionLogFactory(question__owner=user, attempted_at=NOW - 5 * DAY).question


def package_card(*days, rating=fsrs.Rating.Good):
    """A card of the package with reviews so many days ago."""
    card = fsrs.Card(card_id=1)
    for passed in days:
        card, _ = scheduler().review_card(card, rating, NOW - passed * DAY)
    return card


def moment(at):
    return at.isoformat().replace("+00:00", "Z")


def test_shows_what_is_remembered(graphql, user, question):
    card = package_card(5)

    review = graphql(SHOW, as_user=user, id=node_id(question)).only["review"]

    assert review == {
        "state": "REVIEW",
        "stability": card.stability,
        "difficulty": card.difficulty,
        "dueAt": moment(card.due),
        "lastReviewAt": moment(NOW - 5 * DAY),
        "reps": 1,
        "lapses": 0,
        "isLeech": False,
        "isSuspended": False,
        "postponedUntil": None,
        "retrievability": pytest.approx(scheduler().get_card_retrievability(card, NOW)),
        "isDue": True,
    }


def test_recall_is_by_the_persons_own_parameters(graphql, user, question):
    own = [*scheduler().parameters[:20], 0.5]
    type(user.settings).objects.filter(user=user).update(fsrs_parameters=own)
    card = package_card(5)

    review = graphql(SHOW, as_user=user, id=node_id(question)).only["review"]

    expected = scheduler(parameters=own).get_card_retrievability(card, NOW)
    assert review["retrievability"] == pytest.approx(expected)


def test_a_question_that_was_never_touched_has_none(graphql, user):
    question = QuestionFactory(owner=user)

    assert graphql(SHOW, as_user=user, id=node_id(question)).only == {"review": None}


def test_a_new_question_that_was_suspended_has_no_recall(graphql, user):
    question = QuestionFactory(owner=user)

    answer = graphql(mutation("suspendQuestion"), as_user=user, input={"id": node_id(question)})

    review = answer.only["review"]
    assert (review["state"], review["retrievability"], review["isDue"]) == ("NEW", None, False)
    assert review["isSuspended"] is True


@pytest.mark.parametrize(("passed", "is_due"), [(timedelta(), True), (timedelta(seconds=1), False)])
def test_is_due_from_its_moment_on(passed, is_due, graphql, user, question):
    with time_machine.travel(question.due_at - passed, tick=False):
        answer = graphql(SHOW, as_user=user, id=node_id(question))

    assert answer.only["review"]["isDue"] is is_due


def test_a_list_mixes_questions_with_and_without(graphql, user, question):
    QuestionFactory(owner=user)
    operation = "{ questions { edges { node { review { reps } reviewBaseline { reps } } } } }"

    nodes = graphql(operation, as_user=user).nodes

    assert sorted(nodes, key=str) == [
        {"review": None, "reviewBaseline": None},
        {"review": {"reps": 1}, "reviewBaseline": None},
    ]


@pytest.mark.parametrize("never", [True, False])
def test_preview_is_what_an_attempt_leads_to(never, graphql, user, question):
    if never:
        question = QuestionFactory(owner=user)
    token = access_token(user)
    with nothing_changes():
        previews = graphql(SHOW_PREVIEW, token=token, id=node_id(question)).only["reviewPreview"]

    assert [preview["rating"] for preview in previews] == ["AGAIN", "HARD", "GOOD", "EASY"]
    for preview in previews:
        log = QuestionLogFactory(
            question=question, attempted_at=NOW, rating=fsrs.Rating[preview["rating"].title()]
        )
        state = ReviewState.objects.get(question=question)
        assert preview == {
            "rating": preview["rating"],
            "dueAt": moment(state.due_at),
            "intervalDays": (state.due_at - NOW).days,
            "stability": state.stability,
            "difficulty": state.difficulty,
        }
        log.delete()


def test_preview_starts_from_a_baseline(graphql, user):
    question = QuestionFactory(owner=user)
    known = {"stability": 20.0, "difficulty": 5.0, "reviewedAt": moment(NOW - 20 * DAY)}
    graphql(mutation("setReviewBaseline"), as_user=user, input={"id": node_id(question), **known})
    card = fsrs.Card(card_id=1, state=fsrs.State.Review, stability=20.0, difficulty=5.0)
    card.step, card.last_review = None, NOW - 20 * DAY
    card, _ = scheduler().review_card(card, fsrs.Rating.Easy, NOW)

    answer = graphql(SHOW_PREVIEW, as_user=user, id=node_id(question))

    easy = answer.only["reviewPreview"][3]
    assert (easy["stability"], easy["dueAt"]) == (card.stability, moment(card.due))


def test_preview_beside_an_attempt_of_a_clock_ahead(graphql, user):
    log = QuestionLogFactory(question__owner=user, attempted_at=NOW + timedelta(minutes=4))

    answer = graphql(SHOW_PREVIEW, as_user=user, id=node_id(log.question))

    previews = answer.only["reviewPreview"]
    assert [preview["intervalDays"] for preview in previews] == sorted(
        preview["intervalDays"] for preview in previews
    )
    assert previews[0]["intervalDays"] >= 1


def test_reviews_and_previews_of_a_list_cost_the_same_for_one_and_for_many(graphql, user):
    operation = f"""{{ questions(first: 100) {{ edges {{ node {{
      id tags {{ name }} {REVIEW} {PREVIEW} reviewBaseline {{ stability }}
    }} }} }} }}"""
    token, counts = access_token(user), []

    for missing in (1, 30):
        for _ in range(missing):
            QuestionLogFactory(question__owner=user)
            QuestionFactory(owner=user)
        with CaptureQueriesContext(connection) as statements:
            graphql(operation, token=token)
        counts.append(len(statements))

    assert counts == [5, 5]


def test_suspends_and_resumes(graphql, user, question):
    input = {"id": node_id(question)}

    suspended = graphql(mutation("suspendQuestion"), as_user=user, input=input)
    assert suspended.only["review"]["isSuspended"] is True

    resumed = graphql(mutation("resumeQuestion"), as_user=user, input=input)
    assert resumed.only["review"]["isSuspended"] is False
    assert resumed.only["dueAt"] == moment(question.due_at)


def test_postpones_and_brings_back(graphql, user, question):
    input = {"id": node_id(question), "until": moment(NOW + DAY)}

    postponed = graphql(mutation("postponeQuestion"), as_user=user, input=input)
    assert postponed.only["review"]["postponedUntil"] == moment(NOW + DAY)

    back = graphql(mutation("postponeQuestion"), as_user=user, input=input | {"until": None})
    assert back.only["review"]["postponedUntil"] is None


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (NOW, "not_in_the_future"),
        (NOW + 366 * DAY, "too_far_away"),
    ],
)
def test_refuses_to_postpone_until(until, code, graphql, user, question):
    token, input = access_token(user), {"id": node_id(question), "until": moment(until)}

    with nothing_changes():
        answer = graphql(mutation("postponeQuestion"), token=token, input=input)

    assert (answer.codes, answer.fields) == ([code], ["until"])


def test_postponing_needs_a_moment_or_null(graphql, user, question):
    token = access_token(user)

    with nothing_changes():
        answer = graphql(mutation("postponeQuestion"), token=token, input={"id": node_id(question)})

    assert (answer.codes, answer.fields) == (["until_required"], ["until"])


def test_sets_shows_and_removes_a_baseline(graphql, user, question):
    input = {
        "id": node_id(question),
        "stability": 30.5,
        "difficulty": 4.25,
        "reviewedAt": moment(NOW - 2 * DAY),
        "dueAt": moment(NOW + DAY),
        "state": "RELEARNING",
        "reps": 8,
        "lapses": 4,
    }
    columns = "stability difficulty reviewedAt dueAt state reps lapses"
    show = f"query ($id: ID!) {{ question(id: $id) {{ reviewBaseline {{ {columns} }} }} }}"

    review = graphql(mutation("setReviewBaseline"), as_user=user, input=input).only["review"]

    assert (review["stability"], review["state"], review["isLeech"]) == (30.5, "RELEARNING", True)
    baseline = graphql(show, as_user=user, id=input["id"]).only["reviewBaseline"]
    assert baseline == {name: value for name, value in input.items() if name != "id"}

    removed = graphql(mutation("removeReviewBaseline"), as_user=user, input={"id": input["id"]})
    assert removed.only["review"]["reps"] == 1
    assert not ReviewBaseline.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"stability": 0}, "stability", "min_value"),
        ({"difficulty": 11}, "difficulty", "max_value"),
        ({"reviewedAt": moment(NOW + DAY)}, "reviewedAt", "in_the_future"),
        ({"dueAt": moment(NOW - 3 * DAY)}, "dueAt", "due_out_of_range"),
        ({"state": "NEW"}, "state", "invalid_choice"),
        ({"reps": 0}, "reps", "min_value"),
    ],
)
def test_refuses_a_baseline(changes, field, code, graphql, user, question):
    known = {"stability": 20.0, "difficulty": 5.0, "reviewedAt": moment(NOW - 2 * DAY)}
    token, input = access_token(user), {"id": node_id(question), **known, **changes}

    with nothing_changes():
        answer = graphql(mutation("setReviewBaseline"), token=token, input=input)

    assert (answer.codes, answer.fields) == ([code], [field])


def test_says_which_states_a_baseline_takes(graphql, user, question):
    known = {"stability": 20.0, "difficulty": 5.0, "reviewedAt": moment(NOW - 2 * DAY)}
    input = {"id": node_id(question), **known, "state": "NEW"}
    document = mutation("setReviewBaseline").replace("messages { ", "messages { message ")

    answer = graphql(document, as_user=user, input=input)

    (message,) = answer.data["setReviewBaseline"]["messages"]
    assert message["message"] == "Send LEARNING, REVIEW or RELEARNING."


def test_removing_no_baseline_is_refused(graphql, user, question):
    token = access_token(user)

    with nothing_changes():
        answer = graphql(
            mutation("removeReviewBaseline"), token=token, input={"id": node_id(question)}
        )

    assert answer.codes == ["no_baseline"]


@pytest.mark.parametrize(
    ("filter", "titles"),
    [
        ({"isSuspended": True}, ["suspended"]),
        ({"isSuspended": False}, ["leech", "untouched"]),
        ({"isLeech": True}, ["leech"]),
        ({"isLeech": False}, ["suspended", "untouched"]),
        ({"isLeech": False, "isSuspended": False}, ["untouched"]),
        ({"isLeech": True, "isSuspended": True}, []),
    ],
)
def test_questions_are_found_by_what_was_decided(filter, titles, graphql, user, stranger):
    for owner in (user, stranger):
        for title in ("suspended", "leech", "untouched"):
            QuestionFactory(owner=owner, title=title)
        suspended, leech = Question.objects.filter(owner=owner).order_by("pk")[:2]
        ReviewState.objects.create(owner=owner, question=suspended, is_suspended=True)
        ReviewState.objects.create(owner=owner, question=leech, is_leech=True)
    operation = """query ($filter: QuestionFilter) {
      questions(filter: $filter, orderBy: {field: TITLE}) { totalCount edges { node { title } } }
    }"""

    answer = graphql(operation, as_user=user, filter=filter)

    assert [node["title"] for node in answer.nodes] == titles
    assert answer.only["totalCount"] == len(titles)


def test_a_review_of_somebody_else_is_not_shown(graphql, stranger, question):
    assert graphql(SHOW, as_user=stranger, id=node_id(question)).codes == ["NOT_FOUND"]
