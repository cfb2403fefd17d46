#!/usr/bin/env python
"""Django's command line: ``python manage.py help`` lists what there is."""

import sys


def main() -> None:
    """Run one command, with the development settings unless told otherwise."""
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line

        from project.env_file import choose_settings
    except ImportError as missing:
        message = "Django is not here. Run `make install`, then `.venv/bin/python manage.py …`."
        raise SystemExit(message) from missing
    try:
        choose_settings("project.settings.development")
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        raise SystemExit(str(refusal)) from None


if __name__ == "__main__":
    main()
