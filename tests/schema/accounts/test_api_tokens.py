"""What a program can do with an API token, field by field, and what it never can."""

import pytest

from domain.accounts.models import ApiToken
from domain.accounts.services import sign_out
from domain.audit.models import AuditEvent
from domain.questions.models import Question
from schema.directives import SignedIn
from schema.root import schema
from tests.client import access_token, node_id
from tests.factories import NOW, PASSWORD, ApiTokenFactory, QuestionFactory, api_token_text
from tests.schema.tables import nothing_changes
from tests.test_schema_contract import PUBLIC, root_fields

pytestmark = pytest.mark.once

# Every other field needs a session: who adds one here says that programs may use it.
FOR_PROGRAMS = {
    "viewer", "node", "users", "user",
    "question", "questions", "tag", "tags", "questionLog", "questionLogs",
    "createQuestion", "updateQuestion", "deleteQuestion",
    "createQuestions", "updateQuestions", "deleteQuestions",
    "createTag", "updateTag", "deleteTag",
    "createQuestionLog", "updateQuestionLog", "deleteQuestionLog",
    "createQuestionLogs", "updateQuestionLogs", "deleteQuestionLogs",
    "studyList", "studyLists", "builtInLists", "cloneBuiltInList",
    "createStudyList", "updateStudyList", "deleteStudyList",
    "addToStudyList", "removeFromStudyList", "reorderStudyList",
    "suspendQuestion", "resumeQuestion", "postponeQuestion",
    "setReviewBaseline", "removeReviewBaseline",
    "practiceSession", "practiceSessions", "startPracticeSession", "pausePracticeSession",
    "resumePracticeSession", "nextPracticeQuestion", "finishPracticeSession",
    "reviewQueue", "reviewForecast", "nextQuestions",
    "goal", "goals", "createGoal", "updateGoal", "deleteGoal",
    "job", "jobs", "jobProgress", "reviewQueueChanged", "cancelJob", "retryJob",
    "importQuestions", "updateSettings", "mergeTags", "trash", "emptyTrash", "changes",
    "previewImport", "startImport", "revertImport", "importBatch", "importBatches",
    "startExport", "export", "exports", "inlineExport", "deleteExport",
    "restoreQuestion", "restoreTag", "restoreQuestionLog", "restoreStudyList", "restoreGoal",
    "purgeQuestion", "purgeTag", "purgeQuestionLog", "purgeStudyList", "purgeGoal",
}  # fmt: skip
GUARDED = sorted(set(root_fields()) - PUBLIC - FOR_PROGRAMS)
# One valid call of each field that programs may not use.
CALLS = {
    "signOut": "signOut { endedAt }",
    "changePassword": f"""changePassword(input: {{
        currentPassword: "{PASSWORD}", newPassword: "another-password"
    }}) {{ __typename }}""",
    "updateViewer": 'updateViewer(input: {displayName: "x"}) { __typename }',
    "resendVerification": "resendVerification { __typename }",
    "enrolTwoFactor": f'enrolTwoFactor(input: {{password: "{PASSWORD}"}}) {{ __typename }}',
    "confirmTwoFactor": 'confirmTwoFactor(input: {code: "1"}) { __typename }',
    "disableTwoFactor": 'disableTwoFactor(input: {password: "x", code: "1"}) { __typename }',
    "regenerateRecoveryCodes": (
        'regenerateRecoveryCodes(input: {password: "x", code: "1"}) { __typename }'
    ),
    "revokeSession": 'revokeSession(input: {id: "QTox"}) { __typename }',
    "revokeOtherSessions": "revokeOtherSessions { __typename }",
    "signOutEverywhere": "signOutEverywhere { __typename }",
    "createApiToken": f"""createApiToken(input: {{
        name: "x", scope: WRITE, password: "{PASSWORD}"
    }}) {{ __typename }}""",
    "revokeApiToken": 'revokeApiToken(input: {id: "QTox"}) { __typename }',
    "shareLinks": "shareLinks { totalCount }",
    "createShareLink": 'createShareLink(input: {kind: HEATMAP, name: "x"}) { __typename }',
    "revokeShareLink": 'revokeShareLink(input: {id: "QTox"}) { __typename }',
    "sessions": "sessions { totalCount }",
    "apiTokens": "apiTokens { totalCount }",
    "auditEvents": "auditEvents { totalCount }",
    "allAuditEvents": "allAuditEvents { totalCount }",
    "deleteAccount": f'deleteAccount(input: {{password: "{PASSWORD}"}}) {{ __typename }}',
    "cancelAccountDeletion": "cancelAccountDeletion { __typename }",
    "updateUser": 'updateUser(input: {id: "QTox", displayName: "x"}) { __typename }',
    "setRole": 'setRole(input: {id: "QTox", role: ADMIN}) { __typename }',
    "deleteUser": 'deleteUser(input: {id: "QTox"}) { __typename }',
    "activateUser": 'activateUser(input: {id: "QTox"}) { __typename }',
    "deactivateUser": 'deactivateUser(input: {id: "QTox"}) { __typename }',
    "unlockUser": 'unlockUser(input: {id: "QTox"}) { __typename }',
}
CREATE = 'createQuestion(input: {title: "x"}) { __typename }'
BY_OTHER_WAYS = [
    f"mutation {{ {CREATE} }}",
    f"mutation {{ a: {CREATE} b: {CREATE} }}",
    f"mutation {{ ... on Mutation {{ {CREATE} }} }}",
    f"mutation {{ ...F }} fragment F on Mutation {{ {CREATE} }}",
    f"mutation {{ ...F }} fragment F on Mutation {{ ...G }} fragment G on Mutation {{ {CREATE} }}",
    f"mutation ($yes: Boolean = true) {{ ... @include(if: $yes) {{ {CREATE} }} }}",
    "mutation { __typename }",
    'mutation { signIn(input: {email: "a@b.example", password: "x"}) { __typename } }',
]
CREATED = """
  mutation ($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      ... on NewApiToken { token apiToken { id name scope prefix expiresAt lastUsedAt revokedAt } }
      ... on OperationInfo { messages { field code } }
    }
  }
"""
LIST = "{ apiTokens { totalCount edges { node { id name scope prefix revokedAt } } } }"


def operation(name):
    kind = "mutation" if name in schema._schema.mutation_type.fields else "query"
    return f"{kind} {{ {CALLS[name]} }}"


def text_of(user, **values):
    return api_token_text(ApiTokenFactory(owner=user, **values))


def test_a_new_field_needs_a_session_unless_it_is_listed():
    needing = {
        name
        for name, field in root_fields().items()
        if any(isinstance(guard, SignedIn) and guard.session for guard in field.extensions)
    }

    assert needing == set(GUARDED) == set(CALLS)


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("role", ["MEMBER", "ADMIN"])
def test_no_token_manages_the_account(name, role, graphql, user):
    user.role = role
    user.save()
    token = text_of(user, last_used_at=None)
    graphql("{ viewer { id } }", token=token)

    with nothing_changes():
        answer = graphql(operation(name), token=token)

    assert answer.codes == ["FORBIDDEN"]


@pytest.mark.parametrize("type_name", ["AuthSession", "ApiToken", "AuditEvent"])
def test_node_is_no_way_round(type_name, graphql, user):
    row = ApiTokenFactory(owner=user)
    session = access_token(user)
    uids = {
        "ApiToken": row.uid,
        "AuthSession": user.auth_sessions.get().uid,
        "AuditEvent": AuditEvent.objects.first().uid,
    }
    query = "query ($id: ID!) { node(id: $id) { id } }"
    id = node_id(type_name=type_name, uid=uids[type_name])

    assert graphql(query, token=session, id=id).codes == []
    assert graphql(query, token=api_token_text(row), id=id).codes == ["NOT_FOUND"]


def test_a_write_token_changes_questions(graphql, user):
    answer = graphql(f"mutation {{ {CREATE} }}", token=text_of(user))

    assert answer.only == {"__typename": "Question"}
    assert Question.objects.get().owner == user


@pytest.mark.parametrize("document", BY_OTHER_WAYS)
def test_a_read_token_runs_no_mutation(document, graphql, user):
    token = text_of(user, scope="READ")
    graphql("{ viewer { id } }", token=token)

    with nothing_changes():
        answer = graphql(document, token=token)

    assert answer.codes == ["INSUFFICIENT_SCOPE"]
    assert answer.body.get("data") is None


def test_a_read_token_runs_no_mutation_that_stands_beside_a_query(graphql, user):
    document = f"query Q {{ viewer {{ id }} }} mutation M {{ {CREATE} }}"
    token = text_of(user, scope="READ")

    read = graphql.send({"query": document, "operationName": "Q"}, token=token)
    write = graphql.send({"query": document, "operationName": "M"}, token=token)

    assert read.codes == []
    assert write.codes == ["INSUFFICIENT_SCOPE"]


def test_a_read_token_reads_what_is_its_owners(graphql, user, stranger):
    QuestionFactory(owner=stranger)
    mine = QuestionFactory(owner=user)

    answer = graphql("{ questions { edges { node { id } } } }", token=text_of(user, scope="READ"))

    assert answer.nodes == [{"id": node_id(mine)}]


def test_a_request_costs_one_statement_for_caller_and_token(
    graphql, user, django_assert_num_queries
):
    token = text_of(user)
    graphql("{ viewer { email } }", token=token)

    with django_assert_num_queries(1):
        assert graphql("{ viewer { email } }", token=token).only == {"email": user.email}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: ApiToken.objects.update(revoked_at=NOW),
        lambda token: ApiToken.objects.update(expires_at=NOW),
        lambda token: type(token.owner).objects.update(is_active=False),
        lambda token: token.owner.delete(),
        lambda token: sign_out.sign_out_everywhere(user=token.owner, at=NOW),
    ],
    ids=["revoked", "run out", "deactivated", "deleted", "signed out everywhere"],
)
def test_a_token_that_ended_opens_nothing(spoil, graphql, user):
    token = ApiTokenFactory(owner=user)
    text = api_token_text(token)
    assert graphql("{ viewer { id } }", token=text).codes == []

    spoil(token)

    answer = graphql("{ viewer { id } }", token=text)
    unknown = graphql("{ viewer { id } }", token="dbk_" + "x" * 43)
    assert answer.codes == ["UNAUTHENTICATED"]
    assert answer.anonymous == unknown.anonymous


@pytest.mark.parametrize(
    "text", ["dbk_", "dbk_x", "dbk_" + "x" * 10_000, "dbk_é", "DBK_" + "x" * 43]
)
def test_what_is_no_token_is_refused_like_an_unknown_one(text, graphql, user):
    answer = graphql.send(
        {"query": "{ viewer { id } }"}, headers={"Authorization": f"Bearer {text}"}
    )

    assert answer.codes == ["UNAUTHENTICATED"]


def test_verify_token_knows_api_tokens(graphql, user):
    check = "mutation ($t: String!) { verifyToken(input: {token: $t}) { isValid expiresAt code } }"

    valid = graphql(check, t=text_of(user)).only
    invalid = graphql(check, t="dbk_" + "x" * 43).only

    assert valid == {"isValid": True, "expiresAt": None, "code": None}
    assert invalid == {"isValid": False, "expiresAt": None, "code": "UNAUTHENTICATED"}


def test_a_token_is_shown_once_and_works(graphql, user):
    values = {"name": " CI ", "scope": "READ", "expiresInDays": 7, "password": PASSWORD}

    new = graphql(CREATED, as_user=user, input=values).only
    listed = graphql(LIST, as_user=user)

    assert new["apiToken"]["name"] == "CI"
    assert new["apiToken"]["prefix"] == new["token"][:8]
    assert graphql("{ viewer { email } }", token=new["token"]).only == {"email": user.email}
    assert new["token"][8:] not in str(listed.body)
    assert listed.nodes[0]["id"] == new["apiToken"]["id"]


def test_a_wrong_password_makes_none(graphql, user):
    values = {"name": "CI", "scope": "READ", "password": "wrong"}

    answer = graphql(CREATED, as_user=user, input=values)

    assert (answer.codes, answer.fields) == (["wrong_password"], ["password"])
    assert not ApiToken.objects.exists()


def test_a_revoked_token_leaves_the_list(graphql, user, stranger):
    token = ApiTokenFactory(owner=user)
    ApiTokenFactory(owner=stranger)
    revoke = """mutation ($id: ID!) {
      revokeApiToken(input: {id: $id}) { ... on ApiToken { id revokedAt } }
    }"""

    revoked = graphql(revoke, as_user=user, id=node_id(token)).only

    assert revoked["revokedAt"] is not None
    assert graphql(LIST, as_user=user).only == {"totalCount": 0, "edges": []}


def test_a_token_of_somebody_else_stays(graphql, user, stranger):
    theirs = ApiTokenFactory(owner=stranger)
    revoke = """mutation ($id: ID!) {
      revokeApiToken(input: {id: $id}) { ... on OperationInfo { messages { code } } }
    }"""

    assert graphql(revoke, as_user=user, id=node_id(theirs)).codes == ["not_found"]
    theirs.refresh_from_db()
    assert theirs.revoked_at is None
