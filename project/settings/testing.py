"""The test suite: fast password hashing, and the stores that the environment names."""

import os

from project.settings.base import *  # noqa: F403
from project.settings.base import (
    CACHES,
    DATABASES,
    REDIS_URL,
    STATIC_ROOT,
    STORAGES,
    VAR,
    env,
)

SECRET_KEY = "testing-only"  # noqa: S105
FIELD_ENCRYPTION_KEYS = [SECRET_KEY]
JWT_KEYS = {"testing": "testing-only-key-that-is-long-enough-for-hs256"}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
FRONTEND_URL = "https://drillbook.example"
CELERY_TASK_ALWAYS_EAGER = True
LOCK_MILLISECONDS = 60_000  # on a busy machine eight devices at once wait for each other
SLOW_REQUEST_MILLISECONDS = 600_000  # a busy machine must not add warnings
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # in var, where the SQLite file is too
SQLITE_TEST_NAME = env.text("SQLITE_TEST_NAME", str(VAR / "test.sqlite3"), expected="a path")
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # Threads in tests need a file; an in-memory database is locked as a whole table.
    DATABASES["default"]["TEST"] = {"NAME": SQLITE_TEST_NAME}
else:
    # Nobody needs a test's rows after a power failure.
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Tests that run side by side empty their cache: each worker has its own Redis database.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
if REDIS_URL and WORKER:
    address, _, number = REDIS_URL.rpartition("/")
    REDIS_URL = f"{address}/{int(number) + WORKER}"
    CACHES["default"]["LOCATION"] = CELERY_BROKER_URL = REDIS_URL
