"""An export of ours is imported like any other file: recognised, previewed, reverted."""

import pytest
from django.core.exceptions import ValidationError

from domain.archive.documents import lines
from domain.practice.models import QuestionLog
from domain.transfer.formats.base import ImportFormat
from tests.domain.archive.restoring import furnish
from tests.factories import PracticeSessionFactory, QuestionFactory, QuestionLogFactory
from tests.schema.tables import nothing_changes


@pytest.fixture
def text(stranger, exported):
    """Everything that somebody else has."""
    furnish(stranger)
    return exported(stranger)


def test_brings_back_the_same_bytes(text, imported, exported):
    report = imported(text)

    assert report.format == ImportFormat.DRILLBOOK
    assert (report.questions.created, report.logs.created, report.failed) == (3, 2, 0)
    assert exported() == text


def test_lines_bring_back_the_same_bytes(text, stranger, user, imported):
    report = imported("".join(lines(stranger.pk)))

    assert report.format == ImportFormat.DRILLBOOK
    assert list(lines(user.pk)) == list(lines(stranger.pk))


def test_a_second_time_changes_nothing(text, imported):
    imported(text)

    with nothing_changes():
        report = imported(text)

    assert (report.created, report.updated, report.notes) == (0, 0, ())


def test_a_preview_writes_nothing(text, previewed):
    with nothing_changes():
        report = previewed(text)

    assert report.created == 11


def test_reverting_leaves_what_was_there(text, user, imported, reverted, exported):
    own = QuestionFactory(owner=user, platform="LEETCODE", external_id="two-sum")
    QuestionLogFactory(question=own)
    before = exported()
    report = imported(text)
    assert exported() != before

    reverted(report)

    assert exported() == before
    assert exported(user) == before


def test_notes_where_attempts_came_from(text, user, imported):
    report = imported(text)

    batches = QuestionLog.objects.owned_by(user).values_list("import_batch", flat=True)
    assert set(batches) == {report.batch}


def test_is_refused_as_a_whole_or_in_part(text, user, imported):
    PracticeSessionFactory(owner=user)
    with nothing_changes(), pytest.raises(ValidationError) as refusal:
        imported(text)
    assert "You have an open session" in str(refusal.value)

    report = imported(text, policy="SKIP_FAILED")

    assert (report.failed, report.questions.created) == (1, 3)
    assert [error.code for error in report.errors] == ["session_open"]
