"""Ending other sessions, and what is written down of sessions and failures."""

from datetime import timedelta

import pytest

from domain.accounts import devices
from domain.accounts.models import AuthSession
from domain.accounts.services import sign_in, sign_out
from domain.accounts.services.sessions import open_session, refresh_session
from domain.audit.models import AuditEvent
from tests.domain.refusals import refused
from tests.factories import PASSWORD, AuthSessionFactory

HOUR = timedelta(hours=1)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_all_others_end_and_this_one_goes_on(user, stranger, now):
    this, other, theirs = (AuthSessionFactory(user=who) for who in (user, user, stranger))

    ended = sign_out.revoke_other_sessions(session=this, at=now)

    assert ended.sessions == 1
    assert set(AuthSession.objects.open(at=now)) == {this, theirs}
    user.refresh_from_db()
    assert user.token_version == 0
    assert verbs() == ["sessions.ended"]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:DB8::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
        ("unix:", None),
        ("x" * 100, None),
    ],
)
def test_a_session_keeps_where_it_was_opened(address, kept, user, now):
    session = open_session(user=user, at=now, address=address).session

    session.refresh_from_db()
    assert session.address == kept


def test_reuse_of_a_refresh_token_is_recorded_as_nobodys(user, now):
    opened = open_session(user=user, at=now)
    renewed = refresh_session(refresh_token=opened.refresh_token, at=now + HOUR)
    refresh_session(refresh_token=renewed.refresh_token, at=now + 2 * HOUR)

    with refused(refresh_token="refresh_token_refused"):
        refresh_session(refresh_token=opened.refresh_token, at=now + 3 * HOUR)

    assert verbs() == ["session.opened", "refresh_token.reused", "session.ended"]
    assert AuditEvent.objects.get(verb="refresh_token.reused").actor is None


def test_a_failed_sign_in_is_recorded_for_the_person(user, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), refused("invalid_credentials"):
        sign_in.sign_in(email="USER@example.com", password="canary-wrong", at=now)

    event = AuditEvent.objects.get()
    assert (event.verb, event.at, event.actor, event.owner) == ("sign_in.failed", now, None, user)
    assert "canary" not in str(AuditEvent.objects.values())


def test_a_failed_sign_in_without_an_account_leaves_nothing(
    user, now, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), refused("invalid_credentials"):
        sign_in.sign_in(email="nobody@example.com", password=PASSWORD, at=now)

    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (CHROME, "Chrome on macOS"),
        (SAFARI, "Safari on iPhone"),
        (f"{CHROME} Edg/141.0", "Edge on macOS"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.32 Linux", "Python on Linux"),
        ("", "Unknown device"),
        ("\u202eevil <script>", "Unknown device"),
    ],
)
def test_a_device_is_named_in_words(user_agent, words):
    assert devices.device_of(user_agent) == words
