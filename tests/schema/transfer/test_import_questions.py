"""``importQuestions``: as text, as an upload, all or nothing, and only for oneself."""

import json
from pathlib import Path

import pytest

from domain.practice.models import QuestionLog, ReviewBaseline, ReviewState
from domain.questions.models import Question, Tag
from tests.client import access_token, node_id
from tests.domain.transfer import files
from tests.factories import QuestionFactory
from tests.schema.tables import dump, nothing_changes
from tests.schema.test_malformed_requests import MULTIPART, form

DATA = Path(__file__).resolve().parent.parent.parent / "data"
CODEFORCES = (DATA / "codeforces-user-status.json").read_text()
RESULT = """
  ... on ImportResult {
    format created updated unchanged skipped failed
    questions { created updated unchanged } tags { created updated unchanged }
    logs { created updated unchanged } reviews { created updated unchanged }
    notes { position message }
  }
  ... on OperationInfo { messages { kind field code message } }
"""
IMPORT = f"""
  mutation ($input: ImportQuestionsInput!) {{ importQuestions(input: $input) {{ {RESULT} }} }}
"""
UPLOAD = f"""
  mutation ($file: Upload!) {{ importQuestions(input: {{upload: $file}}) {{ {RESULT} }} }}
"""


def upload(graphql, token, content: bytes):
    """Send a file as a browser would."""
    operations = json.dumps({"query": UPLOAD, "variables": {"file": None}})
    body = form(
        ("operations", operations), ("map", '{"0": ["variables.file"]}'), ("0", ("f.json", content))
    )
    return graphql.send(body, token=token, **MULTIPART)


def stored(user) -> tuple[int, int, int]:
    """How many questions, tags and attempts a person has."""
    return tuple(model.objects.owned_by(user).count() for model in (Question, Tag, QuestionLog))


def test_a_real_history_comes_in(graphql, user):
    result = graphql(IMPORT, as_user=user, input={"content": CODEFORCES}).only

    questions, tags, logs = stored(user)
    assert result["format"] == "CODEFORCES"
    assert result["questions"] == {"created": questions, "updated": 0, "unchanged": 0}
    assert result["tags"] == {"created": tags, "updated": 0, "unchanged": 0}
    assert result["logs"] == {"created": logs, "updated": 0, "unchanged": 0}
    assert result["created"] == questions + tags + logs
    assert (result["updated"], result["unchanged"], result["failed"]) == (0, 0, 0)
    assert logs + result["skipped"] == 47
    assert len(result["notes"]) == result["skipped"]


@pytest.mark.parametrize("name", files.FILES)
def test_every_format_comes_in(name, graphql, user):
    content = files.FILES[name].read_text()

    detected = graphql(IMPORT, as_user=user, input={"content": content}).only
    named = graphql(IMPORT, as_user=user, input={"content": content, "format": name}).only

    assert detected["format"] == named["format"] == name
    assert detected["created"] > 0
    assert (named["created"], named["updated"]) == (0, 0)
    assert named["unchanged"] == detected["created"]


def test_a_backup_is_where_reviews_go_on(graphql, user, stranger):
    content = files.leetsrs(files.card(paused=True))
    graphql(IMPORT, as_user=stranger, input={"content": content})

    result = graphql(IMPORT, as_user=user, input={"content": content}).only

    assert result["reviews"] == {"created": 1, "updated": 0, "unchanged": 0}
    assert ReviewBaseline.objects.owned_by(user).count() == 1
    assert ReviewState.objects.owned_by(user).get().is_suspended


def test_a_note_tells_of_a_part_that_is_left_out(graphql, user):
    row = files.leetcode(code="x" * 70_000)

    result = graphql(IMPORT, as_user=user, input={"content": json.dumps([row])}).only

    assert (result["logs"]["created"], result["skipped"]) == (1, 0)
    assert result["notes"] == [
        {
            "position": "[0]",
            "message": "Its code is left out: it has more than 64 KiB. The attempt is kept.",
        }
    ]


def test_a_repeated_request_is_answered_as_before(graphql, user):
    input = {"content": files.leetsrs(files.card()), "idempotencyKey": "a backup of mine"}
    first = graphql(IMPORT, as_user=user, input=input).only

    second = graphql(IMPORT, as_user=user, input=input).only

    assert second == first
    assert first["reviews"]["created"] == 1


def test_twice_is_once(graphql, user):
    first = graphql(IMPORT, as_user=user, input={"content": CODEFORCES}).only
    token = access_token(user)
    before = dump()

    second = graphql(
        IMPORT, token=token, input={"content": CODEFORCES, "format": "CODEFORCES"}
    ).only

    assert dump() == before
    assert (second["created"], second["updated"]) == (0, 0)
    assert second["unchanged"] == first["created"]


def test_an_upload_is_the_same_as_text(graphql, user, stranger):
    as_text = graphql(IMPORT, as_user=user, input={"content": CODEFORCES}).only

    as_file = upload(graphql, access_token(stranger), CODEFORCES.encode()).only

    assert as_file == as_text
    assert stored(stranger) == stored(user)


def test_only_the_callers_rows_are_touched(graphql, user, stranger):
    graphql(IMPORT, as_user=stranger, input={"content": CODEFORCES})
    theirs = QuestionFactory(owner=stranger)
    before = [
        list(model.objects.owned_by(stranger).values()) for model in (Question, Tag, QuestionLog)
    ]

    result = graphql(IMPORT, as_user=user, input={"content": CODEFORCES}).only

    after = [
        list(model.objects.owned_by(stranger).values()) for model in (Question, Tag, QuestionLog)
    ]
    assert after == before
    assert result["unchanged"] == 0
    answer = graphql(
        "query ($id: ID!) { question(id: $id) { id } }", as_user=user, id=node_id(theirs)
    )
    assert answer.codes == ["NOT_FOUND"]


def broken(count: int) -> str:
    """The same history with that many rows broken."""
    document = json.loads(CODEFORCES)
    for row in document["result"][:count]:
        row["problem"]["name"] = None
    return json.dumps(document)


@pytest.mark.parametrize("count", [1, 3])
def test_a_broken_row_refuses_the_whole_file_and_says_where(count, graphql, token):
    with nothing_changes():
        answer = graphql(IMPORT, token=token, input={"content": broken(count)})

    messages = answer.data["importQuestions"]["messages"]
    assert [message["field"] for message in messages] == ["content"] * count
    assert messages[0]["message"].startswith("result[0]")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        ("x", "unknown_format"),
        ("null", "unknown_format"),
        ("[]", "unknown_format"),
        ("{}", "unknown_format"),
        ("1", "unknown_format"),
        ("[" * 100_000, "too_deep"),
        ("[" + "9" * 5000, "bad_number"),
        ("[NaN]", "bad_number"),
        ('["\\ud800"]', "unstorable_text"),
        ('["\\u0000"]', "unstorable_text"),
        ("\ufeff{}", "unknown_format"),
    ],
)
def test_what_is_no_history_is_refused_however_it_comes(content, code, graphql, token):
    with nothing_changes():
        answers = [
            graphql(IMPORT, token=token, input={"content": content}),
            upload(graphql, token, content.encode()),
        ]

    assert [answer.codes for answer in answers] == [[code], [code]]


def test_an_upload_that_is_not_utf8_is_refused(graphql, token):
    with nothing_changes():
        answer = upload(graphql, token, b'{"\xff": 1}')

    assert answer.codes == ["not_utf8"]


def test_a_file_over_the_limit_is_refused_however_it_comes(graphql, token, settings):
    settings.IMPORT_MAX_BYTES = 1000

    with nothing_changes():
        answers = [
            graphql(IMPORT, token=token, input={"content": " " * 1001}),
            upload(graphql, token, b" " * 1001),
        ]

    assert [answer.codes for answer in answers] == [["too_large"], ["too_large"]]


@pytest.mark.parametrize(
    "input",
    [{}, {"content": None}, {"content": None, "upload": None}, {"content": "{}", "upload": "x"}],
)
def test_a_file_comes_in_exactly_one_way(input, graphql, token):
    with nothing_changes():
        answer = graphql(IMPORT, token=token, input=input)

    assert (answer.codes, answer.fields) == (["content_or_upload"], ["content"])


@pytest.mark.parametrize("format", ["codeforces", "UNKNOWN", "", 1])
def test_an_unknown_format_is_bad_input(format, graphql, token):
    answer = graphql(IMPORT, token=token, input={"content": CODEFORCES, "format": format})

    assert answer.codes == ["BAD_USER_INPUT"]


def test_another_format_than_the_files_is_refused(graphql, token):
    with nothing_changes():
        answer = graphql(IMPORT, token=token, input={"content": CODEFORCES, "format": "NEETCODE"})

    assert set(answer.codes) == {"wrong_format"}


def test_nobody_imports(graphql, user):
    with nothing_changes():
        answers = [
            graphql(IMPORT, input={"content": CODEFORCES}),
            upload(graphql, None, CODEFORCES.encode()),
        ]

    assert [answer.codes for answer in answers] == [["UNAUTHENTICATED"]] * 2
