"""Codes beside the password: begin, stop, and get new recovery codes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from domain.accounts import recovery, totp
from domain.accounts.models import RecoveryCode, TotpDevice, User
from domain.accounts.services import codes, lockout, sessions
from domain.accounts.services.profile import WrongPassword
from domain.accounts.services.sessions import OpenSession
from domain.audit import services as audit
from domain.base import encryption
from domain.base.errors import DomainError
from domain.base.writing import hold


class TwoFactorEnabled(DomainError):
    """There is a confirmed device already."""

    code = "two_factor_enabled"
    message = "You use codes for signing in already. Call disableTwoFactor to begin anew."


class TwoFactorNotEnrolled(DomainError):
    """There is no device that waits for its first code."""

    code = "two_factor_not_enrolled"
    message = "There is nothing to be confirmed. Call enrolTwoFactor first."


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs to know, this once."""

    secret: str
    otpauth_uri: str


@dataclass(frozen=True)
class Confirmation:
    """Recovery codes at the one moment at which they are known in clear, and a new session."""

    recovery_codes: list[str]
    opened: OpenSession


def is_enabled(user: User) -> bool:
    """Whether the person's password alone does not sign them in."""
    return bool(TotpDevice.objects.filter(user=user, confirmed=True).exists())


def recovery_codes_left(user: User) -> int:
    """How many recovery codes of the person still work."""
    return RecoveryCode.objects.filter(device__user=user, used_at=None).count()


def enrol_two_factor(*, user: User, password: str, at: datetime) -> Enrolment:
    """Give the person a secret for their app. Nothing changes until they confirm it with a code.

    Raises:
        WrongPassword: it is not right.
        TwoFactorEnabled: disable it first.
    """
    _prove_password(user, password, at)
    with transaction.atomic():
        person = codes.held(user)
        if is_enabled(person):
            raise TwoFactorEnabled
        TotpDevice.objects.filter(user=person).delete()
        secret = totp.new_secret()
        TotpDevice.objects.create(user=person, secret=secret, created_at=at)
        audit.record(verb="two_factor.enrolled", at=at, actor=person, row=person)
        uri = totp.otpauth_uri(secret=secret, account=person.email)
        return Enrolment(secret=totp.base32(secret), otpauth_uri=uri)


def confirm_two_factor(
    *, user: User, code: str, at: datetime, user_agent: str = "", address: str = ""
) -> Confirmation:
    """Take the first code of a new device. From now on signing in takes one; all sessions end.

    Raises:
        WrongCode, TooManyWrongCodes: the app has another secret, or its clock is wrong.
        TwoFactorEnabled, TwoFactorNotEnrolled: there is nothing to be confirmed.
    """
    confirmed = _confirm(user, code, at, user_agent, address)
    # Raised after the transaction, which keeps what was counted.
    if isinstance(confirmed, DomainError):
        raise confirmed
    return confirmed


@transaction.atomic(durable=True)
def _confirm(
    user: User, code: str, at: datetime, user_agent: str, address: str
) -> Confirmation | DomainError:
    device = codes.device_of(codes.held(user))
    if device is None:
        raise TwoFactorNotEnrolled
    if device.confirmed:
        raise TwoFactorEnabled
    if refusal := codes.use_code(device=device, code=code, at=at):
        return refusal
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    audit.record(verb="two_factor.confirmed", at=at, actor=device.user, row=device.user)
    recovery_codes = _new_recovery_codes(device)
    opened = _only_session(device.user, at, "two_factor_enabled", user_agent, address)
    return Confirmation(recovery_codes=recovery_codes, opened=opened)


def disable_two_factor(
    *,
    user: User,
    password: str,
    code: str,
    at: datetime,
    user_agent: str = "",
    address: str = "",
) -> OpenSession:
    """Let the password alone sign in again. All sessions end; a new one is opened.

    Args:
        code: of the app, or a recovery code.

    Raises:
        WrongPassword, WrongCode, TooManyWrongCodes: prove who you are.
        TwoFactorNotEnabled: there is nothing to be disabled.
    """
    _prove_password(user, password, at)
    with codes.proven(user=user, code=code, at=at) as device:
        audit.record(verb="two_factor.disabled", at=at, actor=device.user, row=device.user)
        device.delete()
        return _only_session(device.user, at, "two_factor_disabled", user_agent, address)


def regenerate_recovery_codes(*, user: User, password: str, code: str, at: datetime) -> list[str]:
    """Replace all recovery codes, used or not; give the new ones, this once.

    Args:
        code: of the app, or a recovery code.

    Raises:
        WrongPassword, WrongCode, TooManyWrongCodes: prove who you are.
        TwoFactorNotEnabled: there is nothing to recover from.
    """
    _prove_password(user, password, at)
    with codes.proven(user=user, code=code, at=at) as device:
        audit.record(verb="recovery_codes.regenerated", at=at, actor=device.user, row=device.user)
        return _new_recovery_codes(device)


@transaction.atomic
def remove_two_factor(*, user: User, actor: User, at: datetime) -> None:
    """Take the second factor from a person who lost app and recovery codes. All sessions end.

    Who calls it has found out by other means who is asking.

    Raises:
        TwoFactorNotEnabled: there is nothing to be removed.
    """
    device = codes.device_of(hold(user))
    if device is None:
        raise codes.TwoFactorNotEnabled
    device.delete()
    audit.record(verb="two_factor.disabled", at=at, actor=actor, row=user)
    sessions.end_all_sessions(user=user, at=at, reason="two_factor_disabled", actor=actor)


def encrypt_secrets_anew() -> int:
    """Bring all secrets under the first of ``FIELD_ENCRYPTION_KEYS``; give their number."""
    changed = 0
    for device in TotpDevice.objects.only("sealed_secret").iterator():
        sealed = encryption.encrypt_anew(device.sealed_secret, purpose="totp")
        # Unless it was replaced meanwhile, which used the first key anyway.
        unchanged = TotpDevice.objects.filter(pk=device.pk, sealed_secret=device.sealed_secret)
        changed += unchanged.update(sealed_secret=sealed)
    return changed


def _prove_password(user: User, password: str, at: datetime) -> None:
    if not lockout.is_current_password(user=user, password=password, at=at):
        raise WrongPassword(field="password")


def _new_recovery_codes(device: TotpDevice) -> list[str]:
    device.recovery_codes.all().delete()
    fresh = recovery.new_codes()
    digests = [recovery.digest(code, person=device.user.uid) for code in fresh]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(device=device, digest=digest) for digest in digests
    )
    return fresh


def _only_session(
    user: User, at: datetime, reason: str, user_agent: str, address: str
) -> OpenSession:
    sessions.end_all_sessions(user=user, at=at, reason=reason)
    return sessions.open_session(
        user=user, at=at, user_agent=user_agent, address=address, second_factor=True
    )
