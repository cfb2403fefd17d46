"""Confirm an address by the link that was mailed to it."""

from datetime import datetime

import strawberry
import strawberry_django
from django.conf import settings

from domain.accounts.services import verification
from schema.context import Info
from schema.directives import RateLimited, SignedIn
from schema.inputs import given


@strawberry.type(description="That an address is confirmed.")
class EmailVerification:
    verified_at: datetime = strawberry.field(description="Since when it is (UTC).")


@strawberry.type(description="That a mail with a link is on its way.")
class VerificationMail:
    valid_for_hours: int = strawberry.field(description="How long the link in it will work.")


@strawberry.input(description="The link of a mail that asks to confirm an address.")
class VerifyEmailInput:
    token: str = strawberry.field(description="What the link has as token.")


@strawberry.type
class VerificationMutations:
    @strawberry_django.mutation(
        extensions=[RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Confirm the address to which a verification link was mailed. Needs no "
        "sign-in, since the link may be opened on another device. Each link works once.",
    )
    def verify_email(self, info: Info, input: VerifyEmailInput) -> EmailVerification:
        verification.verify_email(at=info.context.now, **given(input))
        return EmailVerification(verified_at=info.context.now)

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True), RateLimited(limit=5, seconds=60)],
        handle_django_errors=True,
        description="Have another verification link mailed to your own address. A mailbox gets "
        "at most 5 such mails an hour, without saying so.",
    )
    def resend_verification(self, info: Info) -> VerificationMail:
        verification.resend_verification(user=info.context.user)
        return VerificationMail(valid_for_hours=settings.EMAIL_VERIFICATION_HOURS)
