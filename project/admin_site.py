"""The admin site: its theme, and a code as well as the password from staff who use codes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponseBase
from django.templatetags.static import static
from django.utils import timezone
from django.utils.csp import CSP
from unfold import fields
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite
from unfold.widgets import BASE_INPUT_CLASSES

from domain.accounts.models import TotpDevice, User
from domain.accounts.services import codes, two_factor
from domain.audit import services as audit
from project.dashboard.page import dashboard_for
from project.explorer.page import ALPINE

type View = Callable[..., HttpResponseBase]
type Policy = dict[str, list[str]]

# With Pygments, which developers have, unfold colours JSON by styles that our policy refuses.
fields.prettify_json = lambda *_: None
CODE_NEEDED = "You use codes for signing in: enter the one that your authenticator app shows."


class CodeInput(forms.TextInput):
    """A text that is seen while it is typed, and not sent back with a refusal."""

    def format_value(self, value: Any) -> None:
        """Nothing."""
        return


class SignInForm(AuthenticationForm):
    """E-mail address, password, and a code of the app or a recovery code."""

    code = forms.CharField(
        required=False,
        max_length=100,
        help_text="If you use an authenticator app: its code, or a recovery code.",
        widget=CodeInput(
            attrs={
                "autocomplete": "one-time-code",
                "spellcheck": "false",
                "class": " ".join(BASE_INPUT_CLASSES),
            }
        ),
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


def icon(_: HttpRequest) -> str:
    """The picture beside the name, and of the browser's tab."""
    return static("explorer/icon.svg")


def theme(_: HttpRequest) -> str:
    """The style sheet with our colours."""
    return static("admin_site/theme.css")


class DrillbookAdminSite(UnfoldAdminSite):
    """Staff without an authenticator app enter by password alone."""

    login_form = SignInForm
    login_template = "admin/sign_in.html"

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the templates of all pages know."""
        context: dict[str, Any] = super().each_context(request)
        # They would be a style element; ours are in theme.css.
        context |= {"colors": None, "border_radius": None}
        return context | {"alpine": ALPINE.link(from_cdn=not ALPINE.is_installed)}

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The sign-in page; who gets in is written down."""
        response = with_policy(super().login, sign_in_policy)(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            person = cast(User, request.user)
            audit.record(verb="admin.signed_in", at=timezone.now(), actor=person, row=person)
        return response

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The first page, with the figures that the person may see."""
        person = cast(User, request.user)
        asked = request.GET.get("days", "")
        dashboard = dashboard_for(person, days=asked, at=timezone.now())
        return super().index(request, {"dashboard": dashboard} | (extra_context or {}))

    def search(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """What the menu finds, by pages.

        Raises:
            Http404: there is no such page.
        """
        try:
            return super().search(request, extra_context)
        except InvalidPage as refusal:
            raise Http404("There is no such page of what was found.") from refusal

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Django's page: unfold's would not use our form, which counts wrong passwords."""
        return AdminSite.password_change(self, request, extra_context)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """A page for staff."""
        return with_policy(super().admin_view(view, cacheable), page_policy)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether it is staff who gave a code in this session, or has no app to ask for one."""
        return super().has_permission(request) and _gave_what_is_needed(request)


def with_policy(view: View, policy: Callable[[], Policy]) -> View:
    """A view whose answers have a Content-Security-Policy of their own."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response._csp_config = policy()  # type: ignore[attr-defined]  # as Django's csp_override
        return response

    return guarded


def sign_in_policy() -> Policy:
    """That of all pages, and Alpine from the CDN where npm has not installed it: that file only."""
    everywhere = cast(Policy, settings.SECURE_CSP)
    from_cdn = [] if ALPINE.is_installed else [ALPINE.cdn_url]
    return {**everywhere, "script-src": [*everywhere["script-src"], *from_cdn]}


def page_policy() -> Policy:
    """The same, and our own pages as dialogs: a row is chosen and added in one."""
    return {**sign_in_policy(), "frame-src": [CSP.SELF], "frame-ancestors": [CSP.SELF]}


def _gave_what_is_needed(request: Any) -> bool:
    # Asked several times for one page.
    if not hasattr(request, "gave_what_is_needed"):
        user = request.user
        request.gave_what_is_needed = user.is_verified() or not two_factor.is_enabled(user)
    return bool(request.gave_what_is_needed)
