import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

ROOT = settings.ROOT
EXAMPLE = (ROOT / ".env.example").read_text()
NAMES = re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE)
MANUAL = (ROOT / "docs" / "configuration.md").read_text()
ROWS = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+) \|$", MANUAL, re.MULTILINE)

PRODUCTION = {
    "SECRET_KEY": "s3cret-" * 10,
    "JWT_SECRET_KEY": "signing-" * 5,
    "FIELD_ENCRYPTION_KEYS": "sealing-" * 5,
    "ALLOWED_HOSTS": "drillbook.example",
    "DATABASE_URL": "postgres://drillbook:hunter2@db.example/drillbook",
}
# The Ed25519 key of the bytes 0 to 31: always the same, so that tests have the same names.
PRIVATE_KEY = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
PUBLIC_KEY = "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
# A process of its own imports a settings module anew for each line it is sent: importing the
# libraries once for all tests, and ours for each.
WORKER = """
import json, os, sys, traceback
from importlib import import_module
own = dict(os.environ)
for line in sys.stdin:
    name, variables, asked = json.loads(line)
    os.environ.clear()
    os.environ.update(own, **variables)
    for module in [module for module in sys.modules if module.startswith("project.")]:
        del sys.modules[module]
    answer = {}
    try:
        module = import_module(f"project.settings.{name}")
        answer["variables"] = {n: [v.expected, v.default] for n, v in module.env.variables.items()}
        answer["values"] = {setting: getattr(module, setting) for setting in asked}
    except Exception:
        answer["traceback"] = traceback.format_exc()
    print(json.dumps(answer, default=str), flush=True)
"""


@pytest.fixture(scope="module")
def worker():
    """Imports settings; a .env file is shielded from by empty variables."""
    environment = {"PATH": os.environ["PATH"], **dict.fromkeys(NAMES, "")}
    with subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def start(worker):
    """Import one settings module with these variables, and ask for some settings."""

    def call(name, variables, *asked):
        worker.stdin.write(json.dumps([name, variables, asked]) + "\n")
        worker.stdin.flush()
        return json.loads(worker.stdout.readline())

    return call


@pytest.fixture
def values(start):
    """The settings asked for; fails if the start is refused."""

    def call(name, variables, *asked):
        answer = start(name, variables, *asked)
        assert "traceback" not in answer, answer["traceback"]
        return answer["values"]

    return call


@pytest.fixture
def refusal(start):
    """The last line of the traceback that ends the start."""

    def call(name, variables):
        return start(name, variables)["traceback"].strip().rpartition("\n")[2]

    return call


def test_a_command_does_not_start_and_says_why():
    environment = {"PATH": os.environ["PATH"], "ACCESS_TOKEN_MINUTES": "abc"}

    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode == 1
    assert "ACCESS_TOKEN_MINUTES must be a whole number from 1 to 60, got 'abc'." in started.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ACCESS_TOKEN_MINUTES", "abc", "a whole number from 1 to 60, got 'abc'"),
        ("ACCESS_TOKEN_MINUTES", "61", "a whole number from 1 to 60, got '61'"),
        ("REFRESH_TOKEN_DAYS", "1_0", "a whole number from 1 to 90, got '1_0'"),
        ("SLOW_REQUEST_MILLISECONDS", "-1", "a whole number from 1 to 600000, got '-1'"),
        ("DEBUG", "perhaps", "true or false, got 'perhaps'"),
        ("ACCESS_LOG", "2", "true or false, got '2'"),
        ("LOG_LEVEL", "LOUD", "one of DEBUG, INFO, WARNING, ERROR, got 'LOUD'"),
        ("ALLOWED_HOSTS", "https://a.example", "host names, separated by commas, got 'https://a"),
        ("CSRF_TRUSTED_ORIGINS", "a.example", "separated by commas, got 'a.example'"),
        ("DB_ENGINE", "mysql", "one of postgresql, sqlite3, got 'mysql'"),
        ("DB_PORT", "70000", "a whole number from 1 to 65535, got '70000'"),
        ("DB_CONN_MAX_AGE", "forever", "a whole number from 0 to 86400, got 'forever'"),
        ("DB_PREPARE_THRESHOLD", "never", "or none, got 'never'"),
        ("REFRESH_GRACE_SECONDS", "61", "a whole number from 0 to 60, got '61'"),
        ("CORS_ALLOWED_ORIGINS", "app.example", "a path, or *, separated by commas, got 'app"),
        ("CORS_ALLOWED_ORIGINS", "https://a.example/", "got 'https://a.example/'"),
        ("CORS_ALLOWED_ORIGINS", "https://a.example/x", "got 'https://a.example/x'"),
        ("CORS_ALLOWED_ORIGINS", "https://*.example", "got 'https://*.example'"),
        ("CORS_ALLOWED_ORIGINS", "https://me@a.example", "got 'https://me@a.example'"),
        ("CORS_ALLOWED_ORIGINS", "https://A.example", "got 'https://A.example'"),
        ("CORS_ALLOWED_ORIGINS", "null", "got 'null'"),
        ("CORS_ALLOWED_ORIGINS", "*,https://a.example", "* alone, or origins, got both"),
        ("CORS_ALLOW_CREDENTIALS", "perhaps", "true or false, got 'perhaps'"),
        ("JWT_SECRET_KEYS", f"new:{PUBLIC_KEY}", "the first one private, got a public key"),
        ("JWT_SECRET_KEY", PUBLIC_KEY, "the first one private, got a public key"),
        ("JWT_SECRET_KEY", PRIVATE_KEY[:-4], "got an Ed25519 key that cannot be read"),
        ("JWT_SECRET_KEY", "-----BEGIN RSA PRIVATE KEY-----\\nMII\\n-", "no Ed25519 key"),
        ("JWT_SECRET_KEY", "x", "got one of length 1."),
        ("FIELD_ENCRYPTION_KEYS", "x", "got one of length 1 in place 1."),
        ("DATABASE_URL", "postgres://me:p@ss:w/ord@db/x", "write @ : / # ? % in a password as %40"),
        ("REDIS_URL", "localhost:6379", "redis://, rediss://, unix://"),
        ("FRONTEND_URL", "drillbook.example", "begins with http://, https://, got"),
        ("FRONTEND_URL", "https://drillbook.example/?a=b", "an address without spaces, ? and #"),
        ("EMAIL_PORT", "smtp", "a whole number from 1 to 65535, got 'smtp'"),
        ("EMAIL_USE_TLS", "maybe", "true or false, got 'maybe'"),
        ("EMAIL_TIMEOUT", "0", "a whole number from 1 to 120, got '0'"),
        ("EMAIL_VERIFICATION_HOURS", "721", "a whole number from 1 to 720, got '721'"),
        ("PASSWORD_RESET_MINUTES", "4", "a whole number from 5 to 1440, got '4'"),
        ("PROD_HOST", "drillbook.example", "an IP address of this machine, or localhost, got"),
        ("PROD_PORT", "http", "a whole number from 1 to 65535, got 'http'"),
        ("WEB_WORKERS", "0", "a whole number from 1 to 256, got '0'"),
        ("STREAM_PORT", "70000", "a whole number from 1 to 65535, got '70000'"),
        ("WORKER_LIFETIME_MINUTES", "0", "a whole number from 1 to 10080, got '0'"),
        ("DRAIN_SECONDS", "-1", "a whole number from 0 to 300, got '-1'"),
        ("SHUTDOWN_SECONDS", "0", "a whole number from 1 to 600, got '0'"),
        ("IMPORT_UNDO_DAYS", "91", "a whole number from 1 to 90, got '91'"),
        (
            "JOB_RETENTION_DAYS",
            "29",
            "EXPORT_KEEP_DAYS and IMPORT_UNDO_DAYS, got '29'",
        ),
        ("WORKER_METRICS_PORT", "0", "a whole number from 1 to 65535, got '0'"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "begins with http://, https://, got"),
        ("OTEL_TRACES_SAMPLER", "always_on", "one of traceidratio, parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5", "a number from 0 to 1, got '1.5'"),
        ("OTEL_TRACES_SAMPLER_ARG", "nan", "a number from 0 to 1, got 'nan'"),
        ("DD_TRACE_ENABLED", "perhaps", "true or false, got 'perhaps'"),
        ("DEFAULT_FROM_EMAIL", "Drillbook", "an address such as Drillbook <no-reply@example.com>"),
    ],
)
def test_an_invalid_variable_is_named_with_what_is_expected(name, value, said, refusal):
    refused = refusal("development", {name: value})

    assert refused.startswith(f"django.core.exceptions.ImproperlyConfigured: {name} must be ")
    assert said in refused


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://drillbook:hunter2@db.example/drillbook"),
        ("DATABASE_URL", "postgres://drillbook:hunter2@db.example"),
        ("DATABASE_URL", "postgres://drillbook:hunter2@db.example:port/drillbook"),
        ("REDIS_URL", "http://:hunter2@cache.example"),
        ("SECRET_KEY", "hunter2"),
        ("METRICS_TOKEN", "hunter2"),
        ("SENTRY_DSN", "https://hunter2"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "key hunter2"),
        ("JWT_SECRET_KEY", "hunter2"),
        ("JWT_SECRET_KEYS", "now:hunter2"),
        ("FIELD_ENCRYPTION_KEYS", "long-enough-to-encrypt-with-it-all,hunter2"),
        ("JWT_SECRET_KEYS", "hunter2-without-an-id-but-long-enough"),
    ],
)
def test_a_secret_is_refused_without_being_shown(name, value, start):
    traceback = start("development", {name: value})["traceback"]

    assert f"{name} must be " in traceback
    assert "hunter2" not in traceback


def test_development_needs_no_variable(values):
    found = values("development", {}, "DEBUG", "ALLOWED_HOSTS", "DATABASES")

    assert found["DEBUG"] is True
    assert "127.0.0.1" in found["ALLOWED_HOSTS"]
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("SECRET_KEY", "SECRET_KEY"),
        ("JWT_SECRET_KEY", "JWT_SECRET_KEYS"),
        ("FIELD_ENCRYPTION_KEYS", "FIELD_ENCRYPTION_KEYS"),
        ("ALLOWED_HOSTS", "ALLOWED_HOSTS"),
        ("DATABASE_URL", "DATABASE_URL"),
    ],
)
def test_production_refuses_to_start_without(missing, named, refusal):
    refused = refusal("production", PRODUCTION | {missing: ""})

    assert f"{named} is not set, and the production settings need it." in refused


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "django-insecure-" + "x" * 40),
        ("JWT_SECRET_KEY", "development-only-key-never-accepted-in-production"),
        ("JWT_SECRET_KEY", PRODUCTION["SECRET_KEY"]),
        ("FIELD_ENCRYPTION_KEYS", PRODUCTION["SECRET_KEY"]),
        ("DEBUG", "true"),
    ],
)
def test_production_refuses_what_is_for_development(name, value, refusal):
    refused = refusal("production", PRODUCTION | {name: value})

    assert re.search(rf"{name}S? must be ", refused)


def test_production_is_strict_about_transport(values):
    found = values(
        "production",
        PRODUCTION,
        "DEBUG",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_HSTS_PRELOAD",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SECURE_CONTENT_TYPE_NOSNIFF",
        "X_FRAME_OPTIONS",
    )

    assert found == {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "X_FRAME_OPTIONS": "DENY",
    }


MAILS = {
    "EMAIL_HOST": "smtp.example",
    "FRONTEND_URL": "https://app.drillbook.example/",
    "DEFAULT_FROM_EMAIL": "Drillbook <no-reply@drillbook.example>",
}


def test_mails_go_where_the_variables_say(values):
    found = values(
        "production", PRODUCTION | MAILS, "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT",
        "EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_TIMEOUT", "DEFAULT_FROM_EMAIL", "FRONTEND_URL",
    )  # fmt: skip

    assert found == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "smtp.example",
        "EMAIL_PORT": 587,
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": "Drillbook <no-reply@drillbook.example>",
        "FRONTEND_URL": "https://app.drillbook.example",
    }


def test_tls_from_the_first_byte_takes_the_place_of_starttls(values):
    variables = PRODUCTION | MAILS | {"EMAIL_USE_SSL": "true"}

    found = values("production", variables, "EMAIL_USE_TLS", "EMAIL_USE_SSL")

    assert found == {"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": True}


@pytest.mark.parametrize("missing", ["FRONTEND_URL", "DEFAULT_FROM_EMAIL"])
def test_production_does_not_mail_without(missing, refusal):
    refused = refusal("production", PRODUCTION | MAILS | {missing: ""})

    assert f"{missing} is not set, and the production settings need it." in refused


def test_production_mails_no_links_without_tls(refusal):
    refused = refusal("production", PRODUCTION | MAILS | {"FRONTEND_URL": "http://a.example"})

    assert "FRONTEND_URL must be an https:// address in production" in refused


@pytest.mark.parametrize(
    ("module", "backend"),
    [("development", "project.mails.Printed"), ("production", "project.mails.NotSent")],
)
def test_without_a_mail_server(module, backend, values):
    assert values(module, PRODUCTION, "EMAIL_BACKEND") == {"EMAIL_BACKEND": backend}


@pytest.mark.parametrize(
    ("redis", "broker"),
    [
        ("", ""),
        ("rediss://:hunter2@cache.example/2", "rediss://:hunter2@cache.example/2"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("unix:///run/redis.sock?db=2", "redis+socket:///run/redis.sock?virtual_host=2"),
    ],
)
def test_background_work_waits_in_redis(redis, broker, values):
    found = values("development", {"REDIS_URL": redis}, "CELERY_BROKER_URL")

    assert found["CELERY_BROKER_URL"] == broker


def test_production_logs_json_at_warning_with_access_lines(values):
    logs = values("production", PRODUCTION, "LOGGING")["LOGGING"]

    assert logs["handlers"]["console"]["formatter"] == "json"
    assert logs["root"]["level"] == "WARNING"
    assert logs["loggers"]["drillbook.access"]["level"] == "INFO"


def test_postgresql_keeps_connections_and_prepared_statements(values):
    database = values("production", PRODUCTION, "DATABASES")["DATABASES"]["default"]

    assert database["CONN_MAX_AGE"] == 600
    assert database["CONN_HEALTH_CHECKS"] is True
    assert database["OPTIONS"]["prepare_threshold"] == 0
    assert database["OPTIONS"]["server_side_binding"] is True


def test_a_pooler_in_transaction_mode_gets_no_prepared_statements(values):
    variables = PRODUCTION | {"DB_PREPARE_THRESHOLD": "none"}

    database = values("production", variables, "DATABASES")["DATABASES"]["default"]
    options = database["OPTIONS"]

    assert options["prepare_threshold"] is None
    assert options["server_side_binding"] is False
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True


def test_a_replica_that_does_not_answer_is_given_up_soon(values):
    variables = PRODUCTION | {"DATABASE_REPLICA_URL": "postgres://me@copy.example/drillbook"}

    options = values("production", variables, "DATABASES")["DATABASES"]["replica"]["OPTIONS"]

    assert options["connect_timeout"] == 1
    assert options["tcp_user_timeout"] == 3000


def test_the_database_may_be_named_in_parts(values):
    variables = PRODUCTION | {
        "DATABASE_URL": "",
        "DB_ENGINE": "postgresql",
        "DB_NAME": "drillbook",
        "DB_USER": "me",
        "DB_HOST": "db.example",
    }

    database = values("production", variables, "DATABASES")["DATABASES"]["default"]

    named = {name: database[name] for name in ("ENGINE", "NAME", "USER", "HOST", "PORT")}
    assert named == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "drillbook",
        "USER": "me",
        "HOST": "db.example",
        "PORT": 5432,
    }


def test_the_database_url_keeps_its_options(values):
    variables = PRODUCTION | {"DATABASE_URL": "postgres://me@db.example/drillbook?sslmode=require"}

    options = values("production", variables, "DATABASES")["DATABASES"]["default"]["OPTIONS"]

    assert options["sslmode"] == "require"
    assert options["prepare_threshold"] == 0


def test_several_signing_keys_keep_their_order(values):
    variables = PRODUCTION | {"JWT_SECRET_KEYS": f"2026-11:{'n' * 32}, 2026-08:{'o' * 32}"}

    keys = values("production", variables, "JWT_KEYS")["JWT_KEYS"]

    assert list(keys) == ["2026-11", "2026-08", "default"]
    assert keys["2026-11"] == "n" * 32


def test_an_ed25519_key_may_sign_and_its_public_half_verify(values):
    ring = f"2026-11:{PRIVATE_KEY}, 2026-08:{'o' * 32}, other:{PUBLIC_KEY}"
    variables = PRODUCTION | {"JWT_SECRET_KEYS": ring, "JWT_SECRET_KEY": ""}

    found = values("production", variables, "JWT_KEYS")["JWT_KEYS"]

    assert found == {"2026-11": PRIVATE_KEY, "2026-08": "o" * 32, "other": PUBLIC_KEY}


@pytest.mark.parametrize("settings_of", ["development", "testing"])
def test_production_does_not_start_with_a_key_of_another_place(settings_of, values, refusal):
    (key,) = values(settings_of, {}, "JWT_KEYS")["JWT_KEYS"].values()

    for variables in ({"JWT_SECRET_KEY": key}, {"JWT_SECRET_KEYS": f"x:{'n' * 32},y:{key}"}):
        assert "got the development key" in refusal("production", PRODUCTION | variables)


@pytest.mark.skipif(find_spec("ddtrace") is not None, reason="it is installed here")
def test_datadog_is_not_switched_on_where_it_is_not_installed(refusal):
    refused = refusal("development", {"DD_TRACE_ENABLED": "true"})

    assert "DD_TRACE_ENABLED must be false where ddtrace is not installed" in refused


@pytest.mark.parametrize(
    ("given", "address"),
    [("localhost", "127.0.0.1"), ("[::1]", "::1"), ("::", "::"), ("", "127.0.0.1")],
)
def test_address_to_listen_at(given, address, values):
    assert values("development", {"PROD_HOST": given}, "PROD_HOST") == {"PROD_HOST": address}


@pytest.mark.parametrize(
    ("given", "ratio"), [("", 1), ("0", 0), ("1", 1), ("0.25", 0.25), (".5", 0.5), ("1.0", 1)]
)
def test_part_of_all_requests_that_is_traced(given, ratio, values):
    variables = {"OTEL_TRACES_SAMPLER_ARG": given}

    assert values("development", variables, "OTEL_TRACES_SAMPLER_ARG") == {
        "OTEL_TRACES_SAMPLER_ARG": ratio
    }


def test_headers_of_traces_are_pairs(values):
    variables = {"OTEL_EXPORTER_OTLP_HEADERS": "X-Key=a=b, other = c"}

    assert values("development", variables, "OTEL_EXPORTER_OTLP_HEADERS") == {
        "OTEL_EXPORTER_OTLP_HEADERS": {"x-key": "a=b", "other": "c"}
    }


def test_nothing_measures_unless_it_is_wanted(values):
    measuring = {
        "METRICS_TOKEN": "a-token-for-metrics-of-32-characters",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
    }

    plain = values("production", PRODUCTION, "MIDDLEWARE")["MIDDLEWARE"]
    measured = values("production", PRODUCTION | measuring, "MIDDLEWARE")["MIDDLEWARE"]

    assert measured == [
        "project.observability.tracing.TraceRequests",
        "project.observability.metrics.MeasureRequests",
        *plain,
    ]
    assert plain[0] == "project.middleware.RequestLog"


def test_no_stream_holds_a_process_of_production(values):
    found = values("production", PRODUCTION, "WSGI_STREAM_SECONDS")

    assert found == {"WSGI_STREAM_SECONDS": 0}


LISTED = "{ __typename }"
ITS_HASH = "7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b"


def test_a_list_of_operations_is_read_from_its_file(tmp_path, values):
    listed = tmp_path / "operations.json"
    listed.write_text(json.dumps({ITS_HASH: LISTED}))
    setting = "PERSISTED_OPERATIONS"

    found = values("production", PRODUCTION | {setting: str(listed)}, setting)

    assert found[setting] == {ITS_HASH: LISTED}
    assert values("production", PRODUCTION, setting)[setting] is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file or directory"),
        ("{", "no JSON in"),
        ("[]", "no object with operations in"),
        ("{}", "no object with operations in"),
        (json.dumps({ITS_HASH: LISTED + " "}), f"another name than the text's for '{ITS_HASH}'"),
        (json.dumps({ITS_HASH: 1}), f"another name than the text's for '{ITS_HASH}'"),
        (
            json.dumps({"021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96": "{"}),
            "Syntax Error: Expected Name, found <EOF>.",
        ),
    ],
)
def test_a_list_of_operations_that_cannot_be_used_stops_the_start(content, said, tmp_path, refusal):
    listed = tmp_path / "operations.json"
    if content is not None:
        listed.write_text(content)

    refused = refusal("development", {"PERSISTED_OPERATIONS": str(listed)})

    assert "PERSISTED_OPERATIONS must be a JSON file" in refused
    assert said in refused


def test_any_origin_and_credentials_do_not_go_together(refusal):
    variables = {"CORS_ALLOWED_ORIGINS": "*", "CORS_ALLOW_CREDENTIALS": "true"}

    assert "CORS_ALLOW_CREDENTIALS must be false while" in refusal("development", variables)


def test_production_lets_no_page_without_tls_use_the_cookie(refusal, values):
    variables = {
        "CORS_ALLOWED_ORIGINS": "https://a.example,http://b.example",
        "CORS_ALLOW_CREDENTIALS": "true",
    }

    assert "https:// origins" in refusal("production", PRODUCTION | variables)
    assert values("development", variables, "CORS_ALLOW_CREDENTIALS")


def test_origins_of_other_pages(values):
    variables = {"CORS_ALLOWED_ORIGINS": "https://a.example, http://localhost:3000,http://[::1]:80"}
    asked = ("CORS_ALLOWED_ORIGINS", "CORS_ALLOW_ALL_ORIGINS", "CORS_ALLOW_CREDENTIALS")

    assert list(values("development", variables, *asked).values()) == [
        ["https://a.example", "http://localhost:3000", "http://[::1]:80"], False, False
    ]  # fmt: skip
    anybody = values("production", PRODUCTION | {"CORS_ALLOWED_ORIGINS": "*"}, *asked)
    assert list(anybody.values()) == [[], True, False]


@pytest.mark.parametrize(
    ("name", "variables", "cookie"),
    [
        ("production", PRODUCTION, ["__Secure-drillbook_refresh", True]),
        ("development", {"DEBUG": "false"}, ["__Secure-drillbook_refresh", True]),
        ("development", {}, ["drillbook_refresh", False]),
    ],
)
def test_refresh_cookie_is_secure_wherever_debug_is_off(name, variables, cookie, values):
    found = values(name, variables, "REFRESH_COOKIE_NAME", "REFRESH_COOKIE_SECURE")

    assert list(found.values()) == cookie


def test_several_encryption_keys_keep_their_order(values):
    variables = PRODUCTION | {"FIELD_ENCRYPTION_KEYS": f"{'n' * 32}, {'o' * 32}"}

    keys = values("production", variables, "FIELD_ENCRYPTION_KEYS")["FIELD_ENCRYPTION_KEYS"]

    assert keys == ["n" * 32, "o" * 32]


def documented(section):
    """The names in one table of docs/configuration.md."""
    rows = MANUAL.partition(f"## {section}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)`", rows, re.MULTILINE))


def test_every_variable_is_documented_with_its_type_and_default(start):
    types = {name: kind for name, kind, _, _ in ROWS}
    defaults = {name: default for name, _, default, _ in ROWS}
    answers = [start("development", {}), start("production", PRODUCTION)]

    for variables in (answer["variables"] for answer in answers):
        assert variables.keys() == documented("Settings")
        for name, (expected, default) in variables.items():
            assert types[name] == expected
            assert (f"`{default}`" if default else "none") in defaults[name]


def test_the_example_has_every_variable_with_its_default(start):
    examples = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    found = start("development", {})["variables"]

    assert examples.keys() == documented("Settings") | documented("compose.yaml")
    filled_in = {name: value for name, value in examples.items() if value and name in found}
    assert filled_in == {name: found[name][1] for name in filled_in}


def test_the_example_is_no_key_to_anything():
    secrets = re.findall(r"^\w*(?:SECRET|PASSWORD)\w*=(.*)$", EXAMPLE, re.MULTILINE)

    assert secrets
    assert not any(secrets)
