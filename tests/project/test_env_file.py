"""What a file ``.env`` says holds where the environment is silent, for every way to start."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

FILE = """
# Needed in production
DJANGO_SETTINGS_MODULE=project.settings.production
SECRET_KEY=0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ
JWT_SECRET_KEY="a key that is signed with ${HOME} # and $more"
FIELD_ENCRYPTION_KEYS='a key that encrypts what is stored'
ALLOWED_HOSTS=drillbook.example
DATABASE_URL=sqlite:////nowhere/at/all.sqlite3
ACCESS_TOKEN_MINUTES=5
EXPORT_KEEP_DAYS=3
"""
STARTED = """
import json, os, sys
from pathlib import Path
from project import env_file
env_file.ROOT = Path(sys.argv[1])
{start}
from django.conf import settings
settings.DEBUG
names = ["ACCESS_TOKEN_MINUTES", "EXPORT_KEEP_DAYS", "ALLOWED_HOSTS", "JWT_KEYS"]
answer = {{name: getattr(settings, name) for name in names}}
print(json.dumps(answer | {{"module": os.environ["DJANGO_SETTINGS_MODULE"]}}, default=str))
"""
STARTS = {
    "manage.py": "import manage\nsys.argv = ['manage.py', 'version']\nmanage.main()",
    "wsgi": "import project.wsgi",
    "asgi": "import project.asgi",
    "celery": "import project.celery",
}


@pytest.fixture
def process(tmp_path):
    """Start in one way with some variables, and with what ``.env`` is there."""

    def call(start, **variables):
        code = STARTED.format(start=STARTS[start])
        return subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            cwd=settings.ROOT,
            env={"PATH": os.environ["PATH"], **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return call


@pytest.fixture
def started(process, tmp_path):
    """Start in one way, with a file and some variables; what the settings are then."""

    def call(start, file=FILE, **variables):
        (tmp_path / ".env").write_text(file)
        finished = process(start, **variables)
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout.splitlines()[-1])

    return call


@pytest.mark.parametrize("start", STARTS)
def test_every_start_reads_it(start, started):
    found = started(start)

    assert found["module"] == "project.settings.production"
    assert found["ACCESS_TOKEN_MINUTES"] == 5
    assert found["ALLOWED_HOSTS"] == ["drillbook.example"]
    # As it stands there: a secret is not filled in from other variables.
    assert found["JWT_KEYS"] == {"default": "a key that is signed with ${HOME} # and $more"}


def test_the_environment_comes_first_even_where_it_is_empty(started):
    found = started("manage.py", ACCESS_TOKEN_MINUTES="7", EXPORT_KEEP_DAYS="")

    assert (found["ACCESS_TOKEN_MINUTES"], found["EXPORT_KEEP_DAYS"]) == (7, 7)


def test_a_file_that_names_no_settings_leaves_a_command_those_of_development(started):
    file = FILE.replace("DJANGO_SETTINGS_MODULE=project.settings.production", "")

    assert started("manage.py", file)["module"] == "project.settings.development"
    assert started("wsgi", file)["module"] == "project.settings.production"


LINE = "DJANGO_SETTINGS_MODULE=project.settings.production\n"


@pytest.mark.parametrize(
    "line",
    [
        f"export {LINE}",
        " DJANGO_SETTINGS_MODULE = project.settings.production # on a public server\n",
        f"\ufeff{LINE}",
        f"DJANGO_SETTINGS_MODULE=project.settings.development\n{LINE}",
    ],
)
def test_settings_are_named_in_any_way_of_writing_it(line, started):
    file = line + FILE.replace(LINE, "")
    # An empty name in the environment is none.
    variables = {"DRILLBOOK_FALLBACK_SETTINGS": "unused", "DJANGO_SETTINGS_MODULE": ""}

    found = started("manage.py", file, **variables)

    assert found["module"] == "project.settings.production"


def test_a_target_of_make_says_what_it_is_for(started):
    file = FILE.replace(LINE, "")
    fallback = {"DRILLBOOK_FALLBACK_SETTINGS": "project.settings.production"}

    assert started("manage.py", file, **fallback)["module"] == "project.settings.production"


def no_utf_8(path):
    path.write_bytes(b"SECRET_KEY=hunter2\xff")


def a_nul(path):
    path.write_text("SECRET_KEY=hunter2\0")


def a_directory(path):
    path.mkdir()


def a_link_that_leads_nowhere(path):
    path.symlink_to("absent")


@pytest.mark.parametrize("start", ["manage.py", "wsgi"])
@pytest.mark.parametrize("fault", [no_utf_8, a_nul, a_directory, a_link_that_leads_nowhere])
def test_one_that_cannot_be_read_is_told(fault, start, process, tmp_path):
    fault(tmp_path / ".env")

    refused = process(start)

    assert refused.returncode == 1
    assert "`.env` cannot be read: " in refused.stderr.splitlines()[-1]
    assert "Save it as a file of text in UTF-8" in refused.stderr.splitlines()[-1]
    assert "hunter2" not in refused.stderr
    assert ("Traceback" in refused.stderr) is (start == "wsgi")


@pytest.mark.parametrize("name", ["project.settings.prodution", "project/settings", "absent.one"])
def test_settings_that_there_are_not_are_told(name, process):
    refused = process("manage.py", DJANGO_SETTINGS_MODULE=name)

    assert refused.returncode == 1
    assert refused.stderr == (
        f"DJANGO_SETTINGS_MODULE is {name!r}, and there is no such module. Choose "
        "project.settings.production or project.settings.development.\n"
    )
