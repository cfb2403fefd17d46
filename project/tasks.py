"""What beat has the workers do that is a command as well."""

import logging
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import OperationalError

from domain.base.tasks import background

logger = logging.getLogger(__name__)


@background
def purge_expired() -> None:
    """``manage.py purge_expired``, every night where beat runs."""
    _purge("purge_expired")


@background
def purge_deleted() -> None:
    """``manage.py purge_deleted``, likewise. What cron has purged before is not there any more."""
    _purge("purge_deleted")


def _purge(command: str) -> None:
    said = StringIO()
    try:
        call_command(command, stdout=said)
    except CommandError as failure:
        # It is tried again where the database was away.
        if isinstance(failure.__cause__, OperationalError):
            raise failure.__cause__ from failure
        raise
    finally:
        logger.info("purged", extra={"counts": said.getvalue().splitlines()})
