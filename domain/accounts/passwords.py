"""Rules for passwords beyond Django's own."""

from typing import Any

from django.core.exceptions import ValidationError

from domain.base.text import storable

MAX_LENGTH = 128


class MaximumLengthValidator:
    """Refuse passwords so long that hashing them would be work for an attacker to order."""

    def validate(self, password: str, user: Any = None) -> None:
        """Check the length in characters, and that it can be hashed at all.

        Raises:
            ValidationError: with the code ``password_too_long`` or ``unstorable_text``.
        """
        storable(password)
        if len(password) > MAX_LENGTH:
            message = f"The password is too long. It may have {MAX_LENGTH} characters."
            raise ValidationError(message, code="password_too_long")

    def get_help_text(self) -> str:
        """What the admin's forms say."""
        return f"Your password may have at most {MAX_LENGTH} characters."
