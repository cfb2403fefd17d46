"""The admin site as a whole: its name, its own password page, and gqlauth's tables."""

from typing import Any

import gqlauth.admin  # noqa: F401  # registers its models, which are taken off below
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from gqlauth.captcha.models import Captcha
from gqlauth.models import RefreshToken, UserStatus
from unfold.forms import AdminOwnPasswordChangeForm

from domain.accounts.admin.people import password_was_set
from domain.accounts.services.lockout import is_current_password
from domain.audit import services as audit
from domain.base.admin import PageAdmin, Rows, by

admin.site.index_title = "Overview"

# Its pages would show digests of tokens and list every person in a menu. What they say is on ours:
# the tokens of a session on the session's page, and people's own columns decide who is verified.
for model in (RefreshToken, UserStatus, Captcha):
    admin.site.unregister(model)

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, PageAdmin):
    """Rights that some of the staff have in common: Django's page, in the theme.

    Superusers alone change them, as they alone give rights to people: who could change a group that
    they are in, or put rights into, would have every right. Others look, if they may.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser and super().has_delete_permission(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save its rights, and write down what was changed. The admin's history names the group."""
        super().save_related(request, form, formsets, change)
        verb = "group.updated" if change else "group.created"
        audit.record(verb=verb, row=form.instance, fields=form.changed_data, **by(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete it, and write that down."""
        audit.record(verb="group.deleted", row=obj, **by(request))
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Rows) -> None:
        """The same for several."""
        audit.record_all(verb="group.deleted", rows=queryset, **by(request))
        super().delete_queryset(request, queryset)


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """The password of the person who is signed in to the admin site."""

    def clean_old_password(self) -> str:
        """The current password, which counts as one try to guess it.

        Raises:
            ValidationError: it is wrong, or there were too many wrong ones.
        """
        typed: str = self.cleaned_data["old_password"]
        if not is_current_password(user=self.user, password=typed, at=timezone.now()):
            refusal = self.error_messages["password_incorrect"]
            raise ValidationError(refusal, code="password_incorrect")
        return typed

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Set it, and end every session that was opened with the old one."""
        user = super().save(commit)
        password_was_set(user=user, actor=user, at=timezone.now())
        return user


admin.site.password_change_form = OwnPasswordForm
