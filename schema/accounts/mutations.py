"""Accounts and sessions. Each mutation calls the service of the same name."""

from typing import cast

import strawberry
import strawberry_django

from domain.accounts.models import TwoFactorChallenge as Challenge
from domain.accounts.services import profile, registration, sessions, sign_in
from domain.practice.services import settings as practice
from schema import tokens
from schema.accounts import browser
from schema.accounts.two_factor import TwoFactorChallenge
from schema.accounts.types import (
    ChangePasswordInput,
    RefreshTokenInput,
    RegisterInput,
    Registration,
    Session,
    SignedOut,
    SignInInput,
    TokenStatus,
    UpdateSettingsInput,
    UpdateViewerInput,
    User,
    UserSettings,
    VerifyTokenInput,
)
from schema.context import Info
from schema.directives import RateLimited, SignedIn
from schema.inputs import given


@strawberry.type
class AccountMutations:
    @strawberry_django.mutation(
        extensions=[RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Create an account, then call signIn. Answers alike whether or not the "
        "address already has one: its owner is told by mail, with a link to confirm a new account.",
    )
    def register(self, info: Info, input: RegisterInput) -> Registration:
        registration.register(at=info.context.now, **given(input))
        return Registration(email=input.email.strip().lower())

    @strawberry_django.mutation(
        extensions=[RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Open a session with address and password. A wrong one gives "
        "invalid_credentials, whichever it was. Who uses codes gets a challenge instead.",
    )
    def sign_in(self, info: Info, input: SignInInput) -> Session | TwoFactorChallenge:
        opened = sign_in.sign_in(
            email=input.email,
            password=input.password,
            at=info.context.now,
            user_agent=info.context.user_agent,
            address=info.context.address,
        )
        if isinstance(opened, Challenge):
            return TwoFactorChallenge.of(opened)
        return Session.of(opened, info)

    @strawberry_django.mutation(
        extensions=[RateLimited(limit=60, seconds=60)],
        handle_django_errors=True,
        description="Exchange a refresh token for a new pair. A token works once: using it again "
        "ends its session, except within ten seconds (two tabs at once). Leave out the input, and "
        "send the header 'Drillbook-Client: browser', to exchange the one in the cookie.",
    )
    def refresh_token(self, info: Info, input: RefreshTokenInput | None = None) -> Session:
        token = browser.presented(info) if input is None else input.refresh_token
        try:
            renewed = sessions.refresh_session(refresh_token=token, at=info.context.now)
        except sessions.RefreshTokenRefused:
            browser.forget(info)
            raise
        return Session.of(renewed, info)

    @strawberry_django.mutation(
        extensions=[RateLimited(limit=60, seconds=60)],
        description="Ask whether an access token would be accepted now.",
    )
    def verify_token(self, info: Info, input: VerifyTokenInput) -> TokenStatus:
        is_valid, expires_at, code = tokens.token_status(input.token)
        return TokenStatus(is_valid=is_valid, expires_at=expires_at, code=code)

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        description="End the session of the access token; both its tokens stop working at once.",
    )
    def sign_out(self, info: Info) -> SignedOut:
        sessions.end_session(session=info.context.session, at=info.context.now)
        browser.forget(info)
        return SignedOut(ended_at=info.context.now)

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True), RateLimited(limit=20, seconds=60)],
        handle_django_errors=True,
        description="Set a new password. Every session ends; the answer is a new one.",
    )
    def change_password(self, info: Info, input: ChangePasswordInput) -> Session:
        opened = profile.change_password(
            user=info.context.user,
            at=info.context.now,
            user_agent=info.context.user_agent,
            address=info.context.address,
            second_factor=info.context.session.second_factor,
            **given(input),
        )
        return Session.of(opened, info)

    @strawberry_django.mutation(
        extensions=[SignedIn(session=True)],
        handle_django_errors=True,
        description="Change what you say about yourself.",
    )
    def update_viewer(self, info: Info, input: UpdateViewerInput) -> User:
        changed = profile.update_viewer(user=info.context.user, at=info.context.now, **given(input))
        return cast(User, changed)

    @strawberry_django.mutation(
        extensions=[SignedIn()],
        handle_django_errors=True,
        description="Change how you practise.",
    )
    def update_settings(self, info: Info, input: UpdateSettingsInput) -> UserSettings:
        changed = practice.update_settings(
            user=info.context.user, at=info.context.now, **given(input)
        )
        return cast(UserSettings, changed)
