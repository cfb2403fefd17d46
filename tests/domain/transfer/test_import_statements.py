"""The number of SQL statements grows with batches of a thousand rows, not with rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domain.transfer.files import a_problem, codeforces, submission
from tests.factories import UserFactory


def history(count, **problem):
    """Submissions, two for each problem, with nine tags altogether."""
    return codeforces(
        *(
            submission(
                number + 1,
                at=f"2026-02-{number % 27 + 1:02} {number % 24:02}:00",
                problem=a_problem(f"A{number // 2}", **{"tags": [f"t{number % 9}"]} | problem),
            )
            for number in range(count)
        )
    )


@pytest.fixture
def statements(imported):
    def count(content, owner):
        with CaptureQueriesContext(connection) as captured:
            imported(content, owner=owner)
        return len(captured)

    return count


@pytest.fixture
def people(db):
    return UserFactory.create_batch(2)


def test_a_first_import(statements, people):
    few, many = (
        statements(history(count), owner) for count, owner in zip((20, 100), people, strict=True)
    )

    assert few == many <= 20


def test_a_second_import(statements, people):
    counts = []
    for count, owner in zip((20, 100), people, strict=True):
        statements(history(count), owner)
        counts.append(statements(history(count), owner))

    assert counts[0] == counts[1] <= 10


def test_an_import_that_completes_stored_questions(statements, people):
    counts = []
    for count, owner in zip((20, 100), people, strict=True):
        statements(history(count, rating=None, tags=[]), owner)
        counts.append(statements(history(count * 2), owner))

    assert counts[0] == counts[1] <= 25


def test_another_batch(statements, people):
    one, two = (
        statements(history(count), owner) for count, owner in zip((1000, 2000), people, strict=True)
    )

    assert one <= 20
    assert two - one <= 8
