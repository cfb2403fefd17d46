"""Whom a command concerns."""

from django.core.management.base import CommandError

from domain.accounts.models import User


def person_with(email: str) -> User:
    """The person with an address, in upper or lower case.

    Raises:
        CommandError: nobody has it.
    """
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError(f"There is no account with the address {email}.") from error
