"""Review states and baselines are changed on the admin site as their services say."""

import pytest

from domain.audit.models import AuditEvent
from domain.practice.models import ReviewBaseline, ReviewState
from domain.questions.models import Question
from tests.factories import NOW, QuestionFactory, QuestionLogFactory, ReviewBaselineFactory
from tests.project.admin.pages import act, address, errors, found, messages, save

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def state():
    return ReviewState.objects.get(question=QuestionLogFactory().question)


@pytest.mark.parametrize(
    ("changes", "verbs"),
    [
        ({"is_suspended": "on"}, ["question.suspended"]),
        (
            {"postponed_until_0": "2026-03-09", "postponed_until_1": "09:30:00"},
            ["question.postponed"],
        ),
        ({}, []),
    ],
)
def test_a_decision_is_made_by_its_service(changes, verbs, site, superuser, state):
    save(site, address(state), **changes)

    events = AuditEvent.objects.filter(verb__startswith="question.")
    assert [(event.verb, event.actor) for event in events] == [(verb, superuser) for verb in verbs]
    after = ReviewState.objects.get()
    assert after.is_suspended is ("is_suspended" in changes)
    assert (after.postponed_until is not None) is ("postponed_until_0" in changes)


def test_a_decision_is_taken_back(site, state):
    ReviewState.objects.update(is_suspended=True, postponed_until=NOW.replace(day=9))

    save(site, address(state), is_suspended=None, postponed_until_0="", postponed_until_1="")

    after = ReviewState.objects.get()
    assert (after.is_suspended, after.postponed_until) == (False, None)


def test_a_refused_decision_changes_nothing(site, state):
    save(site, address(state), postponed_until_0="2026-03-01", postponed_until_1="00:00:00")

    assert messages(site) == [
        "Postpone it until a moment in the future, or send null to bring it back."
    ]
    assert ReviewState.objects.get().postponed_until is None


def test_of_a_question_in_the_trash_it_is_only_shown(site, state):
    Question.objects.update(deleted_at=NOW)

    answer = site.post(address(state), {"is_suspended": "on"})

    assert answer.status_code == 403
    assert not ReviewState.objects.get().is_suspended


@pytest.mark.parametrize("model", [ReviewState, ReviewBaseline])
def test_rows_are_found_by_owner_and_by_question(model, site, state):
    ReviewBaselineFactory(question=state.question)
    ReviewBaselineFactory(question=QuestionLogFactory().question)
    row = model.objects.get(question=state.question)

    assert found(site, model, q=str(state.question.uid)) == [row]
    assert found(site, model, q=state.owner.email) == [row]
    assert found(site, model, q="word") == []


def test_a_new_baseline_brings_its_question_up_to_date(site):
    question = QuestionFactory()

    save(
        site,
        address(ReviewBaseline, "add"),
        question=question.pk,
        stability="12.5",
        difficulty="5",
        reviewed_at_0="2026-03-01",
        reviewed_at_1="09:30:00",
        due_at_0="",
        due_at_1="",
    )

    baseline = ReviewBaseline.objects.get()
    assert (baseline.owner, (baseline.due_at - baseline.reviewed_at).days) == (question.owner, 12)
    assert ReviewState.objects.get().due_at == baseline.due_at


def test_a_baseline_of_a_question_in_the_trash_is_refused(site):
    question = QuestionFactory(deleted_at=NOW)

    page = save(
        site,
        address(ReviewBaseline, "add"),
        question=question.pk,
        stability="12.5",
        difficulty="5",
        reviewed_at_0="2026-03-01",
        reviewed_at_1="09:30:00",
    )

    assert errors(page) == ["This question is in the trash."]
    assert not ReviewBaseline.objects.exists()


def test_a_changed_baseline_brings_its_question_up_to_date(site):
    baseline = ReviewBaselineFactory()

    save(site, address(baseline), stability="3")

    assert ReviewBaseline.objects.get().stability == 3
    assert ReviewState.objects.get().stability == 3


def test_a_value_out_of_range_is_refused(site):
    baseline = ReviewBaselineFactory()

    page = save(site, address(baseline), difficulty="11")

    assert errors(page) == ["Ensure this value is less than or equal to 10."]
    assert ReviewBaseline.objects.get().difficulty == 5


@pytest.mark.parametrize("in_list", [True, False])
def test_a_removed_baseline_brings_its_question_up_to_date(in_list, site):
    baseline = ReviewBaselineFactory()
    save(site, address(baseline), stability="3")

    if in_list:
        act(site, ReviewBaseline, "delete_selected", [baseline], post="yes")
    else:
        site.post(address(baseline, "delete"), {"post": "yes"})

    assert not ReviewBaseline.objects.exists()
    assert ReviewState.objects.get().state == 0
    assert Question.objects.get().due_at is None
