"""Reverting an import leaves what was there before, and whatever the person did since."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.lists.services.items import add_to_study_list, remove_from_study_list
from domain.lists.services.lists import create_study_list
from domain.practice.models import QuestionLog, ReviewBaseline, ReviewState
from domain.practice.services import reviews
from domain.practice.services.logs import create_question_log, update_question_log
from domain.practice.services.trash import purge_question_logs
from domain.questions.models import Question, QuestionTag, Tag
from domain.questions.services.questions import delete_question, update_question
from domain.questions.services.tagging import Tagging
from domain.questions.services.tags import update_tag
from domain.transfer.models import ImportBatch, ImportedChange
from domain.transfer.reverting import AlreadyReverted
from domain.transfer.steps import UNTOLD
from domain.transfer.undoing.columns import restore_columns
from domain.transfer.undoing.undo import Undo
from tests.domain.practice.replay import expected, stored
from tests.domain.transfer import files
from tests.domain.transfer.files import (
    a_problem,
    card,
    codeforces,
    leetsrs,
    neetcode,
    submission,
)
from tests.factories import (
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    StudyListFactory,
    StudyListItemFactory,
)
from tests.schema.tables import nothing_changes

WATERMELON = {"platform": "CODEFORCES", "external_id": "4A"}


@pytest.fixture
def later(now):
    return now + timedelta(hours=1)


@pytest.mark.parametrize("name", files.FILES)
def test_an_account_is_as_it_was(name, imported, reverted, exported, user):
    own = QuestionFactory(owner=user, title="My own")
    QuestionTagFactory(question=own)
    QuestionLogFactory(question=own)
    before = exported()
    report = imported(files.FILES[name].read_bytes())

    told = reverted(report)

    assert exported() == before
    assert told["kept"] == {}
    assert sum(told["removed"].values()) == sum(
        getattr(report, table).created for table in ("questions", "tags", "logs")
    )
    assert not ImportedChange.objects.exists()


@pytest.mark.parametrize("name", files.FILES)
def test_importing_again_brings_everything_back(name, imported, reverted):
    content = files.FILES[name].read_bytes()
    first = imported(content)
    reverted(first)

    second = imported(content)

    assert (second.created, second.updated) == (first.created, first.updated)


def test_a_completed_question_is_as_it_was(imported, reverted, exported, user, later):
    question = QuestionFactory(owner=user, **WATERMELON)
    QuestionTagFactory(question=question, tag__name="math", tag__kind="TOPIC")
    before, words = exported(), question.search_words
    report = imported(codeforces(submission()), at=later)

    told = reverted(report)

    question.refresh_from_db()
    assert report.questions.updated == 1
    assert exported() == before
    assert (question.search_words, question.log_count, question.due_at) == (words, 0, None)
    assert not ReviewState.objects.exists()
    assert told["restored"] == 1


def test_notes_are_taken_back_and_are_not_found_any_more(imported, reverted, exported, user):
    question = QuestionFactory(owner=user, title="Two Sum", platform="LEETCODE",
                               external_id="two-sum")  # fmt: skip
    before = exported()
    notes = {"id of two-sum": {"cardId": "id of two-sum", "text": "complement"}}
    report = imported(leetsrs(card(), notes=notes))
    assert Question.objects.matching("complement").exists()

    reverted(report)

    assert exported() == before
    assert not Question.objects.matching("complement").exists()
    assert stored(question) == expected(question)


def test_a_paused_card_with_and_without_a_question_of_ones_own(imported, reverted, exported, user):
    QuestionFactory(owner=user, title="Two Sum", platform="LEETCODE", external_id="two-sum")
    before = exported()
    report = imported(leetsrs(card(paused=True), card("lru-cache", paused=True)))
    assert ReviewState.objects.filter(is_suspended=True).count() == 2

    reverted(report)

    assert exported() == before
    assert not ReviewBaseline.objects.exists()
    assert not ReviewState.objects.exists()


def test_a_column_is_put_back_without_naming_all_that_the_import_made(imported, user, now):
    QuestionFactory(owner=user, title="Two Sum", platform="LEETCODE", external_id="two-sum")
    cards = [card(paused=True), *(card(f"card-{number}") for number in range(20))]
    report = imported(leetsrs(*cards))
    undo = Undo(ImportBatch.objects.get(uid=report.batch), user, now, UNTOLD)
    sent = []

    def count(execute, sql, params, many, context):
        sent.append(len(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        restore_columns(ReviewState, undo)

    assert (undo.restored, len(undo.created(Question))) == (1, 20)
    assert max(sent) < 20


def test_an_attempt_that_was_overtaken_counts_again(imported, reverted, exported):
    imported(codeforces(submission(1, at="2026-03-01 12:00")))
    before = exported()
    report = imported(codeforces(submission(2, at="2026-03-01 13:00")))
    assert report.logs.updated == 1

    reverted(report)

    assert exported() == before
    question = Question.objects.get()
    assert stored(question) == expected(question)


def test_an_earlier_import_can_be_taken_back_although_a_later_one_overtook_it(imported, reverted):
    first = imported(codeforces(submission(1, at="2026-03-01 12:00")))
    imported(codeforces(submission(2, at="2026-03-01 13:00")))

    told = reverted(first)

    assert QuestionLog.objects.get().external_id == "2"
    # The later import stands on its question and its tags.
    assert told["removed"] == {"logs": 1, "questions": 0, "tags": 0}
    assert told["kept"] == {"questions": 1, "tags": 2}
    question = Question.objects.get()
    assert stored(question) == expected(question)


def test_imports_can_be_taken_back_in_any_order(imported, reverted, exported):
    before = exported()
    reports = [
        imported(codeforces(submission(number, at=f"2026-03-01 1{number}:00", problem=problem)))
        for number, problem in enumerate([a_problem(), a_problem(), a_problem("B")], start=1)
    ]

    for report in (reports[1], reports[2], reports[0]):
        reverted(report)

    assert exported() == before


def test_what_the_person_edited_is_kept(imported, reverted, user, now):
    report = imported(codeforces(submission(), submission(2, problem=a_problem("B"))))
    question = Question.objects.get(external_id="4A")
    update_question(question=question, actor=user, at=now, title="Mine now")
    tag = Tag.objects.get(name="math")
    update_tag(tag=tag, actor=user, at=now, colour="#123456")

    told = reverted(report)

    assert list(Question.objects.values_list("title", flat=True)) == ["Mine now"]
    assert set(Tag.objects.values_list("name", flat=True)) == {"math", "brute force"}
    assert told["kept"] == {"questions": 1, "tags": 2}
    assert {"kind": "questions", "title": "Mine now"} in told["named"]
    assert not QuestionLog.objects.exists()
    question.refresh_from_db()
    assert question.log_count == 0


def built_upon(user, now):
    """What a person may do with an imported question, and whether its attempt is kept as well."""
    return {
        "an attempt": lambda question: create_question_log(
            question=question, actor=user, at=now, outcome="SOLVED"
        ),
        "a list": lambda question: add_to_study_list(
            study_list=StudyListFactory(owner=user), questions=[question], actor=user, at=now
        ),
        "a tag": lambda question: update_question(
            question=question, actor=user, at=now,
            tags=[Tagging(QuestionTagFactory(question__owner=user).tag)],
        ),
        "suspended": lambda question: reviews.suspend_question(
            question=question, actor=user, at=now
        ),
        "trashed": lambda question: delete_question(question=question, actor=user, at=now),
        "a note on the attempt": lambda question: update_question_log(
            log=question.logs.get(), actor=user, at=now, notes="Mine."
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    "what", ["an attempt", "a list", "a tag", "suspended", "trashed", "a note on the attempt"]
)
def test_what_the_person_built_upon_is_kept(what, imported, reverted, user, now):
    report = imported(codeforces(submission()))
    question = Question.objects.get()
    built_upon(user, now)[what](question)

    told = reverted(report)

    assert Question.objects.filter(pk=question.pk).exists()
    assert told["kept"]["questions"] == 1
    assert {"kind": "questions", "title": "Watermelon A"} in told["named"]
    assert question.logs.filter(import_batch=report.batch).exists() is (
        what == "a note on the attempt"
    )


def test_columns_that_the_person_changed_since_stay(imported, reverted, user, later):
    question = QuestionFactory(owner=user, **WATERMELON)
    report = imported(codeforces(submission()))
    update_question(question=question, actor=user, at=later, url="https://example.com/mine",
                    platform="CODEFORCES", external_id="4A")  # fmt: skip

    reverted(report, at=later)

    question.refresh_from_db()
    assert question.url == "https://example.com/mine"
    assert (question.difficulty, question.platform_rating) == (None, None)
    assert (question.version, question.updated_at) == (4, later)


def test_a_tag_that_the_person_uses_elsewhere_is_kept(imported, reverted, user):
    report = imported(json.dumps([neetcode()]))
    mine = QuestionFactory(owner=user)
    QuestionTagFactory(question=mine, tag=Tag.objects.get())

    told = reverted(report)

    assert list(Question.objects.all()) == [mine]
    assert mine.tags.get().name == "Arrays & Hashing"
    assert told["kept"] == {"tags": 1}


def test_a_company_of_a_goal_is_kept(imported, reverted, user):
    report = imported(json.dumps([neetcode()]))
    Tag.objects.update(kind="COMPANY")
    GoalFactory(owner=user, company=Tag.objects.get())

    told = reverted(report)

    assert told["kept"] == {"tags": 1}


def test_what_is_gone_already_is_no_obstacle(imported, reverted, user, now):
    report = imported(codeforces(submission(), submission(2, at="2026-02-01 12:00")))
    log = QuestionLog.objects.earliest("pk")
    QuestionLog.objects.filter(pk=log.pk).update(deleted_at=now)
    purge_question_logs(ids=[log.pk], actor=user, at=now)

    told = reverted(report)

    assert (told["removed"]["logs"], told["kept"]) == (1, {})
    assert not Question.objects.exists()


def test_a_list_is_as_it_was_with_all_its_gaps(imported, reverted, exported, user, later):
    study_list = StudyListFactory(owner=user)
    for position in (0, 3):
        StudyListItemFactory(study_list=study_list, position=position)
    before = exported()
    report = imported(codeforces(submission()), study_list=study_list.uid, at=later)
    assert report.study_lists.updated == 1

    reverted(report)

    assert exported() == before


def test_questions_are_taken_off_a_list_that_was_changed_since(imported, reverted, user, now):
    study_list = create_study_list(owner=user, at=now, name="Mine")
    mine = QuestionFactory.create_batch(2, owner=user)
    add_to_study_list(study_list=study_list, questions=[mine[0]], actor=user, at=now)
    report = imported(codeforces(submission()), study_list=study_list.uid)
    add_to_study_list(study_list=study_list, questions=[mine[1]], actor=user, at=now)

    told = reverted(report)

    items = study_list.items.order_by("position")
    assert list(items.values_list("question", "position")) == [(mine[0].pk, 0), (mine[1].pk, 1)]
    assert (Question.objects.count(), told["kept"]) == (2, {})


def test_a_question_that_the_person_took_off_the_list_is_no_obstacle(imported, reverted, user, now):
    study_list = create_study_list(owner=user, at=now, name="Mine")
    report = imported(codeforces(submission()), study_list=study_list.uid)
    question = Question.objects.get()
    remove_from_study_list(study_list=study_list, questions=[question], actor=user, at=now)

    reverted(report)

    assert not Question.objects.exists()


def test_twice_is_refused(imported, reverted, exported):
    report = imported(codeforces(submission()))
    reverted(report)
    after = exported()

    with pytest.raises(AlreadyReverted):
        reverted(report)

    assert exported() == after


def test_a_strangers_rows_stay(imported, reverted, exported, stranger):
    theirs = imported(codeforces(submission()), owner=stranger)
    before = exported(stranger)

    reverted(imported(codeforces(submission())))

    assert exported(stranger) == before
    assert ImportedChange.objects.filter(batch__uid=theirs.batch).exists()
    assert ImportBatch.objects.get(uid=theirs.batch).reverted_at is None


def test_links_of_a_completed_question_are_removed(imported, reverted, user):
    question = QuestionFactory(owner=user, **WATERMELON)
    report = imported(codeforces(submission()))
    assert QuestionTag.objects.count() == 2

    reverted(report)

    assert question.tags.count() == 0
    assert not Tag.objects.exists()


problems = st.sampled_from("ABC")
moments = st.sampled_from(["2026-02-01 12:00", "2026-02-01 18:00", "2026-02-02 12:00"])
verdicts = st.sampled_from(["OK", "WRONG_ANSWER"])
submissions = st.tuples(st.integers(1, 9), moments, problems, verdicts)


@st.composite
def a_file(draw):
    """Submissions at Codeforces, or a backup of LeetSRS, or a list of NeetCode."""
    kind = draw(st.sampled_from(["codeforces", "leetsrs", "neetcode"]))
    if kind == "codeforces":
        return codeforces(
            *(
                submission(number, at=at, problem=a_problem(index), verdict=verdict)
                for number, at, index, verdict in draw(st.lists(submissions, max_size=6))
            )
        )
    letters = draw(st.lists(problems, min_size=1, max_size=3, unique=True))
    if kind == "leetsrs":
        return leetsrs(*(card(letter.lower(), paused=draw(st.booleans())) for letter in letters))
    return json.dumps([neetcode(problem=letter, link=letter) for letter in letters])


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=a_file(), second=a_file())
def test_whatever_the_files(first, second, imported, previewed, reverted, exported, db):
    with transaction.atomic():
        imported(first)
        before = exported()

        with nothing_changes():
            preview = previewed(second)
        report = imported(second)
        with nothing_changes():
            again = imported(second)

        assert preview == replace(report, rows=preview.rows, batch=preview.batch)
        assert (again.created, again.updated) == (0, 0)
        if report.batch is not None:
            reverted(report)
        assert exported() == before
        for question in Question.objects.all():
            assert stored(question) == expected(question)
        transaction.set_rollback(True)
