"""A new password for people who forgot theirs."""

from datetime import datetime

import strawberry
import strawberry_django
from django.conf import settings

from domain.accounts.services import password_reset
from schema.accounts import browser
from schema.context import Info
from schema.directives import RateLimited
from schema.inputs import given


@strawberry.type(
    description="That a request was taken in. The same, in the same time, whether or not the "
    "address has an account, so that nobody can find out who has one."
)
class PasswordResetRequest:
    valid_for_minutes: int = strawberry.field(
        description="How long the link works, if one was mailed."
    )


@strawberry.type(description="That a new password is set and every session has ended.")
class PasswordReset:
    changed_at: datetime = strawberry.field(description="When it was set (UTC).")


@strawberry.input(description="Who forgot their password.")
class RequestPasswordResetInput:
    email: str = strawberry.field(description="The address of the account, in any case.")


@strawberry.input(description="A new password, and the link that allows to set it.")
class ResetPasswordInput:
    token: str = strawberry.field(description="What the link has as token.")
    new_password: str = strawberry.field(
        description="10 to 128 characters, not common, not like the address."
    )


@strawberry.type
class PasswordResetMutations:
    @strawberry_django.mutation(
        extensions=[RateLimited(limit=10, seconds=60)],
        handle_django_errors=True,
        description="Have a link for a new password mailed to this address, if it has an account. "
        "A mailbox gets at most 5 such mails an hour, without saying so.",
    )
    def request_password_reset(
        self, info: Info, input: RequestPasswordResetInput
    ) -> PasswordResetRequest:
        password_reset.request_password_reset(**given(input))
        return PasswordResetRequest(valid_for_minutes=settings.PASSWORD_RESET_MINUTES)

    @strawberry_django.mutation(
        extensions=[RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Set a new password by a mailed link, then call signIn. Every session ends, "
        "the address counts as confirmed, and its owner is told by mail. Each link works once.",
    )
    def reset_password(self, info: Info, input: ResetPasswordInput) -> PasswordReset:
        password_reset.reset_password(at=info.context.now, **given(input))
        browser.forget(info)
        return PasswordReset(changed_at=info.context.now)
