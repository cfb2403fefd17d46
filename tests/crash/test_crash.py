"""The scripts ask what the schema takes, and see what is not as it has to be."""

import dataclasses

import pytest
from django.utils import timezone
from graphql import build_schema, parse, validate

from domain.questions.models import Question
from domain.transfer.importing import import_questions
from schema.view import SDL
from tests.crash import asking, contents, hostile, scenarios, sending
from tests.crash.asking import State
from tests.crash.sending import Reply
from tests.dumps import leetcode_dump
from tests.factories import QuestionFactory, QuestionLogFactory

DOCUMENTS = [asking.START, asking.CANCEL, asking.READ, sending.MUTATION, sending.PREVIEW]
CONTENT = leetcode_dump(40)
SUCCEEDED = State("SUCCEEDED", attempts=2)
FAILED = dataclasses.replace(SUCCEEDED, status="FAILED")
CANCELLED = dataclasses.replace(SUCCEEDED, status="CANCELLED")
OTHER_ROWS = "other rows than there should be"


@pytest.mark.once
@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_fits_the_sdl(document):
    assert validate(build_schema(SDL.read_text()), parse(document)) == []


@pytest.fixture
def imported(user):
    """A person after an import."""
    import_questions(owner=user, content=CONTENT, at=timezone.now())
    return user


def test_the_same_file_is_the_same_content(imported, stranger):
    import_questions(owner=stranger, content=CONTENT, at=timezone.now())

    assert contents.digest(imported) == contents.digest(stranger)
    assert contents.digest(imported).startswith("44 objects ")


@pytest.mark.parametrize(
    "disturb",
    [
        lambda question: question.logs.last().delete(),
        lambda question: QuestionLogFactory(question=question),
        lambda question: question.logs.update(counts_for_review=False),
        lambda question: Question.objects.filter(pk=question.pk).update(due_at=None),
        lambda question: QuestionFactory(owner=question.owner),
        lambda question: question.logs.update(
            question=Question.objects.exclude(pk=question.pk).get()
        ),
    ],
)
def test_any_other_row_is_other_content(disturb, imported):
    before = contents.digest(imported)

    disturb(Question.objects.filter(owner=imported).order_by("pk").first())

    assert contents.digest(imported) != before


def test_who_has_nothing_has_nothing(user):
    assert contents.digest(user) == contents.NOTHING


class CannedAsker:
    """Says of every job what it is told to."""

    def __init__(self, user, state):
        self.user, self.state = user, state

    def read(self, _):
        return self.state


@pytest.mark.parametrize(
    ("state", "found", "fault"),
    [
        (SUCCEEDED, "all", ""),
        (SUCCEEDED, "half", OTHER_ROWS),
        (SUCCEEDED, contents.NOTHING, OTHER_ROWS),
        (FAILED, contents.NOTHING, ""),
        (
            FAILED,
            "half",
            "other rows than there should be",
        ),
        (CANCELLED, "all", "it may only end SUCCEEDED"),
        (None, contents.NOTHING, "SUCCEEDED after 300 seconds"),
    ],
)
def test_a_scenario_is_right_only_with_all_rows_or_none(state, found, fault, user):
    scene = scenarios.Scene(None, CannedAsker(user, state or SUCCEEDED), "job")

    said = scenarios._fault(scenarios.SCENARIOS[0], scene, state, found, "all")

    assert said.startswith(fault)
    assert bool(said) == bool(fault)


def test_a_status_that_changes_after_the_end_is_seen(user):
    scene = scenarios.Scene(None, CannedAsker(user, SUCCEEDED), "job")

    said = scenarios._fault(scenarios.SCENARIOS[0], scene, FAILED, contents.NOTHING, "all")

    assert said == "its status changed after it had ended"


@pytest.mark.once
@pytest.mark.parametrize(
    ("reply", "seconds", "longest", "faults"),
    [
        (Reply(200, frozenset({"too_deep"})), 1, 0.1, 0),
        (Reply(200, frozenset()), 1, 0.1, 1),
        (Reply(500, frozenset({"INTERNAL"})), 1, 0.1, 1),
        (Reply(0, frozenset({"[no answer]"})), 30, 0.1, 2),
        (Reply(200, frozenset({"too_deep"})), 1, 1.5, 1),
    ],
)
def test_an_attack_is_refused_in_time_or_not_at_all(reply, seconds, longest, faults):
    meanwhile = hostile.Meanwhile(None, longest=longest)

    assert len(hostile._faults(reply, seconds, meanwhile)) == faults
