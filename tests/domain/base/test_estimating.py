"""How many rows a table has, exactly or about."""

import pytest
from django.db import connection

from domain.accounts.models import User
from domain.base import estimating
from domain.base.estimating import About, rows_in
from tests.factories import UserFactory


@pytest.mark.once
@pytest.mark.parametrize(
    ("number", "written"),
    [
        (100_000, "about 100,000"),
        (1_234_567, "about 1,230,000"),
        (1_235_567, "about 1,240,000"),
        (99_999_999, "about 100,000,000"),
    ],
)
def test_an_estimate_is_written_with_three_digits(number, written):
    assert str(About(number)) == written


@pytest.mark.django_db
def test_a_small_table_is_counted():
    UserFactory.create_batch(3)

    assert rows_in(User) == 3
    assert str(rows_in(User)) == "3"


@pytest.mark.django_db
def test_a_large_table_is_estimated_where_the_database_can(monkeypatch, django_assert_num_queries):
    UserFactory.create_batch(3)
    knows = connection.vendor == "postgresql"
    if knows:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE accounts_user")
    monkeypatch.setattr(estimating, "LARGE", 3)

    with django_assert_num_queries(1):
        found = rows_in(User)

    assert found == 3
    assert isinstance(found, About) == knows
