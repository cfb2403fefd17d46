"""What must hold within one object beyond its columns, as the services hold it.

What was once allowed comes back, too: a goal whose day is over, an attempt in the trash.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.archive.declaring import Entity, EntityName, camel
from domain.archive.opening import within
from domain.base.findings import Finding
from domain.goals.services.goals import LONGEST_DAYS
from domain.goals.services.linking import MAX_LISTS, MAX_TAGS
from domain.lists.services.items import MAX_ITEMS
from domain.practice.choosing import LARGEST_COUNT
from domain.practice.models.logs import EARLIEST
from domain.practice.services.baselines import LONGEST_INTERVAL
from domain.practice.services.logs import CLOCK_TOLERANCE
from domain.practice.services.reviews import LONGEST_POSTPONEMENT
from domain.practice.services.sessions import MAX_PAUSES

if TYPE_CHECKING:
    from domain.archive.drafting import Draft

type Faults = Iterator[Finding]

# Moments at which something happened.
PAST = (
    "created_at", "updated_at", "deleted_at", "attempted_at", "reviewed_at", "started_at",
    "ended_at", "finished_at",
)  # fmt: skip
ONE_DAY = timedelta(days=1)


def faults_of(entity: Entity, draft: "Draft", at: datetime) -> list[Finding]:
    """What is wrong with an object whose columns are in order.

    Args:
        at: now.
    """
    faults = list(_moments(draft, entity.columns, at))
    for part in entity.parts:
        for each in draft.parts[part.key]:
            faults += _moments(each, part.columns, at)
    rules = _RULES.get(entity.name)
    return faults or list(rules(draft, at) if rules else ())


def _moments(draft: "Draft", columns: Iterable[str], at: datetime) -> Faults:
    for column in columns:
        moment = getattr(draft.row, column) if column in PAST else None
        if moment is not None and moment > at + CLOCK_TOLERANCE:
            text = "This lies in the future. Check the clock and the time zone."
            yield _fault(draft, column, "in_the_future", text)
        if moment is not None and moment < EARLIEST:
            yield _fault(draft, column, "bad_value", "This cannot be older than the year 2000.")


def _question(draft: "Draft", at: datetime) -> Faults:
    yield from _once(draft, "tags", "tag", "tag_taken", "The question has this tag already.")
    for review in draft.parts["review"]:
        until = review.row.postponed_until
        if until and not EARLIEST <= until <= at + LONGEST_POSTPONEMENT + CLOCK_TOLERANCE:
            text = f"A question is postponed by at most {LONGEST_POSTPONEMENT.days} days."
            yield _fault(review, "postponed_until", "too_far_away", text)
    for baseline in draft.parts["baseline"]:
        row = baseline.row
        if not timedelta() <= row.due_at - row.reviewed_at <= LONGEST_INTERVAL:
            days = LONGEST_INTERVAL.days
            text = f"A question is due after its review, and at most {days} days later."
            yield _fault(baseline, "due_at", "due_out_of_range", text)


def _study_list(draft: "Draft", at: datetime) -> Faults:
    crowded = list(_at_most(draft, "items", MAX_ITEMS))
    yield from crowded or _once(
        draft, "items", "question", "question_taken", "The list has this question."
    )


def _goal(draft: "Draft", at: datetime) -> Faults:
    latest = at.date() + timedelta(days=LONGEST_DAYS) + ONE_DAY
    if not EARLIEST.date() <= draft.row.date <= latest:
        text = "Send a day from the year 2000 to ten years ahead."
        yield _fault(draft, "date", "bad_value", text)
    yield from _at_most(draft, "lists", MAX_LISTS)
    yield from _at_most(draft, "tags", MAX_TAGS)
    yield from _once(draft, "lists", "study_list", "study_list_taken", "The goal has this list.")
    yield from _once(draft, "tags", "tag", "tag_taken", "The goal has this tag.")


def _session(draft: "Draft", at: datetime) -> Faults:
    row = draft.row
    if row.finished_at is not None and row.finished_at < row.started_at:
        yield _fault(draft, "finished_at", "bad_value", "A session ends after it began.")
    if row.is_abandoned and row.finished_at is None:
        yield _fault(draft, "is_abandoned", "bad_value", "An abandoned session is finished.")
    if not row.started_at <= row.closes_at <= at + row.patience + CLOCK_TOLERANCE:
        text = "A session closes by itself some hours after the last thing that happened in it."
        yield _fault(draft, "closes_at", "bad_value", text)
    yield from _pauses(draft)
    yield from _at_most(draft, "items", LARGEST_COUNT)
    yield from _once(draft, "items", "question", "question_taken", "It has this question already.")
    yield from _once(draft, "items", "log", "log_taken", "Another question has this attempt.")
    turns = set()
    for item in draft.parts["items"]:
        if item.row.position in turns:
            yield _fault(item, "position", "position_taken", "Another question has this turn.")
        turns.add(item.row.position)
        yield from _in_order(item)


def _pauses(draft: "Draft") -> Faults:
    yield from _at_most(draft, "pauses", MAX_PAUSES)
    is_open = False
    for pause in draft.parts["pauses"]:
        if pause.row.ended_at is None and (is_open or draft.row.finished_at is not None):
            yield _fault(pause, "ended_at", "bad_value", "Only one pause can go on, and only in "
                         "a session that does.")  # fmt: skip
        is_open |= pause.row.ended_at is None
        yield from _in_order(pause)


def _in_order(draft: "Draft") -> Faults:
    since, until = draft.row.started_at, draft.row.ended_at
    if since is not None and until is not None and until < since:
        yield _fault(draft, "ended_at", "bad_value", "This ends before it begins.")


def _at_most(draft: "Draft", key: str, most: int) -> Faults:
    if len(draft.parts[key]) > most:
        place = within(draft.position, key)
        yield Finding(f"too_many_{key}", place, f"There may be {most} at most. Leave some out.")


def _once(draft: "Draft", key: str, column: str, code: str, text: str) -> Faults:
    seen = set()
    for part in draft.parts[key]:
        uid = part.named[column]
        if uid is not None and uid in seen:
            place = part.position if isinstance(part.record, str) else within(part.position, column)
            yield Finding(code, place, f"{text} Leave one of them out.")
            return
        seen.add(uid)


def _fault(draft: "Draft", column: str, code: str, text: str) -> Finding:
    return Finding(code, within(draft.position, camel(column)), text)


_RULES: Mapping[EntityName, Callable[[Any, datetime], Faults]] = {
    EntityName.QUESTION: _question,
    EntityName.STUDY_LIST: _study_list,
    EntityName.GOAL: _goal,
    EntityName.SESSION: _session,
}
