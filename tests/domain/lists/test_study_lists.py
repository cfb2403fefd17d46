"""Study lists are created, changed, deleted, restored and purged."""

from datetime import timedelta

import pytest

from domain.audit.models import AuditEvent
from domain.base.errors import NotFound, VersionConflict
from domain.base.models import new_uid
from domain.lists.models import StudyList, StudyListItem
from domain.lists.services import lists
from domain.lists.services.lists import create_study_list, delete_study_list, update_study_list
from domain.lists.services.trash import purge_study_lists, restore_study_list
from domain.questions.models import Question
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import StudyListFactory, StudyListItemFactory, UserFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def study_list(user):
    return StudyListFactory(owner=user, name="Graphs")


def events():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", "fields"))


def test_a_new_one_is_stored_with_its_stamps(user, now):
    uid = new_uid()

    created = create_study_list(owner=user, at=now, uid=uid, name=" Graphs ", description="All")

    stored = StudyList.objects.get()
    assert stored == created
    assert (stored.uid, stored.name, stored.name_key) == (uid, "Graphs", "graphs")
    assert (stored.description, stored.built_in, stored.source) == ("All", None, "")
    assert (stored.owner, stored.created_by, stored.created_at) == (user, user, now)
    assert (stored.version, events()) == (1, [("study_list.created", ["description", "name"])])


@pytest.mark.parametrize(
    ("name", "code"), [("", "blank"), (" ", "blank"), ("x" * 101, "max_length"), ("\0", None)]
)
def test_a_name_that_is_none_is_refused(name, code, user, now):
    with refused(name=code or "unstorable_text"):
        create_study_list(owner=user, at=now, name=name)

    assert not StudyList.objects.exists()


@pytest.mark.parametrize("name", ["Graphs", "GRAPHS", " graphs "])
def test_a_name_is_taken_whatever_its_case(name, study_list, user, now):
    with refused(name="name_taken"):
        create_study_list(owner=user, at=now, name=name)


def test_a_name_in_the_trash_or_of_a_stranger_is_free(user, stranger, now):
    StudyListFactory(owner=user, name="Graphs", deleted_at=now)
    StudyListFactory(owner=stranger, name="Graphs")

    created = create_study_list(owner=user, at=now, name="Graphs")

    assert created.name == "Graphs"


def test_an_id_is_taken_once(study_list, user, now):
    with refused(id="id_taken"):
        create_study_list(owner=user, at=now, name="Trees", uid=study_list.uid)


def test_a_person_has_a_bounded_number(user, stranger, now, monkeypatch):
    monkeypatch.setattr(lists, "MAX_STUDY_LISTS", 2)
    StudyListFactory.create_batch(2, owner=stranger)
    StudyListFactory(owner=user, deleted_at=now)
    for name in ("a", "b"):
        create_study_list(owner=user, at=now, name=name)

    with refused("too_many_study_lists"):
        create_study_list(owner=user, at=now, name="c")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_become_the_last_one(now, monkeypatch):
    monkeypatch.setattr(lists, "MAX_STUDY_LISTS", 1)
    user = UserFactory()

    outcomes = at_once(
        lambda: create_study_list(owner=user, at=now, name="a"),
        lambda: create_study_list(owner=user, at=now, name="b"),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "StudyList",
        "TooManyStudyLists",
    ]
    assert StudyList.objects.count() == 1


def test_a_change_stamps_what_is_given(study_list, user, admin, now):
    changed = update_study_list(study_list=study_list, actor=admin, at=now + HOUR, name="Trees")

    stored = StudyList.objects.get()
    assert stored == changed
    assert (stored.name, stored.name_key, stored.version) == ("Trees", "trees", 2)
    assert (stored.updated_at, stored.updated_by) == (now + HOUR, admin)
    assert events() == [("study_list.updated", ["name"])]


def test_what_changes_nothing_is_not_an_edit(study_list, user, now):
    changed = update_study_list(study_list=study_list, actor=user, at=now + HOUR, name="Graphs")

    assert (changed.version, events()) == (1, [])


def test_a_change_to_a_taken_name_is_refused(study_list, user, now):
    other = StudyListFactory(owner=user, name="Trees")

    with refused(name="name_taken"):
        update_study_list(study_list=other, actor=user, at=now, name="GRAPHS")

    assert list(StudyList.objects.order_by("pk").values_list("name", "version")) == [
        ("Graphs", 1),
        ("Trees", 1),
    ]


@pytest.mark.parametrize("change", [update_study_list, delete_study_list])
def test_another_version_than_expected_is_a_conflict(change, study_list, user, now):
    update_study_list(study_list=study_list, actor=user, at=now, name="Trees")

    with pytest.raises(VersionConflict):
        change(study_list=study_list, actor=user, at=now, expected_version=1)

    assert StudyList.objects.live().get().version == 2


def test_a_deleted_one_is_hidden_with_its_places(study_list, user, now):
    StudyListItemFactory(study_list=study_list)

    deleted = delete_study_list(study_list=study_list, actor=user, at=now + HOUR)

    assert (deleted.deleted_at, deleted.version) == (now + HOUR, 2)
    assert not StudyList.objects.live().exists()
    assert not StudyListItem.objects.live().exists()
    assert Question.objects.live().count() == 1
    assert events() == [("study_list.deleted", [])]


@pytest.mark.parametrize("change", [update_study_list, delete_study_list])
def test_a_deleted_one_cannot_be_changed(change, study_list, user, now):
    delete_study_list(study_list=study_list, actor=user, at=now)

    with pytest.raises(NotFound):
        change(study_list=study_list, actor=user, at=now)


def test_a_restored_one_has_what_it_had(study_list, user, now):
    items = [StudyListItemFactory(study_list=study_list, position=n) for n in range(3)]
    deleted = delete_study_list(study_list=study_list, actor=user, at=now)

    restored = restore_study_list(study_list=deleted, actor=user, at=now + HOUR)

    assert (restored.name, restored.version, restored.is_live) == ("Graphs", 3, True)
    assert list(StudyListItem.objects.live().order_by("position")) == items
    assert events()[-1] == ("study_list.restored", [])


def test_one_whose_name_was_given_away_is_not_restored(study_list, user, now):
    deleted = delete_study_list(study_list=study_list, actor=user, at=now)
    create_study_list(owner=user, at=now, name="graphs")

    with refused(name="name_taken"):
        restore_study_list(study_list=deleted, actor=user, at=now)

    assert StudyList.objects.live().count() == 1


def test_only_what_is_in_the_trash_is_restored(study_list, user, now):
    with pytest.raises(NotFound):
        restore_study_list(study_list=study_list, actor=user, at=now)


def test_one_too_many_is_not_restored(study_list, user, now, monkeypatch):
    monkeypatch.setattr(lists, "MAX_STUDY_LISTS", 1)
    deleted = delete_study_list(study_list=study_list, actor=user, at=now)
    StudyListFactory(owner=user)

    with refused("too_many_study_lists"):
        restore_study_list(study_list=deleted, actor=user, at=now)


def test_purging_leaves_the_questions_and_what_is_live(study_list, user, now):
    gone = StudyListFactory(owner=user, deleted_at=now)
    question = StudyListItemFactory(study_list=gone).question
    kept = StudyListItemFactory(study_list=study_list)

    purged = purge_study_lists(ids=[gone.pk, study_list.pk], actor=user, at=now)

    assert purged == 1
    assert StudyList.objects.get() == study_list
    assert StudyListItem.objects.get() == kept
    assert Question.objects.live().filter(pk=question.pk).exists()
    assert events() == [("study_list.purged", [])]
