"""The admin site as a whole: its name, its own password page, and gqlauth's tables."""

from typing import Any

import gqlauth.admin  # noqa: F401  # registers its models, which are taken off below
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from gqlauth.captcha.models import Captcha
from gqlauth.models import RefreshToken, UserStatus
from unfold.forms import AdminOwnPasswordChangeForm

from domain.accounts.admin.people import password_was_set
from domain.accounts.services.lockout import is_current_password
from domain.base.admin import BaseAdmin

admin.site.index_title = "Overview"

# Its pages would show digests of tokens and list every person in a menu. What they say is on ours:
# the tokens of a session on the session's page, and people's own columns decide who is verified.
for model in (RefreshToken, UserStatus, Captcha):
    admin.site.unregister(model)

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, BaseAdmin):
    """Rights that some of the staff have in common: Django's page, in the theme."""


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
