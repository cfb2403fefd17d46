"""Who mails come from, and where the links in them lead."""

from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from project.settings.environment import Environment, refuse

SENDER_FORM = "an address such as Drillbook <no-reply@example.com>"
LOCAL_SENDER = "Drillbook <no-reply@localhost>"
LOCAL_FRONTEND = "http://localhost:3000"


def frontend_url(env: Environment) -> str:
    """Read FRONTEND_URL: where the browser client lives, without a slash at its end."""
    url = env.url("FRONTEND_URL", LOCAL_FRONTEND, schemes=["http", "https"])
    if "?" in url or "#" in url or any(character.isspace() for character in url):
        refuse("FRONTEND_URL", "an address without spaces, ? and #", repr(url))
    return url.rstrip("/")


def sender(env: Environment) -> str:
    """Read DEFAULT_FROM_EMAIL."""
    value = env.text("DEFAULT_FROM_EMAIL", LOCAL_SENDER, expected=SENDER_FORM)
    try:
        EmailValidator(allowlist=["localhost"])(parseaddr(value)[1])
    except ValidationError:
        refuse("DEFAULT_FROM_EMAIL", SENDER_FORM, repr(value))
    return value
