"""Leaving for good, and staying after all."""

from datetime import datetime
from typing import cast

import strawberry
import strawberry_django

from domain.accounts.services import deletion
from domain.transfer.services import exports
from schema.accounts.two_factor import ANY_CODE
from schema.accounts.types import User
from schema.context import Info
from schema.directives import RateLimited, SignedIn
from schema.transfer.export_types import Export


@strawberry.type(description="That an account will be erased.")
class AccountDeletion:
    erases_at: datetime = strawberry.field(
        description="When it and everything in it is erased for good (UTC). Until then the person "
        "can sign in, take everything out, and call cancelAccountDeletion."
    )
    takeout: Export | None = strawberry.field(
        description="Everything as a zip file: its job was started, or one that is there will do. "
        "Offer its downloadUrl once the job has succeeded. The file is kept some days; until the "
        "account is erased, startExport makes another one. Null if too many jobs are under way."
    )


@strawberry.input(description="Who leaves.")
class DeleteAccountInput:
    password: str = strawberry.field(description="The person's password.")
    code: str = strawberry.field(
        default="", description=f"For those who sign in with codes. {ANY_CODE}"
    )


@strawberry.type
class DeletionMutations:
    @strawberry_django.mutation(
        extensions=[SignedIn(session=True), RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Have your account and all your data erased, some days from now. A zip "
        "file of everything is made for the person to take along. All other sessions end, and API "
        "tokens are revoked. Signing in does not cancel it; asking again does not move the day.",
    )
    def delete_account(self, info: Info, input: DeleteAccountInput) -> AccountDeletion:
        person = deletion.delete_account(
            user=info.context.user,
            session=info.context.session,
            password=input.password,
            code=input.code,
            at=info.context.now,
        )
        takeout = exports.start_takeout(owner=person, at=info.context.now)
        return AccountDeletion(
            erases_at=cast(datetime, person.deletion_scheduled_for),
            takeout=cast(Export | None, takeout),
        )

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        handle_django_errors=True,
        description="Keep your account after all.",
    )
    def cancel_account_deletion(self, info: Info) -> User:
        kept = deletion.cancel_account_deletion(user=info.context.user, at=info.context.now)
        return cast(User, kept)
