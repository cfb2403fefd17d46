"""Tags: created, renamed, deleted, found by name."""

import uuid
from datetime import timedelta

import pytest

from domain.audit.models import AuditEvent
from domain.questions.models import QuestionTag, Tag
from domain.questions.services.questions import update_question
from domain.questions.services.tagging import Tagging
from domain.questions.services.tags import (
    TagName,
    create_tag,
    delete_tag,
    ensure_tags,
    update_tag,
)
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import QuestionFactory, QuestionTagFactory, TagFactory, UserFactory

HOUR = timedelta(hours=1)

SAME_NAMES = [
    ("Arrays", "Arrays"),
    ("Arrays", "ARRAYS"),
    ("Arrays", " arrays "),
    ("Émile", "ÉMILE"),
    ("Émile", "e\u0301mile"),
    ("Графы", "ГРАФЫ"),
    ("Straße", "STRASSE"),
    ("ΟΔΟΣ", "οδοσ"),
]


class TestCreate:
    def test_needs_only_a_name(self, user, now):
        create_tag(owner=user, at=now, name="Arrays")

        tag = Tag.objects.get()
        assert (tag.owner, tag.name, tag.kind) == (user, "Arrays", "CUSTOM")
        assert (tag.description, tag.colour, tag.version) == ("", "", 1)
        assert (tag.created_at, tag.created_by, tag.uid.version) == (now, user, 7)

    def test_trims_and_composes(self, user, now):
        create_tag(owner=user, at=now, name=" E\u0301mile ", description=" x ", colour=" #00ffAA ")

        tag = Tag.objects.get()
        assert (tag.name, tag.description, tag.colour) == ("Émile", "x", "#00ffAA")

    def test_is_recorded(self, user, now):
        tag = create_tag(owner=user, at=now, name="Arrays", kind="TOPIC")

        event = AuditEvent.objects.get()
        assert (event.verb, event.object_uid) == ("tag.created", tag.uid)
        assert event.fields == ["kind", "name"]

    @pytest.mark.parametrize(("first", "second"), SAME_NAMES)
    def test_refuses_a_name_that_is_there(self, first, second, user, now):
        create_tag(owner=user, at=now, name=first)

        with refused(name="name_taken"):
            create_tag(owner=user, at=now, name=second)

        assert Tag.objects.get().name == first.strip()

    @pytest.mark.parametrize("name", ["Array", "Arrays!", "Arr ays", "Ärrays", "C", "C++", "C#"])
    def test_accepts_a_name_that_only_resembles(self, name, user, now):
        create_tag(owner=user, at=now, name="Arrays")

        create_tag(owner=user, at=now, name=name)

        assert Tag.objects.count() == 2

    def test_accepts_the_name_in_another_kind(self, user, now):
        for kind in ("TOPIC", "PATTERN", "COMPANY", "CUSTOM"):
            create_tag(owner=user, at=now, name="Graph", kind=kind)

        assert Tag.objects.count() == 4

    def test_accepts_the_name_of_a_stranger(self, user, stranger, now):
        theirs = create_tag(owner=stranger, at=now, name="Arrays")

        mine = create_tag(owner=user, at=now, name="Arrays", uid=theirs.uid)

        assert mine.uid == theirs.uid
        assert mine.pk != theirs.pk

    def test_accepts_the_name_of_one_in_the_trash(self, user, now):
        TagFactory(owner=user, name="Arrays", deleted_at=now)

        create_tag(owner=user, at=now, name="Arrays")

        assert Tag.objects.live().count() == 1

    def test_refuses_an_id_that_is_there(self, user, now):
        uid = uuid.uuid4()
        create_tag(owner=user, at=now, name="Arrays", uid=uid)

        with refused(id="id_taken"):
            create_tag(owner=user, at=now, name="Graphs", uid=uid)

    @pytest.mark.parametrize("name", ["x", "x" * 50, "文" * 50, "😀" * 50, "ﬃ" * 50])
    def test_accepts(self, name, user, now):
        create_tag(owner=user, at=now, name=name)

        assert Tag.objects.get().name == name

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("name", "", "blank"),
            ("name", " \n ", "blank"),
            ("name", "x" * 51, "max_length"),
            ("name", "\u0958" * 26, "max_length"),
            ("name", "a\x00", "unstorable_text"),
            ("name", "\udc00", "unstorable_text"),
            ("kind", "LANGUAGE", "invalid_choice"),
            ("kind", None, "null"),
            ("description", "x" * 501, "max_length"),
            ("colour", "red", "invalid"),
            ("colour", "#12345", "invalid"),
            ("colour", "#12345G", "invalid"),
            ("colour", "123456#", "invalid"),
        ],
    )
    def test_refuses(self, field, value, code, user, now):
        with refused(**{field: code}):
            create_tag(owner=user, at=now, **({"name": "Arrays"} | {field: value}))

        assert not Tag.objects.exists()
        assert not AuditEvent.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_takes_a_name_once_when_asked_by_several_at_once(self, now):
        owner = UserFactory()

        outcomes = at_once(*[lambda: create_tag(owner=owner, at=now, name="Arrays")] * 4)

        refusals = [outcome for outcome in outcomes if not isinstance(outcome, Tag)]
        assert [list(refusal.error_dict) for refusal in refusals] == [["name"]] * 3
        assert Tag.objects.count() == 1


class TestUpdate:
    @pytest.fixture
    def tag(self, user):
        return TagFactory(owner=user, name="Arrays", kind="TOPIC", description="old")

    def test_renames(self, tag, user, now):
        changed = update_tag(tag=tag, actor=user, at=now + HOUR, name=" Lists ")

        tag.refresh_from_db()
        assert (tag.name, tag.description, tag.kind) == ("Lists", "old", "TOPIC")
        assert (tag.version, tag.updated_at) == (changed.version, now + HOUR) == (2, now + HOUR)

    def test_makes_the_new_name_searchable_and_the_old_one_free(self, tag, user, now):
        update_tag(tag=tag, actor=user, at=now, name="Lists")

        assert Tag.objects.matching("lists").count() == 1
        assert Tag.objects.matching("arrays").count() == 0
        create_tag(owner=user, at=now, name="Arrays", kind="TOPIC")

    def test_changes_the_case(self, tag, user, now):
        update_tag(tag=tag, actor=user, at=now, name="ARRAYS")

        tag.refresh_from_db()
        assert (tag.name, tag.version) == ("ARRAYS", 2)

    @pytest.mark.parametrize(("first", "second"), SAME_NAMES)
    def test_refuses_the_name_of_another(self, first, second, tag, user, now):
        tag = TagFactory(owner=user, name="Graphs")
        create_tag(owner=user, at=now, name=first)

        with refused(name="name_taken"):
            update_tag(tag=tag, actor=user, at=now, name=second)

        tag.refresh_from_db()
        assert (tag.name, tag.version) == ("Graphs", 1)

    def test_refuses_the_kind_where_another_has_the_name(self, tag, user, now):
        TagFactory(owner=user, name="arrays", kind="CUSTOM")

        with refused(name="name_taken"):
            update_tag(tag=tag, actor=user, at=now, kind="CUSTOM")

    def test_takes_the_frequencies_from_what_is_no_company_any_more(self, user, now):
        tag = TagFactory(owner=user, kind="COMPANY")
        QuestionTagFactory(question__owner=user, tag=tag, frequency=50, window="ALL")

        update_tag(tag=tag, actor=user, at=now, kind="TOPIC")

        link = QuestionTag.objects.get()
        assert (link.frequency, link.window) == (None, None)

    def test_leaves_the_frequencies_of_a_company_that_is_renamed(self, user, now):
        tag = TagFactory(owner=user, kind="COMPANY")
        QuestionTagFactory(question__owner=user, tag=tag, frequency=50, window="ALL")

        update_tag(tag=tag, actor=user, at=now, name="Initech")

        link = QuestionTag.objects.get()
        assert (link.frequency, link.window) == (50, "ALL")

    def test_is_recorded_when_something_changed(self, tag, user, now):
        update_tag(tag=tag, actor=user, at=now, name="Arrays", colour="#000000")
        update_tag(tag=tag, actor=user, at=now, name="Arrays ")

        event = AuditEvent.objects.get()
        assert (event.verb, event.fields) == ("tag.updated", ["colour"])

    def test_keeps_and_counts_edits_made_meanwhile(self, tag, user, now):
        update_tag(tag=Tag.objects.get(), actor=user, at=now, colour="#000000")

        update_tag(tag=tag, actor=user, at=now, name="Lists")

        stored = Tag.objects.get()
        assert (stored.colour, stored.name, stored.version) == ("#000000", "Lists", 3)

    def test_notices_a_deletion_made_meanwhile(self, tag, user, now):
        delete_tag(tag=Tag.objects.get(), actor=user, at=now)

        with refused("not_found"):
            update_tag(tag=tag, actor=user, at=now, name="Lists")


class TestDelete:
    def test_hides_it_and_keeps_its_questions_and_links(self, user, now):
        link = QuestionTagFactory(question__owner=user)

        deleted = delete_tag(tag=link.tag, actor=user, at=now + HOUR)

        assert not Tag.objects.live().exists()
        assert not QuestionTag.objects.live().exists()
        assert QuestionTag.objects.get().question.is_live
        assert (deleted.deleted_at, deleted.deleted_by, deleted.version) == (now + HOUR, user, 2)

    def test_is_recorded_once(self, user, now):
        tag = TagFactory(owner=user)
        delete_tag(tag=Tag.objects.get(), actor=user, at=now)

        with refused("not_found"):
            delete_tag(tag=tag, actor=user, at=now + HOUR)

        assert AuditEvent.objects.get().verb == "tag.deleted"
        assert Tag.objects.get().deleted_at == now


class TestEnsure:
    def test_finds_what_is_there_and_creates_what_is_missing(self, user, stranger, now):
        arrays = TagFactory(owner=user, kind="TOPIC", name="Arrays")
        TagFactory(owner=stranger, kind="TOPIC", name="Graphs")
        names = [TagName("TOPIC", "ARRAYS"), TagName("TOPIC", " Graphs ")]

        found = ensure_tags(owner=user, names=names, at=now)

        assert found[names[0]] == arrays
        assert (found[names[1]].name, found[names[1]].owner) == ("Graphs", user)
        assert Tag.objects.owned_by(user).count() == 2

    @pytest.mark.parametrize(("first", "second"), SAME_NAMES)
    def test_creates_one_for_names_that_differ_in_case(self, first, second, user, now):
        names = [TagName("TOPIC", first), TagName("TOPIC", second)]

        found = ensure_tags(owner=user, names=names, at=now)

        assert found[names[0]] == found[names[1]] == Tag.objects.get()
        assert Tag.objects.get().name == first

    def test_finds_none_in_the_trash(self, user, now):
        TagFactory(owner=user, kind="TOPIC", name="Arrays", deleted_at=now)

        found = ensure_tags(owner=user, names=[TagName("TOPIC", "Arrays")], at=now)

        assert found[TagName("TOPIC", "Arrays")].is_live

    def test_of_nothing_asks_nothing(self, user, now, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert ensure_tags(owner=user, names=[], at=now) == {}

    def test_asks_once_for_what_is_there(self, user, now, django_assert_num_queries):
        names = [TagName(tag.kind, tag.name) for tag in TagFactory.create_batch(5, owner=user)]

        with django_assert_num_queries(3):  # one within a savepoint
            ensure_tags(owner=user, names=names, at=now)

    @pytest.mark.parametrize(
        ("name", "code"), [("x" * 51, "max_length"), ("\x00", "unstorable_text")]
    )
    def test_creates_all_or_none(self, name, code, user, now):
        with refused(name=code):
            ensure_tags(
                owner=user, names=[TagName("TOPIC", "Arrays"), TagName("TOPIC", name)], at=now
            )

        assert not Tag.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_shares_the_tags_that_several_create_at_once(self, now):
        owner = UserFactory()
        names = [TagName("TOPIC", f"t{n}") for n in range(3)]

        outcomes = at_once(*[lambda: ensure_tags(owner=owner, names=names, at=now)] * 4)

        assert outcomes == [outcomes[0]] * 4
        assert Tag.objects.count() == 3

    @pytest.mark.django_db(transaction=True)
    def test_shares_the_tags_of_questions_that_are_edited_at_once(self, now):
        owner = UserFactory()
        tags = [Tagging(TagName("TOPIC", f"t{n}")) for n in range(3)]
        calls = [
            lambda question=question: update_question(
                question=question, actor=owner, at=now, tags=tags
            )
            for question in QuestionFactory.create_batch(4, owner=owner)
        ]

        at_once(*calls)

        assert (Tag.objects.count(), QuestionTag.objects.count()) == (3, 12)

    @pytest.mark.django_db(transaction=True)
    def test_does_not_wait_in_a_circle_for_names_in_another_order(self, now):
        owner = UserFactory()
        names = [TagName("TOPIC", f"t{n:02}") for n in range(30)]
        calls = [
            lambda names=names: ensure_tags(owner=owner, names=names, at=now)
            for names in (names, names[::-1])
        ]

        outcomes = at_once(*calls)

        assert [type(outcome) for outcome in outcomes] == [dict, dict]
        assert Tag.objects.count() == 30
