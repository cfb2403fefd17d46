"""What the lists of the admin site find and show."""

import pytest
from django.urls import reverse

from domain.accounts.models import (
    AuthSession,
    TotpDevice,
    User,
    UserSettings,
)
from domain.audit import services as audit
from domain.audit.models import AuditEvent
from domain.base import admin as shared
from domain.practice.models import QuestionLog
from domain.questions.models import Question, Tag
from tests.authenticator import with_two_factor
from tests.factories import (
    NOW,
    AuthSessionFactory,
    QuestionFactory,
    QuestionLogFactory,
    TagFactory,
    UserFactory,
)
from tests.project.admin.pages import address, found

pytestmark = pytest.mark.django_db


def test_people_are_found_by_the_beginning_of_their_address_or_by_id(site, user, stranger):
    assert found(site, User, q="User@ex") == [user]
    assert found(site, User, q=str(stranger.uid)) == [stranger]
    assert found(site, User, q="example.com") == []


def test_questions_are_found_by_words_id_and_owner(site, user, stranger):
    mine = QuestionFactory(owner=user, title="Two Sum")
    theirs = QuestionFactory(owner=stranger, title="Two Sum II")

    assert found(site, Question, q="sum tw") == [theirs, mine]
    assert found(site, Question, q="two sum user@example.com") == [mine]
    assert found(site, Question, q=str(theirs.uid)) == [theirs]
    assert found(site, Question, q="three") == []
    assert found(site, Question, q="' OR 1=1 --") == []


def test_tags_are_found_by_words_id_and_owner(site, user, stranger):
    mine = TagFactory(owner=user, name="Hash Table")
    theirs = TagFactory(owner=stranger, name="Hash Table")

    assert found(site, Tag, q="table") == []  # an index finds words of one person's tags only
    assert found(site, Tag, q="table stranger@example.com") == [theirs]
    assert found(site, Tag, q="tree stranger@example.com") == []
    assert found(site, Tag, q="STRANGER@example.com") == [theirs]
    assert found(site, Tag, q=str(mine.uid)) == [mine]


def test_logs_are_found_by_owner_and_id_but_not_by_words(site, user):
    log = QuestionLogFactory(question__owner=user)
    other = QuestionLogFactory()

    assert found(site, QuestionLog, q="user@example.com") == [log]
    assert found(site, QuestionLog, q=str(other.uid)) == [other]
    assert found(site, QuestionLog, q="solved") == []


def test_sessions_and_settings_are_found_by_person(site, user, stranger):
    session = AuthSessionFactory(user=user)
    AuthSessionFactory(user=stranger)

    assert found(site, AuthSession, q="user@example.com") == [session]
    assert found(site, UserSettings, q="user@example.com") == [user.settings]


def test_audit_events_are_found_by_person_id_and_verb(site, user, stranger):
    by_user = audit.record(verb="question.created", at=NOW, actor=user)
    to_user = audit.record(verb="account.updated", at=NOW, actor=stranger, row=user)
    other = audit.record(verb="account.updated", at=NOW, actor=stranger)

    assert found(site, AuditEvent, q="user@example.com") == [to_user, by_user]
    assert found(site, AuditEvent, q="account.updated") == [other, to_user]
    assert found(site, AuditEvent, q=str(other.uid)) == [other]


def test_rows_without_an_id_are_found_by_that_of_the_person(site, user, stranger):
    with_two_factor(user)
    with_two_factor(stranger)
    device = TotpDevice.objects.get(user=user)

    assert found(site, UserSettings, q=str(user.uid)) == [user.settings]
    assert found(site, TotpDevice, q=str(user.uid)) == [device]


def test_the_trash_is_a_filter(site, user):
    live, trashed = QuestionFactory(owner=user), QuestionFactory(owner=user, deleted_at=NOW)

    assert found(site, Question) == [trashed, live]
    assert found(site, Question, trash="no") == [live]
    assert found(site, Question, trash="yes") == [trashed]


def test_a_list_counts_and_pages_no_further_than_its_bound(site, monkeypatch):
    monkeypatch.setattr(shared, "MOST_COUNTED", 60)
    TagFactory.create_batch(70, owner=UserFactory())

    answer = site.get(address(Tag, "changelist"))

    assert "60+ tags" in " ".join(answer.content.decode().split())
    assert answer.context["cl"].paginator.num_pages == 2
    assert len(found(site, Tag, p="2")) == 10
    assert site.get(address(Tag, "changelist"), {"p": "3"}).status_code == 302


def test_the_owner_of_a_new_row_is_offered_by_the_beginning_of_the_address(site, user, stranger):
    query = {"app_label": "questions", "model_name": "question", "field_name": "owner"}

    answer = site.get(reverse("admin:autocomplete"), query | {"term": "us"})

    assert answer.json() == {
        "results": [{"id": str(user.pk), "text": "user@example.com"}],
        "pagination": {"more": False},
    }


HIDDEN = [
    ("idempotencyrecord", "response__model__startswith"),
    ("importbatch", "report__icontains"),
    ("importbatch", "revert_report__isnull"),
    ("totpdevice", "sealed_secret__isnull"),
    ("apitoken", "token_hash__startswith"),
    ("user", "password__startswith"),
    ("questionlog", "solution_code__contains"),
]


@pytest.mark.parametrize(("row", "lookup"), HIDDEN)
def test_a_column_that_a_list_does_not_show_cannot_be_guessed_by_filters(
    row, lookup, site, one_of_each
):
    for value in ("a", "0"):
        answer = site.get(address(one_of_each[row], "changelist"), {lookup: value})
        assert answer.status_code == 400


def test_addresses_filter_by_shown_columns_and_by_those_that_the_first_page_asks_by(site):
    log = QuestionLogFactory(created_at=NOW)
    today, tomorrow = "2026-03-02T00:00:00+00:00", "2026-03-03T00:00:00+00:00"

    assert found(site, QuestionLog, created_at__gte=today) == [log]
    assert found(site, QuestionLog, created_at__gte=tomorrow) == []
    assert found(site, QuestionLog, owner=str(log.owner_id)) == [log]
    assert found(site, QuestionLog, owner_id__in="0") == []
    assert found(site, QuestionLog, id=str(log.pk)) == [log]
    assert found(site, QuestionLog, outcome__exact="FAILED") == []


def test_a_filter_that_is_none_is_not_a_fault(site):
    answer = site.get(address(QuestionLog, "changelist"), {"colour": "red"})

    assert (answer.status_code, answer.url) == (302, address(QuestionLog, "changelist") + "?e=1")
