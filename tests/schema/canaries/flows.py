"""Every mutation, called as it should be and with what it must refuse."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.accounts.models import TotpDevice, User
from domain.transfer.models import ImportBatch
from tests.authenticator import App
from tests.client import access_token, node_id
from tests.factories import (
    GoalFactory,
    JobFactory,
    QuestionFactory,
    QuestionLogFactory,
    StudyListFactory,
    TagFactory,
    UserFactory,
)
from tests.mails import only_mail, token_in
from tests.schema.canaries.calling import Caller

EMAIL = "canary@example.com"
PASSWORD, CHANGED, RESET = "canary-password-1", "canary-password-2", "canary-password-3"
WRONG = "canary-password-wrong"
WRONG_TOKEN = "dbk_canary" + "x" * 37
WRONG_CODE = "CANRY-CANRY-CANRY-CANRY"


def begin(caller: Caller) -> str:
    """Register, confirm the address, forget the password, sign in; gives an access token."""
    for secret in (PASSWORD, CHANGED, RESET, WRONG, WRONG_TOKEN, WRONG_CODE):
        caller.keep("wrong" if secret in (WRONG, WRONG_TOKEN, WRONG_CODE) else "password", secret)
    caller.done("register", email=EMAIL, password=PASSWORD)
    link = caller.keep("mailed", token_in(only_mail()))
    caller.refused("verifyEmail", token=WRONG_TOKEN)
    caller.refused("resetPassword", token=link, newPassword=RESET)
    caller.done("verifyEmail", token=link)
    caller.refused("verifyEmail", token=link)
    caller.refused("signIn", email=EMAIL, password=WRONG)
    caller.done("requestPasswordReset", email=EMAIL)
    link = caller.keep("mailed", token_in(only_mail()))
    caller.refused("resetPassword", token=link, newPassword="canary")
    caller.refused("resetPassword", token=WRONG_TOKEN, newPassword=RESET)
    caller.done("resetPassword", token=link, newPassword=RESET)
    caller.refused("signIn", email=EMAIL, password=PASSWORD)
    only_mail()
    return sign_in(caller, RESET)


def sign_in(caller: Caller, password: str) -> str:
    """A new session; gives its access token."""
    return caller.done("signIn", email=EMAIL, password=password)["accessToken"]


def renew(caller: Caller) -> None:
    """Renew a session, then use the first token again."""
    first = caller.done("signIn", email=EMAIL, password=RESET)
    caller.done("verifyToken", token=first["accessToken"])
    caller.done("verifyToken", token=WRONG_TOKEN)
    second = caller.done("refreshToken", refreshToken=first["refreshToken"])
    caller.refused("refreshToken", refreshToken=first["refreshToken"])
    caller.refused("refreshToken", refreshToken=second["refreshToken"])
    caller.refused("refreshToken", refreshToken=WRONG_TOKEN)
    caller.refused("signOut", second["accessToken"])
    caller.done("signOut", sign_in(caller, RESET))


def manage(caller: Caller, access: str) -> str:
    """API tokens, other sessions, oneself, another password; gives another access token."""
    program = {"name": "CI", "scope": "READ"}
    caller.refused("createApiToken", access, **program, password=WRONG)
    new = caller.done("createApiToken", access, **program, password=RESET)
    caller.refused("updateSettings", new["token"], dayStartHour=3)
    caller.refused("signOutEverywhere", new["token"])
    caller.done("revokeApiToken", access, id=new["apiToken"]["id"])
    caller.done("updateViewer", access, displayName="Canary")
    caller.done("updateSettings", access, dayStartHour=3)
    caller.done("resendVerification", caller.keep("session", access_token(UserFactory())))
    # It takes no secret but what comes with every request.
    caller.done("requestPasswordReset", access, email=EMAIL)
    other = sign_in(caller, RESET)
    caller.done("revokeSession", access, id=session_of(other))
    caller.done("revokeOtherSessions", access)
    caller.refused("changePassword", access, currentPassword=WRONG, newPassword=CHANGED)
    caller.refused("changePassword", access, currentPassword=RESET, newPassword=EMAIL)
    passwords = {"currentPassword": RESET, "newPassword": CHANGED}
    return caller.done("changePassword", access, **passwords)["accessToken"]


def session_of(access: str) -> str:
    """The id of the session that an access token belongs to."""
    claims = access.split(".")[1]
    sid = json.loads(base64.urlsafe_b64decode(claims + "=="))["sid"]
    return node_id(type_name="AuthSession", uid=sid)


def use_codes(caller: Caller, access: str) -> str:
    """Two-factor sign-in from its beginning to its end; gives an access token."""
    now = datetime.now(UTC)
    caller.refused("enrolTwoFactor", access, password=WRONG)
    app = App.typed_in(caller.done("enrolTwoFactor", access, password=CHANGED)["secret"])
    caller.keep("totp bytes", app.secret.hex())
    caller.refused("confirmTwoFactor", access, code=WRONG_CODE)
    # As if a second had passed: a code that follows a wrong one must wait.
    TotpDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    caller.done("confirmTwoFactor", access, code=app.code(now))
    codes = of_kind(caller, "recovery code")
    challenge = caller.done("signIn", email=EMAIL, password=CHANGED)["challengeToken"]
    caller.refused("completeTwoFactor", challengeToken=challenge, code=WRONG_CODE)
    caller.refused("completeTwoFactor", challengeToken=WRONG_TOKEN, code=codes[0])
    access = caller.done("completeTwoFactor", challengeToken=challenge, code=codes[0])[
        "accessToken"
    ]
    caller.refused("completeTwoFactor", challengeToken=challenge, code=codes[0])
    proof = {"password": CHANGED, "code": codes[1]}
    for mutation in ("regenerateRecoveryCodes", "disableTwoFactor", "deleteAccount"):
        caller.refused(mutation, access, **proof | {"password": WRONG})
        caller.refused(mutation, access, **proof | {"code": codes[0]})
    caller.done("regenerateRecoveryCodes", access, **proof)
    fresh = of_kind(caller, "recovery code")[len(codes) :]
    caller.done("deleteAccount", access, password=CHANGED, code=fresh[0])
    caller.done("cancelAccountDeletion", access)
    return caller.done("disableTwoFactor", access, password=CHANGED, code=fresh[1])["accessToken"]


def of_kind(caller: Caller, kind: str) -> list[str]:
    """All secrets of a kind, in the order in which they were shown."""
    return [secret for name, secret in caller.secrets.items() if name.startswith(kind)]


def administer(caller: Caller) -> None:
    """What staff do to a person."""
    admin = caller.keep("session", access_token(UserFactory(admin=True)))
    person: User = UserFactory(email="person@example.com")
    them: dict[str, Any] = {"id": node_id(type_name="Person", uid=person.uid)}
    caller.done("updateUser", admin, **them, displayName="Somebody")
    caller.done("unlockUser", admin, **them)
    caller.done("setRole", admin, **them, role="MANAGER")
    caller.done("deactivateUser", admin, **them)
    caller.done("activateUser", admin, **them)
    caller.done("deleteUser", admin, **them)


def practise(caller: Caller, access: str) -> None:
    """Questions, tags and attempts with solutions, taken and refused."""
    solution = caller.keep("solution", "def canary_one(): pass")
    better = caller.keep("solution", "def canary_two(): pass")
    long = caller.keep("refused solution", "def canary_long(): pass")
    too_long = long.ljust(70_000)
    foreign, foreign_log = node_id(QuestionFactory()), node_id(QuestionLogFactory())
    tag = caller.done("createTag", access, name="swift")["id"]
    caller.done("updateTag", access, id=tag, name="slow")
    question = caller.done("createQuestion", access, title="Two Sum")["id"]
    caller.done("updateQuestion", access, id=question, notes="twice")
    attempt = {"question": question, "outcome": "SOLVED"}
    caller.refused("createQuestionLog", access, **attempt, solutionCode=too_long)
    caller.refused("createQuestionLog", access, **attempt, solutionCode=long + "\x00")
    refused = attempt | {"question": foreign, "solutionCode": long}
    caller.refused("createQuestionLog", access, **refused)
    caller.refused("createQuestionLog", access, **attempt | {"outcome": long})
    log = caller.done("createQuestionLog", access, **attempt, solutionCode=solution)["id"]
    caller.refused("updateQuestionLog", access, id=log, solutionCode=too_long)
    caller.refused("updateQuestionLog", access, id=foreign_log, solutionCode=long)
    caller.done("updateQuestionLog", access, id=log, solutionCode=better)
    caller.done("deleteQuestionLog", access, id=log)
    practise_much(caller, access)
    review_later(caller, access, question)
    arrange(caller, access, question)
    sit(caller, access, question)
    aim(caller, access)
    share(caller, access)
    take_out(caller, access)
    steer(caller, access)
    caller.done("deleteQuestion", access, id=question)
    caller.done("deleteTag", access, id=tag)
    throw_away(caller, access)


def practise_much(caller: Caller, access: str) -> None:
    """Several questions and attempts in one call."""
    solution = caller.keep("solution", "def canary_of_many(): pass")
    long = caller.keep("refused solution", "def canary_of_too_many(): pass").ljust(70_000)
    made = caller.done("createQuestions", access, items=[{"title": "Three Sum"}])
    question = made["results"][0]["question"]["id"]
    attempt = {"question": question, "outcome": "SOLVED"}
    refused = [attempt | {"solutionCode": solution}, attempt | {"solutionCode": long}]
    caller.refused("createQuestionLogs", access, items=refused)
    logged = caller.done("createQuestionLogs", access, items=refused[:1])
    log = logged["results"][0]["questionLog"]["id"]
    caller.refused("updateQuestionLogs", access, items=[{"id": log, "solutionCode": long}])
    caller.done("updateQuestionLogs", access, items=[{"id": log, "solutionCode": solution + " "}])
    caller.done("updateQuestions", access, items=[{"id": question, "notes": "thrice"}])
    caller.done("deleteQuestionLogs", access, items=[{"id": log}])
    caller.done("deleteQuestions", access, items=[{"id": question}])


def aim(caller: Caller, access: str) -> None:
    """A goal, set, changed and given up."""
    soon = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    goal = caller.done("createGoal", access, name="Swift", date=soon)["id"]
    caller.done("updateGoal", access, id=goal, note="soon")
    caller.done("deleteGoal", access, id=goal)


def share(caller: Caller, access: str) -> None:
    """A link to a picture, made and revoked."""
    link = caller.done("createShareLink", access, kind="HEATMAP", name="README")["id"]
    caller.done("revokeShareLink", access, id=link)


def take_out(caller: Caller, access: str) -> None:
    """An export, made and deleted."""
    export = caller.done("startExport", access, format="FSRS_CSV")["id"]
    caller.refused("startExport", access, format="CSV")
    caller.done("deleteExport", access, id=export)


def steer(caller: Caller, access: str) -> None:
    """A job that waits, stopped and tried again."""
    waiting = JobFactory(owner=User.objects.get(email=EMAIL), status="PENDING")
    caller.refused("retryJob", access, id=node_id(waiting))
    caller.done("cancelJob", access, id=node_id(waiting))
    caller.refused("cancelJob", access, id=node_id(waiting))
    caller.done("retryJob", access, id=node_id(waiting))


def sit(caller: Caller, access: str, question: str) -> None:
    """A session of two questions, each with a solution, taken and refused."""
    solution = caller.keep("solution", "def canary_sitting(): pass")
    last = caller.keep("solution", "def canary_last(): pass")
    long = caller.keep("refused solution", "def canary_sat_long(): pass")
    other = caller.done("createQuestion", access, title="LRU Cache")["id"]
    id = caller.done("startPracticeSession", access, questions=[question, other])["id"]
    answer: dict[str, Any] = {"position": 0, "outcome": "SOLVED"}
    caller.done("pausePracticeSession", access, id=id)
    caller.done("resumePracticeSession", access, id=id)
    too_long = answer | {"solutionCode": long.ljust(70_000)}
    caller.refused("nextPracticeQuestion", access, id=id, answer=too_long)
    late = answer | {"position": 1, "solutionCode": long}
    caller.refused("finishPracticeSession", access, id=id, answer=late)
    caller.done("nextPracticeQuestion", access, id=id, answer=answer | {"solutionCode": solution})
    end = answer | {"position": 1, "solutionCode": last}
    caller.done("finishPracticeSession", access, id=id, answer=end)


def arrange(caller: Caller, access: str, question: str) -> None:
    """A study list, filled, put in order and emptied; and one that is built in."""
    study_list = caller.done("createStudyList", access, name="Swift")["id"]
    caller.done("updateStudyList", access, id=study_list, description="soon")
    caller.done("addToStudyList", access, id=study_list, questions=[question])
    order = [{"question": question, "section": "First"}]
    caller.done("reorderStudyList", access, id=study_list, order=order)
    caller.done("removeFromStudyList", access, id=study_list, questions=[question])
    caller.done("deleteStudyList", access, id=study_list)
    caller.done("cloneBuiltInList", access, list="BLIND_75")


def review_later(caller: Caller, access: str, question: str) -> None:
    """Everything that can be decided about reviewing a question."""
    known = {"stability": 9.0, "difficulty": 5.0, "reviewedAt": "2026-03-01T00:00:00Z"}
    caller.done("suspendQuestion", access, id=question)
    caller.done("resumeQuestion", access, id=question)
    caller.done("postponeQuestion", access, id=question, until=None)
    caller.done("setReviewBaseline", access, id=question, **known)
    caller.done("removeReviewBaseline", access, id=question)


def throw_away(caller: Caller, access: str) -> None:
    """Into the trash and back, into it again, and out of it for good; and tags into one another."""
    solution = caller.keep("solution", "def canary_trashed(): pass")
    owner = User.objects.get(email=EMAIL)
    log = QuestionLogFactory(question__owner=owner, solution_code=solution)
    target, source, spare = TagFactory.create_batch(3, owner=owner)
    # The attempt before its question, with which it would go.
    for row in (log, log.question, spare, StudyListFactory(owner=owner), GoalFactory(owner=owner)):
        kind, id = row._meta.object_name, node_id(row)
        caller.refused(f"restore{kind}", access, id=id)
        caller.refused(f"purge{kind}", access, id=id)
        caller.done(f"delete{kind}", access, id=id)
        caller.done(f"restore{kind}", access, id=id)
        caller.done(f"delete{kind}", access, id=id)
        caller.done(f"purge{kind}", access, id=id)
    caller.done("mergeTags", access, sources=[node_id(source)], target=node_id(target))
    caller.done("emptyTrash", access, kinds=["TAG"])


def import_files(caller: Caller, access: str) -> None:
    """A file with a solution that no column is for: taken, broken in a row, and broken off."""
    secret = caller.keep("imported", "canary-imported-solution")
    problem = {"contestId": 1, "index": "A", "name": "Theatre Square", "tags": ["math"]}
    row = {"id": 1, "creationTimeSeconds": 1_700_000_000, "problem": problem, "verdict": "OK"}
    row |= {"sourceCode": secret, "author": {"handle": secret}}
    whole = json.dumps([row])
    caller.done("previewImport", access, content=whole)
    caller.done("importQuestions", access, content=whole)
    stored = node_id(ImportBatch.objects.latest("pk"))
    caller.done("revertImport", access, id=stored)
    caller.refused("revertImport", access, id=stored)
    caller.done("startImport", access, content=whole)
    broken: list[Any] = [
        [row | {"id": secret}],
        [row | {"creationTimeSeconds": secret}],
        [row | {"verdict": [secret]}],
        [row | {"problem": problem | {"name": None}}],
        [row | {"problem": problem | {"contestId": secret}}],
        {"status": secret},
        {secret: secret},
    ]
    for document in broken:
        caller.refused("importQuestions", access, content=json.dumps(document))
    caller.refused("importQuestions", access, content=whole[:-2])
    caller.refused("importQuestions", access, content=whole, format="NEETCODE")
