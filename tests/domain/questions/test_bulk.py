"""Many questions in one call, each judged as if it were alone."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.audit.models import AuditEvent
from domain.base.bulk import Disturbed, Ref
from domain.base.errors import NotFound
from domain.questions.models import Question, QuestionTag, Tag
from domain.questions.services import bulk_tagging
from domain.questions.services.bulk import (
    NewQuestion,
    QuestionChange,
    create_questions,
    delete_questions,
    update_questions,
)
from domain.questions.services.questions import delete_question, update_question
from domain.questions.services.tagging import MAX_TAGS, Tagging
from domain.questions.services.tags import TagName
from tests.domain.parallel import at_once
from tests.domain.refusals import codes_of, refused
from tests.factories import QuestionFactory, QuestionTagFactory, TagFactory, UserFactory
from tests.schema.tables import nothing_changes

ALL, SKIP = "REJECT_ALL", "SKIP_FAILED"


def new(title="New", *, uid=None, tags=(), **fields):
    return NewQuestion(fields={"title": title} | fields, uid=uid, tags=tags)


def named(*names, kind="TOPIC"):
    return [Tagging(TagName(kind, name)) for name in names]


def told(entries):
    """Of each row its status, or the codes of its refusal."""
    return [codes_of(entry.refusal) if entry.refusal else entry.status for entry in entries]


@pytest.fixture
def create(user, now):
    def call(*rows, policy=SKIP):
        return create_questions(owner=user, at=now, rows=rows, policy=policy)

    return call


@pytest.fixture
def update(user, now):
    def call(*changes, policy=SKIP):
        return update_questions(owner=user, at=now, rows=changes, policy=policy)

    return call


@pytest.fixture
def delete(user, now):
    def call(*refs, policy=SKIP):
        return delete_questions(owner=user, at=now, rows=refs, policy=policy)

    return call


def change(question, *, version=None, tags=None, **fields):
    return QuestionChange(Ref(question, version), fields, tags)


class TestCreate:
    def test_makes_of_each_what_one_alone_would_be(self, create, user, now):
        url = "https://leetcode.com/problems/two-sum/"
        first, second = create(new(" Two Sum ", url=url, tags=named("Arrays")), new("Other"))

        question = Question.objects.get(title="Two Sum")
        assert told([first, second]) == ["CREATED", "CREATED"]
        assert (question.slug, question.platform, question.external_id) == (
            "two-sum",
            "LEETCODE",
            "two-sum",
        )
        assert (question.owner, question.created_by, question.created_at) == (user, user, now)
        assert question.search_words == "two sum"
        assert list(question.tags.values_list("name", flat=True)) == ["Arrays"]
        assert first.row == question

    def test_records_each_by_the_names_of_its_fields(self, create):
        entries = create(new("A", notes="secret"), new("B"))

        found = AuditEvent.objects.filter(verb="question.created").order_by("pk")
        assert list(found.values_list("object_uid", "fields")) == [
            (entries[0].row.uid, ["notes", "title"]),
            (entries[1].row.uid, ["title"]),
        ]

    def test_gives_equal_titles_different_slugs_beside_those_that_are_named(self, create, user):
        QuestionFactory(owner=user, slug="new")

        entries = create(new(), new(), new(slug="new-2"), new())

        assert [entry.row.slug for entry in entries] == ["new-3", "new-4", "new-2", "new-5"]

    @pytest.mark.parametrize(
        ("row", "codes"),
        [
            (new(""), {"title": ["blank"]}),
            (new(importance=5), {"importance": ["max_value"]}),
            (new(url="ftp://example.com"), {"url": ["invalid"]}),
            (new(slug="x" * 256), {"slug": ["max_length"]}),
            (new(slug="mine"), {"slug": ["slug_taken"]}),
            (new(platform="LEETCODE", external_id="mine"), {"external_id": ["external_id_taken"]}),
            (new(tags=named(*map(str, range(MAX_TAGS + 1)))), {"tags": ["too_many_tags"]}),
            (new(tags=named("")), {"tags": ["blank"]}),
            (new(tags=[Tagging(TagName("TOPIC", "x"), frequency=1)]), {"tags": ["not_a_company"]}),
            (
                new(tags=[Tagging(TagName("COMPANY", "x"), frequency=101)]),
                {"tags": ["max_value"]},
            ),
            (NotFound(field="tags"), {"tags": ["not_found"]}),
        ],
    )
    def test_refuses_a_row_and_stores_the_others_or_none(self, row, codes, create, user):
        QuestionFactory(owner=user, slug="mine", platform="LEETCODE", external_id="mine")

        with nothing_changes():
            rejected = create(new("A"), row, new("B"), policy=ALL)
        skipped = create(new("A"), row, new("B"))

        assert told(rejected) == ["NOT_DONE", codes, "NOT_DONE"]
        assert [entry.row for entry in rejected] == [None, None, None]
        assert told(skipped) == ["CREATED", codes, "CREATED"]
        assert set(Question.objects.exclude(slug="mine").values_list("title", flat=True)) == {
            "A",
            "B",
        }
        assert not Tag.objects.exists()

    def test_refuses_the_id_of_any_other_question(self, create, user, stranger, now):
        live = QuestionFactory(owner=user)
        trashed = QuestionFactory(owner=user, deleted_at=now)
        foreign = QuestionFactory(owner=stranger)

        entries = create(new(uid=live.uid), new(uid=trashed.uid), new(uid=foreign.uid))

        assert told(entries) == [{"id": ["id_taken"]}, {"id": ["id_taken"]}, "CREATED"]

    def test_refuses_what_an_earlier_row_has(self, create, user):
        uid = QuestionFactory.build(owner=user).uid

        entries = create(
            new("A", uid=uid, slug="a", platform="LEETCODE", external_id="a"),
            new("B", uid=uid),
            new("C", slug="a"),
            new("D", platform="LEETCODE", external_id="a"),
            new("E", platform="CODEFORCES", external_id="a"),
        )

        assert told(entries) == [
            "CREATED",
            {"id": ["id_taken"]},
            {"slug": ["slug_taken"]},
            {"external_id": ["external_id_taken"]},
            "CREATED",
        ]

    def test_takes_what_only_a_refused_row_named(self, create):
        entries = create(new("", slug="a"), new(slug="a", tags=named("")), new(slug="a"))

        assert [entry.status for entry in entries] == ["FAILED", "FAILED", "CREATED"]

    def test_takes_what_only_the_trash_or_a_stranger_has(self, create, user, stranger, now):
        kept = {"platform": "LEETCODE", "external_id": "a", "slug": "a"}
        QuestionFactory(owner=user, deleted_at=now, **kept)
        QuestionFactory(owner=stranger, **kept)

        assert told(create(new(**kept))) == ["CREATED"]

    def test_creates_a_tag_once_for_all_rows(self, create, user):
        known = TagFactory(owner=user, kind="TOPIC", name="Known")

        create(*[new(tags=named("known", "Fresh", "FRESH")) for _ in range(3)])

        fresh = Tag.objects.exclude(pk=known.pk).get()
        assert (fresh.name, fresh.question_links.count(), known.question_links.count()) == (
            "Fresh", 3, 3,
        )  # fmt: skip
        assert AuditEvent.objects.filter(verb="tag.created", object_uid=fresh.uid).count() == 1

    def test_refuses_tags_of_strangers_and_of_the_trash(self, create, user, stranger, now):
        gone = TagFactory(owner=user)
        Tag.objects.update(deleted_at=now)

        entries = create(
            new(tags=[Tagging(TagFactory(owner=stranger))]),
            new(tags=[Tagging(TagFactory(owner=user, deleted_at=now))]),
            # Deleted after it was looked up.
            new(tags=[Tagging(gone)]),
        )

        assert told(entries) == [{"tags": ["not_found"]}] * 3
        assert not Question.objects.exists()

    @pytest.mark.parametrize("count", [0, 1001])
    def test_refuses_no_rows_and_too_many(self, count, create):
        with nothing_changes(), refused(items="row_count"):
            create(*[new()] * count)

    def test_takes_a_thousand(self, create):
        create(*[new() for _ in range(1000)], policy=ALL)

        assert Question.objects.filter(slug="new-1000").exists()
        assert Question.objects.count() == 1000

    def test_tries_again_when_another_device_was_faster(self, create, user, monkeypatch):
        look = bulk_tagging.TagRules.refuse

        def late(*args):
            QuestionFactory(owner=user, platform="LEETCODE", external_id="a")
            monkeypatch.setattr(bulk_tagging.TagRules, "refuse", look)
            return look(*args)

        monkeypatch.setattr(bulk_tagging.TagRules, "refuse", late)

        entries = create(new(platform="LEETCODE", external_id="a"))

        # What the other device did is undone with the try here, which shares its connection.
        assert told(entries) == ["CREATED"]

    def test_gives_up_when_others_are_always_faster(self, create, user, monkeypatch):
        look = bulk_tagging.TagRules.refuse

        def late(*args):
            QuestionFactory(owner=user, platform="LEETCODE", external_id="a")
            return look(*args)

        monkeypatch.setattr(bulk_tagging.TagRules, "refuse", late)

        with nothing_changes(), pytest.raises(Disturbed):
            create(new(platform="LEETCODE", external_id="a"))

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_has_each_external_id(self, now):
        owner = UserFactory()
        ids = [str(number) for number in range(200)]
        rows = [new(platform="LEETCODE", external_id=id, tags=named("t")) for id in ids]
        calls = [
            partial(create_questions, owner=owner, at=now, rows=order, policy=SKIP)
            for order in (rows, rows[::-1])
        ]

        first, second = at_once(*calls)

        taken = {"external_id": ["external_id_taken"]}
        assert sorted([told(first), told(second)], key=str) == sorted(
            [["CREATED"] * 200, [taken] * 200], key=str
        )
        assert set(Question.objects.values_list("external_id", flat=True)) == set(ids)
        assert (Question.objects.count(), Tag.objects.count()) == (200, 1)


class TestUpdate:
    def test_changes_each_as_it_would_alone(self, update, user, now):
        first, second, third = QuestionFactory.create_batch(3, owner=user)

        entries = update(
            change(first, title="Fresh", notes="words"),
            change(second, is_starred=True),
            change(third, title=third.title),
        )

        assert told(entries) == ["UPDATED", "UPDATED", "UNCHANGED"]
        first.refresh_from_db()
        assert (first.title, first.search_words, first.version) == ("Fresh", "fresh . words", 2)
        assert (first.updated_by, first.updated_at) == (user, now)
        second.refresh_from_db()
        assert (second.is_starred, second.version) == (True, 2)
        third.refresh_from_db()
        assert third.version == 1
        events = AuditEvent.objects.filter(verb="question.updated").order_by("pk")
        assert list(events.values_list("object_uid", "fields")) == [
            (first.uid, ["notes", "title"]),
            (second.uid, ["is_starred"]),
        ]

    def test_leaves_the_other_columns_of_each_alone(self, update, user):
        first = QuestionFactory(owner=user, title="A", notes="a", importance=3)
        second = QuestionFactory(owner=user, title="B", notes="b", importance=4)

        update(change(first, notes="changed"), change(second, importance=1))

        assert list(Question.objects.order_by("title").values_list("notes", "importance")) == [
            ("changed", 3),
            ("b", 1),
        ]

    def test_replaces_tags_only_where_they_are_given(self, update, user):
        rows = [QuestionTagFactory(question__owner=user, tag__owner=user) for _ in range(3)]
        first, second, third = [link.question for link in rows]

        entries = update(
            change(first, tags=named("New")),
            change(second, tags=[]),
            change(third, tags=[Tagging(rows[2].tag)]),
        )

        assert told(entries) == ["UPDATED", "UPDATED", "UNCHANGED"]
        assert list(first.tags.values_list("name", flat=True)) == ["New"]
        assert not second.tags.exists()
        assert third.tags.get() == rows[2].tag
        assert list(
            AuditEvent.objects.filter(verb="question.updated").values_list("fields", flat=True)
        ) == [["tags"], ["tags"]]

    def test_changes_how_often_a_company_asks(self, update, user):
        link = QuestionTagFactory(question__owner=user, tag__owner=user, tag__kind="COMPANY")

        update(change(link.question, tags=[Tagging(link.tag, frequency=7, window="30D")]))

        link.refresh_from_db()
        assert (link.frequency, link.window) == (7, "30D")

    def test_chooses_a_slug_for_one_that_is_emptied(self, update, user):
        QuestionFactory(owner=user, slug="same")
        first = QuestionFactory(owner=user, title="Same", slug="x")
        second = QuestionFactory(owner=user, title="Same", slug="same-2")
        third = QuestionFactory(owner=user, title="Other")

        entries = update(
            change(third, slug="same-3"), change(first, slug=""), change(second, slug="")
        )

        assert [entry.row.slug for entry in entries] == ["same-3", "same-4", "same-5"]

    def test_keeps_a_slug_that_suits_the_title(self, update, user):
        question = QuestionFactory(owner=user, title="Same", slug="same")

        assert told(update(change(question, slug=""))) == ["UNCHANGED"]

    @pytest.mark.parametrize("policy", [ALL, SKIP])
    def test_refuses_what_it_would_refuse_alone(self, policy, update, user, stranger, now):
        mine = QuestionFactory.create_batch(6, owner=user)
        QuestionFactory(owner=user, slug="taken", platform="LEETCODE", external_id="taken")
        gone = QuestionFactory(owner=user, deleted_at=now)
        rows = [
            change(mine[0], title=""),
            change(mine[1], slug="taken"),
            change(mine[2], platform="LEETCODE", external_id="taken"),
            change(mine[3], title="New", version=7),
            change(mine[4], tags=[Tagging(TagFactory(owner=stranger))]),
            change(gone, title="New"),
            change(mine[4], title="New"),
            NotFound(field="id"),
        ]
        expected = [
            {"title": ["blank"]},
            {"slug": ["slug_taken"]},
            {"external_id": ["external_id_taken"]},
            {"expected_version": ["conflict"]},
            {"tags": ["not_found"]},
            {"__all__": ["not_found"]},
            {"id": ["sent_twice"]},
            {"id": ["not_found"]},
        ]

        with nothing_changes():
            entries = update(*rows, policy=policy)

        assert told(entries) == expected
        assert entries[3].row == mine[3]
        assert [entry.row for entry in entries if entry is not entries[3]] == [None] * 7

    def test_stores_the_others_or_none(self, update, user):
        good, bad = QuestionFactory.create_batch(2, owner=user)
        rows = (change(good, title="New", tags=named("t")), change(bad, title=""))

        with nothing_changes():
            rejected = update(*rows, policy=ALL)
        skipped = update(*rows)

        assert told(rejected) == ["NOT_DONE", {"title": ["blank"]}]
        assert told(skipped) == ["UPDATED", {"title": ["blank"]}]
        assert list(Question.objects.order_by("pk").values_list("title", flat=True)) == [
            "New",
            bad.title,
        ]

    def test_frees_what_a_row_gives_up_when_the_call_is_over(self, update, user):
        first = QuestionFactory(owner=user, slug="a")
        second = QuestionFactory(owner=user, slug="b")
        rows = (change(first, slug="c"), change(second, slug="a"))

        assert told(update(*rows)) == ["UPDATED", {"slug": ["slug_taken"]}]
        assert told(update(*rows)) == ["UNCHANGED", "UPDATED"]

    def test_takes_the_version_it_expects(self, update, user):
        question = QuestionFactory(owner=user)

        assert told(update(change(question, title="New", version=1))) == ["UPDATED"]

    def test_keeps_what_was_changed_meanwhile(self, update, user, now):
        question = QuestionFactory(owner=user)
        update_question(question=question, actor=user, at=now, notes="theirs")

        update(change(question, title="Mine"))

        question.refresh_from_db()
        assert (question.title, question.notes, question.version) == ("Mine", "theirs", 3)
        assert question.search_words == "mine . theirs"

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_do_not_wait_in_a_circle(self, now):
        owner = UserFactory()
        questions = QuestionFactory.create_batch(20, owner=owner)
        calls = [
            partial(
                update_questions,
                owner=owner,
                at=now,
                rows=[change(question, tags=named(*names), **fields) for question in order],
                policy=ALL,
            )
            for order, names, fields in (
                (questions, ("a", "b"), {"notes": "first"}),
                (questions[::-1], ("b", "c"), {"source": "second"}),
            )
        ]

        first, second = at_once(*calls)

        assert told(first) == told(second) == ["UPDATED"] * 20
        assert set(Question.objects.values_list("notes", "source", "version")) == {
            ("first", "second", 3)
        }


class TestDelete:
    def test_puts_each_in_the_trash(self, delete, user, now):
        questions = QuestionFactory.create_batch(3, owner=user)
        kept = QuestionFactory(owner=user)

        entries = delete(*map(Ref, questions))

        assert told(entries) == ["DELETED"] * 3
        assert Question.objects.live().get() == kept
        stamps = Question.objects.exclude(pk=kept.pk).values_list(
            "deleted_at", "deleted_by", "updated_at", "updated_by", "version"
        )
        assert set(stamps) == {(now, user.pk, now, user.pk, 2)}
        assert AuditEvent.objects.filter(verb="question.deleted").count() == 3

    def test_refuses_what_it_would_refuse_alone(self, delete, user, now):
        good, other, gone = QuestionFactory.create_batch(3, owner=user)
        delete_question(question=gone, actor=user, at=now)
        rows = (Ref(good), Ref(other, 2), Ref(gone), Ref(good), NotFound(field="id"))
        refusals = [
            {"expected_version": ["conflict"]},
            {"__all__": ["not_found"]},
            {"id": ["sent_twice"]},
            {"id": ["not_found"]},
        ]

        with nothing_changes():
            rejected = delete(*rows, policy=ALL)
        skipped = delete(*rows)

        assert told(rejected) == ["NOT_DONE", *refusals]
        assert told(skipped) == ["DELETED", *refusals]
        assert Question.objects.live().get() == other


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes few values at once")
def test_takes_no_more_statements_for_more_rows_but_for_batches(user, now):
    def counted(call, rows):
        with CaptureQueriesContext(connection) as captured:
            entries = call(owner=user, at=now, rows=rows, policy=ALL)
        assert all(entry.refusal is None for entry in entries)
        return len(captured)

    TagFactory(owner=user, kind="TOPIC", name="u")
    counts = []
    for size in (1, 100, 500, 1000):
        rows = [
            new(slug=f"{size}-{n}", external_id=f"{size}-{n}", tags=named(f"{size}-{n}"))
            for n in range(size)
        ]
        created = counted(create_questions, rows)
        made = list(Question.objects.live())
        updated = counted(
            update_questions,
            [change(each, notes="x", slug=f"u{each.slug}", tags=named("u")) for each in made],
        )
        counts.append((created, updated, counted(delete_questions, list(map(Ref, made)))))

    assert counts[0] == counts[1] == counts[2]
    assert all(more <= 2 * one for one, more in zip(counts[0], counts[3], strict=True))
    assert QuestionTag.objects.filter(tag__name="u").count() == 1601
