import os
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

MAKEFILE = (settings.ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, re.MULTILINE)
NOBODY_LISTENS = {
    "TEST_DATABASE_URL": "postgres://drillbook:hunter2@127.0.0.1:1/drillbook",
    "TEST_REDIS_URL": "redis://127.0.0.1:1/0",
}

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here"),
]


@pytest.fixture
def make(tmp_path):
    """Run make with this interpreter and nothing to install."""
    stamp = tmp_path / "installed"
    stamp.touch()

    def call(*targets, **variables):
        return subprocess.run(
            ["make", f"PY={sys.executable}", f"STAMP={stamp}", *targets],
            cwd=settings.ROOT,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def test_help_is_the_default_and_lists_each_target(make):
    answer = make()

    listed = re.findall(r"^  ([a-z-]+) +\S", answer.stdout, re.MULTILINE)
    assert listed == TARGETS


def test_each_target_is_phony():
    phony = re.search(r"^\.PHONY: ((?:.+\\\n)*.+)", MAKEFILE, re.MULTILINE).group(1)

    assert set(phony.replace("\\\n", "").split()) == set(TARGETS)


def test_the_promised_targets_are_there():
    promised = (
        "help run test lint format type-check quality verify migrate makemigrations seed check-db "
        "schema bench load shell pre-commit"
    )

    assert set(promised.split()) - set(TARGETS) == set()


def test_a_taken_port_is_said(make):
    answer = make("port", "PORT=none")

    assert answer.returncode == 2
    assert "Choose another: make run PORT=8001" in answer.stderr


def test_tests_without_postgresql_are_loud(make):
    answer = make("test-postgresql", **NOBODY_LISTENS)

    assert answer.returncode == 0
    assert "NOT TESTED ON POSTGRESQL AND REDIS" in answer.stdout
    assert "Nothing answers at 127.0.0.1:1." in answer.stdout
    assert "hunter2" not in answer.stdout + answer.stderr


def test_ci_without_postgresql_fails(make):
    answer = make("test-postgresql", CI="true", **NOBODY_LISTENS)

    assert answer.returncode == 2
    assert "NOT TESTED ON POSTGRESQL AND REDIS" in answer.stdout


@pytest.mark.parametrize("target", ["recovery", "topology", "lint", "imports", "test-postgresql"])
def test_what_only_developers_have_is_refused_with_a_word(make, target):
    answer = make(target, REQUIREMENTS="production")

    assert answer.returncode == 2
    assert "Use another clone of the repository, without REQUIREMENTS." in answer.stderr
    assert answer.stdout == ""


def test_the_schema_is_compared_whatever_settings_the_environment_names(make):
    answer = make("-n", "schema-current", DJANGO_SETTINGS_MODULE="project.settings.production")

    (line,) = [one for one in answer.stdout.splitlines() if "export_schema" in one]
    assert "DJANGO_SETTINGS_MODULE=project.settings.development" in line


@pytest.mark.parametrize(
    ("target", "fallback"),
    [
        ("worker", "development"),
        ("beat", "development"),
        ("serve", "production"),
        ("serve-streams", "production"),
        ("collect", "production"),
        ("check-production", "production"),
    ],
)
def test_python_alone_decides_which_settings_hold(target, fallback, make):
    answer = make("-n", target)

    assert f"DRILLBOOK_FALLBACK_SETTINGS=project.settings.{fallback}" in answer.stdout
    assert "DJANGO_SETTINGS_MODULE" not in answer.stdout
