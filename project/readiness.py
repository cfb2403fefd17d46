"""What must or should be so before a server is opened to the public; what to do where it is not."""

import filecmp
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.db import Error, connection
from django_redis import get_redis_connection  # type: ignore[import-untyped]
from redis import RedisError

from project.health import cache_answers, pending_migrations
from project.management.commands.check_database import READY, look

SHORTEST_KEY = 50
FROM_DJANGO = "django-insecure"


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at; ``problem`` is "" where it is as it should be."""

    name: str
    problem: str
    is_needed: bool


def check_everything() -> list[Checked]:
    """Look at each thing, whatever became of the one before."""
    needed = [Checked(name, check(), is_needed=True) for name, check in NEEDED.items()]
    return needed + [Checked(name, check(), is_needed=False) for name, check in ADVISED.items()]


def _key() -> str:
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        return f"SECRET_KEY has fewer than {SHORTEST_KEY} characters. Set one of its own."
    if settings.SECRET_KEY.startswith(FROM_DJANGO):
        return "SECRET_KEY is one that Django made for development. Set one of its own."
    return ""


def _debug() -> str:
    return "DEBUG is on: strangers would see our code. Unset DEBUG." if settings.DEBUG else ""


def _hosts() -> str:
    if not settings.ALLOWED_HOSTS:
        return "ALLOWED_HOSTS is empty: no request would be answered. Name this server."
    if "*" in settings.ALLOWED_HOSTS:
        return "ALLOWED_HOSTS has *: anybody chooses what this server is called. Name it."
    return ""


def _database() -> str:
    finding, message = look()
    return "" if finding is READY or finding.status == "pending_migrations" else message


def _migrations() -> str:
    try:
        pending = pending_migrations()
    except Error:
        return "Not known: the database cannot be used."
    return f"{len(pending)} to go. Run `make migrate`." if pending else ""


def _deployment() -> str:
    found = checks.run_checks(include_deployment_checks=True)
    serious = [message for message in found if message.level >= checks.WARNING]
    return "; ".join(f"{message.id}: {message.msg}" for message in serious)


def _static_files() -> str:
    manifest = getattr(staticfiles_storage, "hashed_files", None)
    if manifest is None:
        return "They have no names by content. Use project.settings.production."
    stale = [
        path
        for path, source in _sources().items()
        if path not in manifest or _differs(path, source)
    ]
    gone = [name for name in manifest.values() if not staticfiles_storage.exists(name)]
    if stale or gone:
        count = len({*stale, *gone})
        return f"{count} are not collected as they are now. Run `make collect`."
    return ""


def _cache() -> str:
    if not settings.REDIS_URL or cache_answers():
        return ""
    return "REDIS_URL is set, and nothing answers there: limits and work stay in each process."


def _engine() -> str:
    if connection.vendor == "postgresql":
        return ""
    return "SQLite lets one write at a time. Set DATABASE_URL to one of PostgreSQL for many people."


def _sharing() -> str:
    if settings.REDIS_URL:
        return ""
    return (
        "REDIS_URL is not set: each process counts its own limits, and does imports, exports and "
        "mails beside requests. Set it, and start a worker."
    )


def _eviction() -> str:
    if not settings.REDIS_URL:
        return ""
    try:
        memory = get_redis_connection().info("memory")
    except RedisError:
        return ""  # said above
    policy = memory.get("maxmemory_policy", "")
    if policy.startswith("allkeys"):
        return f"Redis evicts work that waits (maxmemory-policy {policy}). Choose volatile-lru."
    if policy == "noeviction" and memory.get("maxmemory"):
        return "Redis takes nothing more once it is full. Set its maxmemory-policy to volatile-lru."
    return ""


def _mails() -> str:
    if not settings.EMAIL_HOST:
        return (
            "EMAIL_HOST is not set, and mails are not sent: nobody can confirm an address, or set "
            "a forgotten password."
        )
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        return "DEFAULT_FROM_EMAIL is at localhost: others will refuse such mails. Set your own."
    return ""


def _proxies() -> str:
    if settings.TRUSTED_PROXY_COUNT:
        return ""
    return (
        "TRUSTED_PROXY_COUNT is 0: behind a proxy everybody has its address, and "
        f"{settings.LOGIN_FAILURES_PER_ADDRESS} wrong passwords lock everybody out. Set it to the "
        "number of your proxies."
    )


def _sources() -> dict[str, str]:
    """Each static file of the code: what it is called, and where it is."""
    sources: dict[str, str] = {}
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=["CVS", ".*", "*~"]):
            name = os.path.join(getattr(storage, "prefix", None) or "", path)
            # The first of a name is collected, in which an app replaces what another has.
            sources.setdefault(name, storage.path(path))
    return sources


def _differs(path: str, source: str) -> bool:
    collected = staticfiles_storage.path(path)
    return not os.path.exists(collected) or not filecmp.cmp(source, collected, shallow=False)


NEEDED: dict[str, Callable[[], Any]] = {
    "secret key": _key,
    "debug": _debug,
    "hosts": _hosts,
    "database": _database,
    "migrations": _migrations,
    "deployment": _deployment,
    "static files": _static_files,
    "cache": _cache,
}
ADVISED: dict[str, Callable[[], str]] = {
    "database engine": _engine,
    "shared cache": _sharing,
    "eviction": _eviction,
    "mails": _mails,
    "proxies": _proxies,
}
