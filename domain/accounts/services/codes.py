"""One-time codes: of the authenticator app, or recovery codes in their place. Each works once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from math import ceil

from django.db import transaction

from domain.accounts import recovery, totp
from domain.accounts.models import RecoveryCode, TotpDevice, User
from domain.audit import services as audit
from domain.base.errors import DomainError, NotFound

# What a code changes about its device.
STATE = [
    "last_step",
    "last_used_at",
    "throttling_failure_count",
    "throttling_failure_timestamp",
]


class WrongCode(DomainError):
    """Never ours, over, or used already, of whichever kind: one and the same answer."""

    code = "wrong_code"
    message = "This code is wrong or was used already. Wait for the next one and try again."


class TooManyWrongCodes(DomainError):
    """Codes came too fast after wrong ones; this one was not looked at."""

    code = "too_many_wrong_codes"
    message = "There were too many wrong codes. Wait %(seconds)d seconds and try again."


class TwoFactorNotEnabled(DomainError):
    """There is no second factor to be proven."""

    code = "two_factor_not_enabled"
    message = "You do not use codes for signing in."


@contextmanager
def proven(*, user: User, code: str, at: datetime) -> Iterator[TotpDevice]:
    """Use up a code of a person; what follows happens in the same transaction.

    Gives the device, whose ``user`` is held from other writers.

    Raises:
        WrongCode, TooManyWrongCodes: after the transaction, which keeps what was counted.
        TwoFactorNotEnabled: the person has no confirmed device.
        NotFound: they changed their password, or were deactivated, meanwhile.
    """
    with transaction.atomic(durable=True):
        device = device_of(held(user))
        if device is None or not device.confirmed:
            raise TwoFactorNotEnabled
        refusal = use_code(device=device, code=code, at=at)
        if refusal is None:
            yield device
            return
    raise refusal


def held(user: User) -> User:
    """The person as they are now. Their row is what all who use codes wait for.

    Raises:
        NotFound: they changed their password, or were deactivated, since they were loaded.
    """
    people = User.objects.select_for_update(no_key=True)
    current = people.filter(pk=user.pk, password=user.password, is_active=True).first()
    if current is None:
        raise NotFound
    return current


def device_of(user: User) -> TotpDevice | None:
    """The device of a person who is held, confirmed or not."""
    device: TotpDevice | None = TotpDevice.objects.filter(user=user).first()
    if device is not None:
        device.user = user
    return device


def use_code(*, device: TotpDevice, code: str, at: datetime) -> DomainError | None:
    """Use up a code while its person is held, and write down what came of it.

    Returns:
        None, or why not: returned, since raising it would undo what was counted.
    """
    wait = device.wait(at=at)
    if recovery.is_recovery_code(code):
        is_right = _use_recovery_code(device, code, at)
    else:
        is_right = not wait and _use_totp_code(device, code, at)
    if is_right:
        device.last_used_at = at
        device.throttle_reset(commit=False)
    elif wait:
        return TooManyWrongCodes(field="code", seconds=ceil(wait.total_seconds()))
    else:
        device.throttling_failure_count += 1
        device.throttling_failure_timestamp = at
        audit.record(verb="two_factor.refused", at=at, actor=device.user, row=device.user)
    device.save(update_fields=STATE)
    return None if is_right else WrongCode(field="code")


def _use_totp_code(device: TotpDevice, code: str, at: datetime) -> bool:
    plain = recovery.without_spacing(code)
    step = totp.matching_step(secret=device.secret, code=plain, at=at, after=device.last_step)
    if step is None:
        return False
    device.last_step = step
    return True


def _use_recovery_code(device: TotpDevice, code: str, at: datetime) -> bool:
    digest = recovery.digest(code, person=device.user.uid)
    unused = RecoveryCode.objects.filter(device=device, digest=digest, used_at=None)
    if not unused.update(used_at=at):
        return False
    audit.record(verb="recovery_code.used", at=at, actor=device.user, row=device.user)
    return True
