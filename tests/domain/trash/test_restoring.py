"""What comes back from the trash is what went there."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from domain.audit.models import AuditEvent
from domain.base import writing
from domain.practice.models import ReviewBaseline, ReviewState
from domain.practice.services.settings import update_settings
from domain.practice.services.trash import restore_question, restore_question_log
from domain.questions.models import Question, Tag
from domain.questions.services.questions import delete_question
from domain.questions.services.trash import restore_tag
from domain.trash.kinds import TrashKind
from tests.domain.practice.replay import expected, stored
from tests.domain.refusals import refused
from tests.factories import (
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    StudyListFactory,
    TagFactory,
)
from tests.schema.tables import dump, nothing_changes

HOUR = timedelta(hours=1)
STAMPS = ("version", "updated_at", "updated_by_id")


def without_stamps(row):
    return {name: value for name, value in row.items() if name not in STAMPS}


@pytest.mark.parametrize("kind", TrashKind)
def test_brings_back_the_same_bytes_in_every_table(kind, rows, others, now):
    before = dump()

    rows.delete(kind)
    rows.restore(kind, at=now + HOUR)

    after = dump()
    for table in before.keys() - {"audit.AuditEvent"}:
        untouched = [without_stamps(row) for row in before[table]]
        assert [without_stamps(row) for row in after[table]] == untouched, table


def test_what_took_its_name_may_be_gone_again(user, now, monkeypatch):
    tag = TagFactory(owner=user, name="graphs", deleted_at=now)
    other = TagFactory(owner=user, name="graphs")
    look = writing.refuse_by_constraint

    def look_too_late(row):
        Tag.objects.filter(pk=other.pk).delete()
        look(row)

    monkeypatch.setattr(writing, "refuse_by_constraint", look_too_late)

    assert restore_tag(tag=tag, actor=user, at=now).is_live


@pytest.mark.parametrize("kind", TrashKind)
def test_stamps_the_row_and_no_other(kind, rows, admin, now):
    row, table = rows.of(kind), rows.of(kind)._meta.label
    before = dump()

    rows.delete(kind)
    restored = rows.restore(kind, at=now + HOUR)

    assert (restored.version, restored.updated_at) == (3, now + HOUR)
    changed = [
        old["uid"] for old, new in zip(before[table], dump()[table], strict=True) if old != new
    ]
    assert changed == [row.uid]


@pytest.mark.parametrize("kind", TrashKind)
def test_is_recorded(kind, rows, user):
    row = rows.delete(kind)

    rows.restore(kind)

    verb = f"{kind.lower()}.restored"
    event = AuditEvent.objects.get(verb=verb)
    assert (event.owner, event.actor, event.object_uid) == (user, user, row.uid)


@pytest.mark.parametrize("kind", TrashKind)
def test_happens_once(kind, rows):
    rows.delete(kind)
    rows.restore(kind)

    with nothing_changes(), refused("not_found"):
        rows.restore(kind)


@pytest.mark.parametrize("kind", TrashKind)
def test_of_what_was_never_deleted_is_refused(kind, rows):
    with nothing_changes(), refused("not_found"):
        rows.restore(kind)


@pytest.mark.parametrize(
    ("kind", "factory", "taken"),
    [
        (TrashKind.QUESTION, QuestionFactory, {"slug": "slug_taken"}),
        (TrashKind.TAG, TagFactory, {"name": "name_taken"}),
        (TrashKind.STUDY_LIST, StudyListFactory, {"name": "name_taken"}),
    ],
)
def test_is_refused_while_another_one_has_its_name(kind, factory, taken, rows, user):
    row = rows.delete(kind)
    ((field, code),) = taken.items()
    same = {field: getattr(row, field)} | ({"kind": row.kind} if kind == TrashKind.TAG else {})
    other = factory(owner=user, **same)

    with nothing_changes(), refused(**taken):
        rows.restore(kind)

    other.delete()
    assert rows.restore(kind).is_live


def test_says_what_to_do_about_a_name_that_is_taken(rows, user):
    tag = rows.delete(TrashKind.TAG)
    TagFactory(owner=user, name=tag.name, kind=tag.kind)

    with pytest.raises(ValidationError) as refusal:
        rows.restore(TrashKind.TAG)

    assert refusal.value.messages == [
        "Meanwhile another one of yours has the same name. Change or delete that one, then restore "
        "this one."
    ]


def test_a_question_that_was_imported_anew_is_refused(rows, user):
    rows.delete(TrashKind.QUESTION)
    QuestionFactory(owner=user, platform="LEETCODE", external_id="two-sum")

    with nothing_changes(), refused(external_id="external_id_taken"):
        rows.restore(TrashKind.QUESTION)


def test_an_attempt_that_was_imported_anew_is_refused(user, now, rows):
    rows.log.platform, rows.log.external_id = "CODEFORCES", "1"
    rows.log.save()
    rows.delete(TrashKind.QUESTION_LOG)
    QuestionLogFactory(question=rows.question, platform="CODEFORCES", external_id="1")

    with nothing_changes(), refused(external_id="external_id_taken"):
        rows.restore(TrashKind.QUESTION_LOG)


def test_what_strangers_have_takes_no_name(rows, stranger):
    row = rows.delete(TrashKind.QUESTION)
    QuestionFactory(owner=stranger, slug=row.slug, platform="LEETCODE", external_id="two-sum")

    assert rows.restore(TrashKind.QUESTION).is_live


def test_a_question_is_scheduled_by_the_settings_of_today(rows, user, now):
    rows.delete(TrashKind.QUESTION)
    update_settings(user=user, at=now, desired_retention=0.8)
    ReviewBaseline.objects.all().delete()

    restored = rows.restore(TrashKind.QUESTION)

    assert stored(rows.question) == expected(rows.question)
    assert restored.due_at == stored(rows.question)["due_at"]


def test_a_question_that_was_never_attempted_gets_no_review_state(user, now):
    question = QuestionFactory(owner=user)
    delete_question(question=question, actor=user, at=now)

    restore_question(question=question, actor=user, at=now)

    assert not ReviewState.objects.exists()


def test_an_attempt_counts_again(rows):
    rows.delete(TrashKind.QUESTION_LOG)
    assert stored(rows.question)["log_count"] == 1

    restored = rows.restore(TrashKind.QUESTION_LOG)

    assert stored(rows.question)["log_count"] == 2
    assert restored.question.log_count == 2


def test_an_attempt_waits_for_its_question(rows, user, now):
    rows.delete(TrashKind.QUESTION_LOG)
    rows.delete(TrashKind.QUESTION)

    with nothing_changes(), refused("question_in_trash"):
        restore_question_log(log=rows.log, actor=user, at=now)

    rows.restore(TrashKind.QUESTION)
    assert rows.restore(TrashKind.QUESTION_LOG).question.log_count == 2


def test_a_tag_waits_until_its_questions_have_room(user, now):
    link = QuestionTagFactory(question__owner=user)
    others = [QuestionTagFactory(question=link.question) for _ in range(50)]
    link.tag.deleted_at = now
    link.tag.save()

    with nothing_changes(), refused("too_many_tags"):
        restore_tag(tag=link.tag, actor=user, at=now)

    others[0].delete()
    restore_tag(tag=link.tag, actor=user, at=now)
    assert Question.objects.get().tags.filter(deleted_at=None).count() == 50


@pytest.mark.parametrize(
    ("kind", "factory", "limit", "code"),
    [
        (TrashKind.STUDY_LIST, StudyListFactory, 200, "too_many_study_lists"),
        (TrashKind.GOAL, GoalFactory, 50, "too_many_goals"),
    ],
)
def test_is_refused_where_there_is_no_room(kind, factory, limit, code, rows, user):
    rows.delete(kind)
    factory.create_batch(limit, owner=user)

    with nothing_changes(), refused(code):
        rows.restore(kind)
