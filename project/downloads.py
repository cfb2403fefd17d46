"""Exports, for whoever has an address that the API gave their owner: a file, for some minutes."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from domain.transfer.exporting.kinds import kind_of
from domain.transfer.models import Export
from domain.transfer.services import exports
from project.throttling import seconds_to_wait

# From one address.
DOWNLOADS_A_MINUTE = 60
# What is opened in a browser after all runs nothing, and loads nothing.
POLICY: Any = {"default-src": [CSP.NONE], "sandbox": True}
NOTHING = (
    "There is nothing to download at this address. Such addresses work for 15 minutes, and no "
    "longer than the file is kept: go back to where you found it, and take a new one."
)


# It changes nothing, so other methods are told that they are not allowed, whoever they come from.
@csrf_exempt
@require_safe
@csp_override(POLICY)
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file of an export. The address is all that it takes: browsers send nothing else.

    404, the same for all, where the token opens nothing (any more).
    """
    at = datetime.now(UTC)
    wait = seconds_to_wait(request, "export.download", a_minute=DOWNLOADS_A_MINUTE, at=at)
    if wait:
        text = (
            f"Exports can be downloaded {DOWNLOADS_A_MINUTE} times in 60 seconds from one network, "
            f"and were. Wait {wait} seconds and try again."
        )
        refusal = _said(HTTPStatus.TOO_MANY_REQUESTS, text)
        refusal["Retry-After"] = str(wait)
        return refusal
    export = exports.find_download(token=token, at=at)
    if export is None:
        return _said(HTTPStatus.NOT_FOUND, NOTHING)
    etag = f'"{export.sha256}"'
    answer = get_conditional_response(request, etag=etag) or _whole(request, export, at)
    answer["ETag"] = etag
    return _kept_by_nobody(answer)


def _whole(request: HttpRequest, export: Export, at: datetime) -> HttpResponseBase:
    if request.method == "HEAD":
        answer: HttpResponseBase = HttpResponse()
    else:
        exports.note_download(export, at=at)
        answer = StreamingHttpResponse(exports.download(export))
    answer["Content-Type"] = _media_type(export)
    answer["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
    answer["Content-Length"] = str(export.size_bytes)
    return answer


def _media_type(export: Export) -> str:
    media_type = kind_of(export.format, export.entity).media_type
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _said(status: HTTPStatus, text: str) -> HttpResponseBase:
    media_type = "text/plain; charset=utf-8"
    return _kept_by_nobody(HttpResponse(f"{text}\n", status=status, content_type=media_type))


def _kept_by_nobody(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
