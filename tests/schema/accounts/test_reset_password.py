"""``requestPasswordReset`` and ``resetPassword``."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from domain.accounts.links import PASSWORD_RESET, VERIFICATION
from domain.accounts.models import User
from domain.accounts.services.profile import change_password
from tests.client import access_token
from tests.factories import NOW, PASSWORD, UserFactory
from tests.mails import links_in, only_mail, token_in
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

REQUEST = """
  mutation ($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      ... on PasswordResetRequest { validForMinutes }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
RESET = """
  mutation ($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      ... on PasswordReset { changedAt }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
SIGN_IN = """
  mutation ($input: SignInInput!) {
    signIn(input: $input) {
      ... on Session { viewer { email emailVerifiedAt } }
      ... on OperationInfo { messages { code } }
    }
  }
"""
NEW = "another-password"


@pytest.fixture(autouse=True)
def at_a_fixed_time():
    with time_machine.travel(NOW, tick=False):
        yield


def reset(graphql, token, password=NEW):
    return graphql(RESET, input={"token": token, "newPassword": password})


def test_from_the_request_to_the_new_password(graphql, user, after_commit):
    before = access_token(user)

    with after_commit():
        asked = graphql(REQUEST, input={"email": "USER@example.com"})
    message = only_mail()
    with after_commit():
        done = reset(graphql, token_in(message))

    assert asked.only == {"validForMinutes": 60}
    assert done.only == {"changedAt": "2026-03-02T09:30:00Z"}
    assert only_mail().subject == "Drillbook: Your password was changed"
    assert graphql("{ viewer { email } }", token=before).codes == ["UNAUTHENTICATED"]
    old = graphql(SIGN_IN, input={"email": user.email, "password": PASSWORD})
    assert old.codes == ["invalid_credentials"]
    new = graphql(SIGN_IN, input={"email": user.email, "password": NEW})
    assert new.only["viewer"]["emailVerifiedAt"] == "2026-03-02T09:30:00Z"


def test_opens_no_session(graphql, user):
    answer = reset(graphql, PASSWORD_RESET.token(user, at=NOW))

    assert answer.body["data"] == {"resetPassword": {"changedAt": "2026-03-02T09:30:00Z"}}


def test_the_answer_is_the_same_whoever_is_asked_for(graphql, user, after_commit):
    UserFactory(email="gone@example.com", is_active=False)
    UserFactory(email="confirmed@example.com", email_verified_at=NOW)
    names = ("user", "nobody", "gone", "confirmed")

    with after_commit():
        answers = [graphql(REQUEST, input={"email": f"{name}@example.com"}) for name in names]

    assert len({(answer.status, answer.anonymous) for answer in answers}) == 1
    assert len({tuple(sorted(_stable(answer.headers))) for answer in answers}) == 1
    assert sorted(message.to[0] for message in mail.outbox) == [
        "confirmed@example.com",
        "user@example.com",
    ]


def test_the_same_statements_are_run_whoever_is_asked_for(graphql, user, django_assert_num_queries):
    for name in ("user", "nobody"):
        with django_assert_num_queries(0):
            graphql(REQUEST, input={"email": f"{name}@example.com"})


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("", "blank"),
        ("nobody", "invalid"),
        ("a@example.com\nBcc: b@example.com", "invalid"),
        ("a@example.com%0aBcc: b@example.com", "invalid"),
        ("<a@example.com>", "invalid"),
        ("a@example.com,b@example.com", "invalid"),
        ("a" * 250 + "@example.com", "max_length"),
    ],
)
def test_says_what_is_wrong_with_an_address(email, code, graphql, user, after_commit):
    with after_commit(), nothing_changes():
        answer = graphql(REQUEST, input={"email": email})

    assert answer.fields[0] == "email"
    assert code in answer.codes
    assert mail.outbox == []


def refused_tokens(user):
    people = {
        name: UserFactory(email=f"{name}@example.com")
        for name in ("used", "changed", "moved", "signed-in", "gone")
    }
    tokens = {name: PASSWORD_RESET.token(person, at=NOW) for name, person in people.items()}
    change_password(user=people["changed"], current_password=PASSWORD, new_password=NEW, at=NOW)
    User.objects.filter(email="moved@example.com").update(email="other@example.com")
    User.objects.filter(email="signed-in@example.com").update(last_login=NOW)
    User.objects.filter(email="gone@example.com").update(is_active=False)
    token = PASSWORD_RESET.token(user, at=NOW)
    return tokens | {
        "of a stranger to us": PASSWORD_RESET.token(UserFactory.build(), at=NOW),
        "expired": PASSWORD_RESET.token(user, at=NOW - timedelta(minutes=60, seconds=1)),
        "tampered": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "for another purpose": VERIFICATION.token(user, at=NOW),
        "an access token": access_token(user),
        "empty": "",
        "huge": "a" * 100_000,
    }


def test_every_other_token_is_refused_in_the_same_words(graphql, user, settings):
    tokens = refused_tokens(user)
    assert reset(graphql, tokens["used"]).only

    with nothing_changes():
        answers = {why: reset(graphql, token, "a-third-password") for why, token in tokens.items()}

    assert {why: answer.codes for why, answer in answers.items()} == dict.fromkeys(
        tokens, ["link_refused"]
    )
    assert len({answer.anonymous for answer in answers.values()}) == 1


def test_an_unfit_password_is_said_only_to_who_has_the_link(graphql, user):
    token = PASSWORD_RESET.token(user, at=NOW)

    with nothing_changes():
        answer = reset(graphql, token, "user@example.com")
        stranger = reset(graphql, "x", "user@example.com")

    assert (answer.codes, answer.fields) == (["password_too_similar"], ["newPassword"])
    assert (stranger.codes, stranger.fields) == (["link_refused"], ["token"])
    assert reset(graphql, token).only


def test_links_do_not_lead_where_the_request_says(graphql, user, after_commit, settings):
    settings.ALLOWED_HOSTS = ["*"]
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    body = {"query": REQUEST, "variables": {"input": {"email": "user@example.com"}}}

    with after_commit():
        graphql.send(body, headers=headers)

    message = only_mail()
    (link,) = links_in(message.body)
    assert link.startswith("https://drillbook.example/reset-password?token=")
    assert "evil" not in message.message().as_string()


def test_mails_are_ordered_a_few_times_a_minute(graphql, user):
    codes = [graphql(REQUEST, input={"email": "user@example.com"}).codes for _ in range(11)]

    assert codes == [[]] * 10 + [["RATE_LIMITED"]]


def test_links_are_guessed_a_few_times_a_minute(graphql, user):
    codes = [reset(graphql, "x").codes for _ in range(21)]

    assert codes == [["link_refused"]] * 20 + [["RATE_LIMITED"]]


def _stable(headers):
    return [pair for pair in headers.items() if pair[0] != "X-Request-ID"]
