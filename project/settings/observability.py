"""Where measurements, traces and failures are sent. Each is absent unless its variable is set."""

import re
from importlib.util import find_spec

from project.settings.environment import Environment, refuse

DSN_FORM = "an address such as https://key@host/1"
HEADERS_FORM = "name=value pairs, separated by commas"
RATIO_FORM = "a number from 0 to 1"
SAMPLERS = ["traceidratio", "parentbased_traceidratio"]

_DSN = re.compile(r"https?://[^\s/@]+@[^\s/@]+/(?:[^\s?#]*/)?[0-9]+")


def sentry_dsn(env: Environment) -> str:
    """Read SENTRY_DSN, which holds a key: it is never shown."""
    dsn = env.text("SENTRY_DSN", expected=DSN_FORM)
    if dsn and not _DSN.fullmatch(dsn):
        refuse("SENTRY_DSN", DSN_FORM, f"a value that begins with {dsn[:4]!r}")
    return dsn


def traces_endpoint(env: Environment) -> str:
    """Read OTEL_EXPORTER_OTLP_ENDPOINT, and see that what it switches on is there."""
    name = "OTEL_EXPORTER_OTLP_ENDPOINT"
    endpoint = env.url(name, schemes=["http", "https"])
    if endpoint and not _is_installed("opentelemetry.sdk"):
        without = "empty where OpenTelemetry is not installed (make install REQUIREMENTS=tracing)"
        refuse(name, without, "an address")
    return endpoint


def trace_headers(env: Environment) -> dict[str, str]:
    """Read OTEL_EXPORTER_OTLP_HEADERS, which may hold a key: it is never shown."""
    name = "OTEL_EXPORTER_OTLP_HEADERS"
    headers: dict[str, str] = {}
    pairs = [pair for pair in env.text(name, expected=HEADERS_FORM).split(",") if pair.strip()]
    for position, pair in enumerate(pairs, start=1):
        header, separator, value = (part.strip() for part in pair.partition("="))
        if not (header and separator and value):
            refuse(name, HEADERS_FORM, f"something else in pair {position}")
        headers[header.lower()] = value
    return headers


def trace_ratio(env: Environment) -> float:
    """Read OTEL_TRACES_SAMPLER_ARG: which part of all requests is traced."""
    name = "OTEL_TRACES_SAMPLER_ARG"
    value = env.text(name, "1", expected=RATIO_FORM)
    if not re.fullmatch(r"0|1|[01]\.0*|0?\.[0-9]{1,9}", value):
        refuse(name, RATIO_FORM, repr(value))
    return float(value)


def datadog_is_on(env: Environment) -> bool:
    """Read DD_TRACE_ENABLED, and see that what it switches on is there."""
    is_on = env.flag("DD_TRACE_ENABLED", default=False)
    if is_on and not _is_installed("ddtrace"):
        without = "false where ddtrace is not installed (make install REQUIREMENTS=datadog)"
        refuse("DD_TRACE_ENABLED", without, "true")
    return is_on


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even what it is a part of
        return False
