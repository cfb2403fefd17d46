"""A question comes into being."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from domain.audit.models import AuditEvent
from domain.questions.models import Question, QuestionTag, Tag
from domain.questions.services.questions import create_question, update_question
from domain.questions.services.tagging import Tagging, TooManyTags
from domain.questions.services.tags import TagName
from tests.domain.parallel import at_once
from tests.domain.refusals import codes_of, refused
from tests.factories import QuestionFactory, TagFactory, UserFactory


def create(owner, now, **fields):
    return create_question(owner=owner, at=now, **({"title": "Two Sum"} | fields))


def test_needs_only_a_title(user, now):
    create(user, now)

    question = Question.objects.get()
    assert (question.title, question.slug, question.owner) == ("Two Sum", "two-sum", user)
    assert (question.platform, question.external_id, question.url) == ("OTHER", None, "")
    assert (question.importance, question.difficulty) == (2, None)
    assert (question.log_count, question.due_at, question.deleted_at) == (0, None, None)


def test_stamps_it(user, now):
    create(user, now)

    question = Question.objects.get()
    assert (question.created_at, question.updated_at, question.version) == (now, now, 1)
    assert (question.created_by, question.updated_by) == (user, user)


def test_is_recorded_by_the_names_of_its_fields(user, now):
    question = create(user, now, notes="my secret", url="https://example.com")

    event = AuditEvent.objects.get()
    assert (event.verb, event.owner) == ("question.created", user)
    assert event.object_uid == question.uid
    assert event.fields == ["notes", "title", "url"]


def test_trims_and_composes_the_short_texts(user, now):
    create(
        user,
        now,
        title=" Cafe\u0301\n",
        url=" https://example.com/ ",
        source="\tBook ",
        slug=" my ",
        external_id=" 7 ",
    )

    question = Question.objects.get()
    assert (question.title, question.slug, question.source) == ("Café", "my", "Book")
    assert (question.url, question.external_id) == ("https://example.com/", "7")


def test_keeps_long_texts_as_they_are(user, now):
    notes = "  indented\r\n\tcode\n\n"

    create(user, now, notes=notes, content=notes)

    question = Question.objects.get()
    assert (question.notes, question.content) == (notes, notes)


class TestOrigin:
    def test_derives_the_platform_from_the_url(self, user, now):
        question = create(user, now, url="https://leetcode.com/problems/two-sum/")

        assert (question.platform, question.external_id) == ("LEETCODE", "two-sum")

    def test_lets_a_given_platform_win(self, user, now):
        question = create(
            user, now, url="https://leetcode.com/problems/two-sum/", platform="INTERVIEW"
        )

        assert (question.platform, question.external_id) == ("INTERVIEW", None)

    def test_completes_a_given_platform_that_agrees(self, user, now):
        question = create(
            user, now, url="https://leetcode.com/problems/two-sum/", platform="LEETCODE"
        )

        assert question.external_id == "two-sum"

    def test_lets_a_given_external_id_win(self, user, now):
        question = create(user, now, url="https://leetcode.com/problems/two-sum/", external_id="1")

        assert (question.platform, question.external_id) == ("LEETCODE", "1")

    def test_takes_an_empty_external_id_for_none(self, user, now):
        create(user, now, external_id=" ")
        create(user, now, external_id="")

        assert list(Question.objects.values_list("external_id", flat=True)) == [None, None]


class TestSlug:
    def test_counts_on_when_taken(self, user, now):
        slugs = [create(user, now).slug for _ in range(3)]

        assert slugs == ["two-sum", "two-sum-2", "two-sum-3"]

    def test_fills_gaps(self, user, now):
        QuestionFactory(owner=user, slug="two-sum")
        QuestionFactory(owner=user, slug="two-sum-3")

        assert create(user, now).slug == "two-sum-2"

    def test_is_free_again_when_the_other_is_in_the_trash(self, user, now):
        QuestionFactory(owner=user, slug="two-sum", deleted_at=now)

        assert create(user, now).slug == "two-sum"

    def test_is_not_taken_by_a_stranger(self, user, stranger, now):
        QuestionFactory(owner=stranger, slug="two-sum")

        assert create(user, now).slug == "two-sum"

    def test_minds_neither_longer_slugs_nor_wildcards(self, user, now):
        for slug in ("two-sum-ii", "two-summer", "two%sum", "two_sum", "TWO-SUM"):
            QuestionFactory(owner=user, slug=slug)

        assert create(user, now).slug == "two-sum"

    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("Two Sum II - Input Array Is Sorted!", "two-sum-ii-input-array-is-sorted"),
            ("Задача о рюкзаке", "задача-о-рюкзаке"),
            ("両替問題", "両替問題"),
            ("C++", "c"),
            ("x" * 255, "x" * 240),
        ],
    )
    def test_follows_from_the_title(self, title, slug, user, now):
        assert create(user, now, title=title).slug == slug

    @pytest.mark.parametrize("title", ["🎉", "???", "++"])
    def test_is_made_of_the_id_for_a_title_without_letters(self, title, user, now):
        uid = uuid.UUID("0198c0de-0000-7000-8000-00000000beef")

        question = create(user, now, title=title, uid=uid)

        assert question.slug == "question-00000000beef"

    @pytest.mark.parametrize("slug", ["a b/c", "<script>", "two.sum", "two-sum\n<"])
    def test_is_refused_unless_it_fits_an_address(self, slug, user, now):
        with pytest.raises(ValidationError) as refusal:
            create(user, now, slug=slug)

        assert codes_of(refusal.value) == {"slug": ["invalid"]}
        assert not Question.objects.exists()

    @pytest.mark.parametrize("slug", ["two-sum", "Two_Sum-2", "両替問題", "-"])
    def test_is_taken_as_it_is_given(self, slug, user, now):
        assert create(user, now, slug=slug).slug == slug

    def test_from_before_stays_until_it_is_changed(self, user, now):
        question = QuestionFactory(owner=user, slug="a b/c")

        changed = update_question(
            question=question, actor=user, at=now, title="Other", slug="a b/c"
        )

        assert (changed.title, changed.slug) == ("Other", "a b/c")
        with pytest.raises(ValidationError):
            update_question(question=question, actor=user, at=now, slug="a b/d")

    def test_of_the_longest_titles_still_counts_on(self, user, now):
        create(user, now, title="x" * 255)

        assert create(user, now, title="x" * 255).slug == "x" * 240 + "-2"

    def test_given_twice_is_refused(self, user, now):
        create(user, now, slug="mine")

        with refused(slug="slug_taken"):
            create(user, now, slug="mine")

        assert Question.objects.count() == 1

    def test_given_blank_follows_from_the_title(self, user, now):
        assert create(user, now, slug="  ").slug == "two-sum"

    @pytest.mark.django_db(transaction=True)
    def test_differs_for_each_of_eight_at_once(self, now):
        owner = UserFactory()

        outcomes = at_once(*[lambda: create(owner, now)] * 8)

        slugs = {question.slug for question in outcomes}
        assert len(slugs) == 8
        assert "two-sum" in slugs

    @pytest.mark.django_db(transaction=True)
    def test_is_found_within_a_transaction_of_the_caller(self, now):
        owner = UserFactory()

        def create_three():
            with transaction.atomic():
                return [create(owner, now).slug for _ in range(3)]

        outcomes = at_once(create_three, create_three)

        assert len({slug for slugs in outcomes for slug in slugs}) == 6
        assert Question.objects.count() == 6


class TestId:
    def test_is_the_one_given(self, user, now):
        uid = uuid.uuid4()

        create(user, now, uid=uid)

        assert Question.objects.get().uid == uid

    def test_is_a_uuid_of_version_7_otherwise(self, user, now):
        assert create(user, now).uid.version == 7

    def test_given_twice_is_refused(self, user, now):
        uid = create(user, now).uid

        with refused(id="id_taken"):
            create(user, now, uid=uid, title="Another")

        assert Question.objects.count() == 1

    def test_given_twice_is_refused_even_if_the_first_is_in_the_trash(self, user, now):
        question = QuestionFactory(owner=user, deleted_at=now)

        with refused(id="id_taken"):
            create(user, now, uid=question.uid)

    def test_may_be_that_of_a_stranger(self, user, stranger, now):
        theirs = QuestionFactory(owner=stranger)

        mine = create(user, now, uid=theirs.uid)

        assert mine.uid == theirs.uid
        assert Question.objects.owned_by(user).get() == mine

    def test_may_be_null_in_all_its_digits(self, user, now):
        uid = uuid.UUID(int=0)

        assert create(user, now, uid=uid).uid == uid

    @pytest.mark.django_db(transaction=True)
    def test_given_by_two_devices_at_once_is_taken_once(self, now):
        owner, uid = UserFactory(), uuid.uuid4()

        outcomes = at_once(*[lambda: create(owner, now, uid=uid)] * 2)

        refusals = [outcome for outcome in outcomes if not isinstance(outcome, Question)]
        assert [list(refusal.error_dict) for refusal in refusals] == [["id"]]
        assert Question.objects.get().uid == uid


class TestExternalId:
    URL = "https://leetcode.com/problems/two-sum"

    def test_is_unique_on_its_platform(self, user, now):
        create(user, now, url=self.URL)

        with refused(url="external_id_taken"):
            create(user, now, url=self.URL + "/description")

        assert Question.objects.count() == 1

    def test_may_be_the_same_on_another_platform(self, user, now):
        create(user, now, platform="LEETCODE", external_id="1")

        create(user, now, platform="BOOK", external_id="1")

        assert Question.objects.count() == 2

    def test_is_free_again_when_the_other_is_in_the_trash(self, user, now):
        QuestionFactory(owner=user, platform="LEETCODE", external_id="two-sum", deleted_at=now)

        assert create(user, now, url=self.URL).external_id == "two-sum"

    def test_may_be_that_of_a_stranger(self, user, stranger, now):
        QuestionFactory(owner=stranger, platform="LEETCODE", external_id="two-sum")

        assert create(user, now, url=self.URL).external_id == "two-sum"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 255),
        ("title", "x"),
        ("title", "\u0958" * 127),  # composed form has two characters each
        ("slug", "x" * 255),
        ("url", "https://example.com/" + "x" * 2028),
        ("url", ""),
        ("source", "x" * 255),
        ("external_id", "x" * 128),
        ("notes", "x" * 100_000),
        ("content", "x" * 100_000),
        ("difficulty", 1),
        ("difficulty", 3),
        ("difficulty", None),
        ("importance", 1),
        ("importance", 4),
        ("platform_rating", 0),
        ("platform_rating", 10_000),
        ("target_seconds", 1),
        ("target_seconds", 86_400),
        ("title", "\x01\x1f"),
        ("title", "\ue000\U0010ffff"),
    ],
)
def test_accepts_at_the_limit(field, value, user, now):
    create(user, now, **{field: value})

    stored = Question.objects.values_list(field, flat=True).get()
    assert stored == value or field == "title"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "", "blank"),
        ("title", " \n", "blank"),
        ("title", None, "null"),
        ("title", "x" * 256, "max_length"),
        ("title", "\u0958" * 128, "max_length"),
        ("title", "a\x00b", "unstorable_text"),
        ("title", "a\ud800", "unstorable_text"),
        ("slug", "x" * 256, "max_length"),
        ("slug", "a\x00b", "unstorable_text"),
        ("url", "example.com", "invalid"),
        ("url", "ftp://example.com/x", "invalid"),
        ("url", "javascript:alert(1)", "invalid"),
        ("url", "https://exa mple.com", "invalid"),
        ("url", "https://[::1", "invalid"),
        ("url", "https://example.com/\ud800", "unstorable_text"),
        ("url", None, "null"),
        ("platform", "TOPCODER", "invalid_choice"),
        ("platform", None, "null"),
        ("external_id", "x" * 129, "max_length"),
        ("external_id", "\x00", "unstorable_text"),
        ("notes", "x" * 100_001, "max_length"),
        ("notes", "\udfff", "unstorable_text"),
        ("notes", None, "null"),
        ("content", None, "null"),
        ("content", [], "invalid"),
        ("source", None, "null"),
        ("source", "x" * 256, "max_length"),
        ("difficulty", 0, "invalid_choice"),
        ("difficulty", 4, "invalid_choice"),
        ("difficulty", 2**70, "invalid_choice"),
        ("importance", 0, "min_value"),
        ("importance", 5, "max_value"),
        ("importance", -(2**40), "min_value"),
        ("importance", 2**70, "max_value"),
        ("importance", None, "null"),
        ("platform_rating", -1, "min_value"),
        ("platform_rating", 10_001, "max_value"),
        ("platform_rating", 2**31, "max_value"),
        ("target_seconds", 0, "min_value"),
        ("target_seconds", 86_401, "max_value"),
        ("is_starred", None, "null"),
        ("is_archived", None, "null"),
    ],
)
def test_refuses(field, value, code, user, now):
    with pytest.raises(ValidationError) as caught:
        create(user, now, **{field: value})

    refusals = codes_of(caught.value)
    assert list(refusals) == [field]
    assert set(refusals[field]) == {code}
    assert not Question.objects.exists()


@pytest.mark.parametrize("length", [2048, 2049])
def test_takes_urls_of_2048_characters_and_no_more(length, user, now):
    url = "https://example.com/".ljust(length, "x")

    if length == 2048:
        create(user, now, url=url)
        assert Question.objects.get().url == url
    else:
        with pytest.raises(ValidationError) as caught:
            create(user, now, url=url)
        assert list(caught.value.error_dict) == ["url"]


def test_names_everything_that_is_wrong_at_once(user, now):
    with refused(title="blank", importance="max_value", notes="max_length"):
        create(user, now, title="", importance=9, notes="x" * 100_001)


def test_takes_notes_of_many_long_words(user, now):
    # U+3316 alone is six letters when it is searched for: more than PostgreSQL can index.
    notes = " ".join(f"{'㌖' * 10}{number}" for number in range(7_000))[:100_000]

    create(user, now, notes=notes)

    assert Question.objects.matching("キロメートル").count() == 1


class TestTags:
    def test_are_linked(self, user, now):
        tag = TagFactory(owner=user)

        question = create(user, now, tags=[Tagging(tag), Tagging(TagName("TOPIC", "Arrays"))])

        assert set(question.tags.values_list("name", flat=True)) == {tag.name, "Arrays"}
        assert set(QuestionTag.objects.values_list("owner", flat=True)) == {user.pk}

    def test_that_are_too_many_leave_no_question_behind(self, user, now):
        tags = [Tagging(TagName("TOPIC", f"t{n}")) for n in range(51)]

        with pytest.raises(TooManyTags):
            create(user, now, tags=tags)

        assert not Question.objects.exists()
        assert not Tag.objects.exists()
        assert not AuditEvent.objects.exists()

    def test_of_a_stranger_leave_no_question_behind(self, user, now):
        with refused(tags="not_found"):
            create(user, now, tags=[Tagging(TagFactory())])

        assert not Question.objects.exists()
