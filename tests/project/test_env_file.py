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
def started(tmp_path):
    """Start in one way, with a file and some variables; what the settings are then."""

    def call(start, file=FILE, **variables):
        (tmp_path / ".env").write_text(file)
        code = STARTED.format(start=STARTS[start])
        finished = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            cwd=settings.ROOT,
            env={"PATH": os.environ["PATH"], **variables},
            capture_output=True,
            text=True,
            check=False,
        )
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
