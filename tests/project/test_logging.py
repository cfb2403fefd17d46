import json
import logging
import sys

import pytest

from domain.audit.services import current_request_id
from project.logging import JsonFormatter, LineFormatter, Redact, redacted_text

pytestmark = pytest.mark.once

# The shape of a real access token; it signs nothing.
ACCESS_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTlhIn0.c2lnbmF0dXJlLW9mLWl0"

API_TOKEN = "dbk_3xAmPl3-of_an-API-token-that-opens-nothing_0123"


def record(message, *args, extra=None, exc_info=None):
    logger = logging.getLogger("tests")
    made = logger.makeRecord(
        "tests", logging.INFO, __file__, 1, message, args, exc_info, extra=extra
    )
    Redact().filter(made)
    return made


def json_of(made):
    return json.loads(JsonFormatter().format(made))


def line_of(made):
    return LineFormatter().format(made)


@pytest.mark.parametrize(
    ("message", "secret"),
    [
        (f"token {ACCESS_TOKEN} expired", ACCESS_TOKEN),
        (f"the program sent {API_TOKEN}", API_TOKEN[8:]),
        (f"cut off: {API_TOKEN[:20]}", API_TOKEN[:20]),
        (f"[{API_TOKEN}]", API_TOKEN[8:]),
        (f"cut off: {ACCESS_TOKEN[:30]}", ACCESS_TOKEN[:30]),
        (f"Authorization: Bearer {ACCESS_TOKEN}", ACCESS_TOKEN),
        ("sent Authorization: Digest swordfish", "swordfish"),
        ("header was bearer swordfish-123", "swordfish"),
        ('{"password": "sword fish"}', "sword fish"),
        (r'{"password": "sword\"fish"}', "fish"),
        ("newPassword='sword fish', next=1", "sword fish"),
        ("password=swordfish&next=/", "swordfish"),
        ("refreshToken: swordfish", "swordfish"),
        ("refresh_token=swordfish", "swordfish"),
        ("csrfmiddlewaretoken=swordfish", "swordfish"),
        ("JWT_SECRET_KEY=swordfish", "swordfish"),
        ("Cookie: sessionid=swordfish; csrftoken=x", "swordfish"),
        ("code=123456", "123456"),
        ("recovery_codes=12345678", "12345678"),
        ("recoveryCode: 12345678", "12345678"),
        ('"solutionCode": "return 42"', "return 42"),
        ("postgres://me:swordfish@db.example/x", "swordfish"),
    ],
)
def test_a_secret_in_the_message_is_redacted(message, secret):
    written = json_of(record(message))["message"]

    assert secret not in written
    assert "[redacted]" in written


@pytest.mark.parametrize(
    "message",
    [
        "import finished",
        "status_code: 404",
        "the password is wrong",
        "token expired",
        "https://leetcode.com/problems/two-sum",
        "error_code=not_found",
        "decoder: utf-8",
    ],
)
def test_what_is_no_secret_stays(message):
    assert json_of(record(message))["message"] == message


def test_a_secret_in_the_arguments_is_redacted():
    by_place = record("signed in with %s after %d tries", ACCESS_TOKEN, 2)
    by_name = record("new password for %(email)s: %(password)s", {"email": "a", "password": "x1"})

    assert json_of(by_place)["message"] == "signed in with [redacted] after 2 tries"
    assert json_of(by_name)["message"] == "new password for a: [redacted]"


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "old_password",
        "newPassword",
        "accessToken",
        "refresh_token",
        "Authorization",
        "cookie",
        "code",
        "codes",
        "recovery_code",
        "recoveryCode",
        "solution_code",
        "solutionCode",
        "secret",
        "JWT_SECRET_KEY",
        "api_key",
        "otp",
    ],
)
def test_an_extra_value_with_a_secret_name_is_redacted(name):
    assert json_of(record("event", extra={name: "swordfish"}))[name] == "[redacted]"
    assert json_of(record("event", extra={name: 123456}))[name] == "[redacted]"
    assert json_of(record("event", extra={"input": [{name: "swordfish"}]}))["input"] == [
        {name: "[redacted]"}
    ]


def test_other_extra_values_are_written_as_they_are():
    extra = {"rows": 3, "status_code": 404, "error_code": "not_found", "deep": {"a": [1.5, None]}}

    written = json_of(record("event", extra=extra))

    assert {name: written[name] for name in extra} == extra


def test_a_secret_value_under_a_harmless_name_is_redacted():
    assert json_of(record("event", extra={"note": ACCESS_TOKEN}))["note"] == "[redacted]"


def test_the_request_object_is_not_written(rf):
    written = json_of(record("event", extra={"request": rf.get("/?token=swordfish")}))

    assert "swordfish" not in json.dumps(written)


def test_a_traceback_is_written_without_secrets():
    try:
        raise ValueError("password=swordfish")
    except ValueError:
        made = record("failed", exc_info=sys.exc_info())

    written = json_of(made)["traceback"]
    assert written.endswith("ValueError: password=[redacted]")
    assert "swordfish" not in line_of(made)


def test_arguments_that_do_not_fit_are_not_written():
    written = json_of(record("%d tries", ACCESS_TOKEN))["message"]

    assert written == "%d tries (its arguments do not fit)"


def test_json_has_time_level_logger_and_request_id():
    previous = current_request_id.set("request-1")
    made = record("import finished", extra={"rows": 3, "level": "mine"})
    made.created = 1_767_225_600.25

    written = json_of(made)

    current_request_id.reset(previous)
    assert written == {
        "at": "2026-01-01T00:00:00.250+00:00",
        "level": "INFO",
        "logger": "tests",
        "message": "import finished",
        "request_id": "request-1",
        "rows": 3,
    }


def test_a_line_has_the_extra_values():
    made = record("import finished", extra={"rows": 3, "format": "two words", "empty": ""})

    written = line_of(made)

    assert written.endswith(' INFO    tests: import finished rows=3 format="two words" empty=""')


def test_a_line_break_in_a_value_starts_no_line_of_its_own():
    made = record("opened /a\nERROR forged", extra={"path": "/b\nERROR forged"})

    assert "\n" not in line_of(made)


def test_a_long_word_does_not_take_long():
    made = record("password" * 20_000 + "-a" * 20_000)

    assert len(line_of(made)) > 100_000


def test_the_row_that_postgresql_quotes_is_redacted():
    told = "null value\nDETAIL:  Failing row contains (1, my\nsolution).\n\nThe above exception"

    shown = redacted_text(told)

    assert shown == "null value\nDETAIL:  [redacted]\n\nThe above exception"


def test_a_request_by_another_name_is_one_line_and_says_what_to_do(client, settings, caplog):
    settings.ALLOWED_HOSTS = ["drillbook.example"]

    assert client.get("/health/live", headers={"Host": "127.0.0.1"}).status_code == 400

    (made,) = [made for made in caplog.records if made.name == "django.security.DisallowedHost"]
    assert (made.levelname, made.exc_info) == ("WARNING", None)
    assert "add '127.0.0.1' to ALLOWED_HOSTS" in made.getMessage()
