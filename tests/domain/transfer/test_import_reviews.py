"""What other programs remembered becomes the start of our replay, where there is nothing yet."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.audit.models import AuditEvent
from domain.practice.models import ReviewBaseline, ReviewState
from domain.practice.services import logs, reviews
from domain.practice.services.baselines import set_review_baseline
from domain.questions.models import Question
from domain.transfer.reports import Counts
from tests.domain.practice.replay import expected, stored
from tests.domain.transfer.files import card, codeforces, leetsolv, leetsrs, solved, submission
from tests.domain.transfer.problems import refused
from tests.factories import NOW, QuestionFactory, UserFactory

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
ELEVENTH = datetime(2026, 3, 11, 12, tzinfo=UTC)


@pytest.fixture
def question(user):
    """What the person has of the question of the files."""
    return QuestionFactory(
        owner=user, title="Two Sum", platform="LEETCODE", external_id="two-sum", notes="Mine."
    )


def memory(question):
    """What is stored of a question's reviews."""
    columns = "state", "stability", "difficulty", "last_review_at", "due_at", "reps", "lapses"
    return ReviewState.objects.values_list(*columns, "is_suspended").get(question=question)


def test_a_new_question_goes_on_from_the_backup(imported):
    report = imported(leetsrs(card()))

    question = Question.objects.get()
    assert (report.questions, report.reviews) == (Counts(created=1), Counts(created=1))
    assert report.created == 2
    assert memory(question) == (2, 10.5, 5.25, FIRST, ELEVENTH, 3, 1, False)
    assert (question.due_at, question.log_count, question.last_attempted_at) == (ELEVENTH, 0, None)
    assert stored(question) == expected(question)


def test_a_question_without_reviews_of_its_own_goes_on_from_the_backup(imported, question):
    report = imported(leetsrs(card(paused=True)))

    question.refresh_from_db()
    assert (report.questions, report.reviews) == (Counts(updated=1), Counts(created=1))
    assert memory(question) == (2, 10.5, 5.25, FIRST, ELEVENTH, 3, 1, True)
    assert stored(question) == expected(question)


def test_attempts_come_on_top_of_the_backup(imported, question, user):
    imported(leetsrs(card()))

    logs.create_question_log(question=question, actor=user, at=NOW, outcome="FAILED")

    state = ReviewState.objects.get(question=question)
    assert (state.reps, state.lapses, state.last_review_at) == (4, 2, NOW)
    assert stored(question) == expected(question)


@pytest.mark.parametrize("paused", [True, False])
def test_a_question_with_counted_attempts_keeps_its_own(paused, imported, question, user):
    logs.create_question_log(question=question, actor=user, at=NOW, outcome="SOLVED")
    before = stored(question)

    report = imported(leetsrs(card(paused=paused)))

    assert report.reviews == Counts(unchanged=1)
    assert not ReviewBaseline.objects.exists()
    assert not ReviewState.objects.get().is_suspended
    assert stored(question) == before


def test_a_question_with_a_baseline_keeps_it(imported, question, user):
    set_review_baseline(
        question=question, actor=user, at=NOW, stability=3, difficulty=4, reviewed_at=FIRST
    )
    before = memory(question)

    report = imported(leetsrs(card()))

    assert report.reviews == Counts(unchanged=1)
    assert ReviewBaseline.objects.get().stability == 3
    assert memory(question) == before


def test_attempts_that_do_not_count_are_no_reviews(imported, question, user):
    logs.create_question_log(
        question=question, actor=user, at=NOW, outcome="SOLVED", counts_for_review=False
    )

    report = imported(leetsrs(card()))

    assert report.reviews == Counts(created=1)
    assert memory(question) == (2, 10.5, 5.25, FIRST, ELEVENTH, 3, 1, False)
    assert stored(question) == expected(question)


def test_a_paused_card_that_was_never_reviewed_is_suspended(imported, question):
    other = card("jump-game", fsrs={"state": 0}, paused=True)

    report = imported(leetsrs(card(fsrs={"state": 0}, paused=True), other))

    assert report.reviews == Counts(created=2)
    assert set(ReviewState.objects.values_list("state", "is_suspended")) == {(0, True)}
    assert ReviewState.objects.count() == 2
    assert Question.objects.filter(due_at=None).count() == 2


def test_a_card_that_was_never_reviewed_tells_nothing(imported):
    report = imported(leetsrs(card(fsrs={"state": 0})))

    assert report.reviews == Counts()
    assert not ReviewState.objects.exists()


def test_what_the_person_decided_stays(imported, question, user):
    imported(leetsrs(card(paused=True)))
    reviews.resume_question(question=question, actor=user, at=NOW)

    report = imported(leetsrs(card(paused=True)))

    assert report.reviews == Counts(unchanged=1)
    assert not ReviewState.objects.get().is_suspended


def test_a_postponed_question_stays_postponed(imported, question, user):
    until = NOW + timedelta(days=30)
    reviews.postpone_question(question=question, actor=user, at=NOW, until=until)

    report = imported(leetsrs(card(paused=True)))

    assert report.reviews == Counts(created=1)
    state = ReviewState.objects.get()
    assert (state.postponed_until, state.is_suspended, state.stability) == (until, False, 10.5)


def test_another_persons_question_is_another(imported, question, stranger):
    imported(leetsrs(card(paused=True)), owner=stranger)

    assert not ReviewState.objects.filter(question=question).exists()
    assert ReviewState.objects.get().owner == ReviewBaseline.objects.get().owner == stranger
    assert Question.objects.owned_by(stranger).get().notes == ""


def test_the_first_of_two_rows_about_a_question_counts(imported):
    report = imported(leetsolv(solved(ease_factor=1.9), solved(ease_factor=2.5)))

    assert report.reviews == Counts(created=1)
    assert ReviewBaseline.objects.get().difficulty == pytest.approx(7)
    assert [(note.code, note.position) for note in report.notes] == [
        ("duplicate_review", 'questions."2"')
    ]


def test_notes_fill_an_empty_place_only(imported, user):
    mine, empty = (
        QuestionFactory(owner=user, platform="LEETCODE", external_id=slug, notes=notes)
        for slug, notes in (("two-sum", "Mine."), ("lru-cache", ""))
    )
    rows = [solved("two-sum", note="Theirs."), solved("lru-cache", note="Evict the oldest.")]

    report = imported(leetsolv(*rows))

    assert report.questions == Counts(updated=2)
    mine.refresh_from_db()
    empty.refresh_from_db()
    assert (mine.notes, empty.notes) == ("Mine.", "Evict the oldest.")
    assert Question.objects.matching("oldest").get() == empty


def test_importance_is_only_for_new_questions(imported, question):
    imported(leetsolv(solved(importance=3), solved("lru-cache", importance=3)))

    found = dict(Question.objects.values_list("external_id", "importance"))
    assert found == {"two-sum": 2, "lru-cache": 4}


def test_the_event_says_what_changed(imported):
    imported(leetsrs(card()))

    event = AuditEvent.objects.get()
    assert (event.verb, event.fields) == ("question.imported", ["questions", "reviews"])


@pytest.mark.parametrize(
    ("fsrs", "name"),
    [
        ({"stability": 0}, "stability"),
        ({"stability": 36_501}, "stability"),
        ({"difficulty": 0.5}, "difficulty"),
        ({"difficulty": 11}, "difficulty"),
        ({"reps": 0}, "reps"),
        ({"reps": 10**30}, "reps"),
        ({"lapses": -1}, "lapses"),
        ({"last_review": 1_772_700_000_000}, "last_review"),
        ({"due": 1_772_000_000_000}, "due"),
        ({"due": 10**13}, "due"),
    ],
)
def test_what_no_program_can_remember_is_refused(fsrs, name, imported, db):
    with refused(("bad_value", f'data.cards."two-sum".fsrs.{name}')):
        imported(leetsrs(card(fsrs=fsrs)))

    assert not Question.objects.exists()


def test_a_review_before_the_year_2000_is_refused(imported, db):
    places = [f'questions."1".{name}' for name in ("last_reviewed", "next_review")]
    row = solved(last_reviewed="1999-01-01T00:00:00Z", next_review="1999-01-02T00:00:00Z")

    with refused(*(("bad_value", place) for place in places)):
        imported(leetsolv(row))


def backup(count):
    """Cards that are reviewed, and every third is also paused."""
    cards = [card(f"q-{number}", paused=number % 3 == 0) for number in range(count)]
    notes = {card["id"]: {"text": f"Note on {card['slug']}"} for card in cards}
    return leetsrs(*cards, notes=notes)


def test_statements_grow_with_batches_only(imported):
    counts = []
    for count in (20, 100):
        newcomer, owner = UserFactory.create_batch(2)
        for number in range(count):
            QuestionFactory(owner=owner, platform="LEETCODE", external_id=f"q-{number}", notes="")
        for person in (newcomer, newcomer, owner):
            with CaptureQueriesContext(connection) as captured:
                imported(backup(count), owner=person)
            counts.append(len(captured))

    assert counts[:3] == counts[3:]
    assert max(counts) <= 25


def test_a_history_of_another_site_is_not_touched(imported):
    imported(codeforces(submission()))
    before = list(Question.objects.values())

    imported(leetsrs(card()))

    assert list(Question.objects.filter(platform="CODEFORCES").values()) == before
