"""People: their accounts, rights and passwords."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import transaction
from django.utils import timezone
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from domain.accounts import tasks
from domain.accounts.models import AuthSession, Role, TotpDevice, User, UserSettings
from domain.accounts.services import lockout, sessions, sign_out
from domain.audit import services as audit
from domain.base.admin import (
    BaseStackedInline,
    LargeTableAdmin,
    LatestInline,
    ReadOnly,
    Request,
    Rows,
    by,
)
from domain.base.tasks import enqueue


class LowerCaseEmail(forms.BaseForm):
    """Mixin: the address is compared with others, and saved, in lower case."""

    def clean_email(self) -> str:
        """The address as it is stored."""
        email: str = self.cleaned_data["email"]
        return email.strip().lower()


class PersonForm(LowerCaseEmail, UserChangeForm):  # type: ignore[misc]
    """An account, whose password is changed on a page of its own."""

    def clean(self) -> dict[str, Any]:
        """One administrator is always left."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        stays = cleaned.get("is_active") and cleaned.get("role", Role.ADMIN) == Role.ADMIN
        if not stays and is_last_administrator(self.instance):
            message = "This is the last administrator. Make somebody else one first."
            raise forms.ValidationError(message, code="administrators_stay")
        return cleaned


class NewPersonForm(LowerCaseEmail, UserCreationForm):  # type: ignore[misc]
    """A new account with a password, or without one."""


class SettingsInline(ReadOnly, BaseStackedInline):
    """Settings are changed on their own page, since the schedule depends on them."""

    model = UserSettings
    show_change_link = True


class SessionInline(LatestInline):
    """The latest sign-ins."""

    model = AuthSession
    fields = ("created_at", "last_used_at", "expires_at", "revoked_at", "revoked_reason")
    ordering = ("-last_used_at",)


class TotpInline(LatestInline):
    """The authenticator app, which can be removed on its own page."""

    model = TotpDevice
    fields = ("confirmed", "created_at", "last_used_at")
    ordering = ("-pk",)


class OfPeople(LargeTableAdmin):
    """Rows of people. What is done to those of people with rights, superusers do."""

    def person_of(self, row: Any) -> User:
        """Whose row it is."""
        return row.user  # type: ignore[no-any-return]

    def may_act(self, request: Request, row: Any) -> bool:
        return request.user.is_superuser or not has_rights(self.person_of(row))

    def changeable(self, request: Request, rows: Iterable[Any]) -> Iterator[Any]:
        """Those that the caller may change; of the others it is said that they stay as they are."""
        for row in rows:
            if self.may_act(request, row):
                yield row
            else:
                message = f"You cannot change {self.person_of(row)}. Ask a superuser to."
                self.message_user(request, message, messages.ERROR)


@admin.register(User)
class UserAdmin(OfPeople, DjangoUserAdmin):  # type: ignore[type-arg]
    """Searched by the beginning of an address, or by id.

    People are deactivated, not deleted here: the confirmation would list everything that they own.
    """

    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "display_name", "role", "is_active", "is_staff", "date_joined")
    list_filter = ("role", "is_active", "is_staff", "is_superuser")
    search_help_text = "The beginning of an e-mail address, or an id."
    ordering = ("-pk",)
    readonly_fields = ("uid", "date_joined", "last_login", "token_version", "locked_until")
    rights = ("role", "is_staff", "is_superuser", "groups", "user_permissions")
    inlines = (SettingsInline, TotpInline, SessionInline)
    actions = ("deactivate", "end_sessions", "unlock")
    page_actions = ("unlock", "end_sessions", "deactivate")
    fieldsets: Any = (  # type: ignore[misc]
        (None, {"fields": ("email", "password", "display_name", "is_active", "email_verified_at")}),
        ("Rights", {"fields": rights}),
        ("For support", {"fields": readonly_fields}),
    )
    add_fieldsets: Any = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "display_name", "usable_password", "password1", "password2"),
            },
        ),
    )

    def person_of(self, row: Any) -> User:
        return row  # type: ignore[no-any-return]

    def locked_until(self, person: User) -> str:
        """Until when no password is looked at, after too many wrong ones."""
        until = lockout.locked_until(user=person, at=timezone.now())
        return f"{until:%Y-%m-%d %H:%M} UTC" if until else "not locked"

    def search(self, rows: Rows, search: Any) -> Rows:
        """Addresses that begin with the term (an index of PostgreSQL's), or ids."""
        if search.uids:
            return rows.filter(uid__in=search.uids)
        for beginning in [*search.emails, *search.terms]:
            rows = rows.filter(email__startswith=beginning)
        return rows

    def get_inlines(self, request: Request, obj: Any) -> Any:
        """Nothing beside the form for a new person: saving makes their settings."""
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: Request, obj: Any = None) -> Any:
        """Rights are given by superusers only: nobody can give themselves any."""
        given = super().get_readonly_fields(request, obj)
        return given if request.user.is_superuser else (*given, *self.rights)

    def has_change_permission(self, request: Request, obj: Any = None) -> bool:
        """People with rights are changed by superusers only, for who sets a password has them."""
        if obj and not self.may_act(request, obj):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        """Nobody: deactivate instead."""
        return False

    def save_model(self, request: Request, obj: Any, form: Any, change: bool) -> None:
        """Save; somebody who is not active any more is signed out everywhere.

        A new address is not proven to be theirs, unless the form says so.
        """
        if change and "email" in form.changed_data and "email_verified_at" not in form.changed_data:
            obj.email_verified_at = None
        super().save_model(request, obj, form, change)
        verb = "account.updated" if change else "account.created"
        audit.record(verb=verb, row=obj, fields=form.changed_data, **by(request))
        if "is_active" in form.changed_data and not obj.is_active:
            sign_out.sign_out_everywhere(user=obj, reason="deactivated", **by(request))
        elif change and "role" in form.changed_data:
            sign_out.sign_out_everywhere(user=obj, reason="role_changed", **by(request))

    def user_change_password(self, request: Request, id: str, form_url: str = "") -> Any:
        """Set a password; whoever had the old one is signed out everywhere."""
        if request.method != "POST":
            return super().user_change_password(request, id, form_url)
        with transaction.atomic():
            before = self.get_object(request, unquote(id))
            response = super().user_change_password(request, id, form_url)
            after = self.get_object(request, unquote(id))
            if before and after and before.password != after.password:
                password_was_set(user=after, **by(request))
                if after == request.user:
                    update_session_auth_hash(request, after)
        return response

    @admin.action(description="Deactivate and sign out", permissions=["change"])
    def deactivate(self, request: Request, queryset: Rows) -> None:
        """End the access of these people."""
        deactivated = 0
        for user in self.changeable(request, queryset.filter(is_active=True)):
            if user == request.user:
                self.message_user(request, "You cannot deactivate yourself.", messages.ERROR)
                continue
            with transaction.atomic():
                if is_last_administrator(user):
                    self.message_user(request, f"{user} is the last administrator.", messages.ERROR)
                    continue
                user.is_active = False
                user.save(update_fields=["is_active"])
                audit.record(verb="account.updated", row=user, fields=["is_active"], **by(request))
                sign_out.sign_out_everywhere(user=user, reason="deactivated", **by(request))
            deactivated += 1
        self.message_user(request, f"{deactivated} deactivated.", messages.SUCCESS)

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def end_sessions(self, request: Request, queryset: Rows) -> None:
        """End all sessions of these people."""
        signed_out = 0
        for user in self.changeable(request, queryset):
            sign_out.sign_out_everywhere(user=user, reason="ended_by_staff", **by(request))
            signed_out += 1
        self.message_user(request, f"{signed_out} signed out everywhere.", messages.SUCCESS)

    @admin.action(description="Unlock after wrong passwords", permissions=["change"])
    def unlock(self, request: Request, queryset: Rows) -> None:
        """Let these people try again at once."""
        unlocked = 0
        for user in self.changeable(request, queryset):
            lockout.unlock(user=user, **by(request))
            unlocked += 1
        self.message_user(request, f"{unlocked} unlocked.", messages.SUCCESS)


def is_last_administrator(person: User) -> bool:
    """Whether nobody else who is active could give rights any more.

    Needs a transaction, and holds all administrators until it ends: of two of them who turn on each
    other at once, the second one is the last.
    """
    if person.pk is None:
        return False
    administrators = User.objects.filter(role=Role.ADMIN, is_active=True)
    held = administrators.select_for_update(no_key=True).order_by("pk")
    return set(held.values_list("pk", flat=True)) == {person.pk}


def password_was_set(*, user: User, actor: Any, at: datetime) -> None:
    """After a password was set on an admin page: as when people do so themselves.

    It is written down, every session ends, and the person is told by mail.
    """
    audit.record(verb="password.changed", at=at, actor=actor, row=user, fields=["password"])
    sessions.end_all_sessions(user=user, at=at, reason="password_changed", actor=actor)
    enqueue(tasks.send_password_changed_mail, str(user.uid), at.isoformat())


def has_rights(user: User) -> bool:
    """Whether who could sign in as this person could do more than a member."""
    return user.is_superuser or user.is_staff or user.role != Role.MEMBER
