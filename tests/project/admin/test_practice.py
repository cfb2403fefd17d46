"""Attempts and settings are changed on the admin site as their services say."""

import pytest

from domain.accounts.models import (
    UserSettings,
)
from domain.practice.models import QuestionLog
from domain.questions.models import Question
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
)
from tests.project.admin.pages import act, address, messages, save

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def counters(question: Question) -> tuple[int, int, int, str | None]:
    question.refresh_from_db()
    return (
        question.log_count,
        question.solved_count,
        question.total_seconds,
        question.last_outcome,
    )


def test_a_new_log_settles_its_question(site, superuser):
    question = QuestionFactory()

    save(
        site,
        address(QuestionLog, "add"),
        question=question.pk,
        attempted_at_0="2026-03-01",
        attempted_at_1="20:00:00",
        outcome="SOLVED",
        duration_seconds="600",
        mistakes=["EDGE_CASE", "BUG"],
    )

    log = QuestionLog.objects.get()
    assert (log.owner, log.created_by) == (question.owner, superuser)
    assert log.mistakes == ["EDGE_CASE", "BUG"]
    assert counters(question) == (1, 1, 600, "SOLVED")
    assert question.last_attempted_at == log.attempted_at
    assert question.due_at is not None


def test_a_changed_log_settles_its_question(site):
    log = QuestionLogFactory(duration_seconds=60)
    due_at = log.question.due_at

    save(site, address(log), outcome="FAILED", duration_seconds="90")

    assert counters(log.question) == (1, 0, 90, "FAILED")
    assert log.question.due_at < due_at
    assert QuestionLog.objects.get().version == 2


def test_a_deleted_log_settles_its_question(site):
    log = QuestionLogFactory(duration_seconds=60)

    site.post(address(log, "delete"), {"post": "yes"})

    assert counters(log.question) == (0, 0, 0, None)
    assert log.question.due_at is None
    assert QuestionLog.objects.get().deleted_at == NOW


def test_deleting_several_logs_settles_their_questions(site):
    first = QuestionLogFactory(duration_seconds=60)
    second = QuestionLogFactory(question=first.question, duration_seconds=30, outcome="FAILED")
    kept = QuestionLogFactory(question=first.question, duration_seconds=5)

    act(site, QuestionLog, "delete_selected", [first, second], post="yes")

    assert counters(first.question) == (1, 1, 5, "SOLVED")
    assert QuestionLog.objects.live().get() == kept


def test_a_log_in_the_future_is_refused(site):
    log = QuestionLogFactory()

    save(site, address(log), attempted_at_0="2026-03-03")

    assert QuestionLog.objects.get().attempted_at == log.attempted_at
    assert "future" in messages(site)[0]


def test_a_log_for_a_question_in_the_trash_is_refused(site):
    question = QuestionFactory(deleted_at=NOW)

    answer = save(
        site,
        address(QuestionLog, "add"),
        question=question.pk,
        attempted_at_0="2026-03-01",
        attempted_at_1="20:00:00",
        outcome="SOLVED",
    )

    assert answer.status_code == 200
    assert not QuestionLog.objects.exists()


def test_changed_settings_reschedule(site):
    log = QuestionLogFactory()
    due_at = log.question.due_at

    save(site, address(log.owner.settings), desired_retention="0.95")

    log.question.refresh_from_db()
    assert log.question.due_at < due_at
    assert UserSettings.objects.get(user=log.owner).desired_retention == 0.95


def test_a_question_shows_its_latest_live_logs(site):
    question = QuestionFactory()
    logs = [
        QuestionLogFactory(question=question, attempted_at=NOW.replace(hour=0, minute=minute))
        for minute in range(12)
    ]
    QuestionLogFactory(question=question, deleted_at=NOW)

    page = site.get(address(question))

    shown = page.context["inline_admin_formsets"][1].formset.get_queryset()
    assert list(shown) == logs[:1:-1]
