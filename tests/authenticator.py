"""An authenticator app, as people have one on their phones."""

import hmac
from base64 import b32decode
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.accounts import recovery
from domain.accounts.models import RecoveryCode, TotpDevice, User
from tests.factories import NOW

STEP = timedelta(seconds=30)
SECRET = bytes(range(20))
RECOVERY_CODE = "ABCDE-FGHIJ-KLMNO-PQRST"


@dataclass(frozen=True)
class App:
    """Knows a secret, and computes codes from it without any of our code."""

    secret: bytes

    @classmethod
    def typed_in(cls, secret: str) -> "App":
        """The app, after somebody typed a secret in base32 into it."""
        return cls(b32decode(secret))

    def code(self, at: datetime) -> str:
        """What it shows at a moment (RFC 6238: SHA-1, six digits, thirty seconds)."""
        counter = int(at.timestamp()) // 30
        digest = hmac.digest(self.secret, counter.to_bytes(8), "sha1")
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"

    def wrong_code(self, at: datetime) -> str:
        """Six digits that it shows neither at that moment nor a minute before or after."""
        shown = {self.code(at + steps * STEP) for steps in range(-2, 3)}
        return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555")
                    if code not in shown)  # fmt: skip


def with_two_factor(user: User, *, recovery_code: str = RECOVERY_CODE) -> App:
    """Give a person an app, confirmed a day ago, and one recovery code."""
    device = TotpDevice.objects.create(user=user, secret=SECRET, confirmed=True, created_at=NOW)
    digest = recovery.digest(recovery_code, person=user.uid)
    RecoveryCode.objects.create(device=device, digest=digest)
    return App(SECRET)
