"""A question is changed: what is given, and nothing else."""

from datetime import timedelta

import pytest

from domain.audit.models import AuditEvent
from domain.questions.models import Question
from domain.questions.services.questions import delete_question, update_question
from domain.questions.services.tagging import Tagging
from domain.questions.services.tags import TagName
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import QuestionFactory, QuestionLogFactory, QuestionTagFactory, TagFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def question(user):
    return QuestionFactory(
        owner=user,
        title="Two Sum",
        slug="two-sum",
        url="https://leetcode.com/problems/two-sum",
        platform="LEETCODE",
        external_id="two-sum",
        notes="hash map",
        difficulty=1,
    )


@pytest.fixture
def update(user, question, now):
    def call(**changes):
        return update_question(question=question, actor=user, at=now + HOUR, **changes)

    return call


def columns(question):
    return Question.objects.values().get(pk=question.pk)


def test_changes_what_is_given(update, question):
    update(title="Two Sums", importance=4)

    question.refresh_from_db()
    assert (question.title, question.importance) == ("Two Sums", 4)


def test_leaves_the_rest(update, question):
    before = columns(question)

    update(is_starred=True)

    after = columns(question)
    assert {name for name in before if before[name] != after[name]} == {
        "is_starred",
        "updated_at",
        "version",
    }


def test_sets_to_null_what_is_given_as_null(update, question):
    update(difficulty=None, external_id=None)

    question.refresh_from_db()
    assert (question.difficulty, question.external_id) == (None, None)


def test_stamps_it(update, question, user, admin, now):
    changed = update_question(question=question, actor=admin, at=now + HOUR, importance=3)

    assert (changed.updated_by, changed.updated_at, changed.version) == (admin, now + HOUR, 2)
    assert (changed.created_by, changed.created_at) == (user, now)


def test_is_recorded_by_the_names_of_what_changed(update, user):
    update(title="Two Sum", notes="new", importance=2, is_starred=True)

    event = AuditEvent.objects.get()
    assert (event.verb, event.fields) == ("question.updated", ["is_starred", "notes"])


def test_without_a_difference_changes_and_records_nothing(update, question):
    before = columns(question)

    update(title=" Two Sum ", difficulty=1, tags=[])

    assert columns(question) == before
    assert not AuditEvent.objects.exists()


def test_leaves_everything_as_it_was_when_refused(update, question):
    before = columns(question)

    with refused(importance="max_value"):
        update(title="Other", importance=5, tags=[Tagging(TagName("TOPIC", "Arrays"))])

    assert columns(question) == before
    assert not question.tags.exists()
    assert not AuditEvent.objects.exists()


def test_makes_new_words_searchable_and_old_ones_not(update):
    update(notes="two pointers")

    assert Question.objects.matching("pointers").count() == 1
    assert Question.objects.matching("hash").count() == 0


class TestOrigin:
    def test_follows_a_new_url(self, update):
        changed = update(url="https://codeforces.com/contest/4/problem/A")

        assert (changed.platform, changed.external_id) == ("CODEFORCES", "4A")

    def test_follows_a_new_url_that_names_no_question(self, update):
        changed = update(url="https://example.com/")

        assert (changed.platform, changed.external_id) == ("OTHER", None)

    def test_is_the_given_one_when_both_are_given(self, update):
        changed = update(
            url="https://codeforces.com/contest/4/problem/A", platform="BOOK", external_id="p. 7"
        )

        assert (changed.platform, changed.external_id) == ("BOOK", "p. 7")

    def test_stays_with_the_same_url(self, update, question):
        Question.objects.update(platform="INTERVIEW", external_id=None)

        changed = update(url=question.url)

        assert (changed.platform, changed.external_id) == ("INTERVIEW", None)

    def test_stays_when_the_url_goes(self, update):
        changed = update(url="")

        assert (changed.url, changed.platform) == ("", "LEETCODE")

    def test_of_another_question_is_refused(self, update, user):
        QuestionFactory(owner=user, platform="LEETCODE", external_id="3sum")

        with refused(url="external_id_taken"):
            update(url="https://leetcode.com/problems/3sum")


class TestSlug:
    def test_stays_with_a_new_title(self, update):
        assert update(title="Three Sum").slug == "two-sum"

    def test_follows_from_the_title_when_it_is_emptied(self, update):
        assert update(slug="", title="Three Sum").slug == "three-sum"

    def test_stays_when_it_is_emptied_and_fits_already(self, update):
        changed = update(slug="")

        assert (changed.slug, changed.version) == ("two-sum", 1)

    def test_counts_on_when_it_is_emptied_and_taken(self, update, user):
        QuestionFactory(owner=user, slug="three-sum")

        assert update(slug="", title="Three Sum").slug == "three-sum-2"

    def test_of_another_question_is_refused(self, update, user):
        QuestionFactory(owner=user, slug="mine")

        with refused(slug="slug_taken"):
            update(slug="mine")

    def test_of_a_stranger_is_free(self, update):
        QuestionFactory(slug="mine")

        assert update(slug="mine").slug == "mine"

    def test_of_one_in_the_trash_is_free(self, update, user, now):
        QuestionFactory(owner=user, slug="mine", deleted_at=now)

        assert update(slug="mine").slug == "mine"


class TestTags:
    def test_are_replaced(self, update, question, user):
        QuestionTagFactory(question=question, tag__name="old")
        new = TagFactory(owner=user, name="new")

        changed = update(tags=[Tagging(new)])

        assert list(question.tags.all()) == [new]
        assert changed.version == 2
        assert AuditEvent.objects.get().fields == ["tags"]

    def test_are_taken_away_by_an_empty_list(self, update, question):
        QuestionTagFactory(question=question)

        update(tags=[])

        assert not question.tags.exists()

    def test_stay_when_not_given(self, update, question):
        QuestionTagFactory(question=question)

        update(title="Other")

        assert question.tags.count() == 1


class TestMeanwhile:
    """The service is handed a row that was loaded before somebody else changed it."""

    def test_other_edits_are_kept_and_counted(self, question, user, now):
        old = Question.objects.get(pk=question.pk)
        update_question(question=question, actor=user, at=now, notes="by the phone")

        changed = update_question(question=old, actor=user, at=now, title="By the laptop")

        assert (changed.notes, changed.title) == ("by the phone", "By the laptop")
        assert Question.objects.get().search_words == "by the laptop . phone"
        assert Question.objects.get().version == 3

    def test_an_edit_back_to_what_was_loaded_is_a_change(self, question, user, now):
        old = Question.objects.get(pk=question.pk)
        update_question(question=question, actor=user, at=now, title="Other")

        update_question(question=old, actor=user, at=now, title="Two Sum")

        assert Question.objects.get().title == "Two Sum"

    def test_counters_are_kept(self, question, user, now):
        QuestionLogFactory(question=Question.objects.get(pk=question.pk))

        changed = update_question(question=question, actor=user, at=now, title="Other")

        assert (changed.log_count, Question.objects.get().log_count) == (1, 1)

    def test_deletion_is_noticed(self, question, user, now):
        delete_question(question=Question.objects.get(pk=question.pk), actor=user, at=now)

        with refused("not_found"):
            update_question(question=question, actor=user, at=now, title="Other")

        assert Question.objects.get().title == "Two Sum"

    def test_purging_is_noticed(self, question, user, now):
        Question.objects.all().delete()

        with refused("not_found"):
            update_question(question=question, actor=user, at=now, title="Other")

    @pytest.mark.django_db(transaction=True)
    def test_parallel_edits_lose_nothing(self, now):
        question = QuestionFactory(notes="", source="")
        fields = {"title": "T", "notes": "N", "source": "S", "content": "C", "importance": 4}
        calls = [
            lambda change=change: update_question(
                question=question, actor=question.owner, at=now, **dict([change])
            )
            for change in fields.items()
        ]

        at_once(*calls)

        assert Question.objects.values(*fields).get() == fields
        assert Question.objects.get().version == 1 + len(fields)
        assert AuditEvent.objects.count() == len(fields)

    @pytest.mark.django_db(transaction=True)
    def test_parallel_tag_sets_leave_one_of_them(self, now):
        question = QuestionFactory()
        sets = [{"a", "b"}, {"b", "c"}, {"c", "d"}, set()]
        calls = [
            lambda names=names: update_question(
                question=question,
                actor=question.owner,
                at=now,
                tags=[Tagging(TagName("TOPIC", name)) for name in sorted(names)],
            )
            for names in sets
        ]

        outcomes = at_once(*calls)

        assert [type(outcome) for outcome in outcomes] == [Question] * 4
        assert set(question.tags.values_list("name", flat=True)) in sets
