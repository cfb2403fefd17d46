"""A built-in list becomes a person's own."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.audit.models import AuditEvent
from domain.lists.built_in import built_in_list
from domain.lists.models import BuiltIn, StudyList, StudyListItem
from domain.lists.services import cloning, lists
from domain.lists.services.cloning import clone_built_in_list
from domain.questions.models import Difficulty, Question, QuestionTag, Tag, TagKind
from domain.questions.services.questions import create_question
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import QuestionFactory, StudyListFactory, TagFactory, UserFactory

LISTS = Path(__file__).parents[3] / "domain" / "lists" / "built_in_lists"


@pytest.fixture
def clone(user, now):
    def call(built_in=BuiltIn.BLIND_75, **given):
        return clone_built_in_list(owner=user, at=now, built_in=built_in, **given)

    return call


def urls(study_list):
    return list(study_list.items.order_by("position").values_list("question__url", flat=True))


@pytest.mark.parametrize(
    ("built_in", "count"), [(BuiltIn.BLIND_75, 75), (BuiltIn.NEETCODE_150, 150)]
)
def test_what_is_built_in_is_whole(built_in, count):
    found = built_in_list(built_in)

    assert len({question.external_id for question in found.questions}) == count
    assert (found.name, found.licence) == (built_in.label, "MIT")
    assert found.source.startswith("https://github.com/")
    assert all(question.title and question.section for question in found.questions)
    assert (
        sum(
            map(
                len,
                json.loads((LISTS / f"{built_in.lower()}.json").read_text())["sections"].values(),
            )
        )
        == count
    )


def test_blind_75_is_part_of_neetcode_150():
    blind, neetcode = (
        {question.external_id for question in built_in_list(each).questions}
        for each in (BuiltIn.BLIND_75, BuiltIn.NEETCODE_150)
    )

    assert blind < neetcode


def test_its_questions_are_created_in_order_under_their_patterns(clone, user, now):
    study_list = clone(BuiltIn.NEETCODE_150)

    expected = built_in_list(BuiltIn.NEETCODE_150)
    items = list(study_list.items.order_by("position").select_related("question"))
    assert [(item.position, item.question.external_id, item.section) for item in items] == [
        (position, each.external_id, each.section)
        for position, each in enumerate(expected.questions)
    ]
    first = items[0].question
    assert (first.title, first.slug) == ("Contains Duplicate", "contains-duplicate")
    assert first.url == "https://leetcode.com/problems/contains-duplicate/"
    assert (first.platform, first.difficulty) == ("LEETCODE", Difficulty.EASY)
    assert (first.source, first.content, first.owner) == ("NeetCode 150", "", user)
    assert (first.created_at, first.created_by, first.version) == (now, user, 1)
    assert first.search_words == "contains duplicate"
    assert [(tag.kind, tag.name) for tag in first.tags.all()] == [("PATTERN", "Arrays & Hashing")]


def test_it_says_where_it_comes_from(clone):
    study_list = clone()

    stored = StudyList.objects.get()
    assert stored == study_list
    assert (stored.name, stored.name_key) == ("Blind 75", "blind 75")
    assert (stored.built_in, stored.licence) == ("BLIND_75", "MIT")
    assert stored.source == "https://github.com/javydevx/leetcode-tracker, src/data/blind75.json"
    event = AuditEvent.objects.get(verb="study_list.cloned")
    assert (event.fields, event.object_uid) == (["items", "questions"], stored.uid)


def test_a_question_that_the_person_has_is_put_on_it_as_it_is(clone, user):
    own = QuestionFactory(
        owner=user, title="My two sum", platform="LEETCODE", external_id="two-sum", notes="x"
    )

    study_list = clone()

    assert Question.objects.count() == 75
    assert study_list.items.get(question=own).position == 0
    own.refresh_from_db()
    assert (own.title, own.notes, own.version, own.tags.count()) == ("My two sum", "x", 1, 0)


def test_what_others_have_or_what_is_in_the_trash_is_created(clone, user, stranger, now):
    like = {"platform": "LEETCODE", "external_id": "two-sum"}
    foreign = QuestionFactory(owner=stranger, **like)
    trashed = QuestionFactory(owner=user, deleted_at=now, **like)
    elsewhere = QuestionFactory(owner=user, platform="NEETCODE", external_id="two-sum")

    study_list = clone()

    on_it = set(study_list.items.values_list("question", flat=True))
    assert not on_it & {foreign.pk, trashed.pk, elsewhere.pk}
    assert set(Question.objects.filter(pk__in=on_it).values_list("owner", flat=True)) == {user.pk}


def test_slugs_and_tags_that_are_taken_are_no_obstacle(clone, user):
    QuestionFactory(owner=user, slug="two-sum")
    tag = TagFactory(owner=user, kind=TagKind.PATTERN, name="GREEDY")

    clone()

    assert Question.objects.get(external_id="two-sum").slug == "two-sum-2"
    assert tag.questions.count() == 2
    assert not Tag.objects.filter(kind=TagKind.PATTERN, name="Greedy").exists()


def test_a_second_clone_needs_another_name(clone):
    first = clone()
    with refused(name="name_taken"):
        clone()
    assert StudyList.objects.count() == 1

    second = clone(name=" Once more ")

    assert second.name == "Once more"
    assert urls(second) == urls(first)
    assert Question.objects.count() == 75
    assert QuestionTag.objects.count() == 75
    assert AuditEvent.objects.filter(verb="study_list.cloned").latest("pk").fields == ["items"]


def test_both_lists_share_their_questions(clone):
    clone(BuiltIn.BLIND_75)
    clone(BuiltIn.NEETCODE_150)

    assert Question.objects.count() == 150
    assert StudyListItem.objects.count() == 225


@pytest.mark.parametrize(("name", "code"), [("", "blank"), ("x" * 101, "max_length")])
def test_a_refused_name_creates_nothing(name, code, clone):
    with refused(name=code):
        clone(name=name)

    assert not Question.objects.exists()


def test_one_list_too_many_creates_nothing(clone, user, monkeypatch):
    monkeypatch.setattr(lists, "MAX_STUDY_LISTS", 1)
    StudyListFactory(owner=user)

    with refused("too_many_study_lists"):
        clone()

    assert not Question.objects.exists()


def test_the_statements_do_not_grow_with_the_list(clone, user, now):
    for built_in in BuiltIn:
        for pattern in built_in_list(built_in).sections:
            if not Tag.objects.filter(name=pattern).exists():
                TagFactory(owner=user, kind=TagKind.PATTERN, name=pattern)

    counts = []
    for built_in in BuiltIn:
        with CaptureQueriesContext(connection) as captured:
            clone(built_in)
        counts.append(len(captured))

    assert counts[0] == counts[1] < 25


@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_make_one_list(now):
    user = UserFactory()

    outcomes = at_once(
        *[lambda: clone_built_in_list(owner=user, at=now, built_in=BuiltIn.BLIND_75)] * 2
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "StudyList",
        "ValidationError",
    ]
    assert (StudyList.objects.count(), Question.objects.count()) == (1, 75)


@pytest.mark.django_db(transaction=True)
def test_two_lists_at_once_create_no_question_twice(now):
    user = UserFactory()

    outcomes = at_once(
        *(
            lambda built_in=built_in: clone_built_in_list(owner=user, at=now, built_in=built_in)
            for built_in in BuiltIn
        )
    )

    assert [type(outcome).__name__ for outcome in outcomes] == ["StudyList", "StudyList"]
    assert (Question.objects.count(), StudyListItem.objects.count()) == (150, 225)


@pytest.mark.parametrize(("times", "outcome"), [(1, "StudyList"), (9, "CloneDisturbed")])
def test_a_question_that_appears_meanwhile_is_looked_for_again(
    times, outcome, user, now, monkeypatch
):
    look = cloning._own
    left = [times]

    def look_too_early(*args):
        found = look(*args)
        if left[0] and not found:
            left[0] -= 1
            create_question(owner=user, at=now, title=f"Two Sum {left}", url=TWO_SUM)
        return found

    monkeypatch.setattr(cloning, "_own", look_too_early)

    if outcome == "StudyList":
        clone_built_in_list(owner=user, at=now, built_in=BuiltIn.BLIND_75)
        assert StudyList.objects.count() == 1
    else:
        with refused(list="clone_disturbed"):
            clone_built_in_list(owner=user, at=now, built_in=BuiltIn.BLIND_75)
        assert not StudyList.objects.exists()


TWO_SUM = "https://leetcode.com/problems/two-sum/"
