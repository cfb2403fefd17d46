"""Which rows of a call name tags that they cannot have."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import batched

from domain.accounts.models import User
from domain.base.bulk import BATCH
from domain.base.errors import NotFound
from domain.questions.models import Tag
from domain.questions.services.tagging import Tagging, refuse_names, refuse_taggings
from domain.questions.services.tags import TagName, refused_names


class TagRules:
    """Whether rows can have the tags that they name, found out for all of them together."""

    def __init__(self, owner: User, at: datetime, rows: Iterable[Sequence[Tagging]]) -> None:
        tags = [given.tag for taggings in rows for given in taggings]
        names = [tag for tag in tags if isinstance(tag, TagName)]
        ids = {tag.pk for tag in tags if isinstance(tag, Tag)}
        live = Tag.objects.owned_by(owner).live()
        self.owner = owner
        self.live = {
            pk
            for batch in batched(sorted(ids), BATCH)
            for pk in live.filter(pk__in=batch).values_list("pk", flat=True)
        }
        self.refusals = refused_names(owner=owner, names=names, at=at)

    def refuse(self, taggings: Sequence[Tagging]) -> None:
        """As ``set_tags`` would refuse them.

        Raises:
            NotFound, TooManyTags, NotACompany, ValidationError: as ``set_tags``.
        """
        refuse_taggings(taggings, owner_id=self.owner.pk)
        for given in taggings:
            if isinstance(given.tag, Tag) and given.tag.pk not in self.live:
                raise NotFound(field="tags")
        refuse_names(taggings, self.refusals)
