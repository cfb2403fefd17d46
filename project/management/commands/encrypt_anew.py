"""``manage.py encrypt_anew``: after a new key was put first in FIELD_ENCRYPTION_KEYS."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from domain.accounts.services import two_factor


class Command(BaseCommand):
    """Tells how many values there were. Can be run at any time, and again."""

    help = "Encrypt the secrets of authenticator apps with the first of FIELD_ENCRYPTION_KEYS."

    def handle(self, **options: Any) -> None:
        """Encrypt, and report."""
        try:
            count = two_factor.encrypt_secrets_anew()
        except InvalidToken:
            message = "A secret was encrypted with a key that is not in FIELD_ENCRYPTION_KEYS."
            raise CommandError(message) from None
        self.stdout.write(f"Secrets that are encrypted with the first key: {count}.")
