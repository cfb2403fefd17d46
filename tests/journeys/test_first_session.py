"""A newcomer's first evening, over HTTP: register, import, page, log an attempt, sign out."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.client import GraphQLClient

HISTORY = Path(__file__).resolve().parent.parent / "data" / "codeforces-user-status.json"
CREDENTIALS = {"email": "ada@example.com", "password": "practice-daily"}

REGISTER = """mutation ($input: RegisterInput!) {
  register(input: $input) { ... on Registration { email } }
}"""
SIGN_IN = """mutation ($input: SignInInput!) {
  signIn(input: $input) { ... on Session { accessToken viewer { email } } }
}"""
IMPORT = """mutation ($content: String!) {
  importQuestions(input: {content: $content}) {
    ... on ImportResult { questions { created } logs { created } skipped failed }
  }
}"""
QUESTIONS = """query ($after: String) {
  questions(first: 7, after: $after, orderBy: {field: TITLE}) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node { id title platform logCount solvedCount status logs { totalCount } } }
  }
}"""
LOGS = """query ($after: String) {
  questionLogs(first: 10, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node { id attemptedAt outcome question { id } } }
  }
}"""
LOG = """mutation ($input: CreateQuestionLogInput!) {
  createQuestionLog(input: $input) {
    ... on QuestionLog { id question { id logCount solvedCount totalSeconds lastOutcome } }
  }
}"""
QUESTION = """query ($id: ID!) {
  question(id: $id) {
    logCount solvedCount totalSeconds lastOutcome lastAttemptedAt dueAt status
    logs(first: 1) { totalCount edges { node { id } } }
  }
}"""
SIGN_OUT = "mutation { signOut { endedAt } }"


def everything(graphql: GraphQLClient, token: str, operation: str) -> list[Any]:
    """All rows of a list, page by page; as many as it says, and none of them twice."""
    nodes: list[Any] = []
    after = None
    while True:
        page = graphql(operation, token=token, after=after).only
        nodes += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(nodes) == len({node["id"] for node in nodes}) == page["totalCount"]
            return nodes
        after = page["pageInfo"]["endCursor"]


@pytest.mark.django_db
def test_first_session():
    graphql = GraphQLClient()

    assert graphql(REGISTER, input=CREDENTIALS).only == {"email": "ada@example.com"}
    session = graphql(SIGN_IN, input=CREDENTIALS).only
    token = session["accessToken"]
    assert session["viewer"] == {"email": "ada@example.com"}
    assert everything(graphql, token, QUESTIONS) == []

    imported = graphql(IMPORT, token=token, content=HISTORY.read_text()).only
    questions = everything(graphql, token, QUESTIONS)
    logs = everything(graphql, token, LOGS)
    assert imported["failed"] == 0
    assert imported["logs"]["created"] + imported["skipped"] == 47
    assert (len(questions), len(logs)) == (
        imported["questions"]["created"],
        imported["logs"]["created"],
    )

    attempts = {question["id"]: [] for question in questions}
    for log in logs:
        attempts[log["question"]["id"]].append(log["outcome"])
    for question in questions:
        outcomes = attempts[question["id"]]
        assert question["platform"] == "CODEFORCES"
        assert question["logCount"] == question["logs"]["totalCount"] == len(outcomes)
        assert question["solvedCount"] == outcomes.count("SOLVED")
        assert question["status"] == ("SOLVED" if "SOLVED" in outcomes else "ATTEMPTED")
    moments = [datetime.fromisoformat(log["attemptedAt"]) for log in logs]
    assert moments == sorted(moments, reverse=True)

    chosen = questions[0]
    before = graphql(QUESTION, token=token, id=chosen["id"]).only
    attempt = {"question": chosen["id"], "outcome": "PARTIAL", "durationSeconds": 1500}
    logged = graphql(LOG, token=token, input=attempt).only
    after = graphql(QUESTION, token=token, id=chosen["id"]).only
    assert logged["question"] == {
        "id": chosen["id"],
        "logCount": before["logCount"] + 1,
        "solvedCount": before["solvedCount"],
        "totalSeconds": before["totalSeconds"] + 1500,
        "lastOutcome": "PARTIAL",
    }
    assert after["logs"] == {
        "totalCount": before["logCount"] + 1,
        "edges": [{"node": {"id": logged["id"]}}],
    }
    assert after["lastAttemptedAt"] > before["lastAttemptedAt"]
    assert after["dueAt"] > after["lastAttemptedAt"]

    assert graphql(SIGN_OUT, token=token).only["endedAt"]
    assert graphql(QUESTION, token=token, id=chosen["id"]).codes == ["UNAUTHENTICATED"]
    again = graphql(SIGN_IN, input=CREDENTIALS).only["accessToken"]
    assert len(everything(graphql, again, LOGS)) == len(logs) + 1
