"""Pictures that people share: for anybody who has the address, in pages of any site."""

from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from domain.sharing.pictures import Theme
from domain.sharing.services import open_share_link
from domain.sharing.showing import picture_of
from project.throttling import seconds_to_wait

# From one address; the proxies through which some sites show pictures have few.
PICTURES_A_MINUTE = 240
THEMES = {"light": Theme.LIGHT, "dark": Theme.DARK}
POLICY = {"default-src": [CSP.NONE], "style-src": [CSP.UNSAFE_INLINE]}


# It changes nothing, so other methods are told that they are not allowed, whoever they come from.
@csrf_exempt
@require_safe
@csp_override(POLICY)
def picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """The picture of a link as SVG, as it is now; ``?theme=dark`` for dark backgrounds.

    404, the same for all, where the token opens nothing (any more).
    """
    at = datetime.now(UTC)
    wait = seconds_to_wait(request, "share.picture", a_minute=PICTURES_A_MINUTE, at=at)
    theme = THEMES.get(request.GET.get("theme", "light"))
    if wait:
        text = (
            f"Shared pictures can be asked for {PICTURES_A_MINUTE} times in 60 seconds from one "
            f"network, and were. Wait {wait} seconds and try again."
        )
        answer = _said(HTTPStatus.TOO_MANY_REQUESTS, text)
        answer["Retry-After"] = str(wait)
    elif theme is None:
        answer = _said(HTTPStatus.BAD_REQUEST, "Send theme=light or theme=dark.")
    elif (link := open_share_link(token=token)) is None:
        answer = _said(HTTPStatus.NOT_FOUND, "There is no picture at this address.")
    else:
        return _conditional(request, picture_of(link, at=at, theme=theme))
    return answer


def _conditional(request: HttpRequest, svg: str) -> HttpResponseBase:
    """The picture, or 304 for who has the same one already."""
    answer = _answer(HTTPStatus.OK, svg, "image/svg+xml")
    etag = f'"{sha256(answer.content).hexdigest()[:32]}"'
    answer["ETag"] = etag
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return get_conditional_response(request, etag=etag, response=answer) or answer


def _said(status: HTTPStatus, text: str) -> HttpResponse:
    return _answer(status, f"{text}\n", "text/plain")


def _answer(status: HTTPStatus, body: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(body, status=status, content_type=f"{media_type}; charset=utf-8")
    # Kept copies are asked about each time, so that revoking a link acts at once.
    answer["Cache-Control"] = "no-cache"
    return answer
