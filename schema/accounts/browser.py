"""Refresh tokens of browsers: in a cookie that no script can read and no other site can use.

A browser client says ``Drillbook-Client: browser`` with each request. A form or a link of another
site cannot: the header makes a browser ask first (CORS), and only allowed origins are let through.
Without the header there is no cookie: it is neither set nor read.
"""

from django.conf import settings
from django.http import HttpRequest

from domain.accounts.services.sessions import OpenSession, RefreshTokenRefused
from schema.context import Info

HEADER = "Drillbook-Client"
BROWSER = "browser"


class NoRefreshToken(RefreshTokenRefused):
    """There is nothing to exchange."""

    message = (
        "No refresh token came: send input, or the header 'Drillbook-Client: browser' with the "
        "cookie. Without either, sign in."
    )


def hand_over(opened: OpenSession, info: Info) -> str | None:
    """Give the refresh token to the client: in a cookie, or as text where this returns it."""
    request = info.context.request
    if not is_browser(request):
        return opened.refresh_token
    info.context.response.set_cookie(
        settings.REFRESH_COOKIE_NAME,
        opened.refresh_token,
        max_age=int((opened.expires_at - info.context.now).total_seconds()),
        path=request.path,
        secure=settings.REFRESH_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return None


def presented(info: Info) -> str:
    """The refresh token of the cookie.

    Raises:
        NoRefreshToken: there is none, or the request is not one of a browser client.
    """
    request = info.context.request
    token = request.COOKIES.get(settings.REFRESH_COOKIE_NAME, "")
    if not (token and is_browser(request)):
        raise NoRefreshToken(field="refresh_token")
    return token


def forget(info: Info) -> None:
    """Have a browser delete its cookie, once the token in it is worth nothing."""
    request = info.context.request
    if is_browser(request):
        info.context.response.delete_cookie(
            settings.REFRESH_COOKIE_NAME, path=request.path, samesite="Strict"
        )


def is_browser(request: HttpRequest) -> bool:
    """Whether a browser client of an allowed origin sent the request."""
    return request.headers.get(HEADER) == BROWSER and _is_ours(request)


def _is_ours(request: HttpRequest) -> bool:
    # Browsers send the origin with every POST. CORS has kept strangers out before; this holds even
    # if a proxy in front of us answers preflights by itself.
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    # Behind a proxy that changes the host, the second list has what browsers call us.
    allowed = (None, own, *settings.CORS_ALLOWED_ORIGINS, *settings.CSRF_TRUSTED_ORIGINS)
    return origin in allowed
