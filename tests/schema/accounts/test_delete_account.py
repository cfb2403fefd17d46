"""``deleteAccount`` and ``cancelAccountDeletion``."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.accounts.models import Role, User
from domain.accounts.services import api_tokens
from domain.jobs.services import MOST_ACTIVE
from tests.authenticator import RECOVERY_CODE, with_two_factor
from tests.client import access_token
from tests.factories import NOW, PASSWORD, JobFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

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


def test_everything_can_be_taken_along(graphql, user, after_commit):
    token = access_token(user)
    asked = "... on AccountDeletion { takeout { id format job { status } } }"
    operation = DELETE.replace("... on AccountDeletion { erasesAt }", asked)

    with after_commit():
        takeout = graphql(operation, token=token, input={"password": PASSWORD}).only["takeout"]
    again = graphql(operation, token=token, input={"password": PASSWORD}).only["takeout"]

    assert (takeout["format"], takeout["job"]["status"]) == ("TAKEOUT", "PENDING")
    assert again == takeout | {"job": {"status": "SUCCEEDED"}}
    # Also with a new sign-in, until the day.
    shown = "{ exports { edges { node { id downloadUrl } } } }"
    (node,) = graphql(shown, as_user=user).nodes
    assert graphql.http.get(node["downloadUrl"]).getvalue().startswith(b"PK")


def test_leaving_succeeds_where_no_takeout_can_be_made(graphql, user):
    JobFactory.create_batch(MOST_ACTIVE, owner=user, status="PENDING", queued_at=datetime.now(UTC))
    asked = "... on AccountDeletion { erasesAt takeout { id } }"
    operation = DELETE.replace("... on AccountDeletion { erasesAt }", asked)

    answer = graphql(operation, as_user=user, input={"password": PASSWORD}).only

    assert (days_until(answer["erasesAt"]), answer["takeout"]) == (14, None)


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
