"""Links to shared pictures are made, revoked, and opened by their tokens."""

from datetime import timedelta

import pytest

from domain.accounts.erasing import erase
from domain.accounts.models import User
from domain.audit.models import AuditEvent
from domain.base.models import new_uid
from domain.sharing.links import LENGTH, PREFIX, token_of, uid_in
from domain.sharing.models import PictureKind, ShareLink
from domain.sharing.services import (
    MAX_LINKS,
    create_share_link,
    open_share_link,
    revoke_share_link,
)
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import NOW, ShareLinkFactory, UserFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def link(user):
    return ShareLinkFactory(owner=user)


def opened(link):
    return open_share_link(token=token_of(link))


def test_keeps_what_is_given(user, now):
    link = create_share_link(owner=user, kind=PictureKind.HEATMAP, name=" README ", at=now)

    stored = ShareLink.objects.get()
    assert (stored, stored.owner, stored.kind, stored.name) == (link, user, "HEATMAP", "README")
    assert (stored.created_at, stored.revoked_at) == (now, None)
    assert AuditEvent.objects.get().verb == "share_link.created"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": " "}, {"name": "blank"}),
        ({"name": "x" * 81}, {"name": "max_length"}),
        ({"name": "x\x00"}, {"name": "unstorable_text"}),
        ({"kind": "EVERYTHING"}, {"kind": "invalid_choice"}),
    ],
)
def test_refuses_what_cannot_be(fields, refusal, user, now):
    with refused(**refusal):
        create_share_link(owner=user, at=now, **({"kind": "HEATMAP", "name": "x"} | fields))

    assert not ShareLink.objects.exists()


def test_there_is_a_bounded_number_of_links(user, stranger, now):
    ShareLinkFactory(owner=stranger)
    links = ShareLinkFactory.create_batch(MAX_LINKS, owner=user)

    with refused("too_many_share_links"):
        create_share_link(owner=user, kind="HEATMAP", name="x", at=now)
    revoke_share_link(share_link=links[0], actor=user, at=now)
    create_share_link(owner=user, kind="HEATMAP", name="x", at=now)

    assert ShareLink.objects.owned_by(user).live().count() == MAX_LINKS


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_become_the_last(user, now):
    ShareLinkFactory.create_batch(MAX_LINKS - 1, owner=user)
    person = User.objects.get(pk=user.pk)

    outcomes = at_once(
        *[lambda: create_share_link(owner=person, kind="HEATMAP", name="x", at=now)] * 3
    )

    assert ShareLink.objects.live().count() == MAX_LINKS
    assert sum(isinstance(outcome, ShareLink) for outcome in outcomes) == 1


def test_its_token_opens_it(link, user):
    token = token_of(link)

    found = open_share_link(token=token)

    assert (found, found.owner) == (link, user)
    assert token == token_of(ShareLink.objects.get())
    assert token.startswith(PREFIX)
    assert len(token) == LENGTH


def test_revoking_closes_it_at_once(link, user, now):
    revoke_share_link(share_link=link, actor=user, at=now)
    revoke_share_link(share_link=link, actor=user, at=now + HOUR)

    assert opened(link) is None
    assert ShareLink.objects.get().revoked_at == now
    assert [event.verb for event in AuditEvent.objects.all()] == ["share_link.revoked"]


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"deletion_scheduled_for": NOW + HOUR}], ids=str
)
def test_is_closed_while_its_owner_is_not_welcome_or_leaves(change, link):
    User.objects.update(**change)
    assert opened(link) is None

    User.objects.update(is_active=True, deletion_scheduled_for=None)
    assert opened(link) == link


def test_goes_with_its_owner(link, user):
    erase([user.pk])

    assert opened(link) is None
    assert not ShareLink.objects.exists()


def test_leaves_other_links_open(link, user, now):
    other = ShareLinkFactory(owner=user)

    revoke_share_link(share_link=other, actor=user, at=now)

    assert opened(link) == link


def tampered(token):
    uid, signature = token[len(PREFIX) : len(PREFIX) + 32], token[len(PREFIX) + 32 :]
    return [
        "", token[:-1], f"{token}A", f"{token} ", token.upper(), token.replace(PREFIX, "dbk_"),
        PREFIX + new_uid().hex + signature, PREFIX + uid + "A" * 43, PREFIX + uid + signature[::-1],
        PREFIX + uid.upper() + signature, PREFIX + "é" * 75, PREFIX + "z" * 75, "x" * 5000,
        token[:-1] + ("A" if token[-1] != "A" else "B"), uid, str(new_uid()), "\x00" * LENGTH,
    ]  # fmt: skip


def test_nothing_but_the_whole_token_opens_it(link):
    token = token_of(link)
    others = [one for one in tampered(token) if one != token]

    assert len(others) >= 16
    assert [one for one in others if open_share_link(token=one) is not None] == []


def test_a_genuine_token_of_no_link_opens_nothing(db):
    assert open_share_link(token=token_of(ShareLink(uid=new_uid()))) is None


def test_opens_nothing_once_the_servers_key_is_another(link, settings):
    token, old = token_of(link), settings.SECRET_KEY
    settings.SECRET_KEY = "another-" * 8
    assert open_share_link(token=token) is None

    settings.SECRET_KEY_FALLBACKS = [old]
    assert open_share_link(token=token) == link
    assert token_of(link) != token


def test_tokens_are_not_those_of_anything_else(link):
    assert uid_in(token_of(link)) == link.uid
    assert uid_in(token_of(ShareLinkFactory(owner=UserFactory()))) != link.uid


def test_is_opened_in_one_statement(link, django_assert_num_queries):
    token = token_of(link)

    with django_assert_num_queries(1):
        assert open_share_link(token=token).owner.settings.timezone == "UTC"
    with django_assert_num_queries(0):
        open_share_link(token=f"{token[:-1]}-")
