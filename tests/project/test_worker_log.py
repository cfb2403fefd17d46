"""What Celery's processes say is a JSON object a line, as all that production says."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import yaml
from django.conf import settings

from tests.installation import production

SERVICES = yaml.safe_load((settings.ROOT / "compose.yaml").read_text())["services"]
# With nobody to take work from: what it says of that is Celery's own words too.
NOBODY_LISTENS = "redis://127.0.0.1:1/0"
SECONDS_TO_SPEAK = 60

pytestmark = pytest.mark.once


def said_until(words, command, path):
    """All that a process printed until it had said this and was told to stop."""
    environment = production(
        PATH=os.environ["PATH"],
        DATABASE_URL="sqlite:////nowhere/at/all.sqlite3",
        REDIS_URL=NOBODY_LISTENS,
    )
    with path.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=settings.ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    until = time.monotonic() + SECONDS_TO_SPEAK
    try:
        while words not in path.read_text() and time.monotonic() < until:
            assert process.poll() is None, path.read_text()
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    finally:
        process.kill()
        process.wait()
    return path.read_text()


@pytest.mark.parametrize(
    ("service", "messages"),
    [
        ("worker", ["Cannot connect to redis", "worker: Warm shutdown"]),
        ("beat", ["beat: Starting..."]),
    ],
)
def test_every_line_is_an_object(service, messages, tmp_path):
    # Its last --schedule counts.
    elsewhere = [f"--schedule={tmp_path / 'beat'}"] if service == "beat" else []
    command = [*SERVICES[service]["command"], *elsewhere]

    lines = said_until(messages[0], command, tmp_path / "log").splitlines()

    told = [json.loads(line) for line in lines]
    assert all({"at", "level", "logger", "message"} <= line.keys() for line in told)
    for message in messages:
        assert any(message in line["message"] for line in told)
