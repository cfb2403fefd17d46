"""People, their settings and sessions, as clients see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import strawberry
import strawberry_django
from strawberry import relay

from domain.accounts import models
from domain.accounts.services import two_factor
from domain.accounts.services.sessions import OpenSession
from domain.practice.rescheduling import rescheduling_of
from schema import tokens
from schema.accounts import browser
from schema.columns import expose
from schema.context import Info
from schema.inputs import about
from schema.scoping import Owned, Scope

if TYPE_CHECKING:
    from schema.jobs.types import Job
    from schema.practice.inputs import QuestionLogFilter
    from schema.practice.statistics import Statistics, StatisticsRange
    from schema.questions.inputs import QuestionFilter

_STATISTICS = "schema.practice.statistics"

expose(models.Role)
expose(models.WeekStart)


@strawberry_django.type(models.UserSettings, description="How the person practises.")
class UserSettings(Owned):
    scope = Scope(owner="user", live=())

    timezone: strawberry.auto
    day_start_hour: strawberry.auto
    week_start: models.WeekStart
    desired_retention: strawberry.auto
    maximum_interval_days: strawberry.auto
    new_per_day: strawberry.auto
    reviews_per_day: strawberry.auto
    same_day_repeat: strawberry.auto
    fsrs_parameters: list[float] | None = strawberry_django.field(
        description=str(models.UserSettings._meta.get_field("fsrs_parameters").help_text)
    )
    daily_goal_minutes: strawberry.auto
    user: "User" = strawberry_django.field(description="Whose settings these are: you.")

    @strawberry_django.field(
        description="The job that plans your reviews anew by these settings, to be followed with "
        "jobProgress; null once that is done. Until then they are due as they were before. If its "
        "status is FAILED, retryJob, or updateSettings with the same values once more, has it done."
    )
    def rescheduling(
        self, info: Info
    ) -> Annotated["Job", strawberry.lazy("schema.jobs.types")] | None:
        return cast("Job | None", rescheduling_of(info.context.user))


@strawberry_django.type(
    models.User, description="A person. Nobody sees anybody but themselves through it."
)
class User(Owned, relay.Node):
    scope = Scope(owner="pk", live=())

    uid: relay.NodeID[UUID]
    email: strawberry.auto
    display_name: strawberry.auto
    role: models.Role
    date_joined: strawberry.auto
    email_verified_at: strawberry.auto
    deletion_scheduled_for: strawberry.auto
    settings: UserSettings = strawberry_django.field(description="How the person practises.")

    @strawberry_django.field(
        description="Whether signing in takes a code of an authenticator app as well."
    )
    def two_factor_enabled(self) -> bool:
        return two_factor.is_enabled(cast(models.User, self))

    @strawberry_django.field(
        description="How many recovery codes still work, 0 to 10. Regenerate them in time."
    )
    def recovery_codes_left(self) -> int:
        return two_factor.recovery_codes_left(cast(models.User, self))

    @strawberry_django.field(
        description="How practice is going. Only what is selected of it is computed."
    )
    def statistics(
        self,
        info: Info,
        range: Annotated[
            Annotated["StatisticsRange", strawberry.lazy(_STATISTICS)] | None,
            strawberry.argument(description="Which days; the last 365 if nothing is said."),
        ] = None,
        filter: Annotated[
            Annotated["QuestionFilter", strawberry.lazy("schema.questions.inputs")] | None,
            strawberry.argument(description="Conditions on the questions attempted."),
        ] = None,
        log_filter: Annotated[
            Annotated["QuestionLogFilter", strawberry.lazy("schema.practice.inputs")] | None,
            strawberry.argument(description="Conditions on the attempts themselves."),
        ] = None,
    ) -> Annotated["Statistics", strawberry.lazy(_STATISTICS)]:
        # Accounts lie below practice, so this is looked up when it is needed.
        from schema.practice import statistics

        return statistics.statistics_of(
            cast(models.User, self), info, range=range, filter=filter, log_filter=log_filter
        )


@strawberry.type(
    description="An open session: keep both tokens secret, and the refresh token safest."
)
class Session:
    access_token: str = strawberry.field(
        description="Send it as 'Authorization: Bearer <token>' with every request."
    )
    expires_at: datetime = strawberry.field(
        description="When the access token stops working (UTC). Refresh before."
    )
    refresh_token: str | None = strawberry.field(
        description="Exchange it with refreshToken for the next pair. It works once; using it "
        "again later ends the session. Null if you sent the header 'Drillbook-Client: browser': "
        "then it is in a cookie that scripts cannot read."
    )
    refresh_expires_at: datetime = strawberry.field(
        description="When the refresh token stops working (UTC)."
    )
    viewer: User = strawberry.field(description="Who is signed in now.")

    @classmethod
    def of(cls, opened: OpenSession, info: Info) -> "Session":
        """Make tokens for a session that was just opened or renewed."""
        access = tokens.issue(opened.session)
        return cls(
            access_token=access.token,
            expires_at=access.payload.exp,
            refresh_token=browser.hand_over(opened, info),
            refresh_expires_at=opened.expires_at,
            viewer=cast(User, opened.session.user),
        )


@strawberry.type(description="That a session has ended.")
class SignedOut:
    ended_at: datetime = strawberry.field(description="When it ended (UTC).")


@strawberry.type(
    description="That a registration was taken in. The same whether or not the address had an "
    "account, so that nobody can find out who has one."
)
class Registration:
    email: str = strawberry.field(description="The address, as it is used for signing in.")


@strawberry.type(description="Whether an access token would be accepted now.")
class TokenStatus:
    is_valid: bool = strawberry.field(description="Whether it would be accepted.")
    expires_at: datetime | None = strawberry.field(
        description="Until when (UTC); null if it is not valid."
    )
    code: str | None = strawberry.field(
        description="The error code that it would meet: TOKEN_EXPIRED or UNAUTHENTICATED."
    )


@strawberry.input(description="A new account.")
class RegisterInput:
    email: str = strawberry.field(description="The sign-in name, at most 254 characters.")
    password: str = strawberry.field(
        description="10 to 128 characters, not common, not like the address."
    )
    display_name: str = strawberry.field(
        default="", description="How to be called, at most 80 characters."
    )
    timezone: str = strawberry.field(
        default="UTC", description="IANA time zone, such as Europe/Berlin."
    )


@strawberry.input(description="Who signs in.")
class SignInInput:
    email: str = strawberry.field(description="The address, in any case.")
    password: str = strawberry.field(description="The password.")


@strawberry.input(description="A refresh token to be exchanged.")
class RefreshTokenInput:
    refresh_token: str = strawberry.field(description="The newest one of the session.")


@strawberry.input(description="An access token to be checked.")
class VerifyTokenInput:
    token: str = strawberry.field(description="The token, without 'Bearer'.")


@strawberry.input(description="What to change about oneself.")
class UpdateViewerInput:
    display_name: str = strawberry.field(description="How to be called, at most 80 characters.")


@strawberry.input(description="A new password. It ends every session but the one it answers with.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description="The password until now.")
    new_password: str = strawberry.field(
        description="10 to 128 characters, not common, not like the address."
    )


@strawberry.input(
    description="Settings to change; what is left out stays as it is. A new desiredRetention, "
    "maximumIntervalDays or fsrsParameters reschedules every question: at once up to 500 that were "
    "attempted, otherwise by a job, which the field rescheduling of the answer names. If that job "
    "failed, sending these values has it done anew, even if they are the same."
)
class UpdateSettingsInput:
    timezone: strawberry.Maybe[str | None] = about(models.UserSettings, "timezone")
    day_start_hour: strawberry.Maybe[int | None] = about(models.UserSettings, "day_start_hour")
    week_start: strawberry.Maybe[models.WeekStart | None] = about(models.UserSettings, "week_start")
    desired_retention: strawberry.Maybe[float | None] = about(
        models.UserSettings, "desired_retention"
    )
    maximum_interval_days: strawberry.Maybe[int | None] = about(
        models.UserSettings, "maximum_interval_days"
    )
    new_per_day: strawberry.Maybe[int | None] = about(models.UserSettings, "new_per_day")
    reviews_per_day: strawberry.Maybe[int | None] = about(models.UserSettings, "reviews_per_day")
    same_day_repeat: strawberry.Maybe[bool | None] = about(models.UserSettings, "same_day_repeat")
    fsrs_parameters: strawberry.Maybe[list[float] | None] = about(
        models.UserSettings, "fsrs_parameters"
    )
    daily_goal_minutes: strawberry.Maybe[int | None] = about(
        models.UserSettings, "daily_goal_minutes"
    )
