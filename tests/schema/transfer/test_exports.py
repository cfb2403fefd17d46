"""``startExport``, ``exports``, ``export``, ``deleteExport`` and ``inlineExport``."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from domain.accounts.services import api_tokens
from domain.audit.models import AuditEvent
from domain.jobs.models import JobStatus
from domain.transfer.models import Export, ExportFormat
from tests.client import access_token, node_id
from tests.factories import NOW, PASSWORD, ExportFactory, QuestionFactory
from tests.schema.tables import nothing_changes

MESSAGES = "... on OperationInfo { messages { kind field code message } }"
SHOWN = "id format entity fileName sizeBytes sha256 downloadUrl expiresAt job { status }"
START = f"""
  mutation ($input: StartExportInput!) {{
    startExport(input: $input) {{ ... on Export {{ {SHOWN} }} {MESSAGES} }}
  }}
"""
DELETE = f"""
  mutation ($id: ID!) {{ deleteExport(input: {{id: $id}}) {{ ... on Purged {{ id }} {MESSAGES} }} }}
"""
ONE = f"query ($id: ID!) {{ export(id: $id) {{ {SHOWN} }} }}"
INLINE = """
  query ($format: ExportFormat!, $entity: EntityName) {
    inlineExport(format: $format, entity: $entity) { content fileName mediaType }
  }
"""
LIST = """
  query ($filter: ExportFilter) {
    exports(filter: $filter) { totalCount edges { node { id fileName } } }
  }
"""


@pytest.fixture
def program(user):
    """An API token that the user gave to a program."""
    new = api_tokens.create_api_token(
        owner=user, name="x", scope="WRITE", password=PASSWORD, at=datetime.now(UTC)
    )
    return new.token


@pytest.fixture
def start(graphql, user, after_commit):
    """Start an export and have its job done; give what the client is told at once."""

    def call(token=None, **input):
        with after_commit():
            return graphql(START, token=token or access_token(user), input=input)

    return call


def lasting(**values) -> Export:
    """An export that can be downloaded at this moment."""
    return ExportFactory(**{"expires_at": datetime.now(UTC) + timedelta(days=7)} | values)


def test_a_client_has_it_written_and_downloads_it(graphql, user, start):
    QuestionFactory(owner=user, title="Two Sum")

    started = start(format="CSV", entity="QUESTION").only
    export = graphql(ONE, as_user=user, id=started["id"]).only
    file = graphql.http.get(export["downloadUrl"])
    content = file.getvalue()

    assert (started["job"]["status"], started["downloadUrl"]) == ("PENDING", None)
    assert (started["sizeBytes"], started["sha256"]) == (None, "")
    assert (export["job"]["status"], export["entity"]) == ("SUCCEEDED", "QUESTION")
    assert export["sizeBytes"] == len(content)
    assert file.headers["ETag"] == f'"{export["sha256"]}"'
    assert export["fileName"] in file.headers["Content-Disposition"]
    assert "Two Sum" in content.decode("utf-8-sig")
    verbs = AuditEvent.objects.filter(object_type="Export").values_list("verb", flat=True)
    assert sorted(verbs) == ["export.created", "export.downloaded"]


def test_the_job_leads_to_its_export(graphql, user, start):
    started = start(format="ANKI").only
    shown = "{ jobs { edges { node { kind status export { id fileName } } } } }"

    (job,) = graphql(shown, as_user=user).nodes

    assert (job["kind"], job["status"]) == ("EXPORT", "SUCCEEDED")
    assert job["export"] == {"id": started["id"], "fileName": started["fileName"]}
    graphql(DELETE, as_user=user, id=started["id"])
    assert graphql(shown, as_user=user).nodes[0]["export"] is None


@pytest.mark.parametrize("format", sorted(set(ExportFormat) - {ExportFormat.CSV}))
def test_every_format_is_written(format, graphql, user, start):
    started = start(format=format).only

    export = graphql(ONE, as_user=user, id=started["id"]).only

    assert (export["job"]["status"], export["entity"]) == ("SUCCEEDED", None)
    assert export["sizeBytes"] > 0


@pytest.mark.parametrize(
    ("input", "codes"),
    [
        ({"format": "CSV"}, ["entity_required"]),
        ({"format": "ANKI", "entity": "TAG"}, ["entity_not_taken"]),
    ],
    ids=str,
)
def test_what_cannot_be_written_is_refused(input, codes, start, token):
    with nothing_changes():
        answer = start(token, **input)

    assert (answer.codes, answer.fields) == (codes, ["entity"])


def test_the_same_call_makes_one_export(start, user):
    first, again = (start(format="ANKI", idempotencyKey="k").only for _ in range(2))

    assert first["id"] == again["id"]
    assert start(format="MARKDOWN", idempotencyKey="k").codes == ["idempotency_mismatch"]
    assert Export.objects.count() == 1


def test_the_address_is_another_one_whenever_it_is_read(graphql, user):
    export, addresses = ExportFactory(owner=user), []
    with time_machine.travel(NOW, tick=False) as clock:
        token = access_token(user)
        for _ in range(2):
            addresses.append(graphql(ONE, token=token, id=node_id(export)).only["downloadUrl"])
            clock.shift(60)
        statuses = [graphql.http.get(address).status_code for address in addresses]

    assert len(set(addresses)) == 2
    assert all(address.startswith("http://testserver/exports/dbe_") for address in addresses)
    assert statuses == [200, 200]


@pytest.mark.parametrize(
    "values",
    [
        {"status": JobStatus.PENDING},
        {"status": JobStatus.RUNNING},
        {"status": JobStatus.FAILED},
        {"status": JobStatus.CANCELLED},
        {"expires_at": NOW},
    ],
    ids=str,
)
def test_there_is_no_address_of_what_is_not_there(values, graphql, user):
    export = lasting(owner=user, **values)

    assert graphql(ONE, as_user=user, id=node_id(export)).only["downloadUrl"] is None


def test_lists_the_newest_first_and_filters(graphql, user, stranger):
    ExportFactory(owner=stranger)
    old = ExportFactory(
        owner=user, created_at=NOW - timedelta(days=1), file_name="old", format="ANKI"
    )
    ExportFactory(owner=user, file_name="new")
    ExportFactory(
        owner=user, created_at=NOW - timedelta(days=2), file_name="broken", status=JobStatus.FAILED
    )
    token = access_token(user)

    def names(filter=None):
        return [node["fileName"] for node in graphql(LIST, token=token, filter=filter).nodes]

    assert names() == ["new", "old", "broken"]
    assert names({"format": ["ANKI"]}) == ["old"]
    assert names({"status": ["SUCCEEDED"]}) == ["new", "old"]
    assert names({"format": ["ANKI", "DRILLBOOK_JSON"], "status": ["FAILED"]}) == ["broken"]
    assert names({"format": []}) == []
    assert graphql(LIST, token=token).only["totalCount"] == 3
    assert graphql(LIST, token=token).nodes[1]["id"] == node_id(old)


def test_is_deleted_for_good(graphql, user, token):
    export = ExportFactory(owner=user)

    deleted = graphql(DELETE, token=token, id=node_id(export))
    again = graphql(DELETE, token=token, id=node_id(export))

    assert deleted.only == {"id": node_id(export)}
    assert again.codes == ["not_found"]
    assert not Export.objects.exists()


def test_is_not_deleted_while_it_is_written(graphql, user, token):
    export = ExportFactory(owner=user, status=JobStatus.RUNNING)

    with nothing_changes():
        answer = graphql(DELETE, token=token, id=node_id(export))

    assert answer.codes == ["export_under_way"]


# --- Programs ---------------------------------------------------------------------------------


def test_a_program_takes_out_what_was_entered_and_not_the_account(graphql, user, start, program):
    takeout = lasting(owner=user, format="TAKEOUT")

    refused = start(token=program, format="TAKEOUT")
    export = start(token=program, format="DRILLBOOK_JSON").only

    assert refused.codes == ["FORBIDDEN"]
    assert graphql(ONE, token=program, id=export["id"]).only["downloadUrl"]
    assert graphql(ONE, token=program, id=node_id(takeout)).only["downloadUrl"] is None
    assert graphql(ONE, as_user=user, id=node_id(takeout)).only["downloadUrl"]


# --- In the answer ----------------------------------------------------------------------------


def test_a_small_one_is_in_the_answer(graphql, user, token, stranger):
    QuestionFactory(owner=user, title="Two Sum", notes="a map")
    QuestionFactory(owner=stranger, title="Not yours", notes="x")

    with nothing_changes():
        written = graphql(INLINE, token=token, format="MARKDOWN").only

    assert written["content"] == "# Notes\n\n## Two Sum\n\nOther\n\n### Notes\n\na map\n"
    assert written["fileName"].endswith(".md")
    assert written["mediaType"] == "text/markdown"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"format": "CSV"}, "ENTITY_REQUIRED"),
        ({"format": "ANKI", "entity": "LOG"}, "ENTITY_NOT_TAKEN"),
        ({"format": "TAKEOUT"}, "NOT_INLINE"),
        ({"format": "DRILLBOOK_JSON"}, "TOO_LARGE_INLINE"),
    ],
    ids=str,
)
def test_what_does_not_fit_into_an_answer_is_refused(asked, code, graphql, user, monkeypatch):
    monkeypatch.setattr("domain.transfer.exporting.inline.MOST_BYTES", 10)

    answer = graphql(INLINE, as_user=user, **asked)

    assert answer.codes == [code]
    assert answer.body["data"] is None
