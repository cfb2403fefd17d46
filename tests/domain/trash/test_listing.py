"""What is in the trash is listed whole, in one order, in one statement a page."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.questions.models import Question, Tag
from domain.trash.kinds import KINDS, TrashKind
from domain.trash.listing import TURNS, Place, count_of, items_of
from tests.factories import (
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    StudyListFactory,
    TagFactory,
)

SECOND = timedelta(seconds=1)


def listed(user, **options):
    return items_of(user, **{"kinds": list(TrashKind), "limit": 100} | options)


@pytest.fixture
def ties(user, now):
    """Forty rows of all kinds, deleted at three moments; the ids of different kinds are alike."""
    log = QuestionLogFactory(question__owner=user).question
    makers = {
        TrashKind.QUESTION: lambda **row: QuestionFactory(owner=user, **row),
        TrashKind.TAG: lambda **row: TagFactory(owner=user, **row),
        TrashKind.QUESTION_LOG: lambda **row: QuestionLogFactory(question=log, **row),
        TrashKind.STUDY_LIST: lambda **row: StudyListFactory(owner=user, **row),
        TrashKind.GOAL: lambda **row: GoalFactory(owner=user, **row),
    }
    places = []
    for number in range(8):
        for kind, make in makers.items():
            row = make(
                uid=UUID(int=number // 2 * 2**100 + number), deleted_at=now - number % 3 * SECOND
            )
            places.append(Place(row.deleted_at, row.uid, kind))
    places.sort(key=lambda place: (place.deleted_at, place.uid, TURNS.index(place.kind)))
    return places[::-1]


def test_says_what_each_thing_is(user, rows, now):
    kinds = [kind for kind in TrashKind if kind != TrashKind.QUESTION_LOG]
    for number, kind in enumerate(kinds):
        rows.delete(kind, at=now + number * SECOND)

    items = listed(user)

    titles = {item.place.kind: (item.title, item.log_count) for item in items}
    assert titles == {
        TrashKind.QUESTION: (rows.question.title, 2),
        TrashKind.TAG: (rows.tag.name, None),
        TrashKind.STUDY_LIST: (rows.study_list.name, None),
        TrashKind.GOAL: (rows.goal.name, None),
    }
    assert [item.place.kind for item in items] == ["GOAL", "STUDY_LIST", "TAG", "QUESTION"]


def test_says_of_an_attempt_how_it_ended_and_of_which_question(user, now):
    log = QuestionLogFactory(question__owner=user, question__title="Two Sum", deleted_at=now)

    (item,) = listed(user)

    assert item.title == "SOLVED at 2026-03-01 09:30 UTC on Two Sum"
    assert item.place == Place(now, log.uid, TrashKind.QUESTION_LOG)


def test_leaves_out_what_is_live_and_what_is_a_strangers(user, rows, others):
    for kind in reversed(TrashKind):
        others.delete(kind)

    # One attempt has been there all along.
    assert [item.place.kind for item in listed(user)] == [TrashKind.QUESTION_LOG]
    assert count_of(user, kinds=list(TrashKind)) == 1


def test_an_attempt_is_listed_while_its_question_is_live(user, rows):
    rows.delete(TrashKind.QUESTION_LOG)
    assert count_of(user, kinds=[TrashKind.QUESTION_LOG]) == 2

    rows.delete(TrashKind.QUESTION)

    assert [item.place.kind for item in listed(user)] == [TrashKind.QUESTION]
    assert count_of(user, kinds=list(TrashKind)) == 1


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("size", [1, 3, 7, 40, 41])
def test_pages_neither_skip_nor_repeat_what_was_deleted_together(size, backwards, user, ties):
    found, beyond = [], None
    while page := listed(user, limit=size, beyond=beyond, backwards=backwards):
        found += [item.place for item in page]
        beyond = found[-1]

    assert found == (ties[::-1] if backwards else ties)
    assert len(found) == count_of(user, kinds=list(TrashKind)) == 40


@pytest.mark.parametrize("kinds", [[], ["TAG"], ["GOAL", "QUESTION"], ["QUESTION_LOG", "TAG"]])
def test_lists_the_named_kinds(kinds, user, ties):
    places = [item.place for item in listed(user, kinds=kinds)]

    assert places == [place for place in ties if place.kind in kinds]
    assert count_of(user, kinds=kinds) == len(places)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_page_is_one_statement(backwards, user, ties, django_assert_num_queries):
    with django_assert_num_queries(1):
        listed(user, limit=5, beyond=ties[20], backwards=backwards)
    with django_assert_num_queries(1):
        count_of(user, kinds=list(TrashKind))


def test_starts_within_the_order_at_a_row_that_is_gone(user, ties):
    Question.objects.all().filter(deleted_at__isnull=False).delete()
    Tag.objects.all().delete()
    last = next(place for place in ties if place.kind == TrashKind.TAG)

    after = listed(user, beyond=last)

    places = [
        place for place in ties[ties.index(last) + 1 :] if place.kind not in ("QUESTION", "TAG")
    ]
    assert [item.place for item in after] == places


def test_every_kind_has_an_index_for_it():
    for kind in TrashKind:
        indexes = {tuple(index.fields) for index in KINDS[kind].model._meta.indexes}
        assert ("owner", "-deleted_at", "-uid") in indexes
