"""One person's laptop: SQLite unless DATABASE_URL says otherwise, everything visible."""

from project.settings.base import *  # noqa: F403
from project.settings.base import ALLOWED_HOSTS, JWT_KEYS, SECRET_KEY, STORAGES, VAR, env

DEBUG = env.flag("DEBUG", default=True)
SECRET_KEY = SECRET_KEY or "django-insecure-development-only"
JWT_KEYS = JWT_KEYS or {"development": "development-only-key-never-accepted-in-production"}
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
VAR.mkdir(exist_ok=True)
