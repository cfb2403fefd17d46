"""Taking an account out and bringing it back, as tests do it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings

from domain.accounts.models import User, UserSettings
from domain.archive.documents import document, lines
from domain.archive.restored import Restored
from domain.archive.restoring import restore
from domain.practice.models import PracticePause, Rating
from domain.questions.models import QuestionTag, TagKind
from domain.questions.platforms import Platform
from tests.factories import (
    NOW,
    GoalFactory,
    PracticeSessionFactory,
    PracticeSessionItemFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    ReviewBaselineFactory,
    StudyListFactory,
    StudyListItemFactory,
    TagFactory,
    UserFactory,
)


def examples(number: int) -> settings:
    """So many, however long each takes."""
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=number, deadline=None, suppress_health_check=checks)


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of it stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def export(owner: User) -> str:
    """Everything as one document."""
    return "".join(document(owner.pk))


def exported(owner: User) -> Any:
    """The same, parsed."""
    return json.loads(export(owner))


def restored(documents: Any, owner: User, **options: Any) -> Restored:
    """Bring it back at ``NOW``."""
    with transaction.atomic():
        settings = UserSettings.objects.select_for_update().get(user=owner)
        return restore(documents, settings, at=NOW, **options)


@cache
def furnished() -> tuple[str, tuple[str, ...]]:
    """What somebody had who is gone: as one document, and as lines."""
    with undone():
        owner = UserFactory()
        furnish(owner)
        return export(owner), tuple(lines(owner.pk))


def furnish(owner: User) -> None:
    """Give somebody a little of everything."""
    UserSettings.objects.filter(user=owner).update(timezone="Europe/Berlin", desired_retention=0.85)
    by = {"owner": owner}
    topic = TagFactory(name="dp", kind=TagKind.TOPIC, **by)
    company = TagFactory(name="Initech", kind=TagKind.COMPANY, **by)
    solved = QuestionFactory(
        title="Two Sum", slug="two-sum", platform=Platform.LEETCODE, external_id="two-sum", **by
    )
    known = QuestionFactory(title="Known Elsewhere", **by)
    QuestionFactory(title="Gone", deleted_at=NOW, deleted_by=owner, **by)
    QuestionTagFactory(question=solved, tag=topic)
    QuestionTagFactory(question=solved, tag=company, frequency=87.5, window="90D")
    log = QuestionLogFactory(
        question=solved, rating=Rating.HARD, platform=Platform.LEETCODE, external_id="868506086"
    )
    QuestionLogFactory(question=solved, deleted_at=NOW, deleted_by=owner, version=2)
    solved.review.is_suspended = True
    solved.review.save()
    ReviewBaselineFactory(question=known)
    study_list = StudyListFactory(name="Warm-up", **by)
    StudyListItemFactory(study_list=study_list, question=solved, section="Begin")
    StudyListItemFactory(study_list=study_list, question=known, position=1)
    goal = GoalFactory(name="Initech, on site", company=company, **by)
    goal.list_links.create(study_list=study_list, owner=owner)
    goal.tag_links.create(tag=topic, owner=owner)
    over = PracticeSessionFactory(
        started_at=NOW - timedelta(days=1), finished_at=NOW - timedelta(hours=23),
        study_list=study_list, time_box_minutes=45, **by,
    )  # fmt: skip
    PracticeSessionItemFactory(session=over, question=solved, log=log, measured_seconds=60)
    PracticeSessionItemFactory(session=over, question=known, position=1)
    moments = {"started_at": over.started_at, "ended_at": over.finished_at}
    PracticePause.objects.create(session=over, owner=owner, **moments)
    PracticeSessionFactory(**by)
    assert QuestionTag.objects.filter(owner=owner).count() == 2
