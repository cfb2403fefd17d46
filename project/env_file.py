"""The file ``.env``, and which settings hold: those that the environment names, or that file."""

import os
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent.parent
NAME = "DJANGO_SETTINGS_MODULE"
# Of the Makefile: what its target is for.
FALLBACK = "DRILLBOOK_FALLBACK_SETTINGS"


def read_env_file() -> None:
    """Add the variables of ``.env`` to the environment, whose own come first, also empty ones.

    Tests do not read it: what comes of one must not depend on one laptop's file.

    Raises:
        ImproperlyConfigured: there is something of that name that cannot be read.
    """
    path = ROOT / ".env"
    # A link that leads nowhere counts: in silence, a server would have the settings of development.
    if os.environ.get(NAME) == "project.settings.testing" or not os.path.lexists(path):
        return
    try:
        # Some editors begin a file with a mark, which is no part of a name.
        text = path.read_text(encoding="utf-8-sig")
        load_dotenv(stream=StringIO(text), interpolate=False)
    except (OSError, ValueError) as error:
        # What cannot be decoded may be a secret: the reason does not quote it.
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        message = (
            f"`.env` cannot be read: {reason}. Save it as a file of text in UTF-8 that belongs to "
            "who runs this, or remove it."
        )
        raise ImproperlyConfigured(message) from None


def choose_settings(fallback: str) -> None:
    """Name the settings module for Django, unless the environment or ``.env`` do.

    Raises:
        ImproperlyConfigured: they name one that there is not, or ``.env`` cannot be read.
    """
    if not os.environ.get(NAME, "").strip():
        os.environ.pop(NAME, None)
    read_env_file()
    chosen = os.environ.get(NAME, "").strip() or os.environ.get(FALLBACK) or fallback
    if not _exists(chosen):
        message = (
            f"{NAME} is {chosen!r}, and there is no such module. Choose "
            "project.settings.production or project.settings.development."
        )
        raise ImproperlyConfigured(message)
    os.environ[NAME] = chosen


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
