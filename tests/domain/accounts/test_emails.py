"""What the mails say, to whom, and where their links lead."""

from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils.html import escape

from domain.accounts import emails
from tests.factories import NOW, UserFactory
from tests.mails import html_of, links_in, token_in

pytestmark = pytest.mark.once

HOSTILE = '<a href="https://evil.example">Ada</a> & {{ link }} "x"'
MAILS = {
    "verification": lambda person: emails.verification(person, token="the-token"),
    "already_registered": emails.already_registered,
    "password_reset": lambda person: emails.password_reset(person, token="the-token"),
    "password_changed": lambda person: emails.password_changed(person, at=NOW),
}

each_mail = pytest.mark.parametrize("name", MAILS)


@pytest.fixture
def ada():
    return UserFactory.build(email="ada@example.com", display_name="Ada", email_verified_at=NOW)


@each_mail
def test_goes_to_the_person_alone(name, ada):
    mail = MAILS[name](ada)

    assert (mail.to, mail.cc, mail.bcc, mail.reply_to) == (["ada@example.com"], [], [], [])


@each_mail
def test_says_that_no_person_wrote_it(name, ada):
    assert MAILS[name](ada).message()["Auto-Submitted"] == "auto-generated"


@each_mail
def test_comes_from_the_configured_sender(name, ada, settings):
    settings.DEFAULT_FROM_EMAIL = "Drillbook <hello@drillbook.example>"

    assert MAILS[name](ada).message()["From"] == "Drillbook <hello@drillbook.example>"


@each_mail
def test_has_text_and_html_that_say_the_same(name, ada):
    mail = MAILS[name](ada)

    assert mail.subject.startswith("Drillbook: ")
    assert mail.subject.isascii()
    assert links_in(mail.body) == links_in(html_of(mail))
    assert mail.body.startswith("Hello Ada,\n\n")
    assert mail.body.endswith("\nDrillbook\n")
    assert "<p>Hello Ada,</p>" in html_of(mail)


@each_mail
def test_leaves_nothing_of_the_templates_language(name, ada):
    mail = MAILS[name](ada)

    for text in (mail.body, html_of(mail)):
        assert "{{" not in text
        assert "{%" not in text


@each_mail
def test_every_link_leads_to_the_frontend(name, ada, settings):
    settings.FRONTEND_URL = "https://app.example"

    links = links_in(MAILS[name](ada).body)

    assert links
    assert all(link.startswith("https://app.example/") for link in links)


@each_mail
def test_never_has_the_address_in_a_link(name, ada):
    assert not [link for link in links_in(MAILS[name](ada).body) if "ada" in link]


@pytest.mark.parametrize(
    ("name", "page"),
    [("verification", "verify-email"), ("password_reset", "reset-password")],
)
def test_the_link_has_the_token(name, page, ada):
    mail = MAILS[name](ada)

    assert token_in(mail) == "the-token"
    assert links_in(mail.body) == [f"https://drillbook.example/{page}?token=the-token"]


def test_the_link_is_escaped(ada):
    mail = emails.verification(ada, token="a&b=c d")

    assert links_in(mail.body) == ["https://drillbook.example/verify-email?token=a%26b%3Dc+d"]


@each_mail
def test_a_name_is_text_in_html(name):
    person = UserFactory.build(display_name=HOSTILE, email_verified_at=NOW)

    mail = MAILS[name](person)

    assert mail.body.startswith(f"Hello {HOSTILE},")
    assert f"<p>Hello {escape(HOSTILE)},</p>" in html_of(mail)
    assert '<a href="https://evil' not in html_of(mail)
    assert "evil.example" not in mail.subject


@each_mail
def test_a_stranger_who_registers_an_address_puts_no_words_into_its_mails(name):
    person = UserFactory.build(display_name="You won! evil.example", email_verified_at=None)

    mail = MAILS[name](person)

    assert mail.body.startswith("Hello,\n")
    assert "evil" not in mail.body + html_of(mail)


@pytest.mark.parametrize("address", ["a@example.com\nBcc: b@example.com", "a@example.com\r\nX: y"])
def test_no_header_can_be_added(address):
    person = UserFactory.build(email=address)

    with pytest.raises(ValueError, match=r"(?i)newline|linefeed|header"):
        emails.already_registered(person).message()


def test_says_when_the_password_was_changed(ada):
    mail = emails.password_changed(ada, at=datetime(2026, 3, 2, 9, 5, tzinfo=UTC))

    assert "2 March 2026, 09:05 UTC" in mail.body
    assert "2 March 2026, 09:05 UTC" in html_of(mail)


@pytest.mark.parametrize(("hours", "said"), [(1, "for 1 hour."), (72, "for 72 hours.")])
def test_says_how_long_the_link_works(hours, said, ada, settings):
    settings.EMAIL_VERIFICATION_HOURS = hours

    assert said in emails.verification(ada, token="x").body


def test_is_what_django_sends(ada):
    assert isinstance(MAILS["verification"](ada), EmailMultiAlternatives)
