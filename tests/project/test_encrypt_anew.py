"""``manage.py encrypt_anew`` brings stored secrets under the newest key."""

import pytest
from django.core.management import CommandError, call_command

from domain.accounts.models import TotpDevice
from tests.authenticator import SECRET, with_two_factor

pytestmark = pytest.mark.django_db


def test_older_keys_can_be_taken_away_afterwards(user, settings, capsys):
    with_two_factor(user)
    settings.FIELD_ENCRYPTION_KEYS = ["n" * 32, *settings.FIELD_ENCRYPTION_KEYS]

    call_command("encrypt_anew")

    settings.FIELD_ENCRYPTION_KEYS = ["n" * 32]
    assert TotpDevice.objects.get().secret == SECRET
    assert capsys.readouterr().out == "Secrets that are encrypted with the first key: 1.\n"


def test_a_missing_key_is_named_and_nothing_changes(user, settings):
    with_two_factor(user)
    sealed = TotpDevice.objects.get().sealed_secret
    settings.FIELD_ENCRYPTION_KEYS = ["n" * 32]

    with pytest.raises(CommandError, match="a key that is not in FIELD_ENCRYPTION_KEYS"):
        call_command("encrypt_anew")

    assert TotpDevice.objects.get().sealed_secret == sealed
