"""What is true of every person."""

import pytest
from django.db import IntegrityError, transaction

from domain.accounts.models import User, UserSettings
from tests.factories import (
    AuthSessionFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_have_settings_from_the_start():
    person = User.objects.create_user("new@example.com")

    assert UserSettings.objects.get() == person.settings
    assert (person.settings.timezone, person.settings.desired_retention) == ("UTC", 0.9)


def test_keep_their_settings_when_saved_again(user):
    user.display_name = "Nadia"
    user.save()

    assert UserSettings.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_are_not_stored_without_settings(monkeypatch):
    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr(UserSettings.objects, "create", fail)

    with pytest.raises(RuntimeError):
        UserFactory()

    assert not User.objects.exists()


def test_are_found_by_their_address_in_any_case(user):
    assert User.objects.get_by_natural_key(" USER@Example.com") == user


def test_without_a_password_cannot_sign_in_by_one():
    person = User.objects.create_user("new@example.com")

    assert not person.has_usable_password()


def test_created_as_superuser_are_administrators():
    person = User.objects.create_superuser("Root@Example.com", "practice-daily")

    assert (person.email, person.role) == ("root@example.com", "ADMIN")
    assert (person.is_staff, person.is_superuser) == (True, True)


def test_have_one_account_a_mailbox_even_past_the_model(user):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="USER@EXAMPLE.COM")])


def test_leave_nothing_behind_when_deleted(user, stranger):
    question = QuestionFactory(owner=user)
    QuestionTagFactory(question=question)
    QuestionLogFactory(question=question)
    AuthSessionFactory(user=user)
    theirs = QuestionLogFactory(question__owner=stranger)

    user.delete()

    assert list(User.objects.all()) == [stranger]
    assert list(type(theirs).objects.all()) == [theirs]


def test_leave_the_rows_of_others_that_they_edited(user, admin):
    question = QuestionFactory(owner=user, updated_by=admin)

    admin.delete()

    question.refresh_from_db()
    assert (question.owner, question.updated_by) == (user, None)
