"""What is handed to the queue, the log, the audit and the cache: never a password or a token."""

import logging

import pytest
from django.core.cache import cache

from domain.accounts.links import PASSWORD_RESET, VERIFICATION
from domain.audit.models import AuditEvent
from domain.base import tasks
from tests.factories import NOW, PASSWORD
from tests.mails import only_mail, token_in

pytestmark = pytest.mark.once

REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { __typename } }"
REQUEST = """
  mutation ($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) { __typename }
  }
"""
RESET = "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }"
CHANGE = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }"
VERIFY = "mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { __typename } }"
RESEND = "mutation { resendVerification { __typename } }"

FIRST, SECOND, THIRD = "canary-password-one", "canary-password-two", "canary-password-three"


@pytest.fixture
def queue(monkeypatch):
    """What is handed over, done all the same."""
    handed_over = []
    done = tasks._hand_over

    def hand_over(task, args, kwargs):
        handed_over.append((task.name.rpartition(".")[2], args, kwargs))
        done(task, args, kwargs)

    monkeypatch.setattr(tasks, "_hand_over", hand_over)
    return handed_over


def test_no_secret_leaves_the_request(graphql, user, queue, after_commit, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = [FIRST, SECOND, THIRD, PASSWORD]

    def say(query, **variables):
        with after_commit():
            assert graphql(query, **variables).data

    say(REGISTER, input={"email": "canary@example.com", "password": FIRST})
    secrets.append(token_in(only_mail()))
    say(VERIFY, input={"token": secrets[-1]})
    say(REGISTER, input={"email": "canary@example.com", "password": SECOND})
    only_mail()
    say(REQUEST, input={"email": "canary@example.com"})
    secrets.append(token_in(only_mail()))
    say(RESET, input={"token": secrets[-1], "newPassword": SECOND})
    only_mail()
    say(RESEND, as_user=user)
    secrets.append(token_in(only_mail()))
    say(CHANGE, as_user=user, input={"currentPassword": PASSWORD, "newPassword": THIRD})

    said = repr(queue) + caplog.text + repr(list(AuditEvent.objects.values()))
    said += "".join(repr(vars(record)) for record in caplog.records)
    said += repr(getattr(cache, "_cache", ""))
    assert [secret for secret in secrets if secret in said] == []
    assert [name for name, _, _ in queue] == [
        "send_registration_mail",
        "send_registration_mail",
        "send_password_reset_mail",
        "send_password_changed_mail",
        "send_verification_mail",
        "send_password_changed_mail",
    ]


def test_a_queue_tells_nothing_about_who_has_an_account(graphql, user, queue, after_commit):
    with after_commit():
        for email in ("user@example.com", "nobody@example.com"):
            graphql(REGISTER, input={"email": email, "password": FIRST})
            graphql(REQUEST, input={"email": email})

    shapes = [(name, [type(each) for each in args], kwargs) for name, args, kwargs in queue]
    assert shapes[:2] == shapes[2:]
    addresses = [args[0] for _, args, _ in queue]
    assert addresses == ["user@example.com"] * 2 + ["nobody@example.com"] * 2


@pytest.mark.parametrize("link", [VERIFICATION, PASSWORD_RESET], ids=["verification", "reset"])
@pytest.mark.parametrize(("query", "more"), [(VERIFY, {}), (RESET, {"newPassword": FIRST})])
def test_a_refused_link_is_not_repeated(link, query, more, graphql, user, caplog):
    token = link.token(user, at=NOW)

    answer = graphql(query.replace("__typename", "... on OperationInfo { messages { message } }"),
                     input={"token": token, **more})  # fmt: skip

    assert token not in repr(answer)
    assert token not in caplog.text
