"""What was exported comes back as it was, whatever it is and into whichever empty account."""

import json

from hypothesis import given

from domain.archive.documents import lines
from tests.domain.archive.accounts import Builder, accounts
from tests.domain.archive.restoring import examples, export, restored, undone
from tests.schema.tables import nothing_changes


@examples(15)
@given(accounts)
def test_a_document_comes_back_byte_for_byte(user, stranger, account):
    with undone():
        Builder(user).build(account)
        text = export(user)

        report = restored(json.loads(text), stranger)

        assert (report.problems, report.notes) == ([], [])
        assert export(stranger) == text
        again = json.loads(text)
        with nothing_changes():
            second = restored(again, stranger)
        assert (second.problems, second.notes, second.updated) == ([], [], [])
        assert not any(second.created.values())


@examples(6)
@given(accounts)
def test_lines_come_back_line_for_line(user, stranger, account):
    with undone():
        Builder(user).build(account)
        texts = list(lines(user.pk))

        report = restored(tuple(json.loads(text) for text in texts), stranger)

        assert (report.problems, report.notes) == ([], [])
        assert list(lines(stranger.pk)) == texts
