"""The import that one writes first: a look and a save for each row.

It uses the same models, in one transaction. It is spared the checks of what it stores, keeps
questions and tags in memory, and settles the reviews in batches as we do.
"""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from domain.accounts.models import User, UserSettings
from domain.practice.models import QuestionLog
from domain.practice.settling import settle
from domain.questions.models import Outcome, Question, QuestionTag, Tag, TagKind

PLATFORM = "LEETCODE"


@transaction.atomic
def save_each(owner: User, content: bytes) -> int:
    """Import a LeetCode dump; how many rows it has."""
    saving = _Saving(owner, datetime.now(UTC))
    rows = json.loads(content)["submissions_dump"]
    for row in rows:
        saving.save(row)
    touched = [question.pk for question in saving.questions.values()]
    settle(touched, settings=UserSettings.objects.get(user=owner))
    return len(rows)


class _Saving:
    def __init__(self, owner: User, at: datetime) -> None:
        self.owner = owner
        self.stamps = {"created_by": owner, "updated_by": owner, "created_at": at, "updated_at": at}
        self.questions: dict[str, Question] = {}
        self.tags: dict[str, Tag] = {}

    def save(self, row: dict[str, Any]) -> None:
        question = self._question(row)
        known = {"owner": self.owner, "platform": PLATFORM, "external_id": str(row["id"])}
        if QuestionLog.objects.filter(**known).exists():
            return
        solved = row["status_display"] == "Accepted"
        log = QuestionLog(
            **known,
            **self.stamps,
            question=question,
            attempted_at=datetime.fromtimestamp(row["timestamp"], UTC),
            outcome=Outcome.SOLVED if solved else Outcome.FAILED,
            language=row["lang"],
            solution_code=row["code"],
        )
        log.save(force_insert=True)

    def _question(self, row: dict[str, Any]) -> Question:
        slug = row["title_slug"]
        if slug not in self.questions:
            known = {"owner": self.owner, "platform": PLATFORM, "external_id": slug}
            found = Question.objects.filter(**known).first()
            self.questions[slug] = found or self._new_question(row, known)
        return self.questions[slug]

    def _new_question(self, row: dict[str, Any], known: dict[str, Any]) -> Question:
        slug = row["title_slug"]
        address = f"https://leetcode.com/problems/{slug}/"
        question = Question(**known, **self.stamps, title=row["title"], slug=slug, url=address)
        question.index_words()
        question.save(force_insert=True)
        for name in row["topic_tags"]:
            link = QuestionTag(owner=self.owner, question=question, tag=self._tag(name))
            link.save(force_insert=True)
        return question

    def _tag(self, name: str) -> Tag:
        if name not in self.tags:
            known = {"owner": self.owner, "kind": TagKind.TOPIC, "name": name}
            found = Tag.objects.filter(**known, deleted_at=None).first()
            self.tags[name] = found or self._new_tag(known)
        return self.tags[name]

    def _new_tag(self, known: dict[str, Any]) -> Tag:
        tag = Tag(**known, **self.stamps)
        tag.index_words()
        tag.save(force_insert=True)
        return tag
