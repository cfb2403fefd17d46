"""The script asks what the schema takes, and sees what is not as it has to be."""

import time

import pytest
from graphql import build_schema, parse, validate

from domain.questions.models import Question
from schema.view import SDL
from tests.factories import QuestionFactory, QuestionLogFactory
from tests.topology import asking, checking, configs, report
from tests.topology.asking import Caller, Failed
from tests.topology.load import OK, STALE, Acknowledged, Heard, Outcome, Person
from tests.topology.scene import look

START = 100.0


@pytest.mark.once
@pytest.mark.parametrize("document", asking.DOCUMENTS)
def test_document_fits_the_sdl(document):
    assert validate(build_schema(SDL.read_text()), parse(document)) == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (503, b"<html>", "503 no JSON"),
        (503, b'{"errors": [{"extensions": {"code": "UNAVAILABLE"}}]}', "503 UNAVAILABLE"),
        (200, b'{"data": {"createQuestion": {"messages": [{"code": "taken"}]}}}', "200 taken"),
    ],
)
def test_an_answer_that_says_that_something_is_wrong_is_a_failure(status, content, said):
    with pytest.raises(Failed, match=said):
        asking._value(status, content)


@pytest.mark.once
def test_what_is_to_be_replaced_has_to_be_there():
    with pytest.raises(configs.Changed, match="listen 80"):
        configs._replaced("listen 8080;", {"listen 80;": ""})


class CannedCaller(Caller):
    """Fails so often, and then gives an answer."""

    failures = 0
    answer = None
    asked = ()

    def ask(self, connection, document, **variables):
        CannedCaller.asked = (*CannedCaller.asked, variables)
        CannedCaller.failures -= 1
        if CannedCaller.failures >= 0:
            raise Failed("ConnectionResetError")
        return CannedCaller.answer


@pytest.fixture
def person(monkeypatch):
    """Somebody who knows one question and hears what the canned caller says."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(CannedCaller, "failures", 0)
    monkeypatch.setattr(CannedCaller, "asked", ())
    return Person(CannedCaller(1, "token"), ["known"], Heard(), writes=1)


@pytest.mark.once
def test_a_write_is_sent_with_the_same_key_until_it_is_acknowledged(person, monkeypatch):
    monkeypatch.setattr(CannedCaller, "failures", 2)
    monkeypatch.setattr(CannedCaller, "answer", {"id": "UXVlc3Rpb246MQ=="})

    person.write()

    assert len({asked["input"]["idempotencyKey"] for asked in CannedCaller.asked}) == 1
    assert [one.result for one in person.heard.outcomes] == [*["ConnectionResetError"] * 2, OK]
    assert [one.uid for one in person.heard.acknowledged] == ["1"]
    assert person.heard.keys == 1


@pytest.mark.once
@pytest.mark.parametrize(("title", "result"), [("mine", OK), ("before", STALE)])
def test_who_does_not_see_what_they_wrote_is_noted(title, result, person, monkeypatch):
    monkeypatch.setattr(CannedCaller, "answer", {"title": title})
    person.last_written = {"id": "UXVlc3Rpb246MQ==", "title": "mine"}

    person.read()

    assert [one.result for one in person.heard.outcomes] == [result]


@pytest.fixture
def heard(user):
    """Three rows, of which each was acknowledged; the first was renamed since."""
    first = QuestionFactory(owner=user, title="Load 1 4")
    second = QuestionFactory(owner=user, title="Load 1 2")
    log = QuestionLogFactory(question=second, notes="Load 1 3")
    writes = [
        Acknowledged(1, "question", str(first.uid), "Load 1 1"),
        Acknowledged(2, "question", str(second.uid), "Load 1 2"),
        Acknowledged(3, "log", str(log.uid), "Load 1 3"),
        Acknowledged(4, "question", str(first.uid), "Load 1 4"),
    ]
    return Heard(acknowledged=writes, keys=3)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("disturb", "lost", "surplus"),
    [
        (lambda rows: None, [], 0),
        (lambda rows: rows.filter(title="Load 1 4").update(title="Load 1 5"), [], 0),
        (lambda rows: rows.filter(title="Load 1 4").update(title="Load 1 1"), ["Load 1 4"], 0),
        (lambda rows: rows.get(title="Load 1 4").delete(), ["Load 1 4"], 0),
        (lambda rows: rows.get(title="Load 1 2").delete(), ["Load 1 2", "Load 1 3"], 0),
        (lambda rows: QuestionFactory(title="Load 1 2"), [], 1),
    ],
)
def test_lost_is_what_is_not_there_or_is_as_it_was_before(disturb, lost, surplus, heard):
    disturb(Question.objects.all())

    found = checking.compare(heard)

    assert [one.text for one in found.lost] == lost
    assert found.surplus == surplus
    assert found.acknowledged == 4


def outcome(seconds, result=OK, *, is_write=False):
    """What was heard so long after the start."""
    return Outcome(START + seconds, 0.1, is_write, result)


LATE = [outcome(9), outcome(9, is_write=True)]


@pytest.mark.once
@pytest.mark.parametrize(
    ("outcomes", "fault"),
    [
        (LATE, ""),
        ([outcome(1, "503"), outcome(5, "503"), *LATE], ""),
        ([outcome(1, "503"), *LATE, outcome(9.5, "503")], "it did not recover"),
        ([outcome(1), *LATE[:1]], "it did not recover"),
        ([], "it did not recover"),
        ([outcome(1, STALE), *LATE], "1 people did not see what they had written"),
    ],
)
def test_a_fault_is_over_when_everything_works_again(outcomes, fault):
    assert look(outcomes, start=START, end=START + 10).fault == fault


@pytest.mark.once
def test_what_went_wrong_beside_the_load_is_a_fault_too():
    window = look(LATE, start=START, end=START + 10, problem="the import ended FAILED")

    assert window.fault == "the import ended FAILED"


@pytest.mark.once
def test_the_table_says_what_was_heard_and_when():
    outcomes = [outcome(1, "503 UNAVAILABLE"), outcome(2.5, "503 UNAVAILABLE"), *LATE]
    window = look(outcomes, start=START, end=START + 10)

    line = report.of_fault("Redis killed", window, note="it came back", lost=0)

    assert line == (
        "| Redis killed | 2 answers; 2 × 503 UNAVAILABLE | 1.0 to 2.5 s | 0.1 s | 0 "
        "| it came back | right |"
    )
    assert report.of_fault("", window, note="", lost=1).endswith("| WRITES WERE LOST |")


@pytest.mark.once
def test_figures_tell_reads_from_writes():
    outcomes = [outcome(n) for n in range(20)] + [outcome(n, is_write=True) for n in range(10)]

    lines = list(report.figures([*outcomes, outcome(1, STALE), outcome(1, "503")], seconds=10))

    assert lines[2].startswith("| reads | 22 | 2 | 100 ms |")
    assert lines[3].startswith("| writes | 10 | 1 | 100 ms |")
    assert lines[-1] == "Failed: 1. Own writes that were not seen: 1."
