"""Previews, imports in the background, and taking them back: over the API, for oneself alone."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from domain.jobs import running
from domain.jobs.models import Job
from domain.lists.models import StudyList
from domain.practice.models import QuestionLog
from domain.questions.models import Question
from domain.transfer.batching import as_json
from domain.transfer.models import ImportBatch, ImportFile
from domain.transfer.reports import ImportReport
from tests.client import access_token, node_id
from tests.domain.transfer import files
from tests.factories import ImportBatchFactory, StudyListFactory
from tests.schema.tables import nothing_changes
from tests.schema.test_malformed_requests import MULTIPART, form

FIGURES = """
  format total created updated unchanged skipped failed
  questions { created updated unchanged } notes { code position message }
  errors { code position title message }
"""
MESSAGES = "... on OperationInfo { messages { kind field code message } }"
PREVIEW = f"""
  mutation ($input: PreviewImportInput!) {{
    previewImport(input: $input) {{
      ... on ImportPreview {{
        {FIGURES} isRefused rows {{ position title outcome changes }}
      }}
      {MESSAGES}
    }}
  }}
"""
BATCH = f"""
  id fileName sizeBytes format errorPolicy createdAt revertedAt isPreview revertableUntil
  job {{ kind status progressDone error {{ code message }} importBatch {{ id }} }}
  revertJob {{ kind status }}
  report {{ {FIGURES} isRefused rows {{ position title outcome changes }} }}
  revertReport {{ removed {{ entity count }} restored kept {{ entity count }}
    keptObjects {{ entity title }} }}
"""
START = f"""
  mutation ($input: StartImportInput!) {{
    startImport(input: $input) {{ ... on ImportBatch {{ {BATCH} }} {MESSAGES} }}
  }}
"""
UPLOAD = f"""
  mutation ($file: Upload!) {{
    startImport(input: {{upload: $file}}) {{ ... on ImportBatch {{ {BATCH} }} {MESSAGES} }}
  }}
"""
REVERT = f"""
  mutation ($input: RevertImportInput!) {{
    revertImport(input: $input) {{ ... on ImportBatch {{ {BATCH} }} {MESSAGES} }}
  }}
"""
ONE = f"query ($id: ID!) {{ importBatch(id: $id) {{ {BATCH} }} }}"
AT_ONCE = f"""
  mutation ($input: ImportQuestionsInput!) {{
    importQuestions(input: $input) {{
      ... on ImportResult {{ {FIGURES} batch {{ {BATCH} }} }} {MESSAGES}
    }}
  }}
"""
SUBMISSIONS = files.codeforces(files.submission(), files.submission(2, at="2026-02-01 12:00"))


@pytest.fixture
def work():
    """Do all jobs that wait, as a worker would."""

    def call() -> None:
        for job in Job.objects.filter(status="PENDING"):
            running.run_job(job.pk)

    return call


def test_a_preview_tells_and_stores_nothing(graphql, token):
    content = files.codeforces(files.submission(), 5)

    with nothing_changes():
        preview = graphql(
            PREVIEW, token=token, input={"content": content, "errorPolicy": "SKIP_FAILED"}
        ).only

    assert preview["questions"] == {"created": 1, "updated": 0, "unchanged": 0}
    assert (preview["total"], preview["failed"], preview["isRefused"]) == (2, 1, False)
    assert preview["rows"] == [
        {"position": "result[0]", "title": "Watermelon A", "outcome": "CREATED", "changes": []},
        {"position": "result[1]", "title": "", "outcome": "FAILED", "changes": []},
    ]
    assert [error["position"] for error in preview["errors"]] == ["result[1]"]


def test_a_broken_row_is_told_by_its_title(graphql, token):
    content = files.codeforces(files.submission(creationTimeSeconds="x"))

    preview = graphql(PREVIEW, token=token, input={"content": content}).only

    assert [(error["position"], error["title"]) for error in preview["errors"]] == [
        ("result[0].creationTimeSeconds", "Watermelon A")
    ]
    assert [row["title"] for row in preview["rows"]] == ["Watermelon A"]


def test_a_report_of_before_titles_were_told_is_shown(graphql, user):
    error = {"code": "bad_value", "position": "[0]", "text": "x"}
    report = as_json(ImportReport(format="ANKI")) | {"errors": [error]}
    batch = ImportBatchFactory(owner=user, report=report)

    shown = graphql(ONE, as_user=user, id=node_id(batch)).only["report"]

    assert shown["errors"] == [
        {"code": "bad_value", "position": "[0]", "title": "", "message": "x"}
    ]


@pytest.mark.parametrize("operation", [PREVIEW, AT_ONCE])
def test_a_large_file_is_refused_with_what_takes_it(operation, graphql, token, settings):
    settings.IMPORT_INLINE_ROWS = 1

    with nothing_changes():
        answer = graphql(operation, token=token, input={"content": SUBMISSIONS})

    assert (answer.codes, answer.fields) == (["too_large_inline"], ["content"])
    (said,) = answer.data.values()
    assert "startImport" in said["messages"][0]["message"]


def test_a_large_file_is_looked_at_in_the_background(graphql, token, work, settings):
    settings.IMPORT_INLINE_ROWS = 1
    started = graphql(START, token=token, input={"content": SUBMISSIONS, "preview": True}).only

    with nothing_changes(but={"jobs.Job", "transfer.ImportBatch", "transfer.ImportFile"}):
        work()

    batch = graphql(ONE, token=token, id=started["id"]).only
    assert (started["isPreview"], started["report"]) == (True, None)
    assert (batch["job"]["kind"], batch["job"]["status"]) == ("PREVIEW", "SUCCEEDED")
    assert (batch["report"]["created"], batch["report"]["isRefused"]) == (5, False)
    assert batch["revertableUntil"] is None
    refused = graphql(REVERT, token=token, input={"id": batch["id"]})
    assert refused.codes == ["not_imported"]


def test_a_key_of_an_import_is_not_that_of_a_preview(graphql, token):
    input = {"content": SUBMISSIONS, "idempotencyKey": "k"}
    graphql(START, token=token, input={**input, "preview": True})

    answer = graphql(START, token=token, input=input)

    assert answer.codes == ["idempotency_mismatch"]


def test_an_import_says_until_when_it_can_be_reverted(graphql, user):
    now = datetime.now(UTC)
    young, old = (
        ImportBatchFactory(owner=user, job__finished_at=now - timedelta(days=days))
        for days in (29, 31)
    )
    token = access_token(user)

    until = graphql(ONE, token=token, id=node_id(young)).only["revertableUntil"]
    refused = graphql(REVERT, token=token, input={"id": node_id(old)})

    assert datetime.fromisoformat(until) == now + timedelta(days=1)
    assert graphql(ONE, token=token, id=node_id(old)).only["revertableUntil"] is None
    assert (refused.codes, refused.fields) == (["revert_expired"], ["id"])


@pytest.mark.parametrize(("policy", "is_refused"), [("REJECT_ALL", True), ("SKIP_FAILED", False)])
def test_a_preview_tells_whether_the_file_would_be_refused(policy, is_refused, graphql, token):
    input = {"content": files.codeforces(5), "errorPolicy": policy, "rows": 0}

    preview = graphql(PREVIEW, token=token, input=input).only

    assert (preview["isRefused"], preview["rows"]) == (is_refused, [])


@pytest.mark.parametrize(
    ("input", "code", "field"),
    [
        ({"rows": 1001}, "bad_rows", "rows"),
        ({"rows": -1}, "bad_rows", "rows"),
        ({"content": "{}"}, "unknown_format", "content"),
        ({"options": {"reviewDays": -1}}, "bad_review_days", "reviewDays"),
        (
            {"options": {"columns": [{"field": "TITLE", "header": x} for x in "ab"]}},
            "bad_columns",
            "columns",
        ),
        (
            {"options": {"columns": [{"field": "TITLE", "header": "x" * 256}]}},
            "option_too_long",
            "columns",
        ),
        ({"options": {"company": "x" * 256}}, "option_too_long", "company"),
    ],
)
def test_a_preview_that_makes_no_sense(input, code, field, graphql, token):
    answer = graphql(PREVIEW, token=token, input={"content": SUBMISSIONS} | input)

    assert (answer.codes, answer.fields) == ([code], [field])


def test_a_file_is_imported_in_the_background(graphql, token, work, user):
    started = graphql(START, token=token, input={"content": SUBMISSIONS}).only
    assert (started["job"]["status"], started["report"]) == ("PENDING", None)
    assert not Question.objects.exists()

    work()

    batch = graphql(ONE, token=token, id=started["id"]).only
    assert (batch["job"]["kind"], batch["job"]["status"]) == ("IMPORT", "SUCCEEDED")
    assert batch["job"]["importBatch"] == {"id": batch["id"]}
    assert (batch["format"], batch["report"]["created"]) == ("CODEFORCES", 5)
    assert [row["outcome"] for row in batch["report"]["rows"]] == ["CREATED"] * 2
    assert QuestionLog.objects.owned_by(user).count() == 2
    assert not ImportFile.objects.exists()


def test_an_upload_keeps_its_name(graphql, token):
    operations = json.dumps({"query": UPLOAD, "variables": {"file": None}})
    file = ("my \u202efile.json", SUBMISSIONS.encode())
    body = form(("operations", operations), ("map", '{"0": ["variables.file"]}'), ("0", file))

    started = graphql.send(body, token=token, **MULTIPART).only

    assert started["fileName"] == "my file.json"
    assert started["sizeBytes"] == len(SUBMISSIONS.encode())


def test_a_broken_file_fails_and_every_broken_row_is_told(graphql, token, work):
    content = files.codeforces(files.submission(), *range(60))
    started = graphql(START, token=token, input={"content": content}).only

    work()

    batch = graphql(ONE, token=token, id=started["id"]).only
    assert batch["job"]["status"] == "FAILED"
    assert batch["job"]["error"] == {
        "code": "wrong_type",
        "message": "result[1]: Expected an object, found a number.",
    }
    assert (batch["report"]["isRefused"], batch["report"]["failed"]) == (True, 60)
    assert len(batch["report"]["errors"]) == 60
    assert not Question.objects.exists()
    assert ImportFile.objects.count() == 1


def test_a_file_that_is_none_fails_with_the_reason(graphql, token, work):
    started = graphql(START, token=token, input={"content": "[1]"}).only

    work()

    batch = graphql(ONE, token=token, id=started["id"]).only
    assert (batch["job"]["error"]["code"], batch["report"]) == ("unknown_format", None)


def test_a_job_that_failed_can_be_tried_again_while_its_file_is_kept(graphql, user, work):
    token = access_token(user)
    study_list = {"studyList": node_id(StudyListFactory(owner=user))}
    input = {"content": SUBMISSIONS, "options": study_list}
    started = graphql(START, token=token, input=input).only
    StudyList.objects.update(deleted_at="2026-03-02T09:30:00Z")
    work()
    assert graphql(ONE, token=token, id=started["id"]).only["job"]["error"]["code"] == "not_found"
    StudyList.objects.update(deleted_at=None)
    Job.objects.update(status="PENDING", finished_at=None, error_code="")

    work()

    assert graphql(ONE, token=token, id=started["id"]).only["job"]["status"] == "SUCCEEDED"
    assert StudyList.objects.get().items.count() == 1


def test_a_job_whose_file_is_forgotten_says_so(graphql, token, work):
    started = graphql(START, token=token, input={"content": SUBMISSIONS}).only
    ImportFile.objects.all().delete()

    work()

    job = graphql(ONE, token=token, id=started["id"]).only["job"]
    assert (job["status"], job["error"]["code"]) == ("FAILED", "file_forgotten")


@pytest.mark.parametrize("way", ["at once", "in the background"])
def test_an_import_is_taken_back(way, graphql, token, work):
    if way == "at once":
        batch = graphql(AT_ONCE, token=token, input={"content": SUBMISSIONS}).only["batch"]
    else:
        batch = graphql(START, token=token, input={"content": SUBMISSIONS}).only
        work()

    asked = graphql(REVERT, token=token, input={"id": batch["id"]}).only
    work()

    assert asked["revertJob"] == {"kind": "REVERT", "status": "PENDING"}
    jobs = graphql("{ jobs { edges { node { revertedBatch { id } } } } }", token=token).data["jobs"]
    assert [it["node"]["revertedBatch"] for it in jobs["edges"]] == [{"id": batch["id"]}, None]
    reverted = graphql(ONE, token=token, id=batch["id"]).only
    assert reverted["revertJob"]["status"] == "SUCCEEDED"
    assert reverted["revertedAt"]
    assert reverted["revertReport"] == {
        "removed": [
            {"entity": "QUESTION", "count": 1},
            {"entity": "TAG", "count": 2},
            {"entity": "LOG", "count": 2},
        ],
        "restored": 0,
        "kept": [],
        "keptObjects": [],
    }
    assert not Question.objects.exists()


def test_an_import_at_once_that_changes_nothing_has_no_batch(graphql, token):
    graphql(AT_ONCE, token=token, input={"content": SUBMISSIONS})

    again = graphql(AT_ONCE, token=token, input={"content": SUBMISSIONS}).only

    assert again["batch"] is None
    assert ImportBatch.objects.count() == 1


def test_twice_and_too_early_are_refused(graphql, token, work):
    started = graphql(START, token=token, input={"content": SUBMISSIONS}).only
    input = {"id": started["id"]}

    too_early = graphql(REVERT, token=token, input=input)
    work()
    graphql(REVERT, token=token, input=input)
    under_way = graphql(REVERT, token=token, input=input)
    work()
    twice = graphql(REVERT, token=token, input=input)

    assert [answer.codes for answer in (too_early, under_way, twice)] == [
        ["not_imported"], ["revert_under_way"], ["already_reverted"],
    ]  # fmt: skip


@pytest.mark.parametrize("which", ["startImport", "revertImport"])
def test_a_call_that_is_sent_again_gets_its_first_answer(which, graphql, token, work):
    batch = graphql(AT_ONCE, token=token, input={"content": SUBMISSIONS}).only["batch"]
    operation, input = {
        "startImport": (START, {"content": SUBMISSIONS, "idempotencyKey": "k"}),
        "revertImport": (REVERT, {"id": batch["id"], "idempotencyKey": "k"}),
    }[which]

    first = graphql(operation, token=token, input=input).only
    second = graphql(operation, token=token, input=input).only

    assert first["id"] == second["id"]
    assert Job.objects.count() == 2


def test_imports_are_listed_newest_first_and_filtered(graphql, user, stranger):
    mine = ImportBatchFactory.create_batch(2, owner=user)
    failed = ImportBatchFactory(owner=user, status="FAILED", format="ANKI")
    ImportBatchFactory(owner=stranger)
    token = access_token(user)

    def listed(filter: str) -> list[str]:
        query = f"{{ importBatches{filter} {{ totalCount edges {{ node {{ id }} }} }} }}"
        return [node["id"] for node in graphql(query, token=token).nodes]

    assert set(listed("")) == {node_id(row) for row in (*mine, failed)}
    assert listed("(filter: {status: [FAILED]})") == [node_id(failed)]
    assert listed("(filter: {format: [ANKI], isReverted: false})") == [node_id(failed)]
    assert listed("(filter: {isReverted: true})") == []
    preview = ImportBatchFactory(owner=user, job__kind="PREVIEW")
    assert listed("(filter: {isPreview: true})") == [node_id(preview)]
    assert set(listed("(filter: {isPreview: false})")) == {node_id(row) for row in (*mine, failed)}


def test_a_file_over_the_limit_is_refused_before_it_waits(graphql, token, settings):
    settings.IMPORT_MAX_BYTES = 10

    with nothing_changes():
        answer = graphql(START, token=token, input={"content": SUBMISSIONS})

    assert answer.codes == ["too_large"]


def test_nobody_imports(graphql, db):
    answers = [
        graphql(PREVIEW, input={"content": SUBMISSIONS}),
        graphql(START, input={"content": SUBMISSIONS}),
        graphql(REVERT, input={"id": "QTox"}),
    ]

    assert [answer.codes for answer in answers] == [["UNAUTHENTICATED"]] * 3
