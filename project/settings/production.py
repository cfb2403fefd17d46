"""The public server. Refuses to start without its secrets."""

from project.settings.base import *  # noqa: F403
from project.settings.base import (
    ALLOWED_HOSTS,
    CORS_ALLOW_CREDENTIALS,
    CORS_ALLOWED_ORIGINS,
    EMAIL_HOST,
    FIELD_ENCRYPTION_KEYS,
    FRONTEND_URL,
    JWT_KEYS,
    LEVELS,
    LOGGING,
    SECRET_KEY,
    env,
)
from project.settings.environment import refuse, required

for name, value in {
    "SECRET_KEY": SECRET_KEY,
    "JWT_SECRET_KEYS": JWT_KEYS,
    "FIELD_ENCRYPTION_KEYS": FIELD_ENCRYPTION_KEYS,
    "ALLOWED_HOSTS": ALLOWED_HOSTS,
    "DATABASE_URL": env.is_set("DATABASE_URL") or env.is_set("DB_ENGINE"),
}.items():
    if not value:
        required(name)
if SECRET_KEY.startswith("django-insecure"):
    refuse("SECRET_KEY", "a secret of this server", "one that Django made for development")
for key in JWT_KEYS.values():
    if key.startswith(("development-only", "testing-only")):
        refuse("JWT_SECRET_KEYS", "secrets of this server", "the development key")
    if key == SECRET_KEY:
        refuse("JWT_SECRET_KEYS", "secrets of their own", "the value of SECRET_KEY")
if SECRET_KEY in FIELD_ENCRYPTION_KEYS:
    refuse("FIELD_ENCRYPTION_KEYS", "secrets of their own", "the value of SECRET_KEY")
if env.flag("DEBUG", default=False):
    refuse("DEBUG", "false or absent in production", "true")
if CORS_ALLOW_CREDENTIALS and any(origin.startswith("http:") for origin in CORS_ALLOWED_ORIGINS):
    refuse("CORS_ALLOWED_ORIGINS", "https:// origins with CORS_ALLOW_CREDENTIALS", "an http:// one")
if EMAIL_HOST:
    for name in ("FRONTEND_URL", "DEFAULT_FROM_EMAIL"):
        if not env.is_set(name):
            required(name)
    if not FRONTEND_URL.startswith("https://"):
        refuse("FRONTEND_URL", "an https:// address in production", repr(FRONTEND_URL))
else:
    # Printing them would put links that open accounts into the log.
    EMAIL_BACKEND = "project.mails.NotSent"

# There is one thread a worker, which a stream would hold; `manage.py serve streams` has them. Who
# comes here all the same is told how things are, and comes again.
WSGI_STREAM_SECONDS = 0

SECURE_SSL_REDIRECT = True
# Probes and collectors come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# With this prefix, browsers take them from this host over TLS only: no subdomain can plant one.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"

LOGGING["handlers"]["console"]["formatter"] = "json"
LOGGING["root"]["level"] = env.choice("LOG_LEVEL", "WARNING", choices=LEVELS)
