"""``manage.py generate_jwt_key``: a new key for JWT_SECRET_KEYS."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from schema import keys

SECRET_BYTES = 48
HOW = (
    "Put it before the other entries of JWT_SECRET_KEYS and restart: nobody is signed out. Several "
    "servers get it as their last entry first. Remove the old one ACCESS_TOKEN_MINUTES later."
)


class Command(BaseCommand):
    help = "Print an entry for JWT_SECRET_KEYS: a dated key id and a new key."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--eddsa",
            action="store_true",
            help="an Ed25519 key (EdDSA) rather than a secret (HS256)",
        )

    def handle(self, *, eddsa: bool, **options: Any) -> None:
        """Write the entry to standard output, and what to do with it to standard error."""
        # Two of one day must not share an id.
        key_id = f"{timezone.now():%Y-%m-%d}-{secrets.token_hex(2)}"
        if eddsa:
            private, public = keys.new_pair()
            self.stdout.write(f"{key_id}:{private}")
            self.stderr.write(f"{HOW} For services that only verify: {key_id}:{public}")
        else:
            self.stdout.write(f"{key_id}:{secrets.token_urlsafe(SECRET_BYTES)}")
            self.stderr.write(HOW)
