"""Mails without a mail server: readable in a terminal, and not in a log."""

import io
import logging

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from project.mails import NotSent, Printed

LINK = "https://drillbook.example/reset-password?token=0123456789abcdef0123456789abcdef.6b0130c3.x"


@pytest.fixture
def message():
    mail = EmailMultiAlternatives("Drillbook: Naïve", f"Hello,\n\n{LINK}\n", to=["ada@example.com"])
    mail.attach_alternative(f'<a href="{LINK}">', "text/html")
    return mail


def test_what_is_printed_can_be_copied(message):
    out = io.StringIO()

    assert Printed(stream=out).send_messages([message]) == 1

    assert out.getvalue() == (
        f"To: ada@example.com\nSubject: Drillbook: Naïve\n\nHello,\n\n{LINK}\n\n"
    )


def test_what_is_not_sent_is_said_without_its_content(message, caplog):
    assert NotSent().send_messages([message, message]) == 0

    (record, _) = caplog.records
    assert (record.levelno, record.subject) == (logging.WARNING, "Drillbook: Naïve")
    assert "token" not in caplog.text
    assert "ada@example.com" not in str(vars(record))


@pytest.mark.parametrize("backend", ["Printed", "NotSent"])
def test_django_can_use_it(backend):
    assert get_connection(f"project.mails.{backend}")
