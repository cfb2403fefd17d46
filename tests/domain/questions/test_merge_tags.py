"""Tags that mean the same become one."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.audit.models import AuditEvent
from domain.questions.models import Question, QuestionTag, Tag, TagKind
from domain.questions.services.merging import merge_tags
from domain.questions.services.questions import update_question
from domain.questions.services.tagging import Tagging
from domain.questions.services.tags import TagName, delete_tag
from tests.domain.parallel import at_once
from tests.domain.refusals import codes_of, refused
from tests.factories import QuestionFactory, QuestionTagFactory, TagFactory
from tests.schema.tables import nothing_changes

HOUR = timedelta(hours=1)


@pytest.fixture
def tags(user):
    """The target and three sources."""
    return TagFactory.create_batch(4, owner=user)


@pytest.fixture
def merge(user, now):
    """Merge some tags into the first."""
    return lambda target, *sources: merge_tags(
        sources=sources, target=target, actor=user, at=now + HOUR
    )


def question(user, *tags, **row):
    made = QuestionFactory(owner=user, **row)
    for tag in tags:
        QuestionTagFactory(question=made, tag=tag)
    return made


def tags_of(question):
    return set(Tag.objects.filter(question_links__question=question))


def test_puts_the_target_on_all_questions_of_the_sources(user, tags, merge):
    target, *sources = tags
    kept = TagFactory(owner=user)
    questions = [question(user, kept, source) for source in sources]
    several, both = question(user, *sources), question(user, *tags)
    only, none = question(user, target), question(user, kept)

    merged = merge(target, *sources)

    assert merged == target
    for each in questions:
        assert tags_of(each) == {kept, target}
    assert tags_of(several) == tags_of(both) == tags_of(only) == {target}
    assert tags_of(none) == {kept}
    assert QuestionTag.objects.filter(tag=target).count() == 6


def test_puts_the_sources_in_the_trash_without_links(user, tags, merge, now):
    target, *sources = tags
    question(user, *sources)

    merge(target, *sources)

    trashed = Tag.objects.filter(deleted_at=now + HOUR, deleted_by=user, version=2)
    assert set(trashed) == set(sources)
    assert not QuestionTag.objects.filter(tag__in=sources).exists()
    assert Tag.objects.live().get(pk=target.pk).version == 1


def test_takes_questions_in_the_trash_along(user, tags, merge, now):
    target, source, *_ = tags
    gone = question(user, source, deleted_at=now)

    merge(target, source)

    assert tags_of(gone) == {target}


def test_stamps_the_questions_whose_tags_changed(user, tags, merge, now):
    target, source, *_ = tags
    touched, untouched = question(user, source), question(user, target)

    merge(target, source)

    touched.refresh_from_db()
    untouched.refresh_from_db()
    assert (touched.version, touched.updated_at, touched.updated_by) == (2, now + HOUR, user)
    assert (untouched.version, untouched.updated_at) == (1, now)


def test_leaves_the_links_of_other_tags_and_other_people(user, stranger, tags, merge):
    target, source, *_ = tags
    theirs = QuestionTagFactory(question__owner=stranger)
    other = QuestionTagFactory(question=question(user, source))

    merge(target, source)

    assert set(QuestionTag.objects.exclude(tag=target)) == {theirs, other}


class TestOfCompanies:
    @pytest.fixture
    def companies(self, user):
        return TagFactory.create_batch(3, owner=user, kind=TagKind.COMPANY)

    def merged(self, merge, user, companies, *counted):
        row = QuestionFactory(owner=user)
        for tag, values in zip(companies, counted, strict=True):
            if values is not None:
                frequency, window = values
                QuestionTagFactory(question=row, tag=tag, frequency=frequency, window=window)
        merge(*companies)
        return QuestionTag.objects.values_list("frequency", "window").get(
            question=row, tag=companies[0]
        )

    @pytest.mark.parametrize(
        ("counted", "kept"),
        [
            ([(1, "30D"), (2, "ALL"), (3, "90D")], (1, "30D")),
            ([(None, "30D"), (2, "ALL"), (3, "90D")], (None, "30D")),
            ([(None, None), (2, "ALL"), (3, "90D")], (2, "ALL")),
            ([None, (None, None), (3, None)], (3, None)),
            ([None, (2, "ALL"), (3, "90D")], (2, "ALL")),
            ([None, (0, None), (3, "90D")], (0, None)),
            ([None, (None, None), None], (None, None)),
        ],
    )
    def test_keeps_the_first_frequency_and_window(self, counted, kept, merge, user, companies):
        assert self.merged(merge, user, companies, *counted) == kept

    def test_into_another_kind_leaves_none(self, merge, user, companies):
        target = TagFactory(owner=user, kind=TagKind.TOPIC)
        counted = [None, (2, "ALL"), (3, "90D")]

        assert self.merged(merge, user, [target, *companies[1:]], *counted) == (None, None)

    def test_the_order_of_the_sources_decides(self, merge, user, companies):
        target, first, second = companies
        counted = [None, (3, "90D"), (2, "ALL")]

        assert self.merged(merge, user, [target, second, first], *counted) == (3, "90D")


def test_is_recorded(user, tags, merge):
    target, *sources = tags

    merge(target, *sources)

    assert AuditEvent.objects.get(verb="tag.merged").object_uid == target.uid
    deleted = AuditEvent.objects.filter(verb="tag.deleted", actor=user, owner=user)
    assert set(deleted.values_list("object_uid", flat=True)) == {source.uid for source in sources}


def test_a_source_named_twice_counts_once(user, tags, merge):
    target, source, *_ = tags

    merge(target, source, source)

    assert Tag.objects.get(pk=source.pk).version == 2
    assert AuditEvent.objects.filter(verb="tag.deleted").count() == 1


def test_into_itself_is_refused(tags, merge):
    with nothing_changes(), refused(sources="target_among_sources"):
        merge(tags[0], *tags)


@pytest.mark.parametrize("number", [0, 51])
def test_takes_1_to_50_sources(number, user, merge):
    target, *sources = TagFactory.create_batch(number + 1, owner=user)

    with nothing_changes(), refused(sources="bad_number_of_sources"):
        merge(target, *sources)


@pytest.mark.parametrize("position", [0, 1])
def test_of_a_tag_that_was_deleted_meanwhile_is_refused(position, tags, merge, user, now):
    delete_tag(tag=Tag.objects.get(pk=tags[position].pk), actor=user, at=now)

    with nothing_changes(), refused(sources="not_found"):
        merge(tags[0], tags[1])


@pytest.mark.parametrize("position", [0, 1])
def test_of_a_strangers_tag_is_refused(position, tags, merge, stranger):
    pair = tags[:2]
    pair[position] = TagFactory(owner=stranger)

    with nothing_changes(), refused(sources="not_found"):
        merge(*pair)


def test_costs_the_same_for_one_question_and_for_a_hundred(user, merge):
    costs = []
    for number in (1, 100):
        target, *sources = TagFactory.create_batch(number // 4 + 2, owner=user)
        for _ in range(number):
            question(user, *sources[:3])
        with CaptureQueriesContext(connection) as captured:
            merge(target, *sources)
        costs.append(len(captured))

    assert costs[0] == costs[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
class TestAtOnce:
    @pytest.mark.parametrize("has_it", [False, True])
    def test_no_question_gets_a_source_that_is_gone(self, has_it, turn, user, tags, merge, now):
        target, source, *_ = tags
        row = question(user, source if has_it else target)

        merged, edited = at_once(
            lambda: merge(target, source),
            lambda: update_question(question=row, actor=user, at=now, tags=[Tagging(source)]),
        )

        assert merged == target
        assert isinstance(edited, Question) or codes_of(edited) == {"tags": ["not_found"]}
        # Who comes too late has changed nothing.
        assert tags_of(row) == {target}

    def test_a_name_finds_a_tag_that_stays(self, turn, user, tags, merge, now):
        target, source, *_ = tags
        row = question(user, target)
        named = Tagging(TagName(source.kind, source.name))

        merged, edited = at_once(
            lambda: merge(target, source),
            lambda: update_question(question=row, actor=user, at=now, tags=[named]),
        )

        assert merged == target
        assert isinstance(edited, Question) or codes_of(edited) == {"tags": ["not_found"]}
        # It may be a new one with the name of the old.
        assert [tag.is_live for tag in tags_of(row)] == [True]

    def test_two_merges_of_the_same_tags_leave_one_of_them(self, turn, user, tags, merge):
        first, second, *_ = tags
        row = question(user, first, second)

        at_once(lambda: merge(first, second), lambda: merge(second, first))

        (left,) = Tag.objects.live().filter(pk__in=[first.pk, second.pk])
        assert tags_of(row) == {left}

    def test_edits_of_many_questions_are_not_lost(self, turn, user, tags, merge, now):
        target, source, extra, _ = tags
        rows = [question(user, source) for _ in range(6)]
        taggings = [Tagging(target), Tagging(extra)]

        outcomes = at_once(
            lambda: merge(target, source),
            *[
                partial(update_question, question=row, actor=user, at=now, tags=taggings)
                for row in rows
            ],
        )

        assert [type(outcome) for outcome in outcomes] == [Tag, *[Question] * 6]
        for row in rows:
            assert tags_of(row) == {target, extra}
