"""Two devices that import at the same moment store everything once."""

import pytest
from django.db.models import Count

from domain.practice.models import QuestionLog
from domain.questions.models import Question, QuestionTag, Tag
from domain.transfer.importing import import_questions
from domain.transfer.reports import Counts
from tests.domain.parallel import at_once
from tests.domain.transfer import files
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner():
    return UserFactory()


def importing(owner, path):
    return lambda: import_questions(owner=owner, content=path.read_bytes(), at=NOW)


def test_the_second_of_two_imports_changes_nothing(owner):
    reports = at_once(*[importing(owner, files.CODEFORCES)] * 2)

    reports.sort(key=lambda report: report.created)
    assert [report.created for report in reports] == [0, 87]
    assert reports[0].unchanged == 87
    assert (Question.objects.count(), QuestionLog.objects.count()) == (31, 43)
    assert not QuestionTag.objects.values("question", "tag").annotate(n=Count("pk")).filter(n__gt=1)


def test_two_lists_share_their_questions_and_tags(owner):
    reports = at_once(importing(owner, files.NEETCODE), importing(owner, files.BLIND75))

    assert sum(report.questions.created for report in reports) == 450
    assert (Question.objects.count(), Tag.objects.count()) == (450, 48)


def test_people_do_not_disturb_each_other(owner):
    stranger = UserFactory()

    reports = at_once(importing(owner, files.CODEFORCES), importing(stranger, files.CODEFORCES))

    assert [report.questions for report in reports] == [Counts(created=31)] * 2
    assert Question.objects.owned_by(owner).count() == 31
    assert Question.objects.owned_by(stranger).count() == 31
