"""The second half of signing in: a challenge and a code open a session, once."""

from datetime import timedelta

import pytest

from domain.accounts.models import AuthSession, RecoveryCode, TotpDevice, TwoFactorChallenge, User
from domain.accounts.services import challenges, two_factor
from domain.accounts.services import sign_in as sign_in_module
from domain.accounts.services.challenges import complete_two_factor
from domain.accounts.services.codes import WrongCode
from domain.accounts.services.profile import change_password
from domain.accounts.services.sessions import OpenSession
from domain.accounts.services.sign_in import sign_in
from domain.audit.models import AuditEvent
from tests.authenticator import RECOVERY_CODE, STEP, App, with_two_factor
from tests.domain.parallel import at_once
from tests.domain.refusals import codes_of, refused
from tests.factories import NOW, PASSWORD, UserFactory

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def app(user) -> App:
    return with_two_factor(user)


def asked(user: User, at=NOW) -> dict[str, object]:
    """What signing in with the password gives to who uses codes."""
    challenge = sign_in(email=user.email, password=PASSWORD, at=at)
    assert isinstance(challenge, TwoFactorChallenge)
    return {
        "challenge": challenge.uid,
        "person": user.uid,
        "token_version": challenge.user.token_version,
    }


def outcome(**call) -> str:
    """The code of the refusal, or "opened"."""
    try:
        complete_two_factor(**call)
    except challenges.DomainError as refusal:
        ((code,),) = codes_of(refusal).values()
        return code
    return "opened"


# --- The challenge --------------------------------------------------------------------------------


def test_the_password_alone_opens_no_session(user, app, now):
    challenge = sign_in(email=user.email, password=PASSWORD, at=now)

    assert isinstance(challenge, TwoFactorChallenge)
    assert (challenge.user, challenge.expires_at) == (user, now + 5 * MINUTE)
    assert not AuthSession.objects.exists()
    user.refresh_from_db()
    assert user.last_login is None
    assert AuditEvent.objects.get().verb == "two_factor.challenged"


def test_an_app_that_is_not_confirmed_asks_for_nothing(user, now):
    two_factor.enrol_two_factor(user=user, password=PASSWORD, at=now)

    assert isinstance(sign_in(email=user.email, password=PASSWORD, at=now), OpenSession)


def test_an_app_that_is_confirmed_while_the_password_is_hashed_is_asked_for(user, now, monkeypatch):
    authenticate = sign_in_module.authenticate

    def slow(**credentials):
        person = authenticate(**credentials)
        with_two_factor(user)
        return person

    monkeypatch.setattr(sign_in_module, "authenticate", slow)

    assert asked(user)


def test_a_wrong_password_is_refused_as_for_anybody(user, app, now):
    with refused("invalid_credentials"):
        sign_in(email=user.email, password="practice-weekly", at=now)

    assert not TwoFactorChallenge.objects.exists()


def test_challenges_that_are_over_do_not_pile_up(user, app, now):
    asked(user, now)
    asked(user, now + 4 * MINUTE)

    asked(user, now + 6 * MINUTE)

    assert TwoFactorChallenge.objects.count() == 2


# --- The code -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_a_code_opens_a_session(kind, user, app, now):
    code = app.code(now) if kind == "app" else RECOVERY_CODE

    opened = complete_two_factor(**asked(user), code=code, at=now, user_agent="Firefox")

    session = AuthSession.objects.get()
    assert opened.session == session
    assert (session.user, session.second_factor, session.user_agent) == (user, True, "Firefox")
    user.refresh_from_db()
    assert user.last_login == now
    assert TotpDevice.objects.get().last_used_at == now


def test_a_challenge_works_once(user, app, now):
    challenge = asked(user)
    complete_two_factor(**challenge, code=app.code(now), at=now)

    with refused(challenge_token="challenge_refused"):
        complete_two_factor(**challenge, code=RECOVERY_CODE, at=now)

    assert two_factor.recovery_codes_left(user) == 1


def test_a_code_works_once(user, app, now):
    complete_two_factor(**asked(user), code=app.code(now), at=now)

    for at in (now, now + STEP):
        with refused(code="wrong_code"):
            complete_two_factor(**asked(user), code=app.code(now), at=at)

    assert (
        outcome(**asked(user), code=app.code(now + STEP), at=now + STEP) == "too_many_wrong_codes"
    )
    later = now + STEP + 2 * SECOND
    assert outcome(**asked(user), code=app.code(later), at=later) == "opened"


def test_the_code_of_an_earlier_step_is_over_once_a_later_one_was_used(user, app, now):
    complete_two_factor(**asked(user), code=app.code(now), at=now)

    assert outcome(**asked(user), code=app.code(now - STEP), at=now) == "wrong_code"


def test_a_recovery_code_works_once(user, app, now):
    complete_two_factor(**asked(user), code=RECOVERY_CODE, at=now)

    with refused(code="wrong_code"):
        complete_two_factor(**asked(user), code=RECOVERY_CODE, at=now)

    assert RecoveryCode.objects.get().used_at == now


@pytest.mark.parametrize(
    ("after", "result"), [(5 * MINUTE - SECOND, "opened"), (5 * MINUTE, "challenge_refused")]
)
def test_a_challenge_is_open_for_five_minutes(after, result, user, app, now):
    assert outcome(**asked(user), code=app.code(now + after), at=now + after) == result


@pytest.mark.parametrize(
    "change",
    [
        lambda user, app: User.objects.update(is_active=False),
        lambda user, app: User.objects.update(token_version=9),
        lambda user, app: user.delete(),
        lambda user, app: TwoFactorChallenge.objects.all().delete(),
        lambda user, app: TotpDevice.objects.update(confirmed=False),
        lambda user, app: two_factor.disable_two_factor(
            user=user, password=PASSWORD, code=RECOVERY_CODE, at=NOW
        ),
        lambda user, app: change_password(
            user=user, current_password=PASSWORD, new_password="another-password", at=NOW
        ),
    ],
    ids=[
        "deactivated",
        "signed out",
        "deleted",
        "forgotten",
        "unconfirmed",
        "disabled",
        "password",
    ],
)
def test_a_challenge_ends_with_what_it_rests_on(change, user, app, now):
    challenge = asked(user)
    change(user, app)

    with refused(challenge_token="challenge_refused"):
        complete_two_factor(**challenge, code=app.code(now), at=now)


def test_a_challenge_is_bound_to_its_person(user, app, stranger, now):
    theirs = with_two_factor(stranger)
    mine = asked(user)
    asked(stranger)

    with refused(challenge_token="challenge_refused"):
        complete_two_factor(**mine | {"person": stranger.uid}, code=theirs.code(now), at=now)


# --- Wrong codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["000", "", "ABCDE-FGHIJ-KLMNO-PQRSU", "\x00", "１２３４５６"])
def test_wrong_codes_of_any_kind_are_refused_alike(wrong, user, app, now):
    challenge = asked(user)
    with pytest.raises(WrongCode) as expected:
        complete_two_factor(**challenge, code=app.wrong_code(now), at=now)

    with pytest.raises(WrongCode) as found:
        complete_two_factor(**challenge, code=wrong, at=now + SECOND)

    assert found.value.message_dict == expected.value.message_dict
    assert [event.verb for event in AuditEvent.objects.order_by("-pk")[:2]] == [
        "two_factor.refused"
    ] * 2


def test_five_wrong_codes_end_a_challenge(user, app, now):
    challenge = asked(user)
    at = [now + timedelta(seconds=seconds) for seconds in (0, 1, 3, 7, 15)]

    results = [outcome(**challenge, code=app.wrong_code(then), at=then) for then in at]

    later = now + timedelta(seconds=60)
    assert results == ["wrong_code"] * 5
    assert outcome(**challenge, code=app.code(later), at=later) == "challenge_refused"
    assert outcome(**asked(user, later), code=app.code(later), at=later) == "opened"


def test_after_wrong_codes_the_next_must_wait_whatever_the_challenge(user, app, now):
    for seconds in (0, 1, 3):
        at = now + timedelta(seconds=seconds)
        complete = {**asked(user), "code": app.wrong_code(at), "at": at}
        assert outcome(**complete) == "wrong_code"

    early, late = now + timedelta(seconds=6.9), now + timedelta(seconds=7)

    assert outcome(**asked(user), code=app.code(early), at=early) == "too_many_wrong_codes"
    assert outcome(**asked(user), code=app.code(late), at=late) == "opened"
    assert TotpDevice.objects.get().throttling_failure_count == 0


def test_says_how_long_to_wait_and_counts_nothing(user, app, now):
    challenge = asked(user)
    TotpDevice.objects.update(throttling_failure_count=5, throttling_failure_timestamp=now)

    with pytest.raises(challenges.DomainError) as refusal:
        complete_two_factor(**challenge, code=app.code(now), at=now + SECOND / 2)

    assert refusal.value.messages == [
        "There were too many wrong codes. Wait 16 seconds and try again."
    ]
    assert TotpDevice.objects.get().throttling_failure_count == 5
    assert TwoFactorChallenge.objects.get().wrong_codes == 0


@pytest.mark.parametrize("count", [11, 1000, 2_000_000_000])
def test_nobody_waits_longer_than_a_quarter_of_an_hour(count, user, app, now):
    TotpDevice.objects.update(throttling_failure_count=count, throttling_failure_timestamp=now)
    early, late = now + 15 * MINUTE - SECOND, now + 15 * MINUTE

    assert outcome(**asked(user, early), code=app.code(early), at=early) == "too_many_wrong_codes"
    assert outcome(**asked(user, late), code=app.code(late), at=late) == "opened"


def test_a_recovery_code_need_not_wait(user, app, now):
    """Who has stolen the password cannot keep the person out by sending wrong codes."""
    TotpDevice.objects.update(throttling_failure_count=50, throttling_failure_timestamp=now)

    assert outcome(**asked(user), code="A" * 20, at=now) == "too_many_wrong_codes"
    assert outcome(**asked(user), code=RECOVERY_CODE, at=now) == "opened"


# --- At once --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_of_eight_uses_of_one_code_at_once_one_wins(kind, now):
    user = UserFactory()
    app = with_two_factor(user)
    code = app.code(now) if kind == "app" else RECOVERY_CODE
    started = [asked(user) for _ in range(8)]

    results = at_once(*[lambda call=call: outcome(**call, code=code, at=now) for call in started])

    assert results.count("opened") == 1
    assert set(results) <= {"opened", "wrong_code", "too_many_wrong_codes"}
    assert AuthSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_uses_of_one_challenge_at_once_one_wins(now):
    user = UserFactory()
    app = with_two_factor(user)
    challenge = asked(user)
    calls = [lambda: outcome(**challenge, code=app.code(now), at=now)] * 8

    results = at_once(*calls)

    assert sorted(results) == ["challenge_refused"] * 7 + ["opened"]
    assert AuthSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_guesses_at_once_one_is_looked_at(now):
    user = UserFactory()
    app = with_two_factor(user)
    started = [asked(user) for _ in range(8)]
    wrong = app.wrong_code(now)

    results = at_once(*[lambda call=call: outcome(**call, code=wrong, at=now) for call in started])

    assert sorted(results) == ["too_many_wrong_codes"] * 7 + ["wrong_code"]
    assert TotpDevice.objects.get().throttling_failure_count == 1


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_are_counted_although_the_call_is_refused(now):
    user = UserFactory()
    app = with_two_factor(user)

    assert outcome(**asked(user), code=app.wrong_code(now), at=now) == "wrong_code"

    assert TotpDevice.objects.get().throttling_failure_count == 1
    assert TwoFactorChallenge.objects.get().wrong_codes == 1
    assert AuditEvent.objects.latest("pk").verb == "two_factor.refused"
