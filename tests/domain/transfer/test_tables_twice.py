"""Tables are imported whole, and twice is once."""

from uuid import UUID

import pytest

from domain.practice.models import QuestionLog
from domain.questions.models import Question, QuestionTag
from domain.transfer.reports import Counts
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused
from tests.domain.transfer.sheets import sheet
from tests.factories import QuestionFactory
from tests.schema.tables import dump

pytestmark = pytest.mark.django_db

# Questions, tags and attempts.
COUNTS = {
    "TRACKER": (5, 7, 5),
    "COMPANY": (3, 1, 0),
    "ANKI": (3, 3, 0),
    "FSRS_REVIEWS": (2, 0, 3),
}


@pytest.mark.parametrize("name", files.TABLES)
def test_a_second_import_changes_nothing(name, imported):
    content = files.TABLES[name].read_bytes()
    first = imported(content, company="Acme", window="90D")
    before = dump()

    second = imported(content, company="Acme", window="90D")

    found = (first.questions.created, first.tags.created, first.logs.created)
    assert (first.format, found) == (name, COUNTS[name])
    assert (second.created, second.updated, second.unchanged) == (0, 0, first.created)
    assert dump() == before


def test_how_often_a_company_asks_is_kept(imported):
    imported(files.COMPANY.read_bytes(), company="Acme", window="90D")

    columns = "question__external_id", "tag__name", "frequency", "window"
    assert sorted(QuestionTag.objects.values_list(*columns)) == [
        ("lru-cache", "Acme", 87.5, "90D"),
        ("trapping-rain-water", "Acme", 3.25, "90D"),
        ("two-sum", "Acme", 100.0, "90D"),
    ]


def test_an_attempt_of_today_is_not_to_come(imported, now):
    table = sheet({"Problem": "Two Sum", "Date": now.date().isoformat()})
    morning = now.replace(hour=8)

    imported(table, at=morning)
    report = imported(table, at=now.replace(hour=18))

    assert QuestionLog.objects.get().attempted_at == morning
    assert report.logs == Counts(unchanged=1)


def test_an_attempt_of_tomorrow_is(imported, now):
    table = sheet({"Problem": "Two Sum", "Date": "2026-03-03"})

    with refused(("bad_value", "line 2, column Date")):
        imported(table, at=now.replace(month=3, day=2, hour=23))


def test_a_cell_that_cannot_be_stored_is_named_by_its_header(imported):
    table = sheet({"Problem Name": "x" * 256, "Date Solved": "1999-01-01", "Topics": "y" * 51})

    with refused(
        ("bad_value", "line 2, column Problem Name"),
        ("bad_value", "line 2, column Topics"),
        ("bad_value", "line 2, column Date Solved"),
    ):
        imported(table)


def test_columns_that_are_not_read_are_told(imported):
    report = imported("Title,Link,Mood\nTwo Sum,,good")

    assert [(note.code, note.text) for note in report.notes] == [
        ("columns_not_read", "These columns are not read: Mood.")
    ]


def test_named_columns_make_a_tracker(imported):
    report = imported(
        "Aufgabe;Datum\nTwo Sum;1.3.2026", columns={"TITLE": "Aufgabe", "DATE": "Datum"}
    )

    assert (report.format, report.logs) == ("TRACKER", Counts(created=1))


def test_a_card_is_a_question_of_the_persons_own_or_a_new_one(imported, user, stranger):
    header = "card_id,review_time,review_rating\n"
    own, foreign = QuestionFactory(owner=user), QuestionFactory(owner=stranger)

    report = imported(f"{header}{own.uid},1767600000000,3\n{foreign.uid},1767600000000,1\n")

    assert report.questions == Counts(created=1, unchanged=1)
    assert own.logs.get().outcome == "SOLVED"
    assert not foreign.logs.exists()
    new = Question.objects.owned_by(user).exclude(pk=own.pk).get()
    assert (new.title, UUID(new.external_id)) == (f"Card {foreign.uid}", foreign.uid)
