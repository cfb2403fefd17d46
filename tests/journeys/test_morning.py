"""A morning over HTTP, as the explorer tabs tell it: the queue, an attempt, what follows, lists."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from graphql import OperationDefinitionNode, parse

from domain.accounts.models import User
from tests.client import GraphQLClient, access_token

# What the page puts the id in for.
FIRST_IN_QUEUE = "first in the queue"
PASSWORD = "practice-daily"


@pytest.fixture
def run(settings: Any, db: None) -> Any:
    """Run all operations of a tab on a fresh demo account; give what each answers."""
    settings.DEBUG = True
    call_command("create_fake_data", "--demo", "--no-input", verbosity=0)
    examples = json.loads(Path(finders.find("explorer/examples.json")).read_text())
    tabs = {example["title"]: example for example in examples}
    token = access_token(User.objects.get())
    client = GraphQLClient()

    def tab(title: str, *, first: str = "", **variables: Any) -> list[Any]:
        query = "\n".join(tabs[title]["query"])
        filled = json.loads(json.dumps(tabs[title]["variables"]).replace(FIRST_IN_QUEUE, first))
        operations = [
            one.name.value
            for one in parse(query).definitions
            if isinstance(one, OperationDefinitionNode) and one.name
        ]
        sent = {"query": query, "variables": filled | variables}
        return [
            client.send(sent | {"operationName": name}, token=token).data for name in operations
        ]

    return tab


def test_the_routine(run):
    (todo,) = run("What to practise")
    queue = todo["reviewQueue"]
    chosen = queue["items"][0]["question"]
    priorities = [item["priority"] for item in queue["items"]]
    assert len(queue["items"]) == 5
    assert priorities == sorted(priorities, reverse=True)
    assert (queue["reviewsDoneToday"], queue["reviewsLeftToday"]) == (0, 20)
    assert len(todo["nextQuestions"]) == 3

    (before,) = run("When again", first=chosen["id"])
    (logged,) = run("Log an attempt", first=chosen["id"])
    (after,) = run("When again", first=chosen["id"])
    question = logged["createQuestionLog"]["question"]
    expected = {each["rating"]: each["dueAt"] for each in before["question"]["reviewPreview"]}
    assert question["title"] == chosen["title"] == after["question"]["title"]
    assert question["dueAt"] == after["question"]["review"]["dueAt"]
    # Solved alone is GOOD; the preview was asked for a moment earlier.
    moved = datetime.fromisoformat(question["dueAt"]) - datetime.fromisoformat(expected["GOOD"])
    assert 0 <= moved.total_seconds() < 60

    (rest,) = run("What to practise")
    assert rest["reviewQueue"]["dueCount"] == queue["dueCount"] - 1
    assert rest["reviewQueue"]["reviewsDoneToday"] == 1
    assert chosen["id"] not in [item["question"]["id"] for item in rest["reviewQueue"]["items"]]
    assert rest["viewer"]["statistics"]["currentStreak"] >= 1

    (going,) = run("How it goes")
    statistics = going["viewer"]["statistics"]
    assert statistics["heatmap"][-1]["attempts"] >= 1
    assert sum(day["attempts"] for day in statistics["heatmap"]) == statistics["attempts"]
    assert statistics["byTag"][0]["tag"]["name"]


def test_lists_and_the_goal(run):
    before, cloned = run("Study lists")
    again = run("Study lists")

    names = [edge["node"]["name"] for edge in before["studyLists"]["edges"]]
    blind = before["studyLists"]["edges"][names.index("Blind 75")]["node"]["progress"]
    counts = [blind[part] for part in ("new", "learning", "due", "mastered")]
    assert names == ["Blind 75", "Weak spots"]
    assert sum(counts) == blind["total"] == 75
    assert min(counts) > 0
    assert cloned["cloneBuiltInList"]["progress"]["total"] == 150
    assert again[1]["cloneBuiltInList"]["id"] == cloned["cloneBuiltInList"]["id"]
    assert len(again[0]["studyLists"]["edges"]) == 3

    (goals,) = run("Goal")
    (goal,) = [edge["node"] for edge in goals["goals"]["edges"]]
    readiness = goal["readiness"]
    assert [row["name"] for row in goal["lists"]] == ["Blind 75"]
    assert 20 <= readiness["daysLeft"] <= 64
    assert 60 < readiness["questionCount"] <= 81
    assert readiness["reviewsNeeded"] == readiness["newCount"] + readiness["belowTargetCount"]


def test_the_rest(run):
    (signed_in,) = run("Sign in", email="demo@drillbook.example", password=PASSWORD)
    (added,) = run("Add a question")
    (mine,) = run("My questions")
    (imported,) = run("Import")
    (twice,) = run("Import")

    assert signed_in["signIn"]["viewer"]["email"] == "demo@drillbook.example"
    assert mine["questions"]["edges"][0]["node"]["id"] == added["createQuestion"]["id"]
    # Questions, attempts, and tags without the one that is there already, "math".
    assert imported["importQuestions"]["created"] == 2 + 2 + 2
    assert twice["importQuestions"]["created"] == 0
