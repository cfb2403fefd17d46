"""Study lists are changed on the admin site as their services say."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.audit.models import AuditEvent
from domain.lists.models import StudyList
from tests.factories import NOW, StudyListFactory, StudyListItemFactory
from tests.project.admin.pages import act, address, found, save

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_a_new_list_is_made_by_the_service(site, user):
    save(site, address(StudyList, "add"), belongs_to=user.pk, name=" Graphs ")

    study_list = StudyList.objects.get()
    assert (study_list.owner, study_list.name, study_list.name_key) == (user, "Graphs", "graphs")
    assert AuditEvent.objects.get().verb == "study_list.created"


def test_a_changed_list_is_saved_by_the_service(site, superuser):
    study_list = StudyListItemFactory().study_list

    answer = save(site, address(study_list), name="Trees", description="All of them")

    assert answer.status_code == 302
    study_list.refresh_from_db()
    assert (study_list.name, study_list.name_key, study_list.version) == ("Trees", "trees", 2)
    assert study_list.items.count() == 1
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor) == ("study_list.updated", superuser)


def test_a_taken_name_is_refused(site):
    study_list = StudyListFactory(name="Graphs")
    other = StudyListFactory(owner=study_list.owner, name="Trees")

    save(site, address(other), name="GRAPHS")

    other.refresh_from_db()
    assert (other.name, other.version) == ("Trees", 1)


def test_rows_to_look_at_have_no_line_above_that_names_ids(site):
    page = site.get(address(StudyListItemFactory().study_list))

    assert "admin_site/inlines.css" in page.content.decode()


def test_deleting_puts_it_in_the_trash(site):
    study_list = StudyListItemFactory().study_list

    act(site, StudyList, "delete_selected", [study_list], post="yes")

    study_list.refresh_from_db()
    assert study_list.deleted_at is not None
    assert study_list.items.count() == 1


def test_what_is_in_the_trash_is_restored_or_purged(site):
    items = StudyListItemFactory.create_batch(2, study_list__deleted_at=NOW)
    kept, gone = (item.study_list for item in items)

    act(site, StudyList, "restore_rows", [kept])
    act(site, StudyList, "purge_rows", [kept, gone])

    assert StudyList.objects.get() == kept
    assert StudyList.objects.get().is_live


def test_lists_are_found_by_their_origin_and_owner(site):
    own = StudyListFactory(owner__email="ada@example.com")
    cloned = StudyListFactory(built_in="BLIND_75")

    assert found(site, StudyList, built_in__exact="BLIND_75") == [cloned]
    assert found(site, StudyList, q="ada@example.com") == [own]
    assert found(site, StudyList, q=str(own.uid)) == [own]
    assert found(site, StudyList, q="graphs") == []


def test_its_items_are_shown_in_order_in_as_many_statements_for_many(site):
    study_list = StudyListFactory()
    for position, title in ((1, "Second"), (0, "First")):
        StudyListItemFactory(
            study_list=study_list, position=position, question__title=f"{title} of them"
        )
    site.get(address(study_list))  # from then on Django knows its content types
    with CaptureQueriesContext(connection) as for_two:
        page = site.get(address(study_list)).content.decode()
    for position in range(2, 20):
        StudyListItemFactory(study_list=study_list, position=position)
    with CaptureQueriesContext(connection) as for_twenty:
        site.get(address(study_list))

    assert 0 < page.index("First of them") < page.index("Second of them")
    assert len(for_twenty) == len(for_two)
