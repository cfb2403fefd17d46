"""How people are signed in: sessions, authenticator apps, sign-ins that wait for a code."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages

from domain.accounts.admin.people import OfPeople
from domain.accounts.models import (
    ApiToken,
    AuthSession,
    RecoveryCode,
    RefreshLink,
    TotpDevice,
    TwoFactorChallenge,
    User,
)
from domain.accounts.services import api_tokens, sessions, two_factor
from domain.base.admin import LatestInline, ReadOnly, Request, Rows, by


class OfUserAdmin(ReadOnly, OfPeople):
    """Rows of people, to look at. Searched by a person's whole address, or by id."""

    list_select_related = ("user",)
    search_help_text = "A person's e-mail address, or an id."

    def of_people(self, rows: Rows, people: list[int]) -> Rows:
        """Their rows."""
        return rows.filter(user__in=people)


class RefreshLinkInline(LatestInline):
    """The refresh tokens of a session: when, never which."""

    model = RefreshLink
    fields = ("created_at", "used_at")
    readonly_fields = fields
    ordering = ("-pk",)
    show_change_link = False

    def get_queryset(self, request: Request) -> Rows:
        """With the tokens, which are gqlauth's rows."""
        return super().get_queryset(request).select_related("token")

    def created_at(self, link: RefreshLink) -> datetime:
        """When the token was handed out."""
        return link.token.created

    def used_at(self, link: RefreshLink) -> datetime | None:
        """When it was exchanged for the next one."""
        return link.token.revoked


@admin.register(AuthSession)
class AuthSessionAdmin(OfUserAdmin):
    """Sessions, to look at and to end."""

    list_display = ("uid", "user", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    inlines = (RefreshLinkInline,)
    actions = page_actions = ("end",)

    def has_end_permission(self, request: Request) -> bool:
        """Who may change sessions may end them; nothing else about them can be changed."""
        return request.user.has_perm("accounts.change_authsession")

    @admin.action(description="End the session", permissions=["end"])
    def end(self, request: Request, queryset: Rows) -> None:
        """End these sessions."""
        ended = 0
        for session in self.changeable(request, queryset.select_related("user")):
            sessions.end_session(session=session, reason="ended_by_staff", **by(request))
            ended += 1
        self.message_user(request, f"{ended} ended.", messages.SUCCESS)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly, OfPeople):
    """API tokens, to look at and to revoke. Searched by a person's whole address."""

    list_display = ("prefix", "name", "owner", "scope", "created_at", "last_used_at", "revoked_at")
    list_filter = ("scope", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    exclude = ("token_hash",)
    search_help_text = "A person's e-mail address, or how a token begins."
    actions = page_actions = ("revoke",)

    def person_of(self, row: Any) -> User:
        return row.owner  # type: ignore[no-any-return]

    def of_people(self, rows: Rows, people: list[int]) -> Rows:
        """The tokens of these people."""
        return rows.filter(owner__in=people)

    def with_terms(self, rows: Rows, terms: list[str]) -> Rows:
        """The tokens that begin with one of these."""
        return rows.filter(prefix__in=terms)

    def has_revoke_permission(self, request: Request) -> bool:
        """Who may change tokens may revoke them; nothing else about them can be changed."""
        return request.user.has_perm("accounts.change_apitoken")

    @admin.action(description="Revoke the token", permissions=["revoke"])
    def revoke(self, request: Request, queryset: Rows) -> None:
        """Make these tokens useless."""
        revoked = 0
        for token in self.changeable(request, queryset.select_related("owner")):
            api_tokens.revoke_api_token(api_token=token, **by(request))
            revoked += 1
        self.message_user(request, f"{revoked} revoked.", messages.SUCCESS)


class RecoveryCodeInline(LatestInline):
    """Which recovery codes are used up, never what they are."""

    model = RecoveryCode
    fields = ("used_at",)
    ordering = ("pk",)
    show_change_link = False


@admin.register(TotpDevice)
class TotpDeviceAdmin(OfUserAdmin):
    """Authenticator apps. Removing one helps a person who has lost it and all recovery codes."""

    list_display = ("user", "confirmed", "created_at", "last_used_at", "throttling_failure_count")
    list_filter = ("confirmed",)
    found_by = "user__uid"
    search_help_text = "A person's e-mail address or id."
    fields = (
        "user",
        "confirmed",
        "created_at",
        "last_used_at",
        "throttling_failure_count",
        "throttling_failure_timestamp",
    )
    inlines = (RecoveryCodeInline,)
    actions = None

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        """Those of people with rights are removed by superusers only."""
        if obj and not self.may_act(request, obj):
            return False
        return request.user.has_perm("accounts.delete_totpdevice")

    def delete_model(self, request: Request, obj: Any) -> None:
        """Remove it; as when the person does so, all their sessions end."""
        two_factor.remove_two_factor(user=obj.user, **by(request))


@admin.register(TwoFactorChallenge)
class TwoFactorChallengeAdmin(OfUserAdmin):
    """Sign-ins whose password was right and whose code is, or was, to come."""

    list_display = ("created_at", "user", "expires_at", "used_at", "wrong_codes")
    fields = ("user", "created_at", "expires_at", "used_at", "wrong_codes")
