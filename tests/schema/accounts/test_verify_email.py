"""``verifyEmail`` and ``resendVerification``."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from domain.accounts.links import PASSWORD_RESET, VERIFICATION
from domain.accounts.models import User
from tests.client import access_token
from tests.factories import NOW, UserFactory
from tests.mails import links_in, only_mail, token_in
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

VERIFY = """
  mutation ($input: VerifyEmailInput!) {
    verifyEmail(input: $input) {
      ... on EmailVerification { verifiedAt }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
RESEND = """
  mutation {
    resendVerification {
      ... on VerificationMail { validForHours }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
VIEWER = "{ viewer { emailVerifiedAt } }"


@pytest.fixture(autouse=True)
def at_a_fixed_time():
    with time_machine.travel(NOW, tick=False):
        yield


def test_confirms_without_being_signed_in(graphql, user):
    answer = graphql(VERIFY, input={"token": VERIFICATION.token(user, at=NOW)})

    assert answer.only == {"verifiedAt": "2026-03-02T09:30:00Z"}
    assert graphql(VIEWER, as_user=user).only == {"emailVerifiedAt": "2026-03-02T09:30:00Z"}


def test_people_may_sign_in_before(graphql, user):
    assert graphql(VIEWER, as_user=user).only == {"emailVerifiedAt": None}


def refused_tokens(user):
    used = UserFactory(email="used@example.com")
    used_token = VERIFICATION.token(used, at=NOW)
    moved = UserFactory(email="moved@example.com")
    moved_token = VERIFICATION.token(moved, at=NOW)
    gone = UserFactory(email="gone@example.com", is_active=False)
    User.objects.filter(pk=used.pk).update(email_verified_at=NOW)
    User.objects.filter(pk=moved.pk).update(email="other@example.com")
    token = VERIFICATION.token(user, at=NOW)
    return {
        "used": used_token,
        "of an address that changed": moved_token,
        "of somebody deactivated": VERIFICATION.token(gone, at=NOW),
        "of a stranger to us": VERIFICATION.token(UserFactory.build(), at=NOW),
        "expired": VERIFICATION.token(user, at=NOW - timedelta(hours=72, seconds=1)),
        "tampered": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "for another purpose": PASSWORD_RESET.token(user, at=NOW),
        "an access token": access_token(user),
        "empty": "",
        "huge": "a" * 100_000,
    }


def test_every_other_token_is_refused_in_the_same_words(graphql, user):
    tokens = refused_tokens(user)

    with nothing_changes():
        answers = {why: graphql(VERIFY, input={"token": token}) for why, token in tokens.items()}

    assert {tuple(answer.codes) for answer in answers.values()} == {("link_refused",)}
    assert len({answer.anonymous for answer in answers.values()}) == 1


def test_another_link_is_mailed(graphql, user, after_commit):
    with after_commit():
        answer = graphql(RESEND, as_user=user)

    assert answer.only == {"validForHours": 72}
    assert graphql(VERIFY, input={"token": token_in(only_mail())}).only["verifiedAt"]


def test_who_is_confirmed_needs_no_link(graphql, after_commit):
    person = UserFactory(email_verified_at=NOW)

    with after_commit():
        answer = graphql(RESEND, as_user=person)

    assert answer.codes == ["already_verified"]
    assert mail.outbox == []


def test_nobody_has_a_link_mailed_without_being_signed_in(graphql, user, after_commit):
    with after_commit():
        answer = graphql(RESEND)

    assert answer.codes == ["UNAUTHENTICATED"]
    assert mail.outbox == []


def test_mails_are_ordered_a_few_times_a_minute(graphql, user):
    token = access_token(user)

    codes = [graphql(RESEND, token=token).codes for _ in range(6)]

    assert codes == [[]] * 5 + [["RATE_LIMITED"]]


def test_links_do_not_lead_where_the_request_says(graphql, user, after_commit, settings):
    settings.ALLOWED_HOSTS = ["*"]
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}

    with after_commit():
        graphql.send({"query": RESEND}, token=access_token(user), headers=headers)

    (link,) = links_in(only_mail().body)
    assert link.startswith("https://drillbook.example/verify-email?token=")


def test_the_link_of_a_mail_is_of_the_moment_it_was_sent(graphql, user, after_commit):
    with after_commit():
        graphql(RESEND, as_user=user)
    token = token_in(only_mail())

    with time_machine.travel(datetime(2026, 3, 5, 9, 30, 1, tzinfo=UTC), tick=False):
        assert graphql(VERIFY, input={"token": token}).codes == ["link_refused"]
