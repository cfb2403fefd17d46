"""What the person has decides about objects of a file: free slugs, room, one open session."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import batched
from typing import Any
from uuid import UUID

from domain.accounts.models import User
from domain.archive.declaring import EntityName
from domain.archive.drafting import Draft
from domain.archive.opening import within
from domain.archive.restored import Restored
from domain.archive.standing import Standing
from domain.base.bulk import BATCH
from domain.base.findings import Finding
from domain.goals.models import Goal
from domain.goals.services.goals import MAX_GOALS, TooManyGoals
from domain.goals.services.linking import NotACompany as OnlyCompanies
from domain.lists.models import StudyList, StudyListItem
from domain.lists.services.lists import MAX_STUDY_LISTS, TooManyStudyLists
from domain.practice.models import PracticeSession, PracticeSessionItem
from domain.practice.services import closing
from domain.questions.models import TagKind
from domain.questions.services.slugs import Slugs
from domain.questions.services.tagging import MAX_TAGS, NotACompany, TooManyTags

type Faults = Iterator[tuple[Draft, Finding]]


class Deciding:
    """Looks at new objects of a file, in its order, when it is known what they refer to.

    Args:
        owner: whose they become; their settings are held.
        at: now.
    """

    def __init__(
        self, owner: User, at: datetime, *, standing: Standing, restored: Restored
    ) -> None:
        self.owner, self.at = owner, at
        self.standing, self.restored = standing, restored
        self._named_slugs: dict[str, UUID] = {}
        self._item_uids: set[UUID] = set()

    def reserve_slugs(self, drafts: Iterable[Draft]) -> None:
        """Keep the slugs that new questions bring from those that are to be given another one."""
        for draft in drafts:
            if draft.kept is None and draft.row.is_live:
                self._named_slugs.setdefault(draft.row.slug, draft.row.uid)

    def faults(self, entity: EntityName, drafts: Sequence[Draft]) -> Faults:
        """What is wrong with some objects; their rows are changed where that is enough."""
        judge: dict[EntityName, Callable[[Sequence[Draft]], Faults]] = {
            EntityName.QUESTION: self._questions,
            EntityName.STUDY_LIST: self._study_lists,
            EntityName.GOAL: self._goals,
            EntityName.SESSION: self._sessions,
        }
        if entity in judge and drafts:
            yield from judge[entity](drafts)

    @cached_property
    def _slugs(self) -> Slugs:
        return Slugs(self.owner, self._named_slugs)

    def _questions(self, drafts: Sequence[Draft]) -> Faults:
        for draft in drafts:
            if draft.row.is_live and self._slugs.holders.get(draft.row.slug) != draft.row.uid:
                draft.row.slug = self._slugs.choose(draft.row)
                text = f"Another question of yours has this slug: this one gets {draft.row.slug}."
                self.restored.note("slug_taken", within(draft.position, "slug"), text)
        pieces = [piece.row.tag_id for draft in drafts for piece in draft.parts["tags"]]
        tags = self.standing.tags(pieces)
        for draft in drafts:
            links = draft.parts["tags"]
            if sum(tags[link.row.tag_id].is_live for link in links) > MAX_TAGS:
                text = TooManyTags.message % {"limit": MAX_TAGS}
                yield draft, Finding("too_many_tags", within(draft.position, "tags"), text)
            for link in links:
                counted = link.row.frequency is not None or link.row.window is not None
                if counted and tags[link.row.tag_id].kind != TagKind.COMPANY:
                    yield from self._uncounted(draft, link)

    def _uncounted(self, draft: Draft, link: Draft) -> Faults:
        """Frequency and window on a tag that is no company: unless it is the person's, a fault."""
        if not self.standing.is_own_tag(link.row.tag_id):
            yield draft, Finding("not_a_company", link.position, NotACompany.message)
            return
        link.row.frequency = link.row.window = None
        text = "Your tag is of another kind than COMPANY: frequency and window are left out."
        self.restored.note("not_a_company", link.position, text)

    def _study_lists(self, drafts: Sequence[Draft]) -> Faults:
        items = [item for draft in drafts for item in draft.parts["items"]]
        taken = self._taken(StudyListItem, "uid", [item.row.uid for item in items])
        for draft in drafts:
            for item in draft.parts["items"]:
                if item.row.uid in taken or item.row.uid in self._item_uids:
                    text = "Another place of a list has this id."
                    yield draft, Finding("id_taken", within(item.position, "id"), text)
                self._item_uids.add(item.row.uid)
            if draft.row.is_live:
                self._live_lists += 1
                if self._live_lists > MAX_STUDY_LISTS:
                    text = TooManyStudyLists.message % {"limit": MAX_STUDY_LISTS}
                    yield draft, Finding("too_many_study_lists", draft.position, text)

    @cached_property
    def _live_lists(self) -> int:
        return StudyList.objects.owned_by(self.owner).live().count()

    def _goals(self, drafts: Sequence[Draft]) -> Faults:
        tags = self.standing.tags(
            [draft.row.company_id for draft in drafts if draft.row.company_id]
        )
        for draft in drafts:
            company = draft.row.company_id
            if company and tags[company].kind != TagKind.COMPANY:
                place = within(draft.position, "company")
                if self.standing.is_own_tag(company):
                    draft.row.company_id = None
                    text = "Your tag is of another kind than COMPANY: the goal goes without."
                    self.restored.note("not_a_company", place, text)
                else:
                    yield draft, Finding("not_a_company", place, OnlyCompanies.message)
            if draft.row.is_live:
                self._live_goals += 1
                if self._live_goals > MAX_GOALS:
                    text = TooManyGoals.message % {"limit": MAX_GOALS}
                    yield draft, Finding("too_many_goals", draft.position, text)

    @cached_property
    def _live_goals(self) -> int:
        # The person is held, as by whoever else sets a goal.
        User.objects.select_for_update(no_key=True).get(pk=self.owner.pk)
        return Goal.objects.owned_by(self.owner).live().count()

    def _sessions(self, drafts: Sequence[Draft]) -> Faults:
        items = [item for draft in drafts for item in draft.parts["items"]]
        taken = self._taken(PracticeSessionItem, "log_id", [it.row.log_id for it in items])
        for draft in drafts:
            for item in draft.parts["items"]:
                if item.row.log_id in taken:
                    text = "Another session of yours has this attempt."
                    yield draft, Finding("log_taken", within(item.position, "log"), text)
            if draft.row.finished_at is None:
                yield from self._open_session(draft)

    def _open_session(self, draft: Draft) -> Faults:
        row = draft.row
        if not self._has_open_session:
            self._has_open_session = True
        elif row.has_closed_itself(at=self.at):
            # As ``closing`` does: what still goes on in it ended with the last thing that happened.
            row.finished_at, row.is_abandoned = row.last_active_at, True
            for pause in draft.parts["pauses"]:
                pause.row.ended_at = pause.row.ended_at or pause.row.started_at
            text = "You have an open session: this one, which nobody went on with, is closed."
            self.restored.note("session_closed", draft.position, text)
        else:
            text = "You have an open session, or the file has two. Finish it, then import again."
            yield draft, Finding("session_open", within(draft.position, "finishedAt"), text)

    @cached_property
    def _has_open_session(self) -> bool:
        own = PracticeSession.objects.owned_by(self.owner)
        closing.close(own, at=self.at)
        return own.filter(finished_at=None).exists()

    def _taken(self, model: Any, column: str, values: Sequence[Any]) -> set[Any]:
        """Which of some values rows of the person have."""
        taken: set[Any] = set()
        wanted = sorted({value for value in values if value is not None})
        own = model.objects.owned_by(self.owner)
        for batch in batched(wanted, BATCH):
            taken.update(own.filter(**{f"{column}__in": batch}).values_list(column, flat=True))
        return taken
