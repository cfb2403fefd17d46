"""Slugs for many questions at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.questions.models import Question
from domain.questions.services.questions import base_slug


class Slugs:
    """Which slugs a person's live questions have, and which were given out since.

    A question may have a slug again that it has.

    Args:
        owner: whose they are.
        named: more slugs that are not to be had, with the uid of the question that names each.
    """

    def __init__(self, owner: Any, named: Mapping[str, UUID] = MappingProxyType({})) -> None:
        self.owner = owner
        self.named = named
        # Thousands of questions may share one title: each search goes on where the last one ended.
        self.tried: dict[str, int] = defaultdict(int)

    @cached_property
    def holders(self) -> dict[str, UUID]:
        """The uid of the question that has a slug, by slug."""
        live = Question.objects.owned_by(self.owner).live()
        return {**self.named, **dict(live.values_list("slug", "uid").iterator())}

    def choose(self, question: Question) -> str:
        """The slug that the question's title suggests, or the next free one."""
        base = base_slug(question.title, question.uid)
        if self.holders.get(base) == question.uid:
            return base
        while True:
            self.tried[base] += 1
            slug = base if self.tried[base] == 1 else f"{base}-{self.tried[base]}"
            if self.holders.setdefault(slug, question.uid) == question.uid:
                return slug


def choose_slugs(questions: Iterable[Question], *, owner: Any) -> None:
    """Give each of some unsaved questions the slug that its title suggests, or the next free one.

    Args:
        owner: whose they are; their other live questions are looked at.
    """
    slugs = Slugs(owner)
    for question in questions:
        question.slug = slugs.choose(question)
