#!/usr/bin/env python
"""Django's command line: ``python manage.py help`` lists what there is."""

import os
import sys


def main() -> None:
    """Run one command, with the development settings unless told otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.development")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as missing:
        message = "Django is not here. Run `make install`, then `.venv/bin/python manage.py …`."
        raise SystemExit(message) from missing
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        raise SystemExit(str(refusal)) from None


if __name__ == "__main__":
    main()
