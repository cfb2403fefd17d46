"""``deleteAccount`` and ``cancelAccountDeletion``."""

from datetime import datetime, timedelta

import pytest

from domain.accounts.models import Role, User
from domain.accounts.services import api_tokens
from tests.authenticator import RECOVERY_CODE, with_two_factor
from tests.client import access_token
from tests.factories import NOW, PASSWORD
from tests.schema.tables import nothing_changes

MESSAGES = "... on OperationInfo { messages { kind field code message } }"
DELETE = f"""
  mutation ($input: DeleteAccountInput!) {{
    deleteAccount(input: $input) {{ ... on AccountDeletion {{ erasesAt }} {MESSAGES} }}
  }}
"""
CANCEL = f"""
  mutation {{ cancelAccountDeletion {{ ... on User {{ deletionScheduledFor }} {MESSAGES} }} }}
"""
VIEWER = "{ viewer { deletionScheduledFor } }"
SIGN_IN = """
  mutation ($input: SignInInput!) { signIn(input: $input) { ... on Session { accessToken } } }
"""


def days_until(moment: str) -> float:
    left = datetime.fromisoformat(moment) - datetime.now().astimezone()
    return round(left / timedelta(days=1), 2)


def test_access_goes_on_until_the_day_that_viewer_shows(graphql, user):
    token, other = access_token(user), access_token(user)

    erases_at = graphql(DELETE, token=token, input={"password": PASSWORD}).only["erasesAt"]

    assert days_until(erases_at) == 14
    assert graphql(VIEWER, token=token).only == {"deletionScheduledFor": erases_at}
    assert graphql(VIEWER, token=other).codes == ["UNAUTHENTICATED"]


def test_signing_in_does_not_cancel(graphql, user):
    graphql(DELETE, as_user=user, input={"password": PASSWORD})

    signed_in = graphql(SIGN_IN, input={"email": user.email, "password": PASSWORD}).only
    shown = graphql(VIEWER, token=signed_in["accessToken"]).only

    assert shown["deletionScheduledFor"] is not None


def test_can_be_cancelled(graphql, user):
    graphql(DELETE, as_user=user, input={"password": PASSWORD})

    kept = graphql(CANCEL, as_user=user)
    again = graphql(CANCEL, as_user=user)

    assert kept.only == {"deletionScheduledFor": None}
    assert again.codes == ["no_deletion_scheduled"]


@pytest.mark.parametrize("document", [DELETE, CANCEL])
def test_is_refused_to_nobody_and_to_api_tokens(document, graphql, user):
    new = api_tokens.create_api_token(
        owner=user, name="x", scope="WRITE", password=PASSWORD, at=NOW
    )
    given = {"input": {"password": PASSWORD}} if document is DELETE else {}

    assert graphql(document, **given).codes == ["UNAUTHENTICATED"]
    assert graphql(document, token=new.token, **given).codes == ["FORBIDDEN"]
    assert User.objects.get().deletion_scheduled_for is None


def test_a_wrong_password_is_refused(graphql, token):
    answer = graphql(DELETE, token=token, input={"password": "practice-weekly"})

    assert User.objects.get().deletion_scheduled_for is None
    assert (answer.codes, answer.fields) == (["wrong_password"], ["password"])


def test_who_uses_codes_needs_one(graphql, user, token):
    with_two_factor(user)

    with nothing_changes():
        missing = graphql(DELETE, token=token, input={"password": PASSWORD})
    done = graphql(DELETE, token=token, input={"password": PASSWORD, "code": RECOVERY_CODE})

    assert (missing.codes, missing.fields) == (["code_required"], ["code"])
    assert days_until(done.only["erasesAt"]) == 14


def test_administrators_stay(graphql, admin):
    answer = graphql(DELETE, as_user=admin, input={"password": PASSWORD})

    assert answer.codes == ["administrators_stay"]
    assert User.objects.get(role=Role.ADMIN).deletion_scheduled_for is None
