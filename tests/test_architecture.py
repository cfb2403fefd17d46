"""What holds for the project as a whole."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from importlinter import cli

CONCEPTS = [each.label for each in apps.get_app_configs() if each.name.startswith("domain.")]
REQUIREMENTS = sorted((settings.ROOT / "project" / "requirements").glob("*.txt"))


def test_the_import_contracts_hold(capsys):
    broken = cli.lint_imports(no_cache=True)

    assert not broken, capsys.readouterr().out


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    try:
        call_command("makemigrations", *CONCEPTS, check_changes=True, dry_run=True)
    except SystemExit:
        pytest.fail(f"Run make makemigrations.\n{capsys.readouterr().out}")


def requirements_of(path):
    """The lines of a requirements file, each with its continuation lines."""
    text = re.sub(r"\\\n", " ", path.read_text())
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def test_every_requirements_file_is_there():
    names = [path.stem for path in REQUIREMENTS]

    assert names == ["datadog", "development", "production", "tracing"]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_each_requirement_is_pinned_and_hashed(path):
    for line in requirements_of(path):
        assert re.match(r"^[a-z0-9][a-z0-9._-]*(\[[\w,-]+\])?==[\w.+!-]+ ", line), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_no_requirement_names_where_it_comes_from(path):
    assert not re.search(r"index-url|find-links|https?://", path.read_text())


def test_all_have_the_same_releases_as_production():
    releases = {
        path.stem: {line.split(" ")[0] for line in requirements_of(path)} for path in REQUIREMENTS
    }

    assert all(releases["production"] <= others for others in releases.values())
