"""People say how they want to be called."""

from domain.accounts.services.profile import update_viewer
from domain.audit.models import AuditEvent
from tests.domain.refusals import refused


def test_changes_the_name(user, now):
    update_viewer(user=user, display_name="  Zoe\u0308 ", at=now)

    user.refresh_from_db()
    assert user.display_name == "Zoë"


def test_takes_the_name_away(user, now):
    update_viewer(user=user, display_name="Zoe", at=now)

    update_viewer(user=user, display_name=" ", at=now)

    user.refresh_from_db()
    assert user.display_name == ""


def test_accepts_80_characters_and_refuses_81(user, now):
    update_viewer(user=user, display_name="ż" * 80, at=now)

    with refused(display_name="max_length"):
        update_viewer(user=user, display_name="ż" * 81, at=now)

    user.refresh_from_db()
    assert user.display_name == "ż" * 80


def test_refuses_what_cannot_be_stored(user, now):
    with refused(display_name="unstorable_text"):
        update_viewer(user=user, display_name="Zo\ud800", at=now)


def test_overwrites_nothing_else(user, now):
    type(user).objects.filter(pk=user.pk).update(role="MANAGER", token_version=3)

    update_viewer(user=user, display_name="Zoe", at=now)

    user.refresh_from_db()
    assert (user.role, user.token_version) == ("MANAGER", 3)


def test_is_recorded_when_something_changed(user, now):
    update_viewer(user=user, display_name="Zoe", at=now)
    update_viewer(user=user, display_name="Zoe", at=now)

    event = AuditEvent.objects.get()
    assert (event.verb, event.fields) == ("account.updated", ["display_name"])
