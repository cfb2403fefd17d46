"""Which tags a question has."""

import pytest

from domain.questions.models import Question, QuestionTag, Tag
from domain.questions.services.tagging import Tagging, set_tags
from domain.questions.services.tags import TagName
from tests.domain.refusals import refused
from tests.factories import QuestionFactory, QuestionTagFactory, TagFactory


@pytest.fixture
def question(user):
    return QuestionFactory(owner=user)


@pytest.fixture
def tagged(question, now):
    def call(*taggings):
        return set_tags(question=question, taggings=taggings, at=now)

    return call


def test_adds_and_takes_away(tagged, question, user):
    stays, goes, comes = TagFactory.create_batch(3, owner=user)
    tagged(Tagging(stays), Tagging(goes))
    kept = QuestionTag.objects.get(tag=stays)

    assert tagged(Tagging(comes), Tagging(stays)) is True

    assert set(question.tags.all()) == {stays, comes}
    assert QuestionTag.objects.get(tag=stays).pk == kept.pk


def test_tells_when_nothing_changed(tagged, user):
    tag = TagFactory(owner=user)
    tagged(Tagging(tag))

    assert tagged(Tagging(tag)) is False


def test_takes_one_link_for_a_tag_given_twice(tagged, question, user):
    tag = TagFactory(owner=user, name="Arrays", kind="TOPIC")

    tagged(Tagging(tag), Tagging(tag), Tagging(TagName("TOPIC", " ARRAYS ")))

    assert question.tags.get() == tag


def test_leaves_other_questions_alone(tagged, user):
    link = QuestionTagFactory(question__owner=user)

    tagged()

    assert QuestionTag.objects.get() == link


def test_belongs_to_the_owner_of_the_question(tagged, question, user):
    tagged(Tagging(TagName("TOPIC", "Arrays")))

    link = QuestionTag.objects.get()
    assert (link.owner, link.tag.owner, link.question) == (user, user, question)


def test_names_a_tag_whatever_its_case(tagged, question, user):
    tag = TagFactory(owner=user, kind="COMPANY", name="Émile & Söhne")

    tagged(Tagging(TagName("COMPANY", "ÉMILE & SÖHNE")))

    assert question.tags.get() == tag


def test_creates_the_tags_that_are_missing(tagged, question):
    tagged(Tagging(TagName("TOPIC", "Arrays")), Tagging(TagName("PATTERN", "Arrays")))

    assert set(question.tags.values_list("kind", "name")) == {
        ("TOPIC", "Arrays"),
        ("PATTERN", "Arrays"),
    }


def test_takes_fifty(tagged, question):
    tagged(*[Tagging(TagName("TOPIC", f"t{n}")) for n in range(50)])

    assert question.tags.count() == 50


def test_refuses_fifty_one_before_it_creates_any(tagged, question, django_assert_num_queries):
    with django_assert_num_queries(0), refused(tags="too_many_tags"):
        tagged(*[Tagging(TagName("TOPIC", f"t{n}")) for n in range(51)])


def test_counts_a_tag_named_twice_once(tagged, question, user):
    tags = TagFactory.create_batch(50, owner=user, kind="TOPIC")

    tagged(*map(Tagging, tags), *[Tagging(TagName("TOPIC", tag.name)) for tag in tags])

    assert question.tags.count() == 50


def test_refuses_a_tag_of_a_stranger(tagged, question, stranger):
    with refused(tags="not_found"):
        tagged(Tagging(TagFactory(owner=stranger)))

    assert not question.tags.exists()


def test_refuses_a_tag_in_the_trash(tagged, question, user, now):
    with refused(tags="not_found"):
        tagged(Tagging(TagFactory(owner=user, deleted_at=now)))

    assert not QuestionTag.objects.exists()


def test_keeps_links_to_tags_in_the_trash(tagged, question, user, now):
    link = QuestionTagFactory(question=question, tag__deleted_at=now)

    tagged()

    assert QuestionTag.objects.get() == link


def test_names_a_new_tag_like_one_in_the_trash(tagged, question, user, now):
    TagFactory(owner=user, kind="TOPIC", name="Arrays", deleted_at=now)

    tagged(Tagging(TagName("TOPIC", "Arrays")))

    assert question.tags.live().count() == 1


class TestFrequency:
    @pytest.fixture
    def company(self, user):
        return TagFactory(owner=user, kind="COMPANY", name="Initech")

    def stored(self):
        return QuestionTag.objects.values_list("frequency", "window").get()

    @pytest.mark.parametrize(
        ("frequency", "window"), [(0, "30D"), (100, "ALL"), (55.5, None), (None, "180D")]
    )
    def test_is_kept_for_a_company(self, frequency, window, tagged, company):
        tagged(Tagging(company, frequency=frequency, window=window))

        assert self.stored() == (frequency, window)

    def test_is_changed(self, tagged, company):
        tagged(Tagging(company, frequency=1, window="30D"))

        assert tagged(Tagging(company, frequency=2, window="30D")) is True

        assert self.stored() == (2, "30D")

    def test_is_taken_away(self, tagged, company):
        tagged(Tagging(company, frequency=1, window="30D"))

        assert tagged(Tagging(company)) is True

        assert self.stored() == (None, None)

    @pytest.mark.parametrize("kind", ["TOPIC", "PATTERN", "CUSTOM"])
    @pytest.mark.parametrize("counted", [{"frequency": 0}, {"window": "ALL"}])
    def test_is_refused_for_others(self, kind, counted, tagged, user):
        tag = TagFactory(owner=user, kind=kind)

        with refused(tags="not_a_company"):
            tagged(Tagging(tag, **counted))

        assert not QuestionTag.objects.exists()

    @pytest.mark.parametrize(
        ("counted", "code"),
        [
            ({"frequency": -0.1}, "min_value"),
            ({"frequency": 100.1}, "max_value"),
            ({"frequency": float("nan")}, "invalid"),
            ({"frequency": float("inf")}, "max_value"),
            ({"window": "7D"}, "invalid_choice"),
            ({"window": ""}, "invalid"),
        ],
    )
    def test_is_refused(self, counted, code, tagged, company):
        with refused(tags=code):
            tagged(Tagging(company, **counted))

        assert not QuestionTag.objects.exists()


def test_of_a_missing_company_takes_a_frequency(tagged):
    tagged(Tagging(TagName("COMPANY", "Initech"), frequency=10))

    assert QuestionTag.objects.get().frequency == 10


def test_refuses_a_name_that_no_tag_can_have(tagged):
    with refused(tags="max_length"):
        tagged(Tagging(TagName("TOPIC", "x" * 51)))

    assert not Tag.objects.exists()


class TestQuerysets:
    @pytest.fixture
    def tags(self, user):
        return TagFactory.create_batch(3, owner=user)

    @pytest.fixture
    def questions(self, user, tags):
        a, b, c = tags
        rows = []
        for title, on_it in (("none", []), ("a", [a]), ("ab", [a, b]), ("abc", [a, b, c])):
            row = QuestionFactory(owner=user, title=title)
            for tag in on_it:
                QuestionTagFactory(question=row, tag=tag)
            rows.append(row)
        return rows

    def titles(self, questions):
        return sorted(question.title for question in questions)

    def test_tagged_any_finds_each_question_once(self, tags, questions):
        found = Question.objects.tagged_any([tags[0].pk, tags[1].pk])

        assert self.titles(found) == ["a", "ab", "abc"]

    def test_tagged_any_of_nothing_finds_nothing(self, questions):
        assert self.titles(Question.objects.tagged_any([])) == []

    def test_tagged_all_finds_those_with_every_one(self, tags, questions):
        found = Question.objects.tagged_all([tags[0].pk, tags[1].pk])

        assert self.titles(found) == ["ab", "abc"]

    def test_tagged_all_of_nothing_finds_everything(self, questions):
        assert len(Question.objects.tagged_all([])) == 4

    def test_question_counts_are_of_live_questions(self, tags, questions, now):
        questions[-1].deleted_at = now
        questions[-1].save()

        counts = QuestionTag.objects.question_counts()

        assert counts == {tags[0].pk: 2, tags[1].pk: 1}

    def test_live_links_have_two_live_ends(self, tags, questions, now):
        questions[-1].deleted_at = now
        questions[-1].save()
        tags[0].deleted_at = now
        tags[0].save()

        links = QuestionTag.objects.live()

        assert [(link.question.title, link.tag) for link in links] == [("ab", tags[1])]
