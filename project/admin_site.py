"""The admin site asks staff for a code as well as the password, where they use codes."""

from typing import Any, cast

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from domain.accounts.models import TotpDevice, User
from domain.accounts.services import codes, two_factor
from domain.audit import services as audit

CODE_NEEDED = "You use codes for signing in: enter the one that your authenticator app shows."


class CodeInput(forms.TextInput):
    """A text that is seen while it is typed, and not sent back with a refusal."""

    def format_value(self, value: Any) -> None:
        """Nothing."""
        return


class SignInForm(AdminAuthenticationForm):
    """E-mail address, password, and a code of the app or a recovery code."""

    code = forms.CharField(
        required=False,
        max_length=100,
        help_text="If you use an authenticator app: its code, or a recovery code.",
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Check the code of people whose password was right.

        Raises:
            ValidationError: no code, or a refusal of ``services.codes``.
        """
        cleaned: dict[str, Any] = super().clean()
        user = self.get_user()
        if isinstance(user, User) and two_factor.is_enabled(user):
            # django-otp writes it into the session when the person is signed in.
            user.otp_device = self._proven_device(user)  # type: ignore[attr-defined]
        return cleaned

    def _proven_device(self, user: User) -> TotpDevice:
        code = self.cleaned_data.get("code")
        if not code:
            raise ValidationError({"code": ValidationError(CODE_NEEDED, code="code_needed")})
        with codes.proven(user=user, code=code, at=timezone.now()) as device:
            return device


class DrillbookAdminSite(AdminSite):
    """Staff without an authenticator app enter by password alone."""

    login_form = SignInForm
    login_template = "admin/sign_in.html"

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The sign-in page; who gets in is written down."""
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            person = cast(User, request.user)
            audit.record(verb="admin.signed_in", at=timezone.now(), actor=person, row=person)
        return response

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether it is staff who gave a code in this session, or has no app to ask for one."""
        return super().has_permission(request) and _gave_what_is_needed(request)


def _gave_what_is_needed(request: Any) -> bool:
    # Asked several times for one page.
    if not hasattr(request, "gave_what_is_needed"):
        user = request.user
        request.gave_what_is_needed = user.is_verified() or not two_factor.is_enabled(user)
    return bool(request.gave_what_is_needed)
