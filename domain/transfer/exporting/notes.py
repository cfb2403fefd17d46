"""What a person wrote, as Markdown: about each question, and about each attempt at it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from domain.accounts.models import User
from domain.practice.models import QuestionLog, Rating
from domain.transfer.exporting.batches import in_batches
from domain.transfer.exporting.cells import words
from domain.transfer.exporting.practice import live_logs
from domain.transfer.exporting.questions import (
    Described,
    day_of,
    difficulty_of,
    live_questions,
    tags_of,
)

AT_ONCE = 50
SAYS_SOMETHING = ~Q(notes="") | ~Q(approach="") | ~Q(solution_code="")
_FENCE = re.compile(r"`{3,}")


def questions_with_words(owner: User) -> Any:
    """The live questions about which, or about an attempt at which, the person wrote something."""
    logs = live_logs(owner).filter(SAYS_SOMETHING).values("question")
    return live_questions(owner).filter(~Q(content="") | ~Q(notes="") | Q(pk__in=logs))


def document(owner: User) -> Iterator[str]:
    """All of it as one document, by title."""
    yield "# Notes\n"
    for _, text in chapters(owner):
        yield f"\n{text}"


def chapters(owner: User) -> Iterator[tuple[str, str]]:
    """Slug and text of each question about which there is something, by title."""
    day = day_of(owner)
    for batch in in_batches(live_questions(owner), "title", "uid", size=AT_ONCE):
        tags, logs = tags_of(batch), _logs(batch)
        for question in batch:
            if not (question.content or question.notes or logs[question.pk]):
                continue
            described = Described(question, tags[question.pk], day)
            yield question.slug, "\n".join(_chapter(described, logs[question.pk]))


def _logs(questions: list[Any]) -> dict[int, list[QuestionLog]]:
    rows = QuestionLog.objects.filter(SAYS_SOMETHING, question__in=questions, deleted_at=None)
    found: dict[int, list[QuestionLog]] = defaultdict(list)
    for log in rows.order_by("attempted_at", "uid"):
        found[log.question_id].append(log)
    return found


def _chapter(one: Described, logs: Iterable[QuestionLog]) -> Iterator[str]:
    question = one.question
    yield f"## {_line(question.title)}\n"
    facts = [question.get_platform_display(), difficulty_of(question) or ""]
    facts += [name for names in one.tags.values() for name in names]
    yield " · ".join(_line(fact) for fact in facts if fact) + "\n"
    if question.url:
        yield f"<{question.url}>\n"
    if question.content:
        yield f"### The problem\n\n{_block(question.content)}"
    if question.notes:
        yield f"### Notes\n\n{_block(question.notes)}"
    for log in logs:
        yield from _attempt(log)


def _attempt(log: QuestionLog) -> Iterator[str]:
    spent = log.duration_seconds and f"{round(log.duration_seconds / 60)} min"
    rating = log.rating and Rating(log.rating).label
    facts = [f"{log.attempted_at:%Y-%m-%d %H:%M} UTC", words(log.outcome), spent, rating]
    yield f"### Attempt of {', '.join(str(fact) for fact in facts if fact)}\n"
    cost = ", ".join(
        f"{value} {of}"
        for value, of in ((log.time_complexity, "time"), (log.space_complexity, "space"))
        if value
    )
    if approach := " · ".join(text for text in (log.approach, cost) if text):
        yield f"{_line(approach)}\n"
    if log.notes:
        yield _block(log.notes)
    if log.solution_code:
        yield _code(log.solution_code, log.language)


def _line(text: str) -> str:
    return " ".join(text.split())


def _block(text: str) -> str:
    return "\n".join(text.splitlines()) + "\n"


def _code(code: str, language: str) -> str:
    """Code between fences that are longer than any in it."""
    longest = max(map(len, _FENCE.findall(code)), default=2)
    fence = "`" * max(3, longest + 1)
    name = re.sub(r"[^a-z0-9+#-]", "", language.lower())
    return f"{fence}{name}\n{_block(code)}{fence}\n"
