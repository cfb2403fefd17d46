"""What each kind of file says about a small account, to the byte."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest

from domain.accounts.models import User
from domain.accounts.services import api_tokens
from domain.archive.declaring import EntityName
from domain.goals.models import GoalList, GoalTag
from domain.practice.models import Help, Mistake, PracticePause, Rating, ReviewState
from domain.questions.models import Difficulty, Outcome, Question
from domain.questions.platforms import Platform
from domain.transfer.exporting.cells import cell
from domain.transfer.exporting.kinds import KINDS, SPREADSHEETS, kind_of
from domain.transfer.models import ExportFormat
from tests.authenticator import with_two_factor
from tests.domain.refusals import refused
from tests.factories import (
    NOW,
    PASSWORD,
    AuthSessionFactory,
    GoalFactory,
    PracticeSessionFactory,
    PracticeSessionItemFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    ReviewBaselineFactory,
    ShareLinkFactory,
    StudyListFactory,
    StudyListItemFactory,
    TagFactory,
)

pytestmark = pytest.mark.once

DAY = timedelta(days=1)
HIDDEN = "in the trash"
TEXTS = [kind for kind in (*KINDS.values(), *SPREADSHEETS.values()) if kind.extension != "zip"]


@pytest.fixture
def two_sum(user) -> Question:
    """A question of which everything is known, of somebody east of Greenwich."""
    User.objects.filter(pk=user.pk).update(display_name="Ada")
    user.settings.timezone = "Asia/Tokyo"
    user.settings.save()
    question = QuestionFactory(
        owner=user, title='Two "Sum"', slug="two-sum", url="https://leetcode.com/problems/two-sum",
        platform=Platform.LEETCODE, external_id="two-sum", difficulty=Difficulty.EASY,
        importance=3, is_starred=True, source="=A book", target_seconds=900,
        content="Find a < b,\nthen c.", notes="- a map\tof\nvalues", platform_rating=1200,
    )  # fmt: skip
    for kind, name in (("TOPIC", "Hash Table"), ("COMPANY", "Acme"), ("TOPIC", "Array")):
        QuestionTagFactory(question=question, tag__name=name, tag__kind=kind)
    QuestionLogFactory(
        question=question, outcome=Outcome.FAILED, attempted_at=NOW - 9 * DAY, notes="Forgot it."
    )
    QuestionLogFactory(
        question=question, outcome=Outcome.SOLVED, attempted_at=NOW - 2 * DAY,
        duration_seconds=1500, rating=Rating.EASY, help=Help.HINT, approach="Map",
        time_complexity="O(n)", space_complexity="O(n)", language="Python",
        solution_code="x = '''\n```\n'''", mistakes=[Mistake.EDGE_CASE, Mistake.BUG],
    )  # fmt: skip
    QuestionLogFactory(question=question, attempted_at=NOW - DAY, counts_for_review=False)
    return question


@pytest.fixture
def hidden(user, stranger, two_sum) -> None:
    """Rows that none of these files may show: in the trash, or somebody else's."""
    gone = {"deleted_at": NOW, "deleted_by": user}
    QuestionLogFactory(question=two_sum, notes=HIDDEN, **gone)
    trashed = QuestionFactory(owner=user, title=HIDDEN, notes=HIDDEN)
    QuestionLogFactory(question=trashed, notes=HIDDEN)
    QuestionTagFactory(question=two_sum, tag__name=HIDDEN, tag__deleted_at=NOW)
    study_list = StudyListFactory(owner=user, name=HIDDEN, **gone)
    StudyListItemFactory(study_list=study_list, question=two_sum)
    StudyListItemFactory(study_list__owner=user, question=trashed)
    GoalFactory(owner=user, name=HIDDEN, **gone)
    session = PracticeSessionFactory(owner=user, finished_at=NOW)
    PracticeSessionItemFactory(session=session, question=trashed)
    Question.objects.filter(pk=trashed.pk).update(**gone)
    QuestionLogFactory(question__owner=stranger, question__title=HIDDEN, notes=HIDDEN)
    QuestionTagFactory(question__owner=stranger, tag__name=HIDDEN)
    StudyListItemFactory(owner=stranger, study_list__name=HIDDEN, study_list__owner=stranger)
    GoalFactory(owner=stranger, name=HIDDEN)
    PracticeSessionItemFactory(question__title=HIDDEN)


def written(user, format, entity=None) -> str:
    return "".join(kind_of(format, entity).pieces(User.objects.get(pk=user.pk), NOW))


def table(user, entity) -> list[dict[str, str]]:
    """The lines of a spreadsheet, by header; without cells that are empty."""
    text = written(user, "CSV", entity)
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [{header: value for header, value in line.items() if value} for line in lines]


def test_questions_as_a_spreadsheet(user, two_sum, hidden):
    review = ReviewState.objects.get(question=two_sum)

    assert written(user, "CSV", "QUESTION").splitlines()[0] == (
        "\ufeffProblem,Link,Platform,Platform ID,Difficulty,Platform Rating,Topics,Patterns,"
        "Companies,Tags,Importance,Starred,Archived,Source,Target Time,Content,Notes,Attempts,"
        "Times Solved,Total Time,Latest Attempt,Latest Outcome,Due On,Stability Days,Lapses,"
        "Suspended,Postponed Until,Created,ID"
    )
    assert table(user, "QUESTION") == [
        {
            "Problem": 'Two "Sum"',
            "Link": "https://leetcode.com/problems/two-sum",
            "Platform": "LeetCode",
            "Platform ID": "two-sum",
            "Difficulty": "Easy",
            "Platform Rating": "1200",
            "Topics": "Array; Hash Table",
            "Companies": "Acme",
            "Importance": "3",
            "Starred": "Yes",
            "Archived": "No",
            "Source": "'=A book",
            "Target Time": "0:15:00",
            "Content": "Find a < b,\nthen c.",
            "Notes": "'- a map\tof\nvalues",
            "Attempts": "3",
            "Times Solved": "2",
            "Total Time": "0:25:00",
            "Latest Attempt": "2026-03-01T09:30:00Z",
            "Latest Outcome": "Solved",
            "Due On": (review.due_at + timedelta(hours=5)).date().isoformat(),
            "Stability Days": str(round(review.stability, 2)),
            "Lapses": "0",
            "Suspended": "No",
            "Created": "2026-03-02T09:30:00Z",
            "ID": str(two_sum.uid),
        }
    ]


def test_attempts_as_a_spreadsheet(user, two_sum, hidden):
    first, second, third = table(user, "LOG")

    assert [line["Date"] for line in (first, second, third)] == [
        "2026-02-21T09:30:00Z",
        "2026-02-28T09:30:00Z",
        "2026-03-01T09:30:00Z",
    ]
    log = two_sum.logs.get(rating=Rating.EASY)
    assert second == {
        "Problem": 'Two "Sum"',
        "Link": "https://leetcode.com/problems/two-sum",
        "Platform": "LeetCode",
        "Platform ID": "two-sum",
        "Difficulty": "Easy",
        "Topics": "Array; Hash Table",
        "Date": "2026-02-28T09:30:00Z",
        "Day": "2026-02-28",
        "Outcome": "Solved",
        "Duration": "0:25:00",
        "Rating": "Easy",
        "Help": "Hint",
        "Approach": "Map",
        "Time Complexity": "O(n)",
        "Space Complexity": "O(n)",
        "Language": "Python",
        "Mistakes": "Edge case; Bug",
        "Solution Code": "x = '''\n```\n'''",
        "Counts For Review": "Yes",
        "Question ID": str(two_sum.uid),
        "ID": str(log.uid),
    }
    assert (first["Outcome"], third["Counts For Review"]) == ("Failed", "No")


def test_days_are_the_persons_own(user, two_sum):
    QuestionLogFactory(question=two_sum, attempted_at=NOW.replace(day=1, hour=20))

    # Five in the morning in Tokyo, where the day began at four.
    assert table(user, "LOG")[-1]["Day"] == "2026-03-02"


def test_tags_as_a_spreadsheet(user, two_sum, hidden):
    unused = TagFactory(owner=user, name="@home", colour="#00ff00", description="d")

    lines = {line["Name"]: line for line in table(user, "TAG")}

    assert set(lines) == {"Hash Table", "Array", "Acme", "'@home"}
    assert lines["'@home"] == {
        "Name": "'@home",
        "Kind": "Custom",
        "Description": "d",
        "Colour": "#00ff00",
        "Questions": "0",
        "Created": "2026-03-02T09:30:00Z",
        "ID": str(unused.uid),
    }
    assert (lines["Acme"]["Kind"], lines["Acme"]["Questions"]) == ("Company", "1")


def test_lists_as_a_spreadsheet(user, two_sum, hidden):
    other = QuestionFactory(owner=user, title="Three Sum")
    study_list = StudyListFactory(owner=user, name="March")
    StudyListItemFactory(study_list=study_list, question=other, position=7, section="Arrays")
    StudyListItemFactory(study_list=study_list, question=two_sum, position=3)
    StudyListItemFactory(study_list=StudyListFactory(owner=user, name="May"), question=other)

    lines = table(user, "STUDY_LIST")

    assert [(line["List"], line["Position"], line["Problem"]) for line in lines] == [
        ("March", "1", 'Two "Sum"'),
        ("March", "2", "Three Sum"),
        ("May", "1", "Three Sum"),
    ]
    assert lines[1]["Section"] == "Arrays"
    assert (lines[0]["Attempts"], lines[0]["List ID"]) == ("3", str(study_list.uid))


def test_goals_as_a_spreadsheet(user, two_sum, hidden):
    tag = TagFactory(owner=user, name="Graphs")
    goal = GoalFactory(owner=user, name="Acme", company=two_sum.tags.get(name="Acme"), note="soon")
    GoalTag.objects.create(owner=user, goal=goal, tag=tag)
    study_list = StudyListFactory(owner=user, name="March")
    GoalList.objects.create(owner=user, goal=goal, study_list=study_list)

    assert table(user, "GOAL") == [
        {
            "Name": "Acme",
            "Date": "2026-04-01",
            "Company": "Acme",
            "Target Recall": "0.9",
            "Lists": "March",
            "Tags": "Graphs",
            "Note": "soon",
            "Created": "2026-03-02T09:30:00Z",
            "ID": str(goal.uid),
        }
    ]


def test_sessions_as_a_spreadsheet(user, two_sum, hidden):
    session = PracticeSessionFactory(
        owner=user, study_list=StudyListFactory(owner=user, name="March"), time_box_minutes=30,
        finished_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    PracticePause.objects.create(
        owner=user, session=session, started_at=NOW, ended_at=NOW + timedelta(minutes=5)
    )
    PracticeSessionItemFactory(
        session=session, question=two_sum, log=two_sum.logs.get(rating=Rating.EASY),
        started_at=NOW, ended_at=NOW + timedelta(minutes=30), measured_seconds=1500,
    )  # fmt: skip

    assert table(user, "SESSION") == [
        {
            "Started": "2026-03-02T09:30:00Z",
            "Finished": "2026-03-02T10:30:00Z",
            "Abandoned": "No",
            "Time Box Minutes": "30",
            "Paused": "0:05:00",
            "List": "March",
            "Turn": "1",
            "Problem": 'Two "Sum"',
            "Link": "https://leetcode.com/problems/two-sum",
            "Platform": "LeetCode",
            "Platform ID": "two-sum",
            "Difficulty": "Easy",
            "Shown": "2026-03-02T09:30:00Z",
            "Ended": "2026-03-02T10:00:00Z",
            "Time Spent": "0:25:00",
            "Outcome": "Solved",
            "Session ID": str(session.uid),
            "Question ID": str(two_sum.uid),
        }
    ]


def test_settings_as_a_spreadsheet(user, two_sum):
    settings = {line["Setting"]: line.get("Value") for line in table(user, "SETTINGS")}

    assert (settings["timezone"], settings["dailyGoalMinutes"]) == ("Asia/Tokyo", None)
    assert kind_of("CSV", "SETTINGS").rows(user) == len(settings)


def test_for_anki(user, two_sum, hidden):
    TagFactory(owner=user, name="unused")

    assert written(user, "ANKI") == (
        "#separator:Tab\n"
        "#html:true\n"
        "#columns:ID\tFront\tBack\tLink\tContent\tDifficulty\tTags\n"
        "#guid column:1\n"
        "#tags column:7\n"
        f"{two_sum.uid}\tTwo &quot;Sum&quot;\t- a map&#9;of<br>values"
        "\thttps://leetcode.com/problems/two-sum\tFind a &lt; b,<br>then c.\tEasy"
        "\tArray Hash_Table company::Acme\n"
    )


def test_for_optimizers_of_fsrs(user, two_sum, hidden):
    known = QuestionFactory(owner=user)
    ReviewBaselineFactory(question=known, reviewed_at=NOW - 5 * DAY)
    QuestionLogFactory(question=known, attempted_at=NOW - 6 * DAY)
    QuestionLogFactory(question=known, attempted_at=NOW - 4 * DAY, outcome=Outcome.PARTIAL)
    card, other = two_sum.uid, known.uid

    # The last attempt does not count, and the baseline of the other one includes its first.
    assert written(user, "FSRS_CSV") == (
        "card_id,review_time,review_rating,review_state,review_duration\r\n"
        f"{card},1771666200000,1,0,\r\n"
        f"{card},1772271000000,4,2,1500000\r\n"
        f"{other},1772098200000,1,2,\r\n"
    )


def test_as_markdown(user, two_sum, hidden):
    QuestionFactory(owner=user, title="Says nothing")
    QuestionLogFactory(question__owner=user, question__title="A\nB", notes="only here")

    assert written(user, "MARKDOWN") == (
        "# Notes\n\n"
        "## A B\n\nOther\n\n### Attempt of 2026-03-01 09:30 UTC, Solved\n\nonly here\n\n"
        '## Two "Sum"\n\n'
        "LeetCode · Easy · Acme · Array · Hash Table\n\n"
        "<https://leetcode.com/problems/two-sum>\n\n"
        "### The problem\n\nFind a < b,\nthen c.\n\n"
        "### Notes\n\n- a map\tof\nvalues\n\n"
        "### Attempt of 2026-02-21 09:30 UTC, Failed\n\nForgot it.\n\n"
        "### Attempt of 2026-02-28 09:30 UTC, Solved, 25 min, Easy\n\n"
        "Map · O(n) time, O(n) space\n\n"
        "````python\nx = '''\n```\n'''\n````\n"
    )


@pytest.fixture
def taken_out(user, two_sum, hidden) -> zipfile.ZipFile:
    """The takeout of somebody who signs in with codes, has a program, and shares a picture."""
    with_two_factor(user)
    AuthSessionFactory(user=user, user_agent="Firefox", address="192.0.2.1")
    api_tokens.create_api_token(owner=user, name="CI", scope="READ", password=PASSWORD, at=NOW)
    ShareLinkFactory(owner=user, name="README")
    AuthSessionFactory(user_agent=HIDDEN)
    ShareLinkFactory(name=HIDDEN)
    for title in ("Two Sum!", "con", "..", "é"):
        QuestionFactory(owner=user, title=title, slug=title.replace(" ", "-"), notes="x")
    content = b"".join(KINDS[ExportFormat.TAKEOUT].pieces(User.objects.get(pk=user.pk), NOW))
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_takeout_is_a_sound_zip_file_with_everything_in_it(taken_out, user):
    assert taken_out.testzip() is None
    assert taken_out.namelist() == [
        "README.txt",
        "drillbook.json",
        "account.json",
        "csv/questions.csv",
        "csv/attempts.csv",
        "csv/tags.csv",
        "csv/lists.csv",
        "csv/goals.csv",
        "csv/sessions.csv",
        "csv/settings.csv",
        "notes/question.md",
        "notes/two-sum.md",
        "notes/two-sum-2.md",
        "notes/con-.md",
        "notes/question-2.md",
        "anki.txt",
        "fsrs-reviews.csv",
    ]
    same = {
        "drillbook.json": ("DRILLBOOK_JSON", None),
        "csv/questions.csv": ("CSV", "QUESTION"),
        "anki.txt": ("ANKI", None),
        "fsrs-reviews.csv": ("FSRS_CSV", None),
    }
    for name, asked in same.items():
        assert taken_out.read(name).decode() == written(user, *asked), name
    assert HIDDEN in taken_out.read("drillbook.json").decode()
    assert {info.date_time for info in taken_out.infolist()} == {(2026, 3, 2, 9, 30, 0)}


def test_its_readme_explains_every_file(taken_out):
    text = taken_out.read("README.txt").decode()

    assert "knows about user@example.com, on 2 March 2026 (UTC)." in text.partition("\r\n")[0]
    assert text.count("\r\n") == text.count("\n")
    for name in taken_out.namelist()[1:]:
        folder, _, file = name.rpartition("/")
        assert (file if folder == "csv" else f"{folder}/" if folder else name) in text, name


def test_its_account_tells_everything_but_secrets(taken_out, user):
    account = json.loads(taken_out.read("account.json"))

    assert list(account) == [
        "profile", "twoFactor", "signInSessions", "apiTokens", "shareLinks", "imports", "exports",
        "auditEvents",
        "doneToOthers",
    ]  # fmt: skip
    assert account["profile"] == {
        "id": str(user.uid), "email": "user@example.com", "displayName": "Ada", "role": "MEMBER",
        "dateJoined": "2026-03-02T09:30:00Z", "lastLogin": None, "emailVerifiedAt": None,
        "deletionScheduledFor": None,
    }  # fmt: skip
    (session,) = account["signInSessions"]
    assert (session["userAgent"], session["address"]) == ("Firefox", "192.0.2.1")
    assert [token["name"] for token in account["apiTokens"]] == ["CI"]
    assert [link["name"] for link in account["shareLinks"]] == ["README"]
    assert "api_token.created" in [event["verb"] for event in account["auditEvents"]]
    assert {event["by"] for event in account["auditEvents"]} == {"you"}
    text = json.dumps(account)
    for secret in ("token_hash", "tokenHash", "password", "secret", "digest", HIDDEN):
        assert secret not in text, secret


@pytest.mark.parametrize("entity", list(EntityName))
def test_an_empty_account_has_tables_with_headers(entity, user):
    lines = written(user, "CSV", entity).splitlines()

    assert len(lines) == 1 + (entity is EntityName.SETTINGS) * 10


@pytest.mark.parametrize("format", list(KINDS))
def test_an_empty_account_can_be_written(format, user):
    pieces = KINDS[format].pieces(user, NOW)

    assert b"".join(p.encode() if isinstance(p, str) else p for p in pieces)


@pytest.mark.parametrize("kind", TEXTS, ids=lambda kind: kind.file_name(NOW))
def test_nothing_is_shown_of_others_or_of_the_trash(kind, user, hidden):
    text = "".join(kind.pieces(user, NOW))

    in_it = kind.extension in ("json", "jsonl")
    assert (HIDDEN in text) is in_it
    assert "stranger" not in text


@pytest.mark.parametrize(
    "kind", [*TEXTS, KINDS[ExportFormat.TAKEOUT]], ids=lambda kind: kind.file_name(NOW)
)
def test_each_row_is_a_piece(kind, user, two_sum, hidden):
    pieces = sum(1 for _ in kind.pieces(user, NOW))

    assert kind.rows(user) <= pieces <= kind.rows(user) + 60


@pytest.mark.once
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("- a list", "'- a list"),
        ("-", "'-"),
        (["=a", "b"], "'=a; b"),
        ("-5", "-5"),
        ("+1.5", "+1.5"),
        (-5, "-5"),
        (-0.5, "-0.5"),
        ("a=b", "a=b"),
        (" =1", " =1"),
        ("'=1", "''=1"),
        ("''-5", "'''-5"),
        ("'quoted'", "'quoted'"),
        ("", ""),
        (None, ""),
        (True, "Yes"),
        (timedelta(hours=26, seconds=5), "26:00:05"),
    ],
)
def test_no_text_is_a_formula(value, expected):
    assert cell(value) == expected


@pytest.mark.once
@pytest.mark.parametrize(
    ("format", "entity", "field", "code"),
    [
        ("CSV", None, "entity", "entity_required"),
        ("CSV", "", "entity", "entity_required"),
        ("ANKI", "QUESTION", "entity", "entity_not_taken"),
        ("TAKEOUT", "LOG", "entity", "entity_not_taken"),
    ],
)
def test_only_tables_are_of_one_kind_of_object(format, entity, field, code):
    with refused(**{field: code}):
        kind_of(format, entity)


@pytest.mark.once
def test_files_are_named_by_kind_and_day():
    asked = [("DRILLBOOK_JSON", None), ("CSV", "LOG"), ("TAKEOUT", None), ("FSRS_CSV", None)]

    assert [kind_of(*one).file_name(NOW) for one in asked] == [
        "drillbook-2026-03-02.json",
        "drillbook-attempts-2026-03-02.csv",
        "drillbook-takeout-2026-03-02.zip",
        "drillbook-fsrs-reviews-2026-03-02.csv",
    ]
