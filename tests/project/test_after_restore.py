"""``after_restore``: what was ended after the restored moment does not come to life again."""

import builtins
import io
import sys

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from domain.accounts.models import ApiToken, AuthSession, User
from domain.accounts.services import sessions
from domain.audit.models import AuditEvent
from domain.sync.models import FeedHead
from domain.sync.reading import UnknownCursor, page_of
from tests.client import GraphQLClient, access_token
from tests.factories import ApiTokenFactory, UserFactory, api_token_text

pytestmark = pytest.mark.django_db

VIEWER = "{ viewer { email } }"


def test_nobody_is_signed_in_any_more(user: User, capsys: pytest.CaptureFixture[str]):
    opened = sessions.open_session(user=user, at=timezone.now())
    token = access_token(user)

    call_command("after_restore", "--no-input")

    assert GraphQLClient()(VIEWER, token=token).codes == ["UNAUTHENTICATED"]
    with pytest.raises(sessions.RefreshTokenRefused):
        sessions.refresh_session(refresh_token=opened.refresh_token, at=timezone.now())
    assert set(AuthSession.objects.values_list("revoked_reason", flat=True)) == {"restored"}
    assert "2 sessions ended" in capsys.readouterr().out


def test_links_and_half_finished_sign_ins_are_of_before(user: User):
    call_command("after_restore", "--no-input")

    # Far from what was handed out between the restored moment and now.
    assert User.objects.get(pk=user.pk).token_version == user.token_version + 1_000_000
    assert AuditEvent.objects.filter(verb="backup.restored", actor=None).count() == 1


def test_the_admin_site_asks_again():
    Session.objects.create(session_key="a", session_data="", expire_date=timezone.now())

    call_command("after_restore", "--no-input")

    assert not Session.objects.exists()


@pytest.mark.parametrize(("options", "revoked"), [([], 1), (["--keep-api-tokens"], 0)])
def test_api_tokens_end_unless_they_are_kept(options: list[str], revoked: int):
    token = ApiTokenFactory()

    call_command("after_restore", "--no-input", *options)

    assert ApiToken.objects.exclude(revoked_at=None).count() == revoked
    assert bool(GraphQLClient()(VIEWER, token=api_token_text(token)).codes) == bool(revoked)


def test_each_device_begins_again(user: User):
    UserFactory()
    before = page_of(user.pk, after=None, size=10).end

    call_command("after_restore", "--no-input")

    with pytest.raises(UnknownCursor):
        page_of(user.pk, after=before, size=10)
    feeds = set(FeedHead.objects.values_list("feed", flat=True))
    assert len(feeds) == 2
    assert page_of(user.pk, after=None, size=10).end.feed in feeds


@pytest.mark.once
def test_without_a_terminal_it_has_to_be_told(user: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    sessions.open_session(user=user, at=timezone.now())

    with pytest.raises(CommandError, match="To go on unasked, --no-input"):
        call_command("after_restore")

    assert AuthSession.objects.filter(revoked_at=None).count() == 1


@pytest.mark.once
def test_nothing_is_done_without_a_yes(user: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(builtins, "input", lambda question: "no")
    sessions.open_session(user=user, at=timezone.now())

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("after_restore")

    assert AuthSession.objects.filter(revoked_at=None).count() == 1
