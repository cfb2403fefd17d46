"""What holds everywhere. Each value that differs between machines is an environment variable."""

from datetime import timedelta
from typing import Any

from django.utils.csp import CSP
from gqlauth.settings_type import GqlAuthSettings, email_field, id_field
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

from project.env_file import ROOT, read_env_file
from project.settings.databases import database_from, replica_from
from project.settings.environment import Environment, lazily
from project.settings.keys import signing_keys
from project.settings.mails import frontend_url, sender
from project.settings.observability import SAMPLERS as TRACE_SAMPLERS
from project.settings.observability import (
    datadog_is_on,
    sentry_dsn,
    trace_headers,
    trace_ratio,
    traces_endpoint,
)
from project.settings.origins import allowed_origins, with_credentials
from project.settings.persisted import listed_operations
from project.settings.serving import listening_address
from project.settings.work import (
    MAILS,
    QUEUES,
    ROUTES,
    SCHEDULE,
    broker_url,
    killed_after,
    redelivered_after,
    retention_days,
)

VAR = ROOT / "var"

read_env_file()
env = Environment()

# --- Django -----------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = env.secret("SECRET_KEY", minimum=50)
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", of="host names", valid=lambda host: "/" not in host)
CSRF_TRUSTED_ORIGINS = env.items(
    "CSRF_TRUSTED_ORIGINS",
    of="origins such as https://example.com",
    valid=lambda origin: origin.startswith(("http://", "https://")),
)
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
ASGI_APPLICATION = "project.asgi.application"

INSTALLED_APPS = [
    "project.apps.ProjectConfig",
    "domain.audit.apps.AuditConfig",
    "domain.idempotency.apps.IdempotencyConfig",
    "domain.jobs.apps.JobsConfig",
    "domain.accounts.apps.AccountsConfig",
    "domain.questions.apps.QuestionsConfig",
    "domain.lists.apps.ListsConfig",
    "domain.practice.apps.PracticeConfig",
    "domain.goals.apps.GoalsConfig",
    "domain.sharing.apps.SharingConfig",
    "domain.sync.apps.SyncConfig",
    "domain.transfer.apps.TransferConfig",
    "unfold.apps.BasicAppConfig",
    "project.apps.DrillbookAdminConfig",
    "corsheaders",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "gqlauth",
    "strawberry_django",
]

MIDDLEWARE = [
    "project.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "schema.tokens.caller_middleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Stores -----------------------------------------------------------------------------------
DATABASES = {"default": database_from(env, fallback=VAR / "drillbook.sqlite3")}
# How long a request waits for a lock, its process with it (project/patience.py). More than
# PostgreSQL's deadlock_timeout, which is a second: a deadlock is to be told as one.
LOCK_MILLISECONDS = 2000
# A copy for what may be seconds old (domain/base/replica.py).
REPLICA_MAX_LAG_SECONDS = env.integer("REPLICA_MAX_LAG_SECONDS", 10, minimum=1, maximum=3600)
OWN_WRITES_SECONDS = 2 * REPLICA_MAX_LAG_SECONDS  # for so long people read what they wrote
if replica := replica_from(env):
    DATABASES["replica"] = replica
    DATABASE_ROUTERS = ["domain.base.replica.Router"]

REDIS_URL = env.url("REDIS_URL", schemes=["redis", "rediss", "unix"])
REDIS_CACHE = {
    "BACKEND": "django_redis.cache.RedisCache",
    "LOCATION": REDIS_URL,
    # A cache that is away is a cache that is empty: slower, never an error.
    "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1},
}
LOCAL_CACHE = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    # With Django's 300, failed sign-ins of made-up people would push out those of one who exists.
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}
CACHES = {"default": REDIS_CACHE if REDIS_URL else LOCAL_CACHE}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = False  # once is enough: domain/base/counting.py

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Background work (domain/base/tasks.py, domain/jobs) ------------------------------------------
JOB_MINUTES = env.integer("JOB_MINUTES", 10, minimum=1, maximum=120)  # one that takes longer fails
CELERY_BROKER_URL = broker_url(REDIS_URL)  # "" runs it in the process
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A request waits for Redis no longer than this; a worker connects anew by itself.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
    "visibility_timeout": redelivered_after(JOB_MINUTES),
}
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_DEFAULT_QUEUE = MAILS
CELERY_TASK_QUEUES = QUEUES
CELERY_TASK_ROUTES = ROUTES
CELERY_TASK_IGNORE_RESULT = True
# What a worker was doing when it died is done again; where only a process of its pool was killed it
# is not, since what takes too much memory would kill one after the other. Jobs are reaped.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = killed_after(JOB_MINUTES)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # what a busy worker took along, no idle one could do
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # our own takes secrets out
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Operations that are executed (schema/persisted.py) -------------------------------------------
PERSISTED_OPERATIONS = listed_operations(env)  # by the SHA-256 of their text; None is all

# --- Streams (schema/stream.py) -------------------------------------------------------------------
STREAM_SECONDS = 300  # after so long a client has to come again
WSGI_STREAM_SECONDS = 300  # where each stream holds a thread

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# --- People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["domain.accounts.backends.LockingBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "domain.accounts.passwords.MaximumLengthValidator"},
]

# --- Guessing passwords (domain/accounts/services/lockout.py) -------------------------------------
LOGIN_FAILURES_PER_ACCOUNT = env.integer("LOGIN_FAILURES_PER_ACCOUNT", 10, minimum=3, maximum=1000)
LOGIN_FAILURES_PER_ADDRESS = env.integer(
    "LOGIN_FAILURES_PER_ADDRESS", 50, minimum=3, maximum=100_000
)
LOGIN_LOCKOUT_MINUTES = env.integer("LOGIN_LOCKOUT_MINUTES", 15, minimum=1, maximum=1440)
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, minimum=0, maximum=10)

# Between asking for it and the erasure of an account (manage.py purge_expired).
ACCOUNT_DELETION_DAYS = env.integer("ACCOUNT_DELETION_DAYS", 14, minimum=1, maximum=90)

# Between the writing of an export and its deletion (manage.py purge_expired).
EXPORT_KEEP_DAYS = env.integer("EXPORT_KEEP_DAYS", 7, minimum=1, maximum=90)

# Between an import and the day from which it cannot be taken back (manage.py purge_expired).
IMPORT_UNDO_DAYS = env.integer("IMPORT_UNDO_DAYS", 30, minimum=1, maximum=90)

# Between the end of a job and its deletion, with the import or export that it did.
JOB_RETENTION_DAYS = retention_days(env, EXPORT_KEEP_DAYS, IMPORT_UNDO_DAYS)

# --- Mails (domain/accounts/emails.py) ----------------------------------------------------------
FRONTEND_URL = frontend_url(env)  # links lead there; a request's Host header is anybody's to choose
EMAIL_VERIFICATION_HOURS = env.integer("EMAIL_VERIFICATION_HOURS", 72, minimum=1, maximum=720)
PASSWORD_RESET_MINUTES = env.integer("PASSWORD_RESET_MINUTES", 60, minimum=5, maximum=1440)
EMAIL_HOST = env.text("EMAIL_HOST", expected="a host name")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, minimum=1, maximum=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", default=False)
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True) and not EMAIL_USE_SSL
EMAIL_TIMEOUT = env.integer("EMAIL_TIMEOUT", 10, minimum=1, maximum=120)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = sender(env)
SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_BACKEND = SMTP_BACKEND if EMAIL_HOST else "project.mails.Printed"

# --- Values that are stored encrypted (domain/base/encryption.py) ---------------------------------
# The first one encrypts, all of them decrypt.
FIELD_ENCRYPTION_KEYS = env.secrets("FIELD_ENCRYPTION_KEYS", minimum=32)

# --- Access and refresh tokens ----------------------------------------------------------------
JWT_KEYS = signing_keys(env)
JWT_ISSUER = "drillbook"
JWT_AUDIENCE = "drillbook-api"
JWT_CHALLENGE_AUDIENCE = "drillbook-two-factor"
JWT_LEEWAY_SECONDS = 5
ACCESS_TOKEN_MINUTES = env.integer("ACCESS_TOKEN_MINUTES", 15, minimum=1, maximum=60)
REFRESH_TOKEN_DAYS = env.integer("REFRESH_TOKEN_DAYS", 7, minimum=1, maximum=90)
REFRESH_GRACE_SECONDS = env.integer("REFRESH_GRACE_SECONDS", 10, minimum=0, maximum=60)
# Browsers may have it in a cookie (schema/accounts/browser.py), and refuse this name without TLS.
REFRESH_COOKIE_NAME = "__Secure-drillbook_refresh"
REFRESH_COOKIE_SECURE = True
REFRESH_TOKEN_MODEL = "gqlauth.RefreshToken"  # noqa: S105  # only SHA-256 digests go into it

GQL_AUTH = GqlAuthSettings(
    LOGIN_FIELDS={email_field},
    REGISTER_MUTATION_FIELDS={email_field},
    UPDATE_MUTATION_FIELDS={
        StrawberryField(
            python_name="display_name",
            default=None,
            type_annotation=StrawberryAnnotation(str | None),
        )
    },
    LOGIN_REQUIRE_CAPTCHA=False,
    REGISTER_REQUIRE_CAPTCHA=False,
    ALLOW_LOGIN_NOT_VERIFIED=True,
    SEND_ACTIVATION_EMAIL=False,
    JWT_PAYLOAD_PK=id_field,
    JWT_EXPIRATION_DELTA=timedelta(minutes=ACCESS_TOKEN_MINUTES),
    JWT_REFRESH_EXPIRATION_DELTA=timedelta(days=REFRESH_TOKEN_DAYS),
    JWT_PAYLOAD_HANDLER=lazily("schema.tokens.payload_handler"),
    JWT_DECODE_HANDLER=lazily("schema.tokens.decode_handler"),
    JWT_TOKEN_FINDER=lazily("schema.tokens.token_finder"),
)

# Model docstrings and help texts are the API's documentation.
STRAWBERRY_DJANGO = {
    "FIELD_DESCRIPTION_FROM_HELP_TEXT": True,
    "TYPE_DESCRIPTION_FROM_MODEL_DOCSTRING": True,
    "PAGINATION_DEFAULT_LIMIT": 20,
    "PAGINATION_MAX_LIMIT": 100,
}

# --- Limits of one request (schema/limits.py, schema/pricing.py) ----------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # an import of 10 MiB, escaped as JSON
IMPORT_MAX_BYTES = 10 * 1024 * 1024
IMPORT_MAX_ROWS = 50_000
IMPORT_MAX_DEPTH = 32
# Of a file that a request reads while its caller waits; anything larger is a job.
IMPORT_INLINE_BYTES = 1024 * 1024
IMPORT_INLINE_ROWS = 500

# --- Pages of other origins that may call the API -----------------------------------------------
CORS_ALLOWED_ORIGINS, CORS_ALLOW_ALL_ORIGINS = allowed_origins(env)
CORS_ALLOW_CREDENTIALS = with_credentials(env, any_origin=CORS_ALLOW_ALL_ORIGINS)
CORS_URLS_REGEX = r"^/graphql$"
CORS_ALLOW_METHODS = ["GET", "POST", "OPTIONS"]
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "drillbook-client",
    "graphql-preflight",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = ["retry-after", "x-request-id"]
CORS_PREFLIGHT_MAX_AGE = 7200  # seconds; Chrome remembers no longer

# --- The admin site (project/admin_site.py) -------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Drillbook",
    "SITE_HEADER": "Drillbook",
    "SITE_URL": None,
    "SITE_ICON": "project.admin_site.icon",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "project.admin_site.icon"},
    ],
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": ["project.admin_site.theme"],
    "SIDEBAR": {"navigation": "project.admin_navigation.navigation"},
}

# --- Headers ----------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Serving in production (manage.py serve) ------------------------------------------------------
PROD_HOST = listening_address(env)
PROD_PORT = env.integer("PROD_PORT", 8000, minimum=1, maximum=65_535)
WEB_WORKERS = env.integer("WEB_WORKERS", 2, minimum=1, maximum=256)
STREAM_PORT = env.integer("STREAM_PORT", 8001, minimum=1, maximum=65_535)
WORKER_LIFETIME_MINUTES = env.integer("WORKER_LIFETIME_MINUTES", 360, minimum=1, maximum=10_080)
DRAIN_SECONDS = env.integer("DRAIN_SECONDS", 2, minimum=0, maximum=300)
SHUTDOWN_SECONDS = env.integer("SHUTDOWN_SECONDS", 30, minimum=1, maximum=600)
WORKER_METRICS_PORT = env.integer("WORKER_METRICS_PORT", 8002, minimum=1, maximum=65_535)

# --- Measurements, traces, failures (project/observability) ---------------------------------------
METRICS_TOKEN = env.secret("METRICS_TOKEN", minimum=32)
OTEL_EXPORTER_OTLP_ENDPOINT = traces_endpoint(env)
OTEL_EXPORTER_OTLP_HEADERS = trace_headers(env)
OTEL_SERVICE_NAME = env.text("OTEL_SERVICE_NAME", "drillbook")
OTEL_TRACES_SAMPLER = env.choice("OTEL_TRACES_SAMPLER", "traceidratio", choices=TRACE_SAMPLERS)
OTEL_TRACES_SAMPLER_ARG = trace_ratio(env)
SENTRY_DSN = sentry_dsn(env)
SENTRY_ENVIRONMENT = env.text("SENTRY_ENVIRONMENT", "production")
DD_TRACE_ENABLED = datadog_is_on(env)
# Around the request log, which counts for them.
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "project.observability.metrics.MeasureRequests")
if OTEL_EXPORTER_OTLP_ENDPOINT:
    MIDDLEWARE.insert(0, "project.observability.tracing.TraceRequests")

# --- Logs -------------------------------------------------------------------------------------
SLOW_REQUEST_MILLISECONDS = env.integer(
    "SLOW_REQUEST_MILLISECONDS", 1000, minimum=1, maximum=600_000
)
LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"]
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "no_probes": {"()": "project.logging.NoProbes"},
        "outage": {"()": "project.logging.Outage"},
        "redact": {"()": "project.logging.Redact"},
        "wrong_host": {"()": "project.logging.WrongHost"},
    },
    "formatters": {
        "json": {"()": "project.logging.JsonFormatter"},
        "line": {"()": "project.logging.LineFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redact"]}
    },
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", choices=LEVELS)},
    "loggers": {
        # Without it only slow requests have a line.
        "drillbook.access": {
            "level": "INFO" if env.flag("ACCESS_LOG", default=True) else "WARNING"
        },
        # Takes away the handlers that Django's own configuration adds; the root's remain.
        "django": {"handlers": [], "level": "NOTSET"},
        # Refusals are in our access line.
        "django.request": {"level": "ERROR", "filters": ["no_probes", "outage"]},
        "django.security.DisallowedHost": {"filters": ["wrong_host"]},
        # As is all that it says.
        "django.server": {"handlers": [], "level": "CRITICAL"},
        # schema/errors.py logs what is ours; refusals are not errors of the server.
        "strawberry.execution": {"level": "CRITICAL"},
    },
}
