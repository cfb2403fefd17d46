"""``/exports/<token>``: for anybody who has the address, for some minutes."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from domain.accounts.models import ApiToken, AuthSession, User
from domain.accounts.services.profile import change_password
from domain.accounts.services.sessions import end_session
from domain.accounts.services.sign_out import sign_out_everywhere
from domain.audit.models import AuditEvent
from domain.base.models import new_uid
from domain.jobs.models import Job, JobStatus
from domain.transfer.links import LENGTH, PREFIX, named_by, token_of
from domain.transfer.models import Export, ExportChunk
from domain.transfer.services.exports import delete_export
from project import downloads
from project.logging import LineFormatter, Redact
from tests.factories import NOW, PASSWORD, ApiTokenFactory, AuthSessionFactory, ExportFactory

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def export(user) -> Export:
    return ExportFactory(owner=user)


def token_for(export, owner=None, access=None) -> str:
    """A token, by default of a session of its own."""
    owner = owner or export.owner
    access = access or AuthSessionFactory(user=owner)
    return token_of(export, owner=owner, access=access, at=NOW)


def address(*args, **kwargs) -> str:
    return f"/exports/{token_for(*args, **kwargs)}"


def alike(answer):
    """What an answer says, but for the id of its request."""
    headers = {k: v for k, v in answer.headers.items() if k != "X-Request-ID"}
    return answer.status_code, answer.getvalue(), headers


def downloaded() -> int:
    return AuditEvent.objects.filter(verb="export.downloaded").count()


def test_gives_the_file_with_exactly_these_headers(export, client):
    answer = client.get(address(export))

    assert alike(answer) == (
        200,
        b"{}\n{}\n",
        {
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="drillbook-2026-03-02.json"',
            "Content-Length": "6",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Content-Type": "application/json",
            "Cross-Origin-Opener-Policy": "same-origin",
            "ETag": f'"{export.sha256}"',
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        },
    )
    assert answer.streaming
    assert answer.cookies == {}


@pytest.mark.parametrize(
    ("format", "entity", "media_type"),
    [
        ("CSV", "LOG", "text/csv; charset=utf-8"),
        ("MARKDOWN", "", "text/markdown; charset=utf-8"),
        ("TAKEOUT", "", "application/zip"),
    ],
)
def test_says_what_it_is(format, entity, media_type, user, client):
    export = ExportFactory(owner=user, format=format, entity=entity)

    assert client.head(address(export)).headers["Content-Type"] == media_type


def test_works_as_often_as_it_is_asked_for(export, user, client):
    contents = [client.get(address(export)).getvalue() for _ in range(2)]

    assert contents == [b"{}\n{}\n"] * 2
    events = AuditEvent.objects.filter(object_uid=export.uid)
    assert [(event.verb, event.actor, event.owner) for event in events] == [
        ("export.downloaded", None, user)
    ] * 2


def test_head_has_the_same_headers_and_no_body(export, client):
    head = client.head(address(export))

    assert downloaded() == 0
    assert (head.status_code, head.getvalue()) == (200, b"")
    assert alike(head)[2] == alike(client.get(address(export)))[2]


def test_who_has_the_same_file_is_told_so(export, client):
    answer = client.get(address(export), headers={"If-None-Match": f'"{export.sha256}"'})

    assert (answer.status_code, answer.getvalue(), downloaded()) == (304, b"", 0)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods_are_not_allowed(method, export, client):
    answer = getattr(client, method)(address(export))

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_is_read_chunk_by_chunk(export, client, django_assert_num_queries):
    answer = client.get(address(export))
    pieces = iter(answer.streaming_content)

    with django_assert_num_queries(1):
        assert next(pieces) == b"{}\n"
    ExportChunk.objects.all().delete()

    # The connection breaks off: a file that ends early must not look whole.
    with pytest.raises(ExportChunk.DoesNotExist):
        next(pieces)


def gone(export, clock):
    """Ways in which an address stops working."""
    person = User.objects.filter(pk=export.owner_id)
    new_password = {"current_password": PASSWORD, "new_password": "another-password"}
    return {
        "late": lambda: clock.move_to(NOW + 15 * MINUTE),
        "expired": lambda: Export.objects.update(expires_at=NOW),
        "deleted": lambda: delete_export(export=export, actor=export.owner, at=NOW),
        "not written": lambda: Job.objects.update(status=JobStatus.FAILED),
        "deactivated": lambda: person.update(is_active=False),
        "signed out": lambda: sign_out_everywhere(user=export.owner, at=NOW),
        "new password": lambda: change_password(user=export.owner, **new_password, at=NOW),
        "erased": lambda: person.get().delete(),
        "session ended": lambda: end_session(session=AuthSession.objects.get(), at=NOW),
        "session ran out": lambda: AuthSession.objects.update(expires_at=NOW),
    }


@pytest.mark.parametrize(
    "way",
    [
        "late",
        "expired",
        "deleted",
        "not written",
        "deactivated",
        "signed out",
        "new password",
        "erased",
        "session ended",
        "session ran out",
    ],
)
def test_stops_at_once_and_says_the_same_as_for_what_never_was(way, export, client, clock):
    path = address(export)
    session = AuthSession.objects.get()
    never = client.get(address(Export(uid=new_uid()), owner=export.owner, access=session))

    gone(export, clock)[way]()

    assert alike(never)[0] == 404
    assert alike(never)[1].decode() == f"{downloads.NOTHING}\n"
    assert alike(client.get(path)) == alike(never)
    assert alike(client.get(path, headers={"If-None-Match": "*"})) == alike(never)
    assert downloaded() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": NOW},
        {"expires_at": NOW},
    ],
    ids=["revoked", "ran out"],
)
def test_one_of_an_api_token_ends_with_it(change, export, client):
    api_token = ApiTokenFactory(owner=export.owner)
    path = address(export, access=api_token)
    assert client.get(path).status_code == 200

    ApiToken.objects.update(**change)

    assert client.get(path).status_code == 404


def test_one_for_a_session_of_somebody_else_opens_nothing(export, client):
    theirs = AuthSessionFactory()

    assert client.get(address(export, access=theirs)).status_code == 404


def test_another_session_that_ends_ends_nothing(export, client):
    path = address(export)
    other = AuthSessionFactory(user=export.owner)

    end_session(session=other, at=NOW)

    assert client.get(path).status_code == 200


def test_works_until_the_last_moment(export, client, clock):
    clock.move_to(NOW + 15 * MINUTE - timedelta(seconds=1))

    assert client.get(address(export)).status_code == 200


def test_who_is_about_to_leave_can_take_everything_along(export, client):
    User.objects.update(deletion_scheduled_for=NOW + timedelta(days=14))

    assert client.get(address(export)).status_code == 200


def test_nobody_elses_export_has_the_same_name(export, stranger, client):
    theirs = ExportFactory(owner=stranger, uid=export.uid, file_name="theirs.json")

    ours, other = (
        client.get(address(one)).headers["Content-Disposition"] for one in (export, theirs)
    )

    assert "drillbook-2026-03-02.json" in ours
    assert "theirs.json" in other
    assert client.get(address(export, owner=ExportFactory().owner)).status_code == 404


def test_what_was_tampered_with_opens_nothing(export, client, django_assert_num_queries):
    token = token_for(export)
    changed = [
        token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        for at in range(len(token))
    ]
    strange = [
        PREFIX,
        token[:-1],
        f"{token}A",
        f"{token}=",
        token.replace(PREFIX, "dbs_"),
        "x",
        "é",
    ]

    with django_assert_num_queries(0):
        statuses = {client.get(f"/exports/{one}").status_code for one in strange}
        named = [named_by(one, at=NOW) for one in changed]

    assert statuses == {404}
    assert named == [None] * LENGTH


def test_a_former_key_still_opens(export, settings, client):
    path = address(export)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    assert client.get(path).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(path).status_code == 404


def test_a_session_makes_no_difference(export, admin, client):
    browser = Client()
    browser.force_login(admin)

    assert alike(browser.get(address(export))) == alike(client.get(address(export)))


def test_is_limited_by_address(export, client, monkeypatch):
    monkeypatch.setattr(downloads, "DOWNLOADS_A_MINUTE", 1)
    path = address(export)

    statuses = [client.get(one).status_code for one in (path, path, "/exports/x")]
    limited = client.get(path)

    assert statuses == [200, 429, 429]
    assert limited.headers["Retry-After"] == "60"
    assert limited.content.decode() == (
        "Exports can be downloaded 1 times in 60 seconds from one network, and were. "
        "Wait 60 seconds and try again.\n"
    )
    assert client.get(path, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_takes_few_statements(export, client, django_assert_num_queries):
    path = address(export)

    # The export, the event, and a statement for each chunk.
    with django_assert_num_queries(4):
        client.get(path).getvalue()


def test_its_address_is_not_in_the_log(export, client, caplog):
    path = address(export)

    client.get(path)

    (record,) = [one for one in caplog.records if one.name == "drillbook.access"]
    Redact().filter(record)
    assert record.path == "/exports/[redacted]"
    assert path.rpartition("_")[2] not in LineFormatter().format(record)
