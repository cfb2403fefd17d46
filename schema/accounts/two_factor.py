"""Codes beside the password: to sign in with, to begin and to stop using them."""

from datetime import datetime

import strawberry
import strawberry_django

from domain.accounts import models, totp
from domain.accounts.services import challenges, two_factor
from schema import tokens
from schema.accounts.types import Session
from schema.context import Info
from schema.directives import RateLimited, SignedIn
from schema.inputs import given

RECOVERY_CODES = (
    "Ten codes, each of which stands in once for a code of the app. Shown this once: have the "
    "person print them or keep them in a safe place."
)
ANY_CODE = "The six digits that the app shows now, or a recovery code. Spaces make no difference."


@strawberry.type(
    description="The password was right, and this person uses codes: call completeTwoFactor."
)
class TwoFactorChallenge:
    challenge_token: str = strawberry.field(
        description="Send it to completeTwoFactor. It works once, takes five wrong codes at most, "
        "and is no access token."
    )
    expires_at: datetime = strawberry.field(
        description="Until when the code may be given (UTC): five minutes."
    )

    @classmethod
    def of(cls, challenge: models.TwoFactorChallenge) -> "TwoFactorChallenge":
        """Make a token for a challenge that was just started."""
        return cls(
            challenge_token=tokens.issue_challenge(challenge), expires_at=challenge.expires_at
        )


@strawberry.type(
    description="What an authenticator app needs to know. Shown this once; show it in one of the "
    "three ways, then send the app's first code to confirmTwoFactor."
)
class TwoFactorEnrolment:
    secret: str = strawberry.field(description="To be typed into the app: base32, 160 bits.")
    otpauth_uri: str = strawberry.field(
        description="To be opened by an app on the same device: otpauth://totp/…"
    )
    qr_code_svg: str = strawberry.field(
        description="To be scanned: the same as an SVG document, black on white, in the size of "
        "its place."
    )


@strawberry.type(description="That signing in takes a code from now on.")
class TwoFactorConfirmation:
    recovery_codes: list[str] = strawberry.field(description=RECOVERY_CODES)
    session: Session = strawberry.field(
        description="A new session for this device: all others have ended, this one's too."
    )


@strawberry.type(description="New recovery codes. All earlier ones stopped working.")
class RecoveryCodes:
    recovery_codes: list[str] = strawberry.field(description=RECOVERY_CODES)


@strawberry.input(description="The code that completes a sign-in.")
class CompleteTwoFactorInput:
    challenge_token: str = strawberry.field(description="What signIn gave.")
    code: str = strawberry.field(description=ANY_CODE)


@strawberry.input(description="Who begins to use codes.")
class EnrolTwoFactorInput:
    password: str = strawberry.field(description="The person's password.")


@strawberry.input(description="The first code of an app.")
class ConfirmTwoFactorInput:
    code: str = strawberry.field(description="The six digits that the app shows now.")


@strawberry.input(description="Who stops using codes.")
class DisableTwoFactorInput:
    password: str = strawberry.field(description="The person's password.")
    code: str = strawberry.field(description=ANY_CODE)


@strawberry.input(description="Who wants new recovery codes.")
class RegenerateRecoveryCodesInput:
    password: str = strawberry.field(description="The person's password.")
    code: str = strawberry.field(description=ANY_CODE)


@strawberry.type
class TwoFactorMutations:
    @strawberry_django.mutation(
        extensions=[RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Open the session for which signIn gave a challenge. A code works once; after "
        "wrong ones, codes of the app must wait: 1, 2, 4 … seconds, 15 minutes at most.",
    )
    def complete_two_factor(self, info: Info, input: CompleteTwoFactorInput) -> Session:
        opened = challenges.complete_two_factor(
            **tokens.read_challenge(input.challenge_token),
            code=input.code,
            at=info.context.now,
            user_agent=info.context.user_agent,
            address=info.context.address,
        )
        return Session.of(opened, info)

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True), RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Get a secret for an authenticator app. Nothing changes until "
        "confirmTwoFactor; calling it again before that gives another secret.",
    )
    def enrol_two_factor(self, info: Info, input: EnrolTwoFactorInput) -> TwoFactorEnrolment:
        enrolment = two_factor.enrol_two_factor(
            user=info.context.user, at=info.context.now, **given(input)
        )
        return TwoFactorEnrolment(
            secret=enrolment.secret,
            otpauth_uri=enrolment.otpauth_uri,
            qr_code_svg=totp.qr_code(enrolment.otpauth_uri),
        )

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True), RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Send the app's first code: signing in takes one from now on. Every session "
        "ends; the answer has a new one.",
    )
    def confirm_two_factor(self, info: Info, input: ConfirmTwoFactorInput) -> TwoFactorConfirmation:
        confirmed = two_factor.confirm_two_factor(
            user=info.context.user,
            at=info.context.now,
            user_agent=info.context.user_agent,
            address=info.context.address,
            **given(input),
        )
        return TwoFactorConfirmation(
            recovery_codes=confirmed.recovery_codes, session=Session.of(confirmed.opened, info)
        )

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True), RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Sign in by password alone again. Every session ends; the answer is a new one.",
    )
    def disable_two_factor(self, info: Info, input: DisableTwoFactorInput) -> Session:
        opened = two_factor.disable_two_factor(
            user=info.context.user,
            at=info.context.now,
            user_agent=info.context.user_agent,
            address=info.context.address,
            **given(input),
        )
        return Session.of(opened, info)

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True), RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Replace all recovery codes, when they are used up or somebody saw them.",
    )
    def regenerate_recovery_codes(
        self, info: Info, input: RegenerateRecoveryCodesInput
    ) -> RecoveryCodes:
        fresh = two_factor.regenerate_recovery_codes(
            user=info.context.user, at=info.context.now, **given(input)
        )
        return RecoveryCodes(recovery_codes=fresh)
