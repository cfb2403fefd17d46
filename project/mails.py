"""Where mails go without a mail server: to the terminal in development, nowhere in production."""

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends import console
from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)


class Printed(console.EmailBackend):
    """Prints what a person would read. Django prints it encoded, with links in pieces."""

    def write_message(self, message: EmailMessage) -> None:
        """Print receivers, subject and text."""
        receivers = ", ".join(message.recipients())
        self.stream.write(f"To: {receivers}\nSubject: {message.subject}\n\n{message.body}\n")


class NotSent(BaseEmailBackend):
    """Says that a mail was not sent; never what is in it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Log each, and send none."""
        for message in email_messages:
            logger.warning(
                "mail not sent: EMAIL_HOST is not set", extra={"subject": message.subject}
            )
        return 0
