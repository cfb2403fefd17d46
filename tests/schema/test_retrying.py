"""A mutation that the database undid for another one's sake is made again."""

import pytest
from django.db import OperationalError

from domain.questions.models import Tag
from domain.questions.services import tags
from domain.transfer import importing
from schema.retrying import TRIES
from tests.client import GraphQLClient, access_token
from tests.factories import UserFactory
from tests.schema.transfer.test_import_questions import CODEFORCES, upload

pytestmark = pytest.mark.django_db(transaction=True)

CREATE_TAG = 'mutation { createTag(input: {name: "dp"}) { ... on Tag { name version } } }'


class Undone(Exception):
    """What the driver raises."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("deadlock detected")
        self.sqlstate = sqlstate


@pytest.fixture
def token() -> str:
    """Of somebody whose rows are committed."""
    return access_token(UserFactory())


@pytest.fixture
def failing(monkeypatch):
    """Have a service fail so many times before it works; gives the list of its calls."""

    def fail(module, name: str, *, times: int, sqlstate: str = "40P01") -> list[dict]:
        works, calls = getattr(module, name), []

        def called(**arguments):
            calls.append(arguments)
            if len(calls) <= times:
                raise OperationalError("deadlock detected") from Undone(sqlstate)
            return works(**arguments)

        monkeypatch.setattr(module, name, called)
        return calls

    return fail


def test_until_it_works(token, failing):
    calls = failing(tags, "create_tag", times=TRIES - 1)

    answer = GraphQLClient()(CREATE_TAG, token=token)

    assert answer.only == {"name": "dp", "version": 1}
    assert (len(calls), Tag.objects.count()) == (TRIES, 1)


def test_but_not_for_ever(token, failing):
    calls = failing(tags, "create_tag", times=TRIES)
    client = GraphQLClient()
    client.may_fail = True

    assert client(CREATE_TAG, token=token).codes == ["BUSY"]
    assert (len(calls), Tag.objects.count()) == (TRIES, 0)


def test_other_failures_of_the_database_are_told_at_once(token, failing):
    calls = failing(tags, "create_tag", times=1, sqlstate="57P01")
    client = GraphQLClient()
    client.may_fail = True

    assert client(CREATE_TAG, token=token).codes == ["UNAVAILABLE"]
    assert (len(calls), Tag.objects.count()) == (1, 0)


def test_a_file_is_read_again(token, failing):
    calls = failing(importing, "import_questions", times=1)

    answer = upload(GraphQLClient(), token, CODEFORCES.encode())

    assert answer.only["failed"] == 0
    assert [call["content"] for call in calls] == [CODEFORCES.encode()] * 2
