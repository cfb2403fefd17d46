"""What another program knew is where the replay starts."""

from datetime import UTC, datetime, timedelta, timezone

import fsrs
import pytest

from domain.audit.models import AuditEvent
from domain.base.errors import NotFound
from domain.practice.models import ReviewBaseline, ReviewStage, ReviewState
from domain.practice.rebuilding import rebuild
from domain.practice.services.baselines import remove_review_baseline, set_review_baseline
from domain.practice.services.logs import create_question_log
from domain.practice.services.settings import update_settings
from domain.questions.models import Question
from tests.domain.parallel import at_once
from tests.domain.practice.replay import expected, scheduler, stored
from tests.domain.refusals import refused
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, UserFactory

DAY = timedelta(days=1)
REVIEWED = NOW - 30 * DAY
KNOWN = {"stability": 12.5, "difficulty": 6.25, "reviewed_at": REVIEWED}
NAN, INFINITY = float("nan"), float("inf")


@pytest.fixture
def question(user):
    return QuestionFactory(owner=user)


def test_is_what_is_remembered_while_nothing_was_attempted(question, user, now):
    returned = set_review_baseline(
        question=question, actor=user, at=now, **KNOWN, due_at=now, reps=4, lapses=5, state=1
    )

    state = ReviewState.objects.get()
    assert (state.state, state.stability, state.difficulty) == (ReviewStage.LEARNING, 12.5, 6.25)
    assert (state.due_at, state.last_review_at) == (now, REVIEWED)
    assert (state.reps, state.lapses, state.is_leech) == (4, 5, True)
    assert returned.due_at == Question.objects.get().due_at == now
    assert stored(question) == expected(question)


@pytest.mark.parametrize("state", [1, 2, 3])
def test_is_where_attempts_go_on(state, question, user, now):
    set_review_baseline(question=question, actor=user, at=now, **KNOWN, state=state, reps=3)

    log = QuestionLogFactory(question=question)

    card = fsrs.Card(
        card_id=1,
        state=fsrs.State(state),
        step=None if state == 2 else 0,
        stability=12.5,
        difficulty=6.25,
        due=now,
        last_review=REVIEWED,
    )
    card, _ = scheduler().review_card(card, fsrs.Rating.Good, log.attempted_at)
    found = ReviewState.objects.get()
    assert (found.stability, found.difficulty, found.due_at) == (
        *(card.stability, card.difficulty, card.due),
    )
    assert (found.state, found.reps) == (2, 4)


def test_includes_the_attempts_up_to_its_review(question, user, now):
    for days in (31, 30):
        QuestionLogFactory(question=question, attempted_at=now - days * DAY, outcome="FAILED")

    set_review_baseline(question=question, actor=user, at=now, **KNOWN)

    assert ReviewState.objects.get().stability == 12.5
    assert Question.objects.get().log_count == 2
    assert stored(question) == expected(question)


@pytest.mark.parametrize(
    ("stability", "settings", "days"),
    [
        (12.5, {}, 12),
        (0.001, {}, 1),
        (36_500.0, {}, 365),
        (36_500.0, {"maximum_interval_days": 36_500}, 36_500),
        (12.5, {"desired_retention": 0.8}, 41),
    ],
)
def test_is_due_as_fsrs_says_unless_it_is_told(stability, settings, days, question, user, now):
    update_settings(user=user, at=now, **settings)
    package = scheduler(
        desired_retention=settings.get("desired_retention", 0.9),
        maximum_interval=settings.get("maximum_interval_days", 365),
    )

    set_review_baseline(question=question, actor=user, at=now, **KNOWN | {"stability": stability})

    assert package._next_interval(stability=stability) == days
    assert ReviewBaseline.objects.get().due_at == REVIEWED + days * DAY


def test_replaces_the_one_before_as_a_whole(question, user, now):
    set_review_baseline(question=question, actor=user, at=now, **KNOWN, reps=9, lapses=3)

    set_review_baseline(question=question, actor=user, at=now, **KNOWN | {"stability": 2.0})

    baseline = ReviewBaseline.objects.get()
    assert (baseline.owner, baseline.stability) == (user, 2.0)
    assert (baseline.reps, baseline.lapses, baseline.state) == (1, 0, 2)
    assert baseline.due_at == REVIEWED + 2 * DAY
    assert ReviewState.objects.get().stability == 2.0


def test_removing_leaves_what_follows_from_the_attempts(question, user, now):
    alone = ReviewState.objects.values("stability", "due_at", "reps")
    QuestionLogFactory(question=question)
    before = alone.get()
    set_review_baseline(question=question, actor=user, at=now, **KNOWN)
    assert alone.get() != before

    returned = remove_review_baseline(question=question, actor=user, at=now)

    assert not ReviewBaseline.objects.exists()
    assert alone.get() == before
    assert returned.due_at == before["due_at"]


def test_removing_without_attempts_makes_it_new(question, user, now):
    set_review_baseline(question=question, actor=user, at=now, **KNOWN)

    remove_review_baseline(question=question, actor=user, at=now)

    state = ReviewState.objects.get()
    assert (state.state, state.stability, state.due_at, state.reps) == (0, None, None, 0)
    assert Question.objects.get().due_at is None


def test_removing_none_is_refused(question, user, now):
    with refused("no_baseline"):
        remove_review_baseline(question=question, actor=user, at=now)

    assert not AuditEvent.objects.exists()


def test_is_recorded_when_something_changed(question, user, now):
    for _ in range(2):
        set_review_baseline(question=question, actor=user, at=now, **KNOWN)
    set_review_baseline(question=question, actor=user, at=now, **KNOWN, reps=2)
    remove_review_baseline(question=question, actor=user, at=now)

    events = AuditEvent.objects.order_by("pk").values_list("verb", "object_uid", "fields")
    columns = ["difficulty", "due_at", "lapses", "reps", "reviewed_at", "stability", "state"]
    assert list(events) == [
        ("question.baseline_set", question.uid, columns),
        ("question.baseline_set", question.uid, ["reps"]),
        ("question.baseline_removed", question.uid, []),
    ]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("stability", 0.0, "min_value"),
        ("stability", 36_501.0, "max_value"),
        ("stability", NAN, "invalid"),
        ("stability", INFINITY, "max_value"),
        ("difficulty", 0.99, "min_value"),
        ("difficulty", 10.01, "max_value"),
        ("difficulty", NAN, "invalid"),
        ("state", 0, "invalid_choice"),
        ("reps", 0, "min_value"),
        ("reps", 1_000_001, "max_value"),
        ("lapses", -1, "min_value"),
        ("reviewed_at", NOW + 6 * timedelta(minutes=1), "in_the_future"),
        ("reviewed_at", datetime(1999, 12, 31, tzinfo=UTC), "too_early"),
        ("reviewed_at", datetime(2026, 1, 1), "no_time_zone"),  # noqa: DTZ001
        ("reviewed_at", datetime.max.replace(tzinfo=timezone(-DAY / 2)), "in_the_future"),
        ("due_at", REVIEWED - timedelta(microseconds=1), "due_out_of_range"),
        ("due_at", REVIEWED + 36_501 * DAY, "due_out_of_range"),
        ("due_at", datetime.max.replace(tzinfo=timezone(-DAY / 2)), "due_out_of_range"),
        ("due_at", datetime(2026, 1, 1), "no_time_zone"),  # noqa: DTZ001
    ],
)
def test_refuses(field, value, code, question, user, now):
    with refused(**{field: code}):
        set_review_baseline(question=question, actor=user, at=now, **KNOWN | {field: value})

    assert not ReviewBaseline.objects.exists()
    assert not ReviewState.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_refusal_leaves_the_one_before(question, user, now):
    set_review_baseline(question=question, actor=user, at=now, **KNOWN)
    before = ReviewBaseline.objects.values().get()

    with refused(difficulty="max_value"):
        set_review_baseline(question=question, actor=user, at=now, **KNOWN | {"difficulty": 11.0})

    assert ReviewBaseline.objects.values().get() == before


@pytest.mark.parametrize(
    "change", [lambda **g: set_review_baseline(**g, **KNOWN), remove_review_baseline]
)
def test_a_question_that_was_deleted_meanwhile_is_not_found(change, question, user, now):
    set_review_baseline(question=question, actor=user, at=now, **KNOWN, reps=7)
    Question.objects.update(deleted_at=now)

    with pytest.raises(NotFound):
        change(question=question, actor=user, at=now)

    assert ReviewBaseline.objects.get().reps == 7


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_beside_an_attempt_on_another_device():
    user = UserFactory()
    question = QuestionFactory(owner=user)
    attempt = {"question": question, "actor": user, "at": NOW, "outcome": "SOLVED"}

    outcomes = at_once(
        lambda: create_question_log(**attempt, attempted_at=NOW),
        lambda: set_review_baseline(question=question, actor=user, at=NOW, **KNOWN, reps=5),
        lambda: create_question_log(**attempt, attempted_at=NOW - DAY),
        lambda: list(rebuild(user, correct=True)),
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert ReviewState.objects.get().reps == 7
    assert stored(question) == expected(question)
