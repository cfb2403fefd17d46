"""Files made to hurt are refused in words and at once, and nothing of them is stored.

``python -m tests.crash.hostile`` sends these and larger ones to a server that really runs.
"""

import gzip
import io
import json
import zipfile
from time import monotonic, thread_time

import pytest

from tests.schema.tables import nothing_changes
from tests.schema.test_malformed_requests import MULTIPART, form

pytestmark = pytest.mark.once

MOST_SECONDS = 5
ENOUGH = 1_000_000
UPLOAD = """
  mutation ($file: Upload!) {
    %s(input: {upload: $file}) { ... on OperationInfo { messages { field code message } } }
  }
"""
START = """
  mutation ($file: Upload!) {
    startImport(input: {upload: $file}) { ... on ImportBatch { job { id } } }
  }
"""
JOB = "query ($id: ID!) { job(id: $id) { status error { code } } }"
# What says that somebody asked for an import; its file is among that.
ASKED = {"jobs.Job", "transfer.ImportBatch", "transfer.ImportFile", "audit.AuditEvent"}


def zipped(name: str, content: bytes) -> bytes:
    """A zip file with one file in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def codeforces_row(number: str) -> bytes:
    """A file of one submission that has this number."""
    return b'{"status":"OK","result":[{"id":%s}]}' % number.encode()


FILES = {
    "zip bomb": (zipped("bomb", bytes(20 * ENOUGH)), "not_text"),
    "gzip bomb": (gzip.compress(bytes(20 * ENOUGH)), "not_text"),
    "workbook": (zipped("xl/workbook.xml", b"<workbook/>"), "not_text"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_text"),
    "nested arrays": (b"[" * ENOUGH, "too_deep"),
    "nested arrays, closed": (b"[" * ENOUGH + b"]" * ENOUGH, "too_deep"),
    "nested objects": (b'{"a":' * ENOUGH, "too_deep"),
    "nested just too deep": (b"[" * 33 + b"]" * 33, "too_deep"),
    "million columns": (b"Title," + b"a," * ENOUGH + b"\nb", "too_many_columns"),
    "million rows": (b"Title,Date\n" + b"a,b\n" * ENOUGH, "too_many_rows"),
    "one endless cell": (b'Title,Date\n"' + b"x" * (5 * ENOUGH), "not_a_table"),
    "quotes": (b"Title,Date\n" + b'"' * (5 * ENOUGH + 1), "not_a_table"),
    "number of 100,000 digits": (codeforces_row("9" * 100_000), "bad_number"),
    "number without end": (codeforces_row("1e999999999"), "bad_number"),
    "UTF-8 that is cut": ("[{'ä".encode()[:-1], "not_utf8"),
    "Latin-1": ("Title,Notes\nÄpfel,naïve".encode("latin-1"), "not_utf8"),
    "UTF-16 without a mark": ('[{"id": 1}]'.encode("utf-16-le"), "not_json"),
    "all bytes": (bytes(range(256)), "not_utf8"),
    "NUL": (b"Title\n\x00", "unstorable_text"),
    "NUL, escaped": (b'["\\u0000"]', "unstorable_text"),
    "half a pair": (b'["\\ud800"]', "unstorable_text"),
    "over 10 MiB": (b" " * (10 * 1024 * 1024 + 1), "too_large"),
}


def upload(document, content, graphql, token):
    """Send a file as a browser would."""
    body = form(
        ("operations", json.dumps({"query": document, "variables": {"file": None}})),
        ("map", '{"0": ["variables.file"]}'),
        ("0", ("file", content)),
    )
    return graphql.send(body, token=token, **MULTIPART)


@pytest.mark.parametrize("mutation", ["importQuestions", "previewImport"])
@pytest.mark.parametrize(("content", "code"), FILES.values(), ids=FILES)
def test_is_refused_and_nothing_is_stored(mutation, content, code, graphql, token, settings):
    """Also by who reads it, where a request took as much as a job."""
    settings.IMPORT_INLINE_BYTES = settings.IMPORT_MAX_BYTES

    with nothing_changes():
        started = monotonic()
        answer = upload(UPLOAD % mutation, content, graphql, token)
        seconds = monotonic() - started

    assert (answer.codes[0], answer.fields[0]) == (code, "content")
    assert seconds < MOST_SECONDS


@pytest.mark.parametrize("mutation", ["importQuestions", "previewImport"])
@pytest.mark.parametrize("name", ["million rows", "one endless cell", "quotes"])
def test_what_a_request_does_not_take_is_refused_unread(mutation, name, graphql, token):
    with nothing_changes():
        started = thread_time()
        answer = upload(UPLOAD % mutation, FILES[name][0], graphql, token)
        seconds = thread_time() - started

    assert (answer.codes, answer.fields) == (["too_large_inline"], ["content"])
    assert seconds < 1


@pytest.mark.parametrize(
    "name", ["zip bomb", "nested arrays", "million columns", "all bytes", "number without end"]
)
def test_a_job_fails_with_the_same_word(
    name, graphql, user, token, django_capture_on_commit_callbacks
):
    content, code = FILES[name]

    with nothing_changes(but=ASKED):
        with django_capture_on_commit_callbacks(execute=True):
            batch = upload(START, content, graphql, token).only
        job = graphql(JOB, token=token, id=batch["job"]["id"]).only

    assert job == {"status": "FAILED", "error": {"code": code}}


def test_what_is_too_large_is_not_kept_for_a_job(graphql, token):
    content, code = FILES["over 10 MiB"]

    with nothing_changes():
        answer = upload(UPLOAD % "startImport", content, graphql, token)

    assert answer.codes == [code]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_packed_request_is_not_unpacked(encoding, graphql, token):
    bomb = gzip.compress(bytes(20 * ENOUGH))

    answer = graphql.send(bomb, token=token, headers={"Content-Encoding": encoding})

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize("content_type", ["application/json", MULTIPART["content_type"]])
def test_a_gigabyte_is_refused_before_it_is_read(content_type, graphql, token):
    answer = graphql.send(
        b"--B\r\n",
        token=token,
        content_type=content_type,
        headers={"GraphQL-Preflight": "1"},
        CONTENT_LENGTH=str(1024**3),
    )

    assert (answer.status, answer.codes) == (413, ["TOO_LARGE"])
