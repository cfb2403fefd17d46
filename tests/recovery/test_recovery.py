"""What the script tries is what operators are told, and it sees what is lost."""

import time
from pathlib import Path
from uuid import uuid4

import pytest

from domain.accounts.models import User
from tests.factories import QuestionFactory
from tests.recovery.cluster import ARCHIVE, RESTORE
from tests.recovery.writing import Writer

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()
WAL = "/var/backups/drillbook/wal"


@pytest.mark.once
@pytest.mark.parametrize(
    "line",
    [
        f"archive_command = '{ARCHIVE.format(wal=WAL)}'\n",
        f"restore_command = '{RESTORE.format(wal=WAL)}'\n",
    ],
)
def test_the_page_has_the_commands_that_are_tried(line: str):
    assert line in PAGE


def test_a_write_that_is_gone_is_counted(user: User):
    writer, moment = Writer(user), time.monotonic()
    writer.acknowledged = {
        QuestionFactory(owner=user).uid: (moment - 3, moment - 2),
        uuid4(): (moment - 2, moment - 1),
        uuid4(): (moment, moment + 1),
    }

    assert writer.lost(before=moment) == 1
    assert writer.seconds_lost(until=moment) == pytest.approx(1)


def test_a_write_from_after_the_moment_is_counted(user: User):
    writer, moment = Writer(user), time.monotonic()
    writer.acknowledged = {
        QuestionFactory(owner=user).uid: (moment + 1, moment + 2),
        QuestionFactory(owner=user).uid: (moment - 2, moment - 1),
        uuid4(): (moment + 1, moment + 2),
    }

    assert writer.too_many(after=moment) == 1
