"""Links to pictures: made and revoked by their owner, opened by anybody."""

from datetime import datetime

from django.db import transaction

from domain.accounts.models import User
from domain.audit import services as audit
from domain.base.errors import DomainError
from domain.base.text import tidy
from domain.base.writing import check
from domain.sharing.links import uid_in
from domain.sharing.models import ShareLink

MAX_LINKS = 20


class TooManyShareLinks(DomainError):
    """Links that nobody remembers go on showing something."""

    code = "too_many_share_links"
    message = "You have %(limit)d links. Revoke one that you do not need any more."


@transaction.atomic
def create_share_link(*, owner: User, kind: str, name: str, at: datetime) -> ShareLink:
    """Make an address at which anybody sees one picture of how a person practises.

    Args:
        kind: a value of ``PictureKind``.

    Raises:
        ValidationError: the name is empty, too long or cannot be stored.
        TooManyShareLinks: revoke one first.
    """
    link = ShareLink(owner=owner, kind=kind, name=tidy(name), created_at=at)
    check(link)
    # The person is held, so that two at once do not both become the last one that is allowed.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if ShareLink.objects.owned_by(owner).live().count() >= MAX_LINKS:
        raise TooManyShareLinks(limit=MAX_LINKS)
    link.save(force_insert=True)
    audit.record(verb="share_link.created", at=at, actor=owner, row=link, fields=["kind", "name"])
    return link


@transaction.atomic
def revoke_share_link(*, share_link: ShareLink, actor: User, at: datetime) -> ShareLink:
    """Have an address show nothing from now on. One that was revoked keeps its moment."""
    if ShareLink.objects.live().filter(pk=share_link.pk).update(revoked_at=at):
        audit.record(verb="share_link.revoked", at=at, actor=actor, row=share_link)
    share_link.refresh_from_db(fields=["revoked_at"])
    return share_link


def open_share_link(*, token: str) -> ShareLink | None:
    """The link that an address names, with its owner and their settings, in one statement.

    None for all that shows nothing: unknown, tampered with, revoked, or of a person who was
    deactivated, is gone, or is about to go.
    """
    uid = uid_in(token)
    if uid is None:
        return None
    links = ShareLink.objects.open().filter(uid=uid).select_related("owner__settings")
    # There is one at most; `first()` would sort.
    return next(iter(links), None)
