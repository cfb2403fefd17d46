"""What another device does while an import is taken back is kept, or comes too late."""

from threading import Event
from time import sleep

import pytest
from django.db import transaction

from domain.archive.documents import document
from domain.goals.models import Goal
from domain.goals.services.goals import update_goal
from domain.lists.models import StudyList
from domain.lists.services.items import add_to_study_list
from domain.lists.services.lists import update_study_list
from domain.questions.models import Tag
from domain.questions.services.questions import update_question
from domain.questions.services.tagging import Tagging
from tests.domain.parallel import at_once
from tests.domain.transfer.files import codeforces, submission
from tests.factories import GoalFactory, QuestionFactory, StudyListFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def reverted_meanwhile(change, revert):
    """What the revert told, or raised, that began when a change was made and not yet committed."""
    changed = Event()

    def changing():
        with transaction.atomic():
            change()
            changed.set()
            # Long enough for the revert to come to the changed row.
            sleep(0.5)

    def reverting():
        changed.wait()
        return revert()

    failed, told = at_once(changing, reverting)
    assert failed is None, failed
    assert isinstance(told, dict), told
    return told


def test_a_tag_that_is_being_used_is_kept(user, now, imported, reverted):
    report = imported(codeforces(submission()))
    own = QuestionFactory(owner=user)
    tag = Tag.objects.get(name="math")

    told = reverted_meanwhile(
        lambda: update_question(question=own, actor=user, at=now, tags=[Tagging(tag)]),
        lambda: reverted(report),
    )

    assert told["kept"] == {"tags": 1}
    assert list(own.tags.all()) == [tag]


@pytest.mark.parametrize("what", ["named", "filled", "goal"])
def test_an_object_that_is_being_changed_is_kept(what, user, now, imported, reverted):
    stranger = UserFactory()
    StudyListFactory(owner=stranger)
    GoalFactory(owner=stranger)
    report = imported("".join(document(stranger.pk)))
    study_list, goal = StudyList.objects.get(owner=user), Goal.objects.get(owner=user)
    own = QuestionFactory(owner=user)
    by_me = {"actor": user, "at": now}
    changes = {
        "named": lambda: update_study_list(study_list=study_list, name="Mine", **by_me),
        "filled": lambda: add_to_study_list(study_list=study_list, questions=[own], **by_me),
        "goal": lambda: update_goal(goal=goal, note="Mine", **by_me),
    }

    told = reverted_meanwhile(changes[what], lambda: reverted(report))

    assert told["kept"] == {"goals" if what == "goal" else "study_lists": 1}
