"""Reads the mails that a test had sent."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core import mail


def only_mail() -> Any:
    """The one mail that was sent, taken out of the outbox."""
    (message,) = mail.outbox
    mail.outbox.clear()
    return message


def links_in(text: str) -> list[str]:
    """Every address in a text, in order, each once."""
    return list(dict.fromkeys(re.findall(r"https?://[^\s\"<>]+", text)))


def html_of(message: Any) -> str:
    """The HTML alternative of a mail."""
    ((content, media_type),) = message.alternatives
    assert media_type == "text/html"
    return str(content)


def token_in(message: Any) -> str:
    """The token of the one link in a mail; its text and its HTML have the same."""
    (link,) = links_in(message.body)
    assert links_in(html_of(message)) == [link]
    (token,) = parse_qs(urlsplit(link).query)["token"]
    return token
