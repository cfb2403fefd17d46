"""Which links."""

from typing import TYPE_CHECKING, Self

from domain.base.querysets import OwnedQuerySet

if TYPE_CHECKING:
    from domain.sharing.models import ShareLink


class ShareLinkQuerySet(OwnedQuerySet["ShareLink"]):
    """Addresses at which people show how they practise."""

    def live(self) -> Self:
        """Links that were not revoked."""
        return self.filter(revoked_at=None)

    def open(self) -> Self:
        """Links that show something: not revoked, of a person who is active and will stay."""
        return self.live().filter(owner__is_active=True, owner__deletion_scheduled_for=None)
