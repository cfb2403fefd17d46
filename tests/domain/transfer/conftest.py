"""What import tests begin with."""

from collections.abc import Callable
from datetime import datetime

import pytest

from domain.accounts.models import User
from domain.transfer.importing import ImportReport, import_questions


@pytest.fixture
def imported(user: User, now: datetime) -> Callable[..., ImportReport]:
    """Import a file for the user, or for the given owner."""

    def call(
        content: str | bytes, *, owner: User = user, format: str | None = None
    ) -> ImportReport:
        return import_questions(owner=owner, content=content, format=format, at=now)

    return call
