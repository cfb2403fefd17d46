"""``manage.py seed``: a shorter name for ``create_fake_data``."""

from project.management.commands import create_fake_data


class Command(create_fake_data.Command):
    """The same command."""
