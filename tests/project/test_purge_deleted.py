"""``manage.py purge_deleted``: told from its output, and safe to be run again."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.questions.models import Question, Tag
from tests.factories import (
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    StudyListFactory,
    TagFactory,
)
from tests.schema.tables import nothing_changes

DAY = timedelta(days=1)


@pytest.fixture
def purge(capsys):
    """Run the command; give what it prints."""

    def run(*arguments: str) -> list[str]:
        call_command("purge_deleted", *arguments)
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def trashed(user):
    """Of several people, what was deleted 31 days ago; and a tag, deleted yesterday."""
    old = {"deleted_at": timezone.now() - 31 * DAY}
    question = QuestionLogFactory(question__owner=user).question
    Question.objects.filter(pk=question.pk).update(**old)
    TagFactory.create_batch(2, **old)
    QuestionLogFactory(**old)
    StudyListFactory(**old)
    GoalFactory(**old)
    return TagFactory(owner=user, deleted_at=timezone.now() - DAY)


def test_says_what_went_and_finds_nothing_the_next_time(purge, trashed):
    assert purge() == [
        "1 questions purged",
        "2 tags purged",
        "1 question logs purged",
        "1 study lists purged",
        "1 goals purged",
    ]
    assert {line.split()[0] for line in purge()} == {"0"}
    assert Tag.objects.get() == trashed
    assert QuestionLog.objects.count() == 0
    assert AuditEvent.objects.filter(verb__endswith=".purged", actor=None).count() == 6


@pytest.mark.parametrize(("days", "tags"), [("0", 3), ("1", 3), ("2", 2), ("32", 0)])
def test_takes_what_was_deleted_so_many_days_ago(days, tags, purge, trashed):
    assert purge("--older-than", days)[1] == f"{tags} tags purged"
    assert Tag.objects.count() == 3 - tags


def test_looks_only_when_told_so(purge, trashed):
    with nothing_changes():
        assert purge("--dry-run")[:2] == ["1 questions to be purged", "2 tags to be purged"]
        assert purge("--dry-run", "--older-than", "1")[1] == "3 tags to be purged"


@pytest.mark.parametrize("days", ["-1", "3651"])
def test_takes_a_sensible_number_of_days(days, purge, trashed):
    with nothing_changes(), pytest.raises(CommandError, match="Send 0 to 3650 days"):
        purge("--older-than", days)


def test_what_is_live_stays(purge, user):
    question = QuestionFactory(owner=user)

    purge("--older-than", "0")

    assert Question.objects.get() == question
