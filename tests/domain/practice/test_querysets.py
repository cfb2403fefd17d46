"""Which attempts and which questions."""

from datetime import timedelta

import pytest

from domain.practice.models import QuestionLog
from domain.questions.models import Question
from tests.factories import QuestionFactory, QuestionLogFactory

HOUR = timedelta(hours=1)


def test_live_logs_are_those_of_live_questions(user, now):
    live = QuestionLogFactory(question__owner=user)
    QuestionLogFactory(question__owner=user, deleted_at=now)
    QuestionLogFactory(question__owner=user, question__deleted_at=now)

    assert list(QuestionLog.objects.live()) == [live]


def test_owned_by_leaves_out_everybody_else(user):
    mine = QuestionLogFactory(question__owner=user)
    QuestionLogFactory()

    assert list(QuestionLog.objects.owned_by(user)) == [mine]


@pytest.mark.parametrize(
    ("after", "before", "found"),
    [(None, None, [1, 2, 3]), (2, None, [2, 3]), (None, 2, [1]), (2, 3, [2]), (3, 2, [])],
)
def test_attempted_between_includes_its_beginning_only(after, before, found, user, now):
    question = QuestionFactory(owner=user)
    for hour in (1, 2, 3):
        QuestionLogFactory(question=question, attempted_at=now + hour * HOUR, notes=str(hour))

    logs = QuestionLog.objects.attempted_between(
        after=after and now + after * HOUR, before=before and now + before * HOUR
    )

    assert sorted(int(log.notes) for log in logs) == found


def test_with_mistake_is_with_at_least_one(user):
    question = QuestionFactory(owner=user)
    for mistakes in (["BUG"], ["EDGE_CASE", "BUG"], ["OFF_BY_ONE"], []):
        QuestionLogFactory(question=question, mistakes=mistakes, notes=",".join(mistakes))

    def found(*mistakes):
        logs = QuestionLog.objects.owned_by(user).with_mistake(mistakes)
        return sorted(logs.values_list("notes", flat=True))

    assert found("BUG") == ["BUG", "EDGE_CASE,BUG"]
    assert found("EDGE_CASE", "OFF_BY_ONE", "OFF_BY_ONE") == ["EDGE_CASE,BUG", "OFF_BY_ONE"]
    assert found("SYNTAX") == found() == []


@pytest.mark.parametrize(
    ("languages", "found"),
    [
        (["python"], ["PYTHON", "Python"]),
        ([" Python\t", "c++"], ["C++", "PYTHON", "Python"]),
        (["Pyth", "%", "_"], []),
        (["ΣΟΦΙΑ"], ["ΣΟΦΙΑ"]),
        (["σοφια", "И"], []),
        (["İ"], ["İ"]),
        ([""], [""]),
        ([], []),
    ],
)
def test_in_language_takes_the_whole_name_and_folds_a_to_z_alone(languages, found, user):
    for language in ("Python", "PYTHON", "Python 2", "C++", "C", "ΣΟΦΙΑ", "и", "İ", ""):
        QuestionLogFactory(question__owner=user, language=language)

    logs = QuestionLog.objects.owned_by(user).in_language(languages)

    assert sorted(logs.values_list("language", flat=True)) == found


def test_due_questions_are_due_from_their_moment_on(user, now):
    QuestionFactory(owner=user)
    QuestionFactory(owner=user, due_at=now + timedelta(microseconds=1))
    due = [QuestionFactory(owner=user, due_at=now - HOUR), QuestionFactory(owner=user, due_at=now)]

    assert list(Question.objects.due(at=now).order_by("pk")) == due
