"""What beat has the workers do that is a command as well."""

import logging
from io import StringIO

from django.core.management import call_command

from domain.base.tasks import background

logger = logging.getLogger(__name__)


@background
def purge_expired() -> None:
    """``manage.py purge_expired``, every night where beat runs."""
    said = StringIO()
    call_command("purge_expired", stdout=said)
    logger.info("purged", extra={"counts": said.getvalue().splitlines()})
