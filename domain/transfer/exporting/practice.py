"""Spreadsheets of attempts, lists, goals and practice sessions, without what is in the trash."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.accounts.models import User
from domain.goals.models import Goal, GoalList, GoalTag
from domain.lists.models import StudyListItem
from domain.practice.models import PracticePause, PracticeSessionItem, QuestionLog, Rating
from domain.transfer.exporting.batches import in_batches
from domain.transfer.exporting.cells import Columns, words
from domain.transfer.exporting.questions import Day, Tags, day_of, difficulty_of, seconds, tags_of

LOGS_AT_ONCE = 100  # their code may be long


@dataclass(frozen=True, slots=True)
class Of:
    """A row that is about a question, and what its cells need besides.

    Attributes:
        row: an attempt, or a place in a list or a session.
        tags: of the question, by kind.
        rank: of a place in a list, from 1.
        paused: of a session, in all.
    """

    row: Any
    day: Day
    tags: Tags
    rank: int = 0
    paused: timedelta = timedelta()


def live_logs(owner: User) -> Any:
    """The attempts that are not in the trash, nor their questions."""
    return QuestionLog.objects.owned_by(owner).live()


def logs(owner: User) -> Iterator[Of]:
    """The attempts, in the order in which they ended."""
    day = day_of(owner)
    rows = QuestionLog.objects.owned_by(owner).filter(deleted_at=None)
    for batch in in_batches(
        rows.prefetch_related("question"), "attempted_at", "uid", size=LOGS_AT_ONCE
    ):
        tags = tags_of({log.question_id: log.question for log in batch}.values())
        live = (log for log in batch if log.question.is_live)
        yield from (Of(log, day, tags[log.question_id]) for log in live)


def live_items(owner: User) -> Any:
    """The places of lists, where neither the list nor the question is in the trash."""
    return StudyListItem.objects.owned_by(owner).live()


def items(owner: User) -> Iterator[Of]:
    """The places of lists, list after list."""
    day, rank, study_list = day_of(owner), 0, None
    rows = StudyListItem.objects.owned_by(owner).prefetch_related("study_list", "question")
    for batch in in_batches(rows, "study_list_id", "position", "uid"):
        for item in (one for one in batch if one.study_list.is_live and one.question.is_live):
            rank = rank + 1 if item.study_list_id == study_list else 1
            study_list = item.study_list_id
            yield Of(item, day, {}, rank=rank)


def live_goals(owner: User) -> Any:
    """The goals that are not in the trash."""
    return Goal.objects.owned_by(owner).live()


def goals(owner: User) -> Iterator[Any]:
    """The goals, by their day, each with the names of its lists and tags."""
    for batch in in_batches(live_goals(owner).select_related("company"), "date", "uid"):
        lists = _names(GoalList, batch, "study_list")
        tags = _names(GoalTag, batch, "tag")
        yield from ((goal, lists[goal.pk], tags[goal.pk]) for goal in batch)


def _names(links: Any, goals: list[Goal], of: str) -> dict[int, list[str]]:
    live = links.objects.filter(goal__in=goals, **{f"{of}__deleted_at": None})
    found: dict[int, list[str]] = defaultdict(list)
    for goal, name in live.order_by(f"{of}__name").values_list("goal", f"{of}__name"):
        found[goal].append(name)
    return found


def live_turns(owner: User) -> Any:
    """The questions of sessions, where the question is not in the trash."""
    return PracticeSessionItem.objects.owned_by(owner).filter(question__deleted_at=None)


def turns(owner: User) -> Iterator[Of]:
    """The questions of sessions, session after session."""
    day = day_of(owner)
    rows = PracticeSessionItem.objects.owned_by(owner)
    rows = rows.prefetch_related("session__study_list", "question", "log")
    for batch in in_batches(rows, "session_id", "position"):
        paused = _paused({turn.session_id for turn in batch})
        live = (turn for turn in batch if turn.question.is_live)
        yield from (Of(turn, day, {}, paused=paused[turn.session_id]) for turn in live)


def _paused(sessions: set[int]) -> dict[int, timedelta]:
    pauses = PracticePause.objects.filter(session__in=sessions, ended_at__isnull=False)
    found: dict[int, timedelta] = defaultdict(timedelta)
    for session, began, ended in pauses.values_list("session", "started_at", "ended_at"):
        found[session] += ended - began
    return found


QUESTION: Columns = {
    "Problem": lambda of: of.row.question.title,
    "Link": lambda of: of.row.question.url,
    "Platform": lambda of: of.row.question.get_platform_display(),
    "Platform ID": lambda of: of.row.question.external_id,
    "Difficulty": lambda of: difficulty_of(of.row.question),
}
LOGS: Columns = {
    **QUESTION,
    "Topics": lambda of: of.tags["TOPIC"],
    "Date": lambda of: of.row.attempted_at,
    "Day": lambda of: of.day(of.row.attempted_at),
    "Outcome": lambda of: words(of.row.outcome),
    "Duration": lambda of: seconds(of.row.duration_seconds),
    "Rating": lambda of: of.row.rating and Rating(of.row.rating).label,
    "Help": lambda of: words(of.row.help),
    "Approach": lambda of: of.row.approach,
    "Time Complexity": lambda of: of.row.time_complexity,
    "Space Complexity": lambda of: of.row.space_complexity,
    "Language": lambda of: of.row.language,
    "Mistakes": lambda of: [words(mistake) for mistake in of.row.mistakes],
    "Notes": lambda of: of.row.notes,
    "Solution Code": lambda of: of.row.solution_code,
    "Counts For Review": lambda of: of.row.counts_for_review,
    "Question ID": lambda of: of.row.question.uid,
    "ID": lambda of: of.row.uid,
}
ITEMS: Columns = {
    "List": lambda of: of.row.study_list.name,
    "Position": lambda of: of.rank,
    "Section": lambda of: of.row.section,
    **QUESTION,
    "Attempts": lambda of: of.row.question.log_count,
    "Times Solved": lambda of: of.row.question.solved_count,
    "Due On": lambda of: of.row.question.due_at and of.day(of.row.question.due_at),
    "List ID": lambda of: of.row.study_list.uid,
    "Question ID": lambda of: of.row.question.uid,
}
GOALS: Columns = {
    "Name": lambda goal: goal[0].name,
    "Date": lambda goal: goal[0].date,
    "Company": lambda goal: _live_name(goal[0].company),
    "Target Recall": lambda goal: goal[0].target_retention,
    "Lists": lambda goal: goal[1],
    "Tags": lambda goal: goal[2],
    "Note": lambda goal: goal[0].note,
    "Created": lambda goal: goal[0].created_at,
    "ID": lambda goal: goal[0].uid,
}
TURNS: Columns = {
    "Started": lambda of: of.row.session.started_at,
    "Finished": lambda of: of.row.session.finished_at,
    "Abandoned": lambda of: of.row.session.is_abandoned,
    "Time Box Minutes": lambda of: of.row.session.time_box_minutes,
    "Paused": lambda of: of.paused,
    "List": lambda of: _live_name(of.row.session.study_list),
    "Turn": lambda of: of.row.position + 1,
    **QUESTION,
    "Shown": lambda of: of.row.started_at,
    "Ended": lambda of: of.row.ended_at,
    "Time Spent": lambda of: seconds(of.row.measured_seconds),
    "Outcome": lambda of: words(of.row.log and of.row.log.outcome),
    "Session ID": lambda of: of.row.session.uid,
    "Question ID": lambda of: of.row.question.uid,
}


def _live_name(row: Any) -> str | None:
    return row.name if row is not None and row.is_live else None
