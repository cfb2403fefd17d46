"""The one way a service writes a row."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from domain.base import writing
from domain.base.errors import DomainError, IdTaken, NotFound
from domain.base.models import TextField, new_uid
from domain.base.writing import apply_changes, check, hold, put_in_trash, save, stamp
from domain.questions.models import Question, Tag
from tests.domain.refusals import codes_of, refused
from tests.factories import QuestionFactory, QuestionTagFactory, TagFactory

NAN = float("nan")


class TestCheck:
    def test_accepts_a_row_of_the_factories(self, user, django_assert_num_queries):
        question = QuestionFactory(owner=user)

        with django_assert_num_queries(0):
            check(question)

    def test_names_every_column_that_is_wrong(self, user):
        question = QuestionFactory.build(owner=user, title="", importance=9, source="\ud800")
        question.notes = None

        with refused(title="blank", notes="null", importance="max_value", source="unstorable_text"):
            check(question)

    def test_leaves_out_what_it_is_told_to(self, user):
        question = QuestionFactory.build(owner=user, title="", importance=9)

        check(question, unchecked=["title", "importance"])

    def test_leaves_out_relations(self):
        check(QuestionFactory.build(owner=None))

    @pytest.mark.parametrize("value", [NAN, float("inf"), float("-inf")])
    def test_refuses_numbers_that_are_none(self, value, user):
        link = QuestionTagFactory.build(owner=user, frequency=value)

        with pytest.raises(ValidationError) as caught:
            check(link)

        assert list(codes_of(caught.value)) == ["frequency"]

    @pytest.mark.parametrize("value", [[], {}, ()])
    def test_refuses_emptiness_of_another_kind(self, value, user):
        question = QuestionFactory.build(owner=user)
        question.notes = value

        with refused(notes="invalid"):
            check(question)

    def test_refuses_text_that_no_column_can_store(self, user):
        user.email = "a@\ud800.com"  # Django's own check lets it pass

        with refused(email="unstorable_text"):
            check(user)


def test_text_columns_keep_to_their_limit():
    column = TextField(max_length=3)

    assert column.clean("abc", None) == "abc"
    with refused("max_length"):
        column.clean("abcd", None)


def test_text_columns_without_a_limit_have_none():
    assert TextField().clean("x" * 1_000_000, None) == "x" * 1_000_000


class TestSave:
    def test_writes_the_named_columns_only(self, user):
        question = QuestionFactory(owner=user, title="Old", notes="old")
        question.title, question.notes = "New", "new"

        save(question, fields=["title"])

        question.refresh_from_db()
        assert (question.title, question.notes) == ("New", "old")

    @pytest.mark.parametrize(
        ("columns", "field", "code"),
        [
            ({"slug": "taken"}, "slug", "slug_taken"),
            ({"platform": "BOOK", "external_id": "1"}, "external_id", "external_id_taken"),
            ({"uid": None}, "id", "id_taken"),
        ],
    )
    def test_gives_a_broken_constraint_its_declared_code(self, columns, field, code, user):
        other = QuestionFactory(owner=user, slug="taken", platform="BOOK", external_id="1")
        if "uid" in columns:
            columns = {"uid": other.uid}
        question = QuestionFactory.build(owner=user, **columns)

        with refused(**{field: code}):
            save(question)

        assert Question.objects.get() == other

    def test_tries_again_when_what_was_in_its_way_is_gone(self, user, monkeypatch):
        other = QuestionFactory(owner=user, slug="taken")
        look = writing.refuse_by_constraint

        def look_too_late(row):
            Question.objects.filter(pk=other.pk).delete()
            look(row)

        monkeypatch.setattr(writing, "refuse_by_constraint", look_too_late)

        save(QuestionFactory.build(owner=user, slug="taken"))

        assert Question.objects.get().slug == "taken"

    def test_blames_no_field_for_a_rule_about_several(self, user):
        question = QuestionFactory(owner=user)
        question.solved_count = 1

        with pytest.raises(ValidationError) as caught:
            save(question)

        assert list(codes_of(caught.value)) == ["__all__"]

    def test_lets_a_failure_pass_that_no_constraint_explains(self, user):
        nobodys = QuestionFactory.build(owner=None)

        with pytest.raises(IntegrityError):
            save(nobodys)

        assert QuestionFactory(owner=user).pk  # the transaction goes on

    def test_leaves_the_transaction_usable(self, user):
        QuestionFactory(owner=user, slug="taken")
        question = QuestionFactory.build(owner=user, slug="taken")

        with transaction.atomic():
            with pytest.raises(ValidationError):
                save(question)
            question.slug = "free"
            save(question)

        assert Question.objects.filter(slug="free").exists()


class TestHold:
    def test_gives_the_row_as_it_is_now(self, user):
        tag = TagFactory(owner=user, name="old")
        Tag.objects.update(name="new")

        with transaction.atomic():
            held = hold(tag)

        assert (held.name, tag.name) == ("new", "old")

    @pytest.mark.parametrize("gone", ["trash", "purged"])
    def test_refuses_what_is_gone(self, gone, user, now):
        tag = TagFactory(owner=user)
        if gone == "trash":
            Tag.objects.update(deleted_at=now)
        else:
            Tag.objects.all().delete()

        with refused("not_found"), transaction.atomic():
            hold(tag)


class TestApplyChanges:
    def test_names_what_really_changed(self, user):
        question = QuestionFactory(owner=user, title="Same", importance=2)

        changed = apply_changes(question, {"title": "Same", "importance": 3, "difficulty": None})

        assert changed == ["importance"]
        assert question.importance == 3

    def test_takes_true_and_one_for_the_same(self, user):
        question = QuestionFactory(owner=user, is_starred=True)

        assert apply_changes(question, {"is_starred": 1}) == []


def test_stamp_notes_who_and_when_and_counts(user, admin, now):
    question = QuestionFactory(owner=user, version=6)

    touched = stamp(question, actor=admin, at=now + timedelta(hours=1))

    assert (question.version, question.updated_by) == (7, admin)
    assert question.updated_at == now + timedelta(hours=1)
    assert touched == ["updated_by", "updated_at", "version"]


def test_put_in_trash_writes_nothing_else(user, now):
    question = QuestionFactory(owner=user, title="Kept")
    question.title = "Forgotten"

    put_in_trash(question, actor=user, at=now)

    stored = Question.objects.get()
    assert (stored.title, stored.deleted_at, stored.deleted_by) == ("Kept", now, user)
    assert stored.version == 2


class TestErrors:
    class TooLate(DomainError):
        code = "too_late"
        message = "The door closed at %(hour)d."

    def test_carry_code_and_message(self):
        error = self.TooLate(hour=8)

        assert codes_of(error) == {"__all__": ["too_late"]}
        assert error.messages == ["The door closed at 8."]

    def test_blame_a_field(self):
        error = self.TooLate(field="arrived_at", hour=8)

        assert codes_of(error) == {"arrived_at": ["too_late"]}
        assert error.message_dict == {"arrived_at": ["The door closed at 8."]}

    @pytest.mark.parametrize(("error", "code"), [(NotFound, "not_found"), (IdTaken, "id_taken")])
    def test_are_understood_as_validation_errors(self, error, code):
        assert isinstance(error(), ValidationError)
        assert codes_of(error(field="id")) == {"id": [code]}


def test_ids_are_of_version_7_and_different():
    ids = {new_uid() for _ in range(1000)}

    assert len(ids) == 1000
    assert {uid.version for uid in ids} == {7}


@pytest.mark.parametrize("row", [Question, Tag])
def test_limits_hold_for_columns_that_are_not_derived(row):
    unlimited = {
        field.name
        for field in row._meta.concrete_fields
        if isinstance(field, models.TextField) and field.max_length is None
    }

    assert unlimited == {"search_words"}
