"""What must be so before a server is opened to the public, each with what to do where it is not."""

import filecmp
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.db import Error

from project.health import cache_answers, pending_migrations
from project.management.commands.check_database import READY, look

SHORTEST_KEY = 50
FROM_DJANGO = "django-insecure"


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at; ``problem`` is "" where it is as it must be."""

    name: str
    problem: str


def check_everything() -> list[Checked]:
    """Look at each thing, whatever became of the one before."""
    return [Checked(name, check()) for name, check in CHECKS.items()]


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
    stale = [path for path, source in _sources() if path not in manifest or _differs(path, source)]
    gone = [name for name in manifest.values() if not staticfiles_storage.exists(name)]
    if stale or gone:
        count = len({*stale, *gone})
        return f"{count} are not collected as they are now. Run manage.py collectstatic."
    return ""


def _cache() -> str:
    if not settings.REDIS_URL or cache_answers():
        return ""
    return "REDIS_URL is set, and nothing answers there: limits and work stay in each process."


def _sources() -> list[tuple[str, str]]:
    """Each static file of the code: what it is called, and where it is."""
    return [
        (os.path.join(getattr(storage, "prefix", None) or "", path), storage.path(path))
        for finder in get_finders()
        for path, storage in finder.list(ignore_patterns=["CVS", ".*", "*~"])
    ]


def _differs(path: str, source: str) -> bool:
    collected = staticfiles_storage.path(path)
    return not os.path.exists(collected) or not filecmp.cmp(source, collected, shallow=False)


CHECKS: dict[str, Callable[[], Any]] = {
    "secret key": _key,
    "debug": _debug,
    "hosts": _hosts,
    "database": _database,
    "migrations": _migrations,
    "deployment": _deployment,
    "static files": _static_files,
    "cache": _cache,
}
