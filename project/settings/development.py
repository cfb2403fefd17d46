"""One person's laptop: SQLite unless DATABASE_URL says otherwise, everything visible."""

from project.settings.base import *  # noqa: F403
from project.settings.base import (
    ALLOWED_HOSTS,
    FIELD_ENCRYPTION_KEYS,
    JWT_KEYS,
    SECRET_KEY,
    STATIC_ROOT,
    STORAGES,
    env,
)

DEBUG = env.flag("DEBUG", default=True)
SECRET_KEY = SECRET_KEY or "django-insecure-development-only"
FIELD_ENCRYPTION_KEYS = FIELD_ENCRYPTION_KEYS or [SECRET_KEY]
JWT_KEYS = JWT_KEYS or {"development": "development-only-key-never-accepted-in-production"}
if DEBUG:
    # Over plain HTTP no browser takes a secure cookie.
    REFRESH_COOKIE_NAME = "drillbook_refresh"
    REFRESH_COOKIE_SECURE = False
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # in var, where the SQLite file is too
