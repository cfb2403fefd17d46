"""People, their settings, and the sessions they are signed in with."""

import zoneinfo
from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.models import Device, ThrottlingMixin, TimestampMixin

from domain.accounts.querysets import (
    ApiTokenQuerySet,
    AuthSessionQuerySet,
    TwoFactorChallengeQuerySet,
    UserManager,
)
from domain.base import encryption
from domain.base.models import CharField, Identified, UidIndex, new_uid

FSRS_PARAMETER_COUNT = 21
LONGEST_WAIT = timedelta(minutes=15)


def known_timezone(name: str) -> None:
    """Refuse what is not an IANA time zone.

    Raises:
        ValidationError: with the code ``unknown_timezone``.
    """
    if name not in _timezones():
        message = "This is no IANA time zone. Send a name such as Europe/Berlin or UTC."
        raise ValidationError(message, code="unknown_timezone")


@cache
def _timezones() -> frozenset[str]:
    # Read once: it goes through hundreds of files. "localtime" is whatever this machine is set to.
    return frozenset(zoneinfo.available_timezones() - {"localtime"})


def fsrs_parameters(values: object) -> None:
    """Refuse what is not a list of 21 finite numbers.

    Raises:
        ValidationError: with the code ``bad_fsrs_parameters``.
    """
    numbers = isinstance(values, list) and all(
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1000
        for value in values
    )
    if not numbers or len(values) != FSRS_PARAMETER_COUNT:  # type: ignore[arg-type]
        message = f"Send {FSRS_PARAMETER_COUNT} numbers, as an FSRS optimizer prints them, or null."
        raise ValidationError(message, code="bad_fsrs_parameters")


class Role(models.TextChoices):
    """What a person may do beyond their own rows."""

    MEMBER = "MEMBER", "Member"
    MANAGER = "MANAGER", "Manager"
    ADMIN = "ADMIN", "Administrator"


def roles_from(role: Role) -> tuple[Role, ...]:
    """This role and those that may do whatever it may."""
    ranked = (Role.MEMBER, Role.MANAGER, Role.ADMIN)
    return ranked[ranked.index(role) :]


class WeekStart(models.TextChoices):
    """The first day of a person's week."""

    MONDAY = "MONDAY", "Monday"
    SUNDAY = "SUNDAY", "Sunday"
    SATURDAY = "SATURDAY", "Saturday"


class User(AbstractBaseUser, PermissionsMixin):
    """A person who prepares for interviews. Signs in with their e-mail address."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    email = models.EmailField(
        max_length=254, unique=True, help_text="The sign-in name, in lower case."
    )
    display_name = CharField(
        max_length=80,
        blank=True,
        help_text="How the person wants to be called, at most 80 characters.",
    )
    role = models.CharField(
        max_length=10,
        choices=Role.choices,
        default=Role.MEMBER,
        help_text="What the person may do beyond their own rows.",
    )
    is_active = models.BooleanField(
        default=True, help_text="Unset it to end the person's access at once, keeping their data."
    )
    is_staff = models.BooleanField(default=False, help_text="May enter the admin site.")
    date_joined = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When the account was created (UTC)."
    )
    email_verified_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the address was proven to be theirs; null until then.",
    )
    token_version = models.PositiveIntegerField(
        default=0, editable=False, help_text="Access tokens with another number are refused."
    )
    deletion_scheduled_for = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When the account and all its data will be erased (UTC); null if they will stay.",
    )
    # The session that the request's access token belongs to; set by schema/tokens.py.
    auth_session: "AuthSession"
    # The API token that the request came with instead of a session; set by schema/tokens.py.
    api_token: "ApiToken | None" = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email"),
        ]
        indexes = [
            models.Index(fields=["-date_joined", "-uid"], name="user_joined"),
            models.Index(
                fields=["deletion_scheduled_for"],
                condition=models.Q(deletion_scheduled_for__isnull=False),
                name="user_deletion",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Save with the address in lower case: one mailbox, one account. Everybody has settings."""
        self.email = self.email.strip().lower()
        if self._state.adding:
            with transaction.atomic():
                super().save(*args, **kwargs)
                UserSettings.objects.create(user=self)
        else:
            # Hashing a password anew saves it with no transaction around, and would wait for locks
            # without an end (project/patience.py).
            with transaction.atomic(savepoint=False):
                super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's has the password alone. What ends every session ends those of the admin as well.
        proof = salted_hmac(
            "domain.accounts.models.User.session",
            f"{self.password} {self.token_version}",
            secret=secret,
            algorithm="sha256",
        )
        return proof.hexdigest()

    def get_full_name(self) -> str:
        """The name that the admin site greets with."""
        return self.display_name or self.email

    get_short_name = get_full_name


class UserSettings(models.Model):
    """How a person practises: their day, their limits, their scheduler."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="settings")
    timezone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[known_timezone],
        help_text="IANA time zone that decides where a day begins, such as Europe/Berlin.",
    )
    day_start_hour = models.PositiveSmallIntegerField(
        default=4,
        validators=[MaxValueValidator(23)],
        help_text="Local hour, 0 to 23, at which a day begins; before it, it is the day before.",
    )
    week_start = models.CharField(
        max_length=8,
        choices=WeekStart.choices,
        default=WeekStart.MONDAY,
        help_text="First day of the week.",
    )
    desired_retention = models.FloatField(
        default=0.9,
        validators=[MinValueValidator(0.70), MaxValueValidator(0.97)],
        help_text="Share of reviews to be recalled, 0.70 to 0.97: higher means shorter intervals.",
    )
    maximum_interval_days = models.PositiveIntegerField(
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(36500)],
        help_text="Longest time between two reviews, in days, 1 to 36500.",
    )
    new_per_day = models.PositiveSmallIntegerField(
        default=5,
        validators=[MaxValueValidator(100)],
        help_text="New questions a day, 0 to 100.",
    )
    reviews_per_day = models.PositiveSmallIntegerField(
        default=20,
        validators=[MaxValueValidator(200)],
        help_text="Reviews a day, 0 to 200.",
    )
    same_day_repeat = models.BooleanField(
        default=False, help_text="Whether a question may come up twice on one day."
    )
    fsrs_parameters = models.JSONField(
        null=True,
        blank=True,
        default=None,
        validators=[fsrs_parameters],
        help_text="21 numbers of the FSRS scheduler, fitted to the person; null for its defaults.",
    )
    daily_goal_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="Minutes of practice the person aims for on a day, 1 to 1440; null for no goal.",
    )

    class Meta:
        verbose_name_plural = "user settings"

    def __str__(self) -> str:
        return f"settings of {self.user_id}"


class AuthSession(models.Model):
    """One sign-in: the family of all refresh tokens that come from it."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="auth_sessions")
    created_at = models.DateTimeField(help_text="When the person signed in (UTC).")
    last_used_at = models.DateTimeField(help_text="When tokens were last renewed (UTC).")
    expires_at = models.DateTimeField(help_text="When it ends unless it is renewed (UTC).")
    revoked_at = models.DateTimeField(null=True, help_text="When it was ended; null while open.")
    revoked_reason = models.CharField(max_length=40, blank=True)
    user_agent = models.CharField(max_length=200, blank=True, help_text="The client's own words.")
    address = models.GenericIPAddressField(
        null=True,
        help_text="The IP address that the person signed in from; null where that is not known.",
    )
    second_factor = models.BooleanField(
        default=False, help_text="Whether the person gave a code as well as the password."
    )

    generation = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="The latest generation of which a refresh token was used.",
    )

    objects = AuthSessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-last_used_at"], name="authsession_user_used")]

    def __str__(self) -> str:
        return str(self.uid)


class RefreshLink(models.Model):
    """Which session a refresh token belongs to. The token row is gqlauth's and holds a SHA-256."""

    token = models.OneToOneField(
        "gqlauth.RefreshToken", on_delete=models.CASCADE, related_name="link"
    )
    session = models.ForeignKey(AuthSession, on_delete=models.CASCADE, related_name="links")
    generation = models.PositiveIntegerField(
        default=0, help_text="How many exchanges it is away from the sign-in."
    )

    def __str__(self) -> str:
        return f"refresh token {self.token_id} of session {self.session_id}"


class TotpDevice(ThrottlingMixin, TimestampMixin, Device):  # type: ignore[misc]  # not typed
    """The authenticator app of a person: their second factor, once it is confirmed.

    django-otp's own forms cannot check its codes: ``services.codes`` does, which holds the person's
    row meanwhile and writes down what came of it.
    """

    # A person has one, so it needs no name.
    name = "authenticator app"
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="totp_device")
    confirmed = models.BooleanField(
        default=False, help_text="Whether a code of it was given, and signing in takes one now."
    )
    created_at = models.DateTimeField(help_text="When its secret was made (UTC).")
    sealed_secret = models.TextField(help_text="Its secret, encrypted.")
    last_step = models.BigIntegerField(
        default=-1, help_text="The time step of the last code: it and earlier ones are used up."
    )

    class Meta:
        verbose_name = "authenticator app"

    @property
    def secret(self) -> bytes:
        """What it shares with the app.

        Raises:
            cryptography.fernet.InvalidToken: the key that it was encrypted with is gone.
        """
        return encryption.decrypt(self.sealed_secret, purpose="totp")

    @secret.setter
    def secret(self, secret: bytes) -> None:
        self.sealed_secret = encryption.encrypt(secret, purpose="totp")

    def get_throttle_factor(self) -> int:
        """Seconds to wait after the first wrong code."""
        return 1

    def wait(self, *, at: datetime) -> timedelta:
        """How long none of its codes will be looked at: 1, 2, 4, 8 … seconds after a wrong one.

        Never more than ``LONGEST_WAIT``: who has the password must not be able to lock the person
        out for good. Recovery codes need not wait, since they cannot be guessed.
        """
        if not self.throttling_failure_count or self.throttling_failure_timestamp is None:
            return timedelta()
        # Far more than the longest wait, and no overflow.
        doublings = min(self.throttling_failure_count - 1, 20)
        wait = min(timedelta(seconds=self.get_throttle_factor() * 2**doublings), LONGEST_WAIT)
        left: timedelta = self.throttling_failure_timestamp + wait - at
        return max(left, timedelta())


class RecoveryCode(models.Model):
    """A code that stands in once for a code of the authenticator app. Only its digest is known."""

    device = models.ForeignKey(TotpDevice, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the person's id and the code.")
    used_at = models.DateTimeField(null=True, help_text="When it was used; null until then (UTC).")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "digest"], name="recoverycode_digest")
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class TwoFactorChallenge(models.Model):
    """A sign-in whose password was right and whose code is still to come."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="challenges")
    created_at = models.DateTimeField(help_text="When the password was given (UTC).")
    expires_at = models.DateTimeField(help_text="Until when the code may be given (UTC).")
    used_at = models.DateTimeField(null=True, help_text="When a code was right; null until then.")
    wrong_codes = models.PositiveSmallIntegerField(default=0)

    objects = TwoFactorChallengeQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.uid)


class ApiScope(models.TextChoices):
    """What an API token may be used for. Neither kind can manage the account."""

    READ = "READ", "Queries alone"
    WRITE = "WRITE", "Queries, and changes to questions, tags, logs and practice settings"


class ApiToken(Identified):
    """A key for a program that acts for a person. Only its digest is stored."""

    name = CharField(max_length=80, help_text="What it is for, at most 80 characters.")
    scope = models.CharField(
        max_length=5, choices=ApiScope.choices, help_text="What it may be used for."
    )
    created_at = models.DateTimeField(help_text="When it was created (UTC).")
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="When it stops working (UTC); null for never."
    )
    last_used_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it was used last (UTC), to the minute; null for never.",
    )
    revoked_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was revoked (UTC); null while it is not."
    )
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token.")
    prefix = models.CharField(
        max_length=8, help_text="How the token begins, to know it by: dbk_ and four characters."
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta(Identified.Meta):
        verbose_name = "API token"
        indexes = [
            models.Index(fields=["owner", "-created_at", "-uid"], name="apitoken_owner_created"),
            models.Index(fields=["prefix"], name="apitoken_prefix"),
            UidIndex(name="apitoken_found_by"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
