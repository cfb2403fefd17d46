"""The test suite: fast password hashing, and the stores that the environment names."""

from project.settings.base import *  # noqa: F403
from project.settings.base import DATABASES, STORAGES, VAR, env

SECRET_KEY = "testing-only"  # noqa: S105
JWT_KEYS = {"testing": "testing-only-key-that-is-long-enough-for-hs256"}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
VAR.mkdir(exist_ok=True)
SQLITE_TEST_NAME = env.text("SQLITE_TEST_NAME", str(VAR / "test.sqlite3"), expected="a path")
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # Threads in tests need a file; an in-memory database is locked as a whole table.
    DATABASES["default"]["TEST"] = {"NAME": SQLITE_TEST_NAME}
DATABASES["default"]["CONN_MAX_AGE"] = 0
