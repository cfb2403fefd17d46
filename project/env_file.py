"""The file ``.env``, and which settings hold: those that the environment names, or that file."""

import os
from pathlib import Path

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent.parent
NAME = "DJANGO_SETTINGS_MODULE"


def read_env_file() -> None:
    """Add the variables of ``.env`` to the environment, whose own come first, also empty ones.

    Tests do not read it: what comes of one must not depend on one laptop's file.
    """
    if os.environ.get(NAME) != "project.settings.testing":
        load_dotenv(ROOT / ".env", interpolate=False, encoding="utf-8")


def choose_settings(fallback: str) -> None:
    """Name the settings module for Django, unless the environment or ``.env`` do."""
    read_env_file()
    if not os.environ.get(NAME, "").strip():
        os.environ[NAME] = fallback
