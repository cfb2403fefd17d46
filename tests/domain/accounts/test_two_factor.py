"""Beginning and ceasing to use codes, and new recovery codes."""

from datetime import timedelta

import pytest

from domain.accounts.models import AuthSession, RecoveryCode, TotpDevice, User
from domain.accounts.services import two_factor
from domain.accounts.services.sessions import open_session
from domain.accounts.services.two_factor import (
    confirm_two_factor,
    disable_two_factor,
    encrypt_secrets_anew,
    enrol_two_factor,
    regenerate_recovery_codes,
    remove_two_factor,
)
from domain.audit.models import AuditEvent
from tests.authenticator import RECOVERY_CODE, SECRET, STEP, App, with_two_factor
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import PASSWORD, UserFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def app(user) -> App:
    """The app of ``user``, who uses codes already."""
    return with_two_factor(user)


@pytest.fixture
def enrolled(user, now) -> App:
    """An app that was shown a secret and has given no code yet."""
    return App.typed_in(enrol_two_factor(user=user, password=PASSWORD, at=now).secret)


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


# --- Enrolling ------------------------------------------------------------------------------------


def test_enrolling_gives_a_secret_and_changes_nothing_else(user, now):
    enrolment = enrol_two_factor(user=user, password=PASSWORD, at=now)

    device = TotpDevice.objects.get()
    assert (device.user, device.confirmed, device.created_at) == (user, False, now)
    assert App.typed_in(enrolment.secret).secret == device.secret
    assert f"secret={enrolment.secret}" in enrolment.otpauth_uri
    assert "user%40example.com" in enrolment.otpauth_uri
    assert not two_factor.is_enabled(user)
    assert verbs() == ["two_factor.enrolled"]


def test_enrolling_needs_the_password(user, now):
    for wrong in ("", "practice-weekly", "\x00", "\ud800"):
        with refused(password="wrong_password"):
            enrol_two_factor(user=user, password=wrong, at=now)

    assert not TotpDevice.objects.exists()


def test_enrolling_again_replaces_the_secret(user, enrolled, now):
    second = App.typed_in(enrol_two_factor(user=user, password=PASSWORD, at=now).secret)

    assert second != enrolled
    with refused(code="wrong_code"):
        confirm_two_factor(user=user, code=enrolled.code(now), at=now)
    assert confirm_two_factor(user=user, code=second.code(now), at=now + STEP)


def test_enrolling_is_refused_to_who_uses_codes(user, app, now):
    with refused("two_factor_enabled"):
        enrol_two_factor(user=user, password=PASSWORD, at=now)

    assert TotpDevice.objects.get().secret == SECRET


def test_enrolling_is_refused_to_who_was_deactivated_meanwhile(user, now):
    User.objects.update(is_active=False)

    with refused("not_found"):
        enrol_two_factor(user=user, password=PASSWORD, at=now)


@pytest.mark.django_db(transaction=True)
def test_of_eight_enrolments_at_once_one_secret_stays(now):
    user = UserFactory()
    calls = [lambda: enrol_two_factor(user=user, password=PASSWORD, at=now)] * 8

    enrolments = at_once(*calls)

    secrets = [App.typed_in(enrolment.secret).secret for enrolment in enrolments]
    assert secrets.count(TotpDevice.objects.get().secret) == 1


# --- Confirming -----------------------------------------------------------------------------------


def test_confirming_gives_ten_recovery_codes_and_the_only_session(user, enrolled, now):
    before = open_session(user=user, at=now)

    confirmed = confirm_two_factor(user=user, code=enrolled.code(now), at=now, user_agent="Firefox")

    assert two_factor.is_enabled(user)
    assert len(set(confirmed.recovery_codes)) == two_factor.recovery_codes_left(user) == 10
    session = AuthSession.objects.open(at=now).get()
    assert confirmed.opened.session == session
    assert (session.second_factor, session.user_agent) == (True, "Firefox")
    before.session.refresh_from_db()
    assert before.session.revoked_reason == "two_factor_enabled"
    assert User.objects.get().token_version == confirmed.opened.session.user.token_version == 1
    assert "two_factor.confirmed" in verbs()


@pytest.mark.parametrize("spaced", ["{}{}", "{} {}", " {}-{} "])
def test_confirming_takes_a_code_as_people_type_it(spaced, user, enrolled, now):
    code = enrolled.code(now)

    assert confirm_two_factor(user=user, code=spaced.format(code[:3], code[3:]), at=now)


def test_confirming_refuses_a_wrong_code(user, enrolled, now):
    with refused(code="wrong_code"):
        confirm_two_factor(user=user, code=enrolled.wrong_code(now), at=now)

    assert not two_factor.is_enabled(user)
    assert not RecoveryCode.objects.exists()
    assert TotpDevice.objects.get().throttling_failure_count == 1
    assert verbs()[-1] == "two_factor.refused"


def test_confirming_refuses_a_recovery_code(user, enrolled, now):
    with refused(code="wrong_code"):
        confirm_two_factor(user=user, code=RECOVERY_CODE, at=now)


def test_confirming_without_enrolling_is_refused(user, now):
    with refused("two_factor_not_enrolled"):
        confirm_two_factor(user=user, code="123456", at=now)


def test_confirming_twice_is_refused(user, app, now):
    with refused("two_factor_enabled"):
        confirm_two_factor(user=user, code=app.code(now), at=now)


def test_a_code_that_confirmed_does_nothing_else(user, enrolled, now):
    code = enrolled.code(now)
    confirm_two_factor(user=user, code=code, at=now)

    with refused(code="wrong_code"):
        disable_two_factor(user=user, password=PASSWORD, code=code, at=now)


@pytest.mark.django_db(transaction=True)
def test_of_eight_confirmations_at_once_one_wins(now):
    user = UserFactory()
    app = App.typed_in(enrol_two_factor(user=user, password=PASSWORD, at=now).secret)
    calls = [lambda: confirm_two_factor(user=user, code=app.code(now), at=now)] * 8

    outcomes = at_once(*calls)

    winners = [one for one in outcomes if isinstance(one, two_factor.Confirmation)]
    losers = [one for one in outcomes if isinstance(one, two_factor.TwoFactorEnabled)]
    assert (len(winners), len(losers)) == (1, 7)
    assert RecoveryCode.objects.count() == 10
    assert AuthSession.objects.open(at=now).count() == 1


# --- Disabling ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_disabling_takes_password_and_code(kind, user, app, now):
    before = open_session(user=user, at=now)
    code = app.code(now) if kind == "app" else RECOVERY_CODE

    opened = disable_two_factor(user=user, password=PASSWORD, code=code, at=now)

    assert not two_factor.is_enabled(user)
    assert not TotpDevice.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert AuthSession.objects.open(at=now).get() == opened.session
    before.session.refresh_from_db()
    assert before.session.revoked_reason == "two_factor_disabled"
    assert User.objects.get().token_version == 1
    assert "two_factor.disabled" in verbs()


def test_disabling_refuses_a_wrong_password_before_it_looks_at_the_code(user, app, now):
    code = app.code(now)

    with refused(password="wrong_password"):
        disable_two_factor(user=user, password="practice-weekly", code=code, at=now)

    assert "two_factor.refused" not in verbs()
    assert disable_two_factor(user=user, password=PASSWORD, code=code, at=now)


@pytest.mark.parametrize("wrong", ["", "12345", "abc", "ABCDE-FGHIJ-KLMNO-PQRSU", "\x00", "\ud800"])
def test_disabling_refuses_a_wrong_code(wrong, user, app, now):
    with refused(code="wrong_code"):
        disable_two_factor(user=user, password=PASSWORD, code=wrong, at=now)

    assert two_factor.is_enabled(user)
    assert verbs() == ["two_factor.refused"]


@pytest.mark.parametrize("pending", [False, True])
def test_disabling_what_is_not_enabled_is_refused(pending, user, now):
    if pending:
        enrol_two_factor(user=user, password=PASSWORD, at=now)

    with refused("two_factor_not_enabled"):
        disable_two_factor(user=user, password=PASSWORD, code="123456", at=now)


def test_a_strangers_code_disables_nothing(user, app, stranger, now):
    with_two_factor(stranger, recovery_code="22222-33333-44444-55555")

    with refused(code="wrong_code"):
        disable_two_factor(user=user, password=PASSWORD, code="22222-33333-44444-55555", at=now)


def test_staff_can_disable_it_for_somebody_who_lost_everything(user, app, admin, now):
    before = open_session(user=user, at=now)

    remove_two_factor(user=user, actor=admin, at=now)

    assert not two_factor.is_enabled(user)
    before.session.refresh_from_db()
    assert before.session.revoked_at == now
    event = AuditEvent.objects.get(verb="two_factor.disabled")
    assert (event.actor, event.owner) == (admin, user)
    with refused("two_factor_not_enabled"):
        remove_two_factor(user=user, actor=admin, at=now)


# --- Recovery codes -------------------------------------------------------------------------------


def test_regenerating_replaces_all_recovery_codes(user, app, now):
    fresh = regenerate_recovery_codes(user=user, password=PASSWORD, code=app.code(now), at=now)

    assert len(set(fresh)) == two_factor.recovery_codes_left(user) == 10
    assert "recovery_codes.regenerated" in verbs()
    with refused(code="wrong_code"):
        disable_two_factor(user=user, password=PASSWORD, code=RECOVERY_CODE, at=now)
    assert disable_two_factor(user=user, password=PASSWORD, code=fresh[9], at=now)


def test_regenerating_ends_no_session(user, app, now):
    session = open_session(user=user, at=now).session

    regenerate_recovery_codes(user=user, password=PASSWORD, code=RECOVERY_CODE, at=now)

    assert AuthSession.objects.open(at=now).get() == session


def test_regenerating_takes_password_and_code(user, app, now):
    with refused(password="wrong_password"):
        regenerate_recovery_codes(user=user, password="", code=app.code(now), at=now)
    with refused(code="wrong_code"):
        regenerate_recovery_codes(user=user, password=PASSWORD, code="", at=now)

    assert two_factor.recovery_codes_left(user) == 1


def test_regenerating_is_refused_to_who_uses_no_codes(user, now):
    with refused("two_factor_not_enabled"):
        regenerate_recovery_codes(user=user, password=PASSWORD, code=RECOVERY_CODE, at=now)


def test_a_recovery_code_that_was_used_is_counted_out_and_written_down(user, app, now):
    regenerate_recovery_codes(user=user, password=PASSWORD, code=RECOVERY_CODE, at=now)

    assert verbs() == ["recovery_code.used", "recovery_codes.regenerated"]
    event = AuditEvent.objects.first()
    assert (event.actor, event.owner, event.fields) == (user, user, [])


# --- At rest --------------------------------------------------------------------------------------


def test_neither_secrets_nor_recovery_codes_are_stored_in_clear(user, enrolled, now):
    codes = confirm_two_factor(user=user, code=enrolled.code(now), at=now).recovery_codes

    stored = str(
        [*TotpDevice.objects.values(), *RecoveryCode.objects.values(), *AuditEvent.objects.values()]
    )

    plain = [code.replace("-", "") for code in codes]
    for secret in [enrolled.secret.hex(), str(enrolled.secret), *codes, *plain]:
        assert secret.lower() not in stored.lower()


def test_a_new_key_takes_over(user, app, now, settings):
    with_two_factor(UserFactory())
    settings.FIELD_ENCRYPTION_KEYS = ["n" * 32, *settings.FIELD_ENCRYPTION_KEYS]

    assert encrypt_secrets_anew() == 2

    settings.FIELD_ENCRYPTION_KEYS = ["n" * 32]
    assert {device.secret for device in TotpDevice.objects.all()} == {SECRET}


def test_recovery_codes_work_when_the_key_is_lost(user, app, now, settings):
    settings.FIELD_ENCRYPTION_KEYS = ["n" * 32]

    assert disable_two_factor(user=user, password=PASSWORD, code=RECOVERY_CODE, at=now)
