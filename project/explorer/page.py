"""GraphiQL at the API's own address, for whoever opens that address in a browser."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parent / "static" / "explorer" / "vendor"
CDN = "https://cdn.jsdelivr.net/npm"
# The `seed` command makes it; filled in only where DEBUG is on.
DEMO_ACCOUNT = {"email": "demo@drillbook.example", "password": "practice-daily"}

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Asset:
    """One file of an npm package, which the CDN serves byte for byte as npm does."""

    page: str
    package: str
    version: str
    file: str
    integrity: str

    @property
    def name(self) -> str:
        """What ``install.mjs`` calls its copy; an older version's copy is never mistaken for it."""
        return f"{self.package.replace('@', '').replace('/', '-')}-{self.version}{self.kind}"

    @property
    def kind(self) -> str:
        return PurePosixPath(self.file).suffix

    @property
    def is_installed(self) -> bool:
        return (VENDOR / self.name).is_file()

    @property
    def cdn_url(self) -> str:
        return f"{CDN}/{self.package}@{self.version}/{self.file}"

    @property
    def own_url(self) -> str:
        return static(f"explorer/vendor/{self.name}")

    def link(self, *, from_cdn: bool) -> dict[str, str]:
        """Its address and, for the CDN's, the hash that the browser holds it to."""
        if from_cdn:
            return {"url": self.cdn_url, "integrity": self.integrity}
        return {"url": self.own_url}


ALL_ASSETS = [Asset(**asset) for asset in json.loads((HERE / "assets.json").read_text())]
ASSETS = [asset for asset in ALL_ASSETS if asset.page == "explorer"]
(ALPINE,) = (asset for asset in ALL_ASSETS if asset.page == "admin")


def icon(_: HttpRequest) -> HttpResponse:
    """The picture that browsers ask every site for."""
    return redirect(static("explorer/icon.svg"))


def with_explorer(api_view: View) -> View:
    """Answer a browser's visit with the explorer page, every other request with ``api_view``."""

    # `wraps` also copies `csrf_exempt`.
    @wraps(api_view)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_open() and is_visit(request):
            return explorer(request)
        return api_view(request, *args, **kwargs)

    return view


def is_open() -> bool:
    """Whether there is a page: what people type into it is on no list of operations."""
    return getattr(settings, "EXPLORER_ENABLED", True) and settings.PERSISTED_OPERATIONS is None


def is_visit(request: HttpRequest) -> bool:
    """Whether a person opened the address, rather than a program that asks for JSON or anything."""
    return (
        request.method in ("GET", "HEAD")
        and not {"query", "extensions"} & {*request.GET}
        and request.get_preferred_type(["application/json", "text/html"]) == "text/html"
    )


def explorer(request: HttpRequest) -> HttpResponse:
    """The page with its own files, or with the CDN's where ``npm`` has not installed them."""
    from_cdn = not all(asset.is_installed for asset in ASSETS)
    guarded = csp_override(content_security_policy(from_cdn=from_cdn))(render_page)
    return guarded(request, from_cdn=from_cdn)


def render_page(request: HttpRequest, *, from_cdn: bool) -> HttpResponse:
    response = render(
        request,
        "explorer/page.html",
        {
            "scripts": assets_of(".js", from_cdn=from_cdn),
            "styles": assets_of(".css", from_cdn=from_cdn),
            "demo": DEMO_ACCOUNT if settings.DEBUG else None,
        },
    )
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept"])
    return response


def assets_of(kind: str, *, from_cdn: bool) -> list[dict[str, str]]:
    """What the page says of its files of one kind."""
    return [asset.link(from_cdn=from_cdn) for asset in ASSETS if asset.kind == kind]


def content_security_policy(*, from_cdn: bool) -> dict[str, list[str]]:
    """What the page may load; of the CDN only the very files that it names."""

    def cdn_urls(kind: str) -> list[str]:
        return [asset.cdn_url for asset in ASSETS if from_cdn and asset.kind == kind]

    return {
        "default-src": [CSP.NONE],
        "script-src": [CSP.SELF, *cdn_urls(".js")],
        # The nonce is for the style elements of GraphiQL's dialogs.
        "style-src": [CSP.SELF, CSP.NONCE, *cdn_urls(".css")],
        "font-src": ["data:"],
        "img-src": [CSP.SELF, "data:"],
        "connect-src": [CSP.SELF],
        "form-action": [CSP.NONE],
        "base-uri": [CSP.NONE],
        "frame-ancestors": [CSP.NONE],
    }
