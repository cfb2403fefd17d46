"""What import tests begin with."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from domain.accounts.models import User
from domain.archive.documents import document
from domain.transfer.asking import Asked
from domain.transfer.importing import import_questions
from domain.transfer.models import ImportBatch
from domain.transfer.options import ImportOptions
from domain.transfer.previewing import preview_import
from domain.transfer.reports import ImportReport
from domain.transfer.reverting import revert
from domain.transfer.steps import UNTOLD


@pytest.fixture
def imported(user: User, now: datetime) -> Callable[..., ImportReport]:
    """Import a file for the user, or for the given owner, with the options given by name."""

    def call(
        content: str | bytes,
        *,
        owner: User = user,
        at: datetime = now,
        format: str | None = None,
        policy: str = "REJECT_ALL",
        **options: Any,
    ) -> ImportReport:
        return import_questions(
            owner=owner,
            content=content,
            format=format,
            at=at,
            error_policy=policy,
            options=ImportOptions(**options),
        )

    return call


@pytest.fixture
def previewed(user: User, now: datetime) -> Callable[..., ImportReport]:
    """What importing a file for the user would do."""

    def call(content: str | bytes, *, policy: str = "REJECT_ALL", rows: int = 100) -> ImportReport:
        return preview_import(
            Asked(
                owner=user, content=content, at=now, error_policy=policy, thorough=True, tell=rows
            )
        )

    return call


@pytest.fixture
def reverted(now: datetime) -> Callable[[ImportReport], Any]:
    """Take an import back; give what the person is told."""

    def call(report: ImportReport, *, at: datetime = now) -> Any:
        batch = ImportBatch.objects.get(uid=report.batch)
        with transaction.atomic():
            revert(batch, actor=batch.owner, at=at, progress=UNTOLD)
        batch.refresh_from_db()
        return batch.revert_report

    return call


@pytest.fixture
def exported(user: User) -> Callable[[], str]:
    """Everything that the user, or the given person, has: the bytes of an export."""

    def call(owner: User = user) -> str:
        return "".join(document(owner.pk))

    return call
