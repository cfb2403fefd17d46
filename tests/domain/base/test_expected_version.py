"""A change that expects a version is made only to that version."""

import pytest

from domain.base.errors import NotFound, VersionConflict
from domain.practice.services.logs import delete_question_log, update_question_log
from domain.questions.services.questions import delete_question, update_question
from domain.questions.services.tags import delete_tag, update_tag
from tests.domain.parallel import at_once
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, TagFactory
from tests.schema.tables import nothing_changes

CHANGES = {
    "update_question": (
        QuestionFactory,
        lambda row, **how: update_question(question=row, notes="mine", **how),
    ),
    "delete_question": (QuestionFactory, lambda row, **how: delete_question(question=row, **how)),
    "update_tag": (
        TagFactory,
        lambda row, **how: update_tag(tag=row, description="mine", **how),
    ),
    "delete_tag": (TagFactory, lambda row, **how: delete_tag(tag=row, **how)),
    "update_question_log": (
        QuestionLogFactory,
        lambda row, **how: update_question_log(log=row, notes="mine", **how),
    ),
    "delete_question_log": (
        QuestionLogFactory,
        lambda row, **how: delete_question_log(log=row, **how),
    ),
}


@pytest.fixture(params=CHANGES)
def row_and_change(request, db):
    """A row of version 3, and a call that changes it."""
    factory, change = CHANGES[request.param]
    row = factory(version=3)
    return row, lambda version: change(row, actor=row.owner, at=NOW, expected_version=version)


@pytest.mark.parametrize("version", [3, None])
def test_changes_the_expected_version_or_any(version, row_and_change):
    _, change = row_and_change

    assert change(version).version == 4


@pytest.mark.parametrize("version", [2, 4, 0, -1])
def test_refuses_another_version_and_tells_the_row(version, row_and_change):
    row, change = row_and_change

    with nothing_changes(), pytest.raises(VersionConflict) as conflict:
        change(version)

    assert conflict.value.row == row
    assert conflict.value.row is not row
    assert conflict.value.row.version == 3


def test_what_is_gone_has_no_version(row_and_change):
    row, change = row_and_change
    type(row).objects.update(deleted_at=NOW)

    with nothing_changes(), pytest.raises(NotFound):
        change(2)


@pytest.mark.django_db(transaction=True)
def test_of_two_devices_one_changes_a_version(row_and_change):
    row, change = row_and_change

    outcomes = at_once(*[lambda: change(3)] * 2)

    # To the second of two deletions the row is not there any more.
    lost = [outcome for outcome in outcomes if isinstance(outcome, VersionConflict | NotFound)]
    assert len(lost) == 1
    assert type(row).objects.get().version == 4
