"""Invented people, for tests of what they have."""

from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

from django.core.management import call_command

UNTIL = date(2026, 3, 2)
ENDS_AT = datetime(2026, 3, 2, tzinfo=UTC)


def create(name: str = "create_fake_data", **options: Any) -> str:
    """Run the command; give what it said."""
    said = StringIO()
    call_command(name, stdout=said, **({"until": UNTIL} | options))
    return said.getvalue()
