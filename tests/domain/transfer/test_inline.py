"""What a request imports while its caller waits is little; jobs and the command take more."""

import pytest

from domain.archive.documents import document, lines
from domain.questions.models import Question
from domain.transfer.asking import Asked
from domain.transfer.importing import import_questions
from domain.transfer.inline import TooLargeInline
from domain.transfer.previewing import preview_import
from domain.transfer.refusals import ImportRefused
from tests.domain.refusals import refused
from tests.domain.transfer import files
from tests.factories import QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_once(user, now):
    """Import a file for the user, within a request."""

    def call(content):
        return import_questions(owner=user, content=content, at=now, is_inline=True)

    return call


def table(rows: int) -> str:
    """A sheet with so many questions."""
    return "Problem,Difficulty\n" + "".join(f"Problem {row},Easy\n" for row in range(rows))


def pages(rows: int) -> str:
    """Two answers of Codeforces, with so many submissions together."""
    first = files.codeforces(*(files.submission(number) for number in range(1, rows)))
    return first + files.codeforces(files.submission(rows))


@pytest.mark.parametrize("content", [table, pages])
def test_as_many_rows_as_there_may_be_and_not_one_more(content, at_once, settings):
    settings.IMPORT_INLINE_ROWS = 4

    assert at_once(content(4)).total == 4
    with refused(content="too_large_inline"):
        at_once(content(5))


@pytest.mark.parametrize("write", [document, lines])
def test_objects_of_an_export_are_counted_alike(write, at_once, stranger, settings):
    QuestionFactory.create_batch(4, owner=stranger)
    content = "".join(write(stranger.pk))
    # The lines for the format and for the settings are none of them.
    settings.IMPORT_INLINE_ROWS = 4

    assert at_once(content).questions.created == 4
    settings.IMPORT_INLINE_ROWS = 3
    with refused(content="too_large_inline"):
        at_once(content)


@pytest.mark.parametrize("write", [document, lines])
def test_what_is_no_object_does_not_hide_how_many_there_are(write, at_once, stranger, settings):
    QuestionFactory.create_batch(4, owner=stranger)
    content = "".join(write(stranger.pk))
    settings.IMPORT_INLINE_ROWS, settings.IMPORT_MAX_ROWS = 3, 20
    if write is document:
        content = content.replace("{", '{"nothing":[' + "0," * 21 + "0],", 1)
    else:
        content += '{"entity":"nothing","record":{}}\n' * 12

    with refused(content="too_large_inline"):
        at_once(content)


def test_as_many_bytes_as_there_may_be_and_not_one_more(at_once, settings):
    content = table(3)
    settings.IMPORT_INLINE_BYTES = len(content)

    assert at_once(content).total == 3
    with refused(content="too_large_inline"):
        at_once(f"{content} ")
    assert Question.objects.count() == 3


def test_bytes_are_counted_and_not_characters(at_once, settings):
    settings.IMPORT_INLINE_BYTES = len("Problem,Difficulty\né,Easy\n")

    with refused(content="too_large_inline"):
        at_once("Problem,Difficulty\né,Easy\n")


def test_the_refusal_says_what_takes_larger_files(at_once, settings):
    settings.IMPORT_INLINE_ROWS, settings.IMPORT_INLINE_BYTES = 2, 1024

    with pytest.raises(TooLargeInline) as refusal:
        at_once(table(3))

    assert refusal.value.messages == [
        "At once, files of at most 2 rows and 1 KiB are imported or looked at. Send this one "
        "to startImport, which does it in the background; with preview: true it only tells what "
        "would happen."
    ]


def test_a_preview_is_bounded_alike(user, now, settings):
    settings.IMPORT_INLINE_ROWS = 2

    with refused(content="too_large_inline"):
        preview_import(Asked(owner=user, content=table(3), at=now, is_inline=True))


def test_what_no_job_takes_is_not_sent_to_one(at_once, settings):
    settings.IMPORT_MAX_BYTES, settings.IMPORT_INLINE_BYTES = 20, 10
    settings.IMPORT_MAX_ROWS, settings.IMPORT_INLINE_ROWS = 2, 1

    with pytest.raises(ImportRefused) as too_long:
        at_once(table(3))
    settings.IMPORT_MAX_BYTES = settings.IMPORT_INLINE_BYTES = 1000
    with pytest.raises(ImportRefused) as too_many:
        at_once(table(3))

    assert [found.code for found in too_long.value.problems] == ["too_large"]
    assert [found.code for found in too_many.value.problems] == ["too_many_rows"]


def test_elsewhere_a_file_may_be_larger(imported, settings):
    settings.IMPORT_INLINE_ROWS, settings.IMPORT_INLINE_BYTES = 1, 1

    assert imported(table(3)).questions.created == 3
