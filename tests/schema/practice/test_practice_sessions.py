"""``practiceSession``, ``practiceSessions``, and every step from start to finish."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.base.models import new_uid
from domain.practice.models import PracticeSession, PracticeSessionItem, QuestionLog
from domain.questions.models import Question
from tests.client import access_token, node_id
from tests.factories import (
    NOW,
    PracticeSessionFactory,
    PracticeSessionItemFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    StudyListFactory,
    StudyListItemFactory,
)
from tests.schema.tables import nothing_changes

ITEM = """
  position startedAt endedAt measuredSeconds question { title } log { outcome durationSeconds }
"""
SESSION = f"""
  id state startedAt finishedAt closesAt timeBoxMinutes activeSeconds secondsLeft
  questionCount answeredCount skippedCount
  studyList {{ name }} pauses {{ startedAt endedAt }}
  currentItem {{ {ITEM} }} sessionItems {{ {ITEM} }}
"""
BRIEF = "state questionCount answeredCount skippedCount currentItem { position question { title } }"
REFUSED = "... on OperationInfo { messages { kind field code message } }"
OPEN = f"{{ practiceSession {{ {BRIEF} }} }}"
LONG = "x" * 201
PAST = "{ practiceSessions { totalCount edges { node { id state finishedAt activeSeconds } } } }"


def change(name: str, selected: str = SESSION) -> str:
    """A mutation with one input."""
    type_ = f"{name[0].upper()}{name[1:]}Input"
    return f"""mutation ($input: {type_}!) {{
      {name}(input: $input) {{ ... on PracticeSession {{ {selected} }} {REFUSED} }}
    }}"""


START, PAUSE, RESUME, NEXT, FINISH = (
    change(f"{verb}Practice{what}")
    for verb, what in [
        ("start", "Session"), ("pause", "Session"), ("resume", "Session"),
        ("next", "Question"), ("finish", "Session"),
    ]
)  # fmt: skip


@pytest.fixture
def two(user) -> list[Question]:
    """New questions."""
    return [QuestionFactory(owner=user, title=title) for title in ("Two Sum", "LRU Cache")]


@pytest.fixture
def session(two, user) -> PracticeSession:
    """An open session of two questions with a box of half an hour."""
    session = PracticeSessionFactory(
        owner=user, time_box_minutes=30, closes_at=NOW + timedelta(hours=4, minutes=30)
    )
    PracticeSessionItemFactory(session=session, question=two[0], started_at=NOW)
    PracticeSessionItemFactory(session=session, question=two[1], position=1)
    return session


@pytest.fixture
def call(graphql, user):
    """Call an operation so many minutes after ``NOW``."""

    def run(operation, *, minutes=0, **input):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            variables = {"input": input} if input else {}
            return graphql(operation, as_user=user, **variables)

    return run


def test_starts_with_the_first_question(call, two, user):
    started = call(
        START, questions=[node_id(two[1]), node_id(two[0])], timeBoxMinutes=30, idempotencyKey="k"
    ).only

    first = {
        "position": 0,
        "startedAt": "2026-03-02T09:30:00Z",
        "endedAt": None,
        "measuredSeconds": None,
        "question": {"title": "LRU Cache"},
        "log": None,
    }
    second = first | {"position": 1, "startedAt": None, "question": {"title": "Two Sum"}}
    session = PracticeSession.objects.get()
    assert started == {
        "id": node_id(session),
        "state": "RUNNING",
        "startedAt": "2026-03-02T09:30:00Z",
        "finishedAt": None,
        "closesAt": "2026-03-02T14:00:00Z",
        "timeBoxMinutes": 30,
        "activeSeconds": 0,
        "secondsLeft": 1800,
        "questionCount": 2,
        "answeredCount": 0,
        "skippedCount": 0,
        "studyList": None,
        "pauses": [],
        "currentItem": first,
        "sessionItems": [first, second],
    }
    assert session.owner == user


def test_starts_with_what_the_day_brings_if_nothing_is_said(call, user):
    question = QuestionFactory(owner=user, title="Due")
    QuestionLogFactory(question=question, attempted_at=NOW - timedelta(days=40))
    QuestionFactory(owner=user, title="New")

    operation = change("startPracticeSession").replace("$input: StartPracticeSessionInput!", "")
    operation = operation.replace("mutation ()", "mutation").replace("$input", "{}")
    items = call(operation).only["sessionItems"]

    assert [item["question"]["title"] for item in items] == ["Due", "New"]


def test_starts_with_a_list(call, two, user):
    study_list = StudyListFactory(owner=user, name="Mine")
    for position, question in enumerate(reversed(two)):
        StudyListItemFactory(study_list=study_list, question=question, position=position)

    started = call(START, studyList=node_id(study_list), questionCount=1).only

    assert started["studyList"] == {"name": "Mine"}
    assert [item["question"]["title"] for item in started["sessionItems"]] == ["LRU Cache"]


def test_a_call_that_is_sent_again_starts_one_session(call, two):
    input = {"questions": [node_id(two[0])], "idempotencyKey": "k"}

    first, again = call(START, **input), call(START, **input, minutes=1)

    assert first.only["id"] == again.only["id"]
    assert PracticeSession.objects.count() == 1


def test_goes_from_question_to_question(call, session):
    id = node_id(session)

    paused = call(PAUSE, minutes=2, id=id).only
    resumed = call(RESUME, minutes=5, id=id).only
    answered = call(
        NEXT,
        minutes=6,
        id=id,
        answer={"position": 0, "outcome": "PARTIAL", "rating": "HARD", "mistakes": ["BUG"]},
    ).only
    skipped = call(NEXT, minutes=8, id=id, skip=1).only

    assert (paused["state"], paused["activeSeconds"], paused["secondsLeft"]) == (
        "PAUSED",
        120,
        1680,
    )
    assert (resumed["state"], resumed["activeSeconds"]) == ("RUNNING", 120)
    assert answered["sessionItems"][0] | {"question": None} == {
        "position": 0,
        "startedAt": "2026-03-02T09:30:00Z",
        "endedAt": "2026-03-02T09:36:00Z",
        "measuredSeconds": 180,
        "question": None,
        "log": {"outcome": "PARTIAL", "durationSeconds": 180},
    }
    assert answered["currentItem"] == answered["sessionItems"][1]
    assert answered["currentItem"]["startedAt"] == "2026-03-02T09:36:00Z"
    assert (skipped["state"], skipped["finishedAt"]) == ("FINISHED", "2026-03-02T09:38:00Z")
    assert (skipped["activeSeconds"], skipped["secondsLeft"]) == (300, 1500)
    assert (skipped["answeredCount"], skipped["skippedCount"]) == (1, 1)
    assert skipped["currentItem"] is None
    assert skipped["pauses"] == [
        {"startedAt": "2026-03-02T09:32:00Z", "endedAt": "2026-03-02T09:35:00Z"}
    ]


def test_finishes_with_an_answer(call, session):
    answer = {"position": 0, "outcome": "SOLVED", "solutionCode": "pass", "help": "NONE"}

    finished = call(FINISH, minutes=3, id=node_id(session), answer=answer).only

    assert (finished["state"], finished["activeSeconds"]) == ("FINISHED", 180)
    assert finished["sessionItems"][0]["log"] == {"outcome": "SOLVED", "durationSeconds": 180}
    assert QuestionLog.objects.get().solution_code == "pass"


@pytest.mark.parametrize("answer", [{}, {"answer": None}])
def test_finishes_without_one(answer, call, session):
    finished = call(FINISH, minutes=3, id=node_id(session), **answer).only

    assert (finished["state"], finished["answeredCount"]) == ("FINISHED", 0)
    assert not QuestionLog.objects.exists()


def test_the_time_of_the_box_runs_out_and_nothing_ends(call, session):
    late = call(PAUSE, minutes=45, id=node_id(session)).only

    assert (late["activeSeconds"], late["secondsLeft"]) == (45 * 60, 0)


def test_the_open_session_is_shown(call, session):
    assert call(OPEN).only == {
        "state": "RUNNING",
        "questionCount": 2,
        "answeredCount": 0,
        "skippedCount": 0,
        "currentItem": {"position": 0, "question": {"title": "Two Sum"}},
    }
    assert call(PAST).only == {"totalCount": 0, "edges": []}


def test_without_an_open_session_there_is_null(call, user, stranger):
    PracticeSessionFactory(owner=user, finished_at=NOW)
    PracticeSessionFactory(owner=stranger)

    assert call(OPEN).data == {"practiceSession": None}


def test_past_sessions_come_latest_first(call, user):
    day = timedelta(days=1)
    finished = PracticeSessionFactory(
        owner=user, started_at=NOW - 2 * day, finished_at=NOW - 2 * day + timedelta(minutes=5)
    )
    left = PracticeSessionFactory(owner=user, started_at=NOW - day)

    assert call(PAST).nodes == [
        {
            "id": node_id(left),
            "state": "ABANDONED",
            "finishedAt": "2026-03-01T09:30:00Z",
            "activeSeconds": 0,
        },
        {
            "id": node_id(finished),
            "state": "FINISHED",
            "finishedAt": "2026-02-28T09:35:00Z",
            "activeSeconds": 300,
        },
    ]


def test_one_that_closed_itself_is_not_open_any_more(call, session):
    moment = 4 * 60 + 30

    assert call(OPEN, minutes=moment - 1).only["state"] == "RUNNING"
    assert call(OPEN, minutes=moment).data == {"practiceSession": None}
    (past,) = call(PAST, minutes=moment).nodes
    assert (past["state"], past["finishedAt"]) == ("ABANDONED", "2026-03-02T09:30:00Z")


def test_a_deleted_question_gives_way(call, session, two):
    Question.objects.filter(pk=two[0].pk).update(deleted_at=NOW + timedelta(minutes=1))

    shown = call(OPEN, minutes=2).only
    late = call(NEXT, minutes=3, id=node_id(session), skip=0)
    finished = call(
        NEXT, minutes=3, id=node_id(session), answer={"position": 1, "outcome": "SOLVED"}
    ).only

    assert shown["questionCount"] == 1
    assert shown["currentItem"] == {"position": 1, "question": {"title": "LRU Cache"}}
    assert (late.codes, late.fields) == (["not_current"], ["skip"])
    assert [item["measuredSeconds"] for item in finished["sessionItems"]] == [120]
    assert finished["state"] == "FINISHED"


def test_a_deleted_attempt_is_not_shown(call, session):
    id = node_id(session)
    call(NEXT, minutes=1, id=id, answer={"position": 0, "outcome": "SOLVED"})
    QuestionLog.objects.update(deleted_at=NOW)

    paused = call(PAUSE, minutes=2, id=id).only

    assert (paused["sessionItems"][0]["log"], paused["answeredCount"]) == (None, 1)


@pytest.mark.parametrize(
    ("operation", "input", "code", "field"),
    [
        (START, {"questions": ["second"]}, "session_open", None),
        (RESUME, {"id": "session"}, "not_paused", None),
        (NEXT, {"id": "session", "skip": 1}, "not_current", "skip"),
        (NEXT, {"id": "session", "skip": -1}, "not_current", "skip"),
        (
            NEXT,
            {"id": "session", "answer": {"position": 0, "outcome": "SOLVED", "approach": LONG}},
            "max_length",
            "approach",
        ),
        (
            FINISH,
            {"id": "session", "answer": {"position": 1, "outcome": "SOLVED"}},
            "not_current",
            "position",
        ),
    ],
)  # fmt: skip
@time_machine.travel(NOW, tick=False)
def test_says_what_is_wrong_and_stores_nothing(
    operation, input, code, field, graphql, user, session, two
):
    ids = {"session": node_id(session), "second": node_id(two[1])}
    if "id" in input:
        input = input | {"id": ids[input["id"]]}
    if "questions" in input:
        input = input | {"questions": [ids[name] for name in input["questions"]]}
    token = access_token(user)

    with nothing_changes():
        answer = graphql(operation, token=token, input=input)

    assert (answer.codes, answer.fields) == ([code], [field])


@pytest.mark.parametrize(
    ("input", "code", "field"),
    [
        ({"timeBoxMinutes": 0}, "min_value", "timeBoxMinutes"),
        ({"timeBoxMinutes": 1441}, "max_value", "timeBoxMinutes"),
        ({"questionCount": 0}, "bad_question_count", "questionCount"),
        ({"questionCount": 101}, "bad_question_count", "questionCount"),
        ({"questions": []}, "nothing_to_practise", None),
        ({"idempotencyKey": ""}, "invalid_key", "idempotencyKey"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_starting_says_what_is_wrong_and_stores_nothing(input, code, field, graphql, user, two):
    token = access_token(user)

    with nothing_changes():
        answer = graphql(START, token=token, input=input)

    assert (answer.codes, answer.fields) == ([code], [field])


@pytest.mark.parametrize(
    "input",
    [
        {"answer": {"position": 0}},
        {"answer": {"outcome": "SOLVED"}},
        {"answer": {"position": 0, "outcome": "SOLVED", "durationSeconds": 5}},
        {"skip": "0"},
        {"skip": 2**31},
    ],
)
@time_machine.travel(NOW, tick=False)
def test_refuses_what_is_not_its_input(input, graphql, user, session):
    token = access_token(user)

    with nothing_changes():
        answer = graphql(NEXT, token=token, input=input | {"id": node_id(session)})

    assert set(answer.codes) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("caller", "code"),
    [("nobody", "UNAUTHENTICATED"), ("stranger", "not_found"), ("admin", "not_found")],
)
def test_is_refused_to(caller, code, call, graphql, people, session):
    id = node_id(session)
    calls = [
        (PAUSE, {"id": id}),
        (RESUME, {"id": id}),
        (NEXT, {"id": id, "skip": 0}),
        (FINISH, {"id": id}),
    ]

    with time_machine.travel(NOW, tick=False):
        answers = [graphql(query, as_user=people[caller], input=input) for query, input in calls]

    assert [answer.codes for answer in answers] == [[code]] * 4
    session.refresh_from_db()
    assert (session.finished_at, session.pauses.count()) == (None, 0)


def test_strangers_questions_and_lists_are_not_found(call, user, stranger, two):
    theirs = QuestionFactory(owner=stranger)
    study_list = StudyListFactory(owner=stranger)
    trashed = QuestionFactory(owner=user, deleted_at=NOW)
    nowhere = node_id(type_name="Question", uid=new_uid())

    answers = [
        call(START, questions=[node_id(two[0]), node_id(theirs)]),
        call(START, questions=[node_id(two[0]), node_id(trashed)]),
        call(START, questions=[node_id(two[0]), nowhere]),
        call(START, studyList=node_id(study_list)),
    ]

    assert [answer.codes for answer in answers] == [["not_found"]] * 4
    assert [answer.fields for answer in answers] == [["questions"]] * 3 + [["studyList"]]
    assert not PracticeSession.objects.exists()


def test_nothing_of_a_stranger_is_shown_even_if_a_row_leads_there(call, session, stranger):
    """No service makes such a row; were there one, the API would still not show it."""
    theirs = QuestionFactory(owner=stranger, title="THEIRS")
    PracticeSessionItemFactory(session=session, owner=stranger, question=theirs, position=2)
    theirs_log = QuestionLogFactory(question=theirs)
    PracticeSessionItem.objects.filter(position=1).update(log=theirs_log, ended_at=NOW)

    paused = call(PAUSE, id=node_id(session)).only

    assert [item["log"] for item in paused["sessionItems"]] == [None, None]
    assert "THEIRS" not in str(paused)


NESTED = "question { tags { name } logs(first: 2) { edges { node { notes } } } }"
EVERYTHING = f"""{{ practiceSessions(first: 5) {{ edges {{ node {{
  {SESSION} sessionItems {{ {NESTED} }}
}} }} }} }}"""
ONE = f"""{{ practiceSession {{
  {SESSION} currentItem {{ question {{ tags {{ name }} }} }} sessionItems {{ {NESTED} }}
}} }}"""


STEPS = {
    "startPracticeSession": ({"timeBoxMinutes": 30}, 20),
    "pausePracticeSession": ({}, 10),
    "resumePracticeSession": ({}, 9),
    "nextPracticeQuestion": ({"skip": 0}, 13),
    "finishPracticeSession": ({"answer": {"position": 1, "outcome": "SOLVED"}}, 24),
}


@pytest.mark.parametrize("count", [3, 50])
@time_machine.travel(NOW, tick=False)
def test_every_step_costs_the_same_for_three_questions_and_for_fifty(count, graphql, user):
    user.settings.new_per_day = 100
    user.settings.save()
    for _ in range(count):
        QuestionTagFactory(question__owner=user)
    token = access_token(user)
    found, id = {}, None

    for name, (given, _) in STEPS.items():
        input = given | ({"id": id} if id else {})
        if id is None:
            input["questionCount"] = count
        with CaptureQueriesContext(connection) as captured:
            answer = graphql(change(name, "id state"), token=token, input=input).only
        id = answer["id"]
        found[name] = given, len(captured)

    assert PracticeSessionItem.objects.count() == count
    assert found == STEPS


def filled(owner, *, items, **columns) -> PracticeSession:
    """A session of questions with a tag and an attempt each."""
    session = PracticeSessionFactory(owner=owner, **columns)
    for position in range(items):
        log = QuestionLogFactory(question__owner=owner)
        QuestionTagFactory(question=log.question)
        PracticeSessionItemFactory(
            session=session, question=log.question, position=position, log=log, ended_at=NOW
        )
    PracticeSessionItemFactory(session=session, position=items)
    session.pauses.create(owner=owner, started_at=NOW, ended_at=NOW)
    return session


@pytest.mark.parametrize("operation", [EVERYTHING, ONE], ids=["list", "one"])
@time_machine.travel(NOW, tick=False)
def test_many_cost_as_many_statements_as_one(operation, graphql, user, stranger):
    def statements(person) -> int:
        token = access_token(person)
        with CaptureQueriesContext(connection) as captured:
            assert graphql(operation, token=token).codes == []
        return len(captured)

    filled(user, items=1, finished_at=NOW)
    filled(user, items=1)
    for number in range(5):
        filled(stranger, items=9, finished_at=NOW + timedelta(minutes=number))
    filled(stranger, items=9)

    assert statements(user) == statements(stranger)


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (None, [1, 2, 3]),
        ({"startedAfter": "2026-02-28T09:30:00Z"}, [1, 2]),
        ({"startedBefore": "2026-02-28T09:30:00Z"}, [3]),
        ({"startedAfter": "2026-02-28T09:30:00Z", "startedBefore": "2026-03-01T09:30:00Z"}, [2]),
    ],
)
def test_past_sessions_are_filtered_by_their_beginning(filter, expected, graphql, user):
    sessions = {
        days: PracticeSession.objects.create(
            owner=user,
            started_at=NOW - timedelta(days=days),
            closes_at=NOW - timedelta(days=days) + timedelta(hours=4),
            finished_at=NOW - timedelta(days=days) + timedelta(hours=1),
        )
        for days in (1, 2, 3)
    }
    operation = """query ($filter: PracticeSessionFilter) {
      practiceSessions(filter: $filter) { edges { node { id } } } }"""

    found = graphql(operation, as_user=user, filter=filter).nodes

    assert [node["id"] for node in found] == [node_id(sessions[days]) for days in expected]
